"""Every address, asked by everybody: who is let in, who is not, and that a refusal changes nothing.

Whom an address is for stands in one table (`tests.api.whom`). An address that is not
in it fails here by its name.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from litestar import Litestar

from api.app import litestar
from duediligence import log
from duediligence.access import may
from duediligence.organisation import Role
from duediligence.workflow.work import READING
from tests.api.cast import NO_SUBJECT, Cast, Person, Thing
from tests.api.conftest import Service
from tests.api.whom import WHOM, For, Whom

PLACE = re.compile(r"{(\w+)}")
REFUSED = (401, 403, 404)
LET_IN = (200, 201, 202, 204, 303, 304, 400, 409, 412, 415, 422, 428)
"""Past the door: done, or told what does not fit or what the moment forbids."""

ANY = Thing({})
KINDS = dict.fromkeys(Role, "somebody with a role")
"""To what is for whoever is signed in, one of them stands for all."""

FIRST = ("/sign-in?", "/account/second-factor?")
"""Where somebody is led who must first say who they are, or prove it."""

IDLE = timedelta(minutes=4)
"""Less than what passes before a session writes a sign of life."""


def routes(app: Litestar) -> set[str]:
    """Return method and address of every route, places in braces without their types."""
    return {
        f"{method} {re.sub(r':[a-z]+}', '}', route.path)}"
        for route in app.routes
        for handler in route.route_handlers
        for method in handler.http_methods - {"HEAD", "OPTIONS"}
    }


@pytest.fixture(scope="module")
def known(service: Service) -> set[str]:
    return routes(litestar(service.installation))


@pytest.fixture(scope="module")
def kept(service: Service) -> Iterator[Cast]:
    log.guard()
    found = Cast(service)
    yield found
    for watch in found.watches:
        watch.close()


@pytest.fixture
def cast(kept: Cast) -> Cast:
    """Give everybody with fresh sessions, and with patience for costly routes."""
    kept.later(timedelta(minutes=1), IDLE)
    return kept


def test_somebody_has_said_whom_each_address_is_for(known):
    assert sorted(known - WHOM.keys()) == [], "say in tests/api/whom.py who may use these"


def test_whoever_is_told_of_exists(known):
    assert sorted(WHOM.keys() - known) == [], "these are no more: take them out of tests/api/whom.py"


@pytest.mark.parametrize("route", WHOM)
def test_who_has_no_business_there_is_refused_and_changes_nothing(cast, route):
    before = commits(cast)
    let_in = [
        f"{name} at {at or 'the list'}: {status}"
        for name, at in refusals(cast, route)
        if (status := ask(cast, route, name, at)) not in REFUSED
    ]
    assert not let_in
    assert commits(cast) == before


@pytest.mark.parametrize("route", WHOM)
def test_who_has_business_there_is_let_in(cast, route):
    refused = []
    for name, at in visits(cast, route):
        before = commits(cast)
        status = ask(cast, route, name, at)
        if status not in LET_IN and not (status in REFUSED and not WHOM[route].found(at)):
            refused.append(f"{name} at {at or 'the list'}: {status}")
        if commits(cast) != before:
            cast.renew(at)
    assert not refused


def refusals(cast: Cast, route: str) -> Iterator[tuple[str, str]]:
    """Yield who is to be refused at which thing; those who do not pass the door at one thing alone."""
    for name, person in askers(cast, route):
        things = WHOM[route].at if is_for(WHOM[route], route, person, ANY) else WHOM[route].at[:1]
        yield from ((name, at) for at in things if not is_for(WHOM[route], route, person, cast.things[at]))


def askers(cast: Cast, route: str) -> Iterator[tuple[str, Person]]:
    """Yield everybody; a program that only reads may be led by a page to a step that writes, and is not asked there."""
    who = WHOM[route].who
    reads = isinstance(who, For) or set(who) <= READING
    for name, person in cast.people.items():
        if not person.program or reads or not route.startswith("GET "):
            yield name, person


def visits(cast: Cast, route: str) -> Iterator[tuple[str, str]]:
    """Yield who is to be let in to which thing: to each thing somebody, and somebody of each role to one of them."""
    whom, met = WHOM[route], set()
    for at in whom.at:
        alone = True
        for name, person in askers(cast, route):
            role = name.split(" ")[0]
            kind = KINDS.get(role, name) if isinstance(whom.who, For) else role
            if (alone or kind not in met) and is_for(whom, route, person, cast.things[at]):
                alone = False
                met.add(kind)
                yield name, at


def is_for(whom: Whom, route: str, person: Person, thing: Thing) -> bool:
    """Return whether a route is for somebody, about a thing."""
    actor = person.actor
    if whom.who is For.ALIKE:
        return True
    if actor is None or person.program:
        reads = person.program and route.startswith("GET ") and whom.who not in (For.IN_PERSON, For.OWNER)
        if not (reads or (whom.who is For.EVERYBODY and actor is None)):
            return False
    match whom.who:
        case For():
            return whom.who is not For.OWNER or (actor is not None and actor.person == thing.owner)
    assert actor, "a stranger takes no step"
    subject = thing.subject or (NO_SUBJECT if thing.places else None)
    door = whom.door is None or may(actor, whom.door)
    return door and any(may(actor, step, subject) for step in whom.who)


def ask(cast: Cast, route: str, name: str, at: str) -> int:
    """Return what somebody is answered: a status, 401 where they are first to sign in or to prove more."""
    person, thing = cast.people[name], cast.things[at]
    method, pattern = route.split(" ")
    address = PLACE.sub(lambda found: thing.places.get(found[1], "0" * 32), pattern) + WHOM[route].query
    body = {
        field: value.format(**thing.places) if isinstance(value, str) else value
        for field, value in WHOM[route].body.items()
    }
    brought = {} if method == "GET" else {"json": body} if pattern.startswith("/api/") else {"data": body}
    headers = {**person.headers, "if-match": '"0"'}
    answer = cast.service.client.request(method, address, headers=headers, follow_redirects=False, **brought)
    led_away = answer.status_code == 303 and answer.headers["location"].startswith(FIRST)
    return 401 if led_away else answer.status_code


def commits(cast: Cast) -> list[int]:
    """Return a mark of each database that changes whenever somebody commits something to it."""
    return [watch.execute("PRAGMA data_version").fetchone()[0] for watch in cast.watches]
