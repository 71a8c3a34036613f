"""Calls to programs of firms: that an assessment has changed, and where to look; never what it says.

A call is an HTTPS request with a JSON body and three headers:

    Webhook-Id          the same at each try, to know a call by that came twice
    Webhook-Timestamp   seconds since 1970
    Webhook-Signature   v1=HMAC-SHA256(secret, timestamp + "." + body), in hexadecimal

Somebody who may name an address must not be able to reach what only this machine
can reach. So the name is looked up, each address it has must be a public one, and
the connection goes to the very address that was looked at. Redirections are not
followed, and nothing of the answer but its status is read.
"""

import hashlib
import hmac
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

import msgspec

from duediligence.access import Step
from duediligence.database import Connection, new_id
from duediligence.errors import Unavailable
from duediligence.job import Context, Done, Order
from duediligence.key import Key
from duediligence.store import job as jobs
from duediligence.store import webhook as store
from duediligence.store.webhook import Webhook

__all__ = ["Call", "Notice", "Webhook", "announce", "call", "fits", "sealed", "signature"]

Address: TypeAlias = IPv4Address | IPv6Address

LONGEST = 500
"""Characters of an address."""

CHANGED = "assessment.changed"

_TOLD = frozenset(
    {
        Step.ASSESSMENT_BEGIN,
        Step.ASSESSMENT_SUBMIT,
        Step.PROTECTED_RELEASE,
        Step.MESSAGE_WRITE,
        Step.REVIEW_ASSIGN,
        Step.REVIEW_TAKE,
        Step.REVIEW_CONFIRM,
        Step.REVIEW_RESOLVE,
        Step.REVIEW_WITHDRAW,
        Step.PLAN_WORK,
        Step.PLAN_EXTEND,
        Step.PLAN_VERIFY,
    }
)
"""Steps after which the firm sees something else than before; which of them it was is not told."""

_SECONDS, _SECONDS_IN_ALL = 10, 30
_NAT64 = IPv6Network("64:ff9b::/96")


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One call that is to be made."""

    webhook: str
    assessment: str
    at: datetime


class Links(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to look."""

    page: str
    api: str


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a call; there is no field that could hold an answer or a finding."""

    id: str
    type: str = CHANGED
    organisation: str
    assessment: str
    at: datetime
    links: Links


def fits(url: str, *, private: bool) -> bool:
    """Return whether an address may be called at all; where its name leads is looked at before each call.

    Args:
        url: the address.
        private: whether the installation calls addresses in its own network, and without encryption.
    """
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    schemes = ("https", "http") if private else ("https",)
    return plain and named and parts.scheme in schemes and "@" not in parts.netloc and not parts.fragment


def announce(connection: Connection, step: Step, assessment: str, now: datetime) -> None:
    """Order a call to every address of the firm whose assessment a step has changed."""
    if step not in _TOLD:
        return
    for one in store.concerned(connection, assessment):
        wanted = Call(one.id, assessment, now)
        order = Order(kind="call", arguments=wanted, once=f"call:{new_id()}", organisation=one.organisation)
        jobs.enqueue(connection, order, now)


def call(context: Context, wanted: Call) -> Done:
    """Make one call; nothing is done where the address was taken out of use meanwhile.

    Raises:
        Unavailable: the address does not answer, or not as it should.
    """
    with context.db.reading() as connection:
        found = store.load(connection, wanted.webhook)
    if found is None or found[0].disabled:
        return Done()
    webhook, secret = found[0], context.key.open(found[1], _about(found[0].id))
    here = context.settings.address
    notice = Notice(
        id=context.job,
        organisation=webhook.organisation,
        assessment=wanted.assessment,
        at=wanted.at,
        links=Links(
            page=f"{here}/assessments/{wanted.assessment}", api=f"{here}/api/v1/assessments/{wanted.assessment}"
        ),
    )
    body = msgspec.json.encode(notice)
    timestamp = str(int(context.clock().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "duediligence",
        "Webhook-Id": context.job,
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": signature(secret, timestamp, body),
    }
    _post(webhook.url, body, headers, private=context.settings.private_webhooks)
    return Done()


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return by what the program that is called knows that the service called."""
    return "v1=" + hmac.new(secret, f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def sealed(key: Key, identifier: str, secret: bytes) -> bytes:
    """Return the secret of a webhook as it is kept."""
    return key.seal(secret, _about(identifier))


def _about(identifier: str) -> bytes:
    return f"webhook/{identifier}".encode()


def _post(url: str, body: bytes, headers: dict[str, str], *, private: bool) -> None:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connected(parts, private=private) as connection:
            connection.request("POST", path, body, headers | {"Connection": "close"})
            status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise Unavailable("The address of a webhook does not answer.") from error
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise Unavailable(f"The address of a webhook answers with status {status}.")


@contextmanager
def _connected(parts: SplitResult, *, private: bool) -> Iterator[HTTPConnection]:
    """Give a connection to where a name leads, cut off after a while however slowly the other side answers."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    found = {ip_address(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not private and not all(_is_public(address) for address in found):
        raise Unavailable("The address of a webhook leads into a private network.")
    line = socket.create_connection((str(min(found, key=lambda one: one.version)), port), timeout=_SECONDS)

    def cut() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    end = Timer(_SECONDS_IN_ALL, cut)
    end.daemon = True
    end.start()
    try:
        if secure:
            # The handshake by itself, so that the line that is cut off is the one in use.
            context = ssl.create_default_context()
            tls = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
            line = tls
            tls.do_handshake()
        connection = HTTPConnection(host, port, timeout=_SECONDS)
        connection.sock = line
        yield connection
    finally:
        end.cancel()
        line.close()


def _is_public(address: Address) -> bool:
    """Return whether an address is one of the open internet, also when it is wrapped in another."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast
