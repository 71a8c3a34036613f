"""Requests that nobody in good faith would send: never a crash, never a word of what is inside, always the headers.

They are drawn from a seed, so that what fails here fails again. `HOSTILE=10000` draws more of them.
"""

import os
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api.app import litestar
from api.security import HEADERS
from duediligence import log
from duediligence.access import Actor
from duediligence.engagement import Stage
from duediligence.organisation import Role
from tests.api.conftest import Service
from tests.api.test_routes import PLACE, routes
from tests.stages import parties

HOW_MANY = int(os.environ.get("HOSTILE", "1500"))
LOT = 100
"""Requests of one test, all by one seed."""

HERE = re.escape(str(Path(__file__).parents[2]))
INSIDE = re.compile(rf"Traceback|File \"|{HERE}|site-packages|sqlite3|sqlalchemy|msgspec\.|\.py\b", re.IGNORECASE)
"""What an answer must not tell."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 40)
TYPES = (
    "",
    "application/json",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "x" * 300,
    "text/plain",
    "application/xml",
    "application/msgpack",
    "nonsense",
    "a/b;" * 50,
)
WORDS = (
    "",
    "0",
    "-1",
    "%00",
    "%ff%fe",
    "..",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%5c..%5c",
    "'; DROP TABLE person; --",
    "{{ 7 * 7 }}",
    "<script>x</script>",
    "%0d%0aSet-Cookie:%20a=b",
    "NaN",
    "1e999",
    "9" * 40,
    "x" * 3000,
    "ý" * 200,
    "\N{RIGHT-TO-LEFT OVERRIDE}abc",
    "null",
    "[object Object]",
    "0" * 32,
    "ffffffffffffffffffffffffffffffff",
)
FIELDS = (
    "revision",
    "question",
    "keep",
    "gov.policy",
    "gov.policy.comment",
    "begins",
    "ends",
    "site",
    "reason",
    "kind",
    "step",
    "email",
    "password",
    "code",
    "name",
    "role",
    "region",
    "file",
    "words",
    "due",
    "tied",
    "interest",
    "looked.workers_heard",
)
HEADS = (
    "accept",
    "accept-language",
    "accept-encoding",
    "authorization",
    "if-match",
    "if-none-match",
    "idempotency-key",
    "range",
    "x-part",
    "x-request-id",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-http-method-override",
    "transfer-encoding",
    "content-encoding",
    "referer",
    "origin",
    "sec-fetch-site",
    "cookie",
    "expect",
)
QUERIES = (
    "kind",
    "page",
    "first",
    "after",
    "limit",
    "cursor",
    "state",
    "stage",
    "year",
    "by",
    "back",
    "lang",
    "before",
)


@pytest.fixture(scope="module")
def people(service: Service) -> tuple[dict[str, str], ...]:
    """Give the headers of people of every side, and of nobody."""
    log.guard()
    around = parties(service.here)
    actors: list[Actor | None] = [around.lead, around.auditor, around.lead_auditor, None]
    actors.append(service.here.somebody((around.operator, Role.ADMINISTRATOR)))
    return tuple(service.browser(actor).headers for actor in actors)


@pytest.fixture(scope="module")
def places(service: Service) -> dict[str, tuple[str, ...]]:
    """Give ids of things that exist, by the name of the place in an address."""
    around = parties(service.here)
    stages = (Stage.ANSWERING, Stage.SUBMITTED, Stage.IN_REVIEW)
    return {"identifier": tuple(around.at(stage) for stage in stages), "section": ("gov", "sif"), "name": ("a",)}


@pytest.fixture(scope="module")
def known(service: Service) -> tuple[str, ...]:
    return tuple(sorted(routes(litestar(service.installation))))


@pytest.mark.parametrize("seed", range(-(-HOW_MANY // LOT)))
def test_hostile_requests_are_answered_calmly(service, people, places, known, seed):
    service.here.now += timedelta(minutes=2)
    chance = random.Random(seed)
    faults = []
    for _ in range(LOT):
        method, address, headers, body = drawn(chance, known, places)
        whose = chance.choice(people)
        try:
            request = service.client.build_request(method, address, headers={**whose, **headers}, content=body)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            continue  # no client can send it
        answer = service.client.send(request, follow_redirects=False)
        faults += [f"{method} {address[:120]} {headers}: {fault}" for fault in faults_of(answer)]
    assert faults == []


def faults_of(answer: httpx.Response) -> Iterator[str]:
    """Yield what is wrong with an answer to a hostile request."""
    if answer.status_code >= 500 and answer.status_code != 503:
        yield f"status {answer.status_code}"
    textual = answer.headers.get("content-type", "").startswith(("text/html", "application/problem", "text/plain"))
    if textual and (told := INSIDE.search(answer.text)):
        yield f"tells {told[0]!r}"
    if "a=b" in answer.headers.get("set-cookie", ""):
        yield "takes a header from an address"
    for name in HEADERS:
        if name not in answer.headers:
            yield f"lacks {name}"


def drawn(
    chance: random.Random, known: tuple[str, ...], places: dict[str, tuple[str, ...]]
) -> tuple[str, str, dict[str, str], bytes]:
    """Return method, address, headers and body of a hostile request, most of them almost good."""
    method, pattern = chance.choice(known).split(" ")
    method = method if chance.random() < 0.8 else chance.choice(METHODS)

    def fill(found: re.Match[str]) -> str:
        good = places.get(found[1], ())
        return chance.choice(good) if good and chance.random() < 0.7 else chance.choice(WORDS) or "0"

    address = PLACE.sub(fill, pattern)
    if chance.random() < 0.4:
        address += "?" + "&".join(
            f"{chance.choice(QUERIES)}={chance.choice(WORDS)}" for _ in range(chance.randint(1, 4))
        )
    heads = {chance.choice(HEADS): latin(chance.choice(WORDS)) for _ in range(chance.choice((0, 0, 1, 3)))}
    kind = chance.choice(TYPES)
    return method, address, heads | ({"content-type": kind} if kind else {}), body_of(chance)


def latin(words: str) -> str:
    """Return words as a header can carry them."""
    return words.encode("ascii", "ignore").decode()


def body_of(chance: random.Random) -> bytes:
    """Return a body: a form, JSON, a multipart, or none of them."""
    pairs = [(chance.choice(FIELDS), chance.choice(WORDS)) for _ in range(chance.randint(0, 6))]
    depth, many = chance.choice((10, 2000, 50_000)), chance.choice((10, 3000))
    bodies = (
        lambda: b"",
        lambda: "&".join(f"{name}={value}" for name, value in pairs).encode(),
        lambda: f"{{{','.join(f'{name!r}: {value!r}' for name, value in pairs)}}}".replace("'", '"').encode(),
        lambda: b'{"answers": {"gov.policy": {"value": 1e999}}, "answers": null}',
        lambda: b"[" * depth + b"]" * depth,
        lambda: multipart(pairs) + chance.choice((b"--x--\r\n", b"--x", b"")),
        lambda: chance.randbytes(many),
        lambda: b"&".join(b"a%d=b" % number for number in range(many)),
        lambda: b"\x00" * chance.choice((1, 1_000_001)),
    )
    return chance.choice(bodies)()


def multipart(pairs: list[tuple[str, str]]) -> bytes:
    """Return the beginning of a multipart body with a file in each field."""
    head = '--x\r\nContent-Disposition: form-data; name="{}"; filename="{}"\r\n\r\n{}\r\n'
    return "".join(head.format(name, value[:80], value) for name, value in pairs).encode()
