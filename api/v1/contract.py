"""What JSON routes agree upon: strict bodies, revisions, lists by cursor, and requests that may be sent twice.

**Revisions.** What can change carries its revision as an ETag. Whoever changes it
names the revision it was read at (`If-Match`), and is refused once somebody else was
faster. Reading with `If-None-Match` costs no body while nothing has changed.

**Repeated requests.** A line that drops leaves a program not knowing whether its
request arrived. Sent again under the same `Idempotency-Key` within 24 hours it gets
the first answer, and nothing is done twice. Only what was done is kept: a request
that was refused may be sent again under its key.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from litestar import Response
from litestar.exceptions import ClientException, HTTPException, ValidationException
from litestar.params import PathParameter, QueryParameter

from api.problems import ProblemDocument
from api.visit import Visit
from duediligence.errors import WrongMoment
from duediligence.store import repeated
from duediligence.store.repeated import Claim, Given
from duediligence.workflow.work import Work

T = TypeVar("T")

Identifier: TypeAlias = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{32}$")]
Name: TypeAlias = Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
InPart: TypeAlias = Annotated[str, PathParameter(pattern=r"^(auditor|second_reviewer)$")]
Limit: TypeAlias = Annotated[int, QueryParameter(ge=1, le=100)]
About: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.]{0,60}$")]
"""The id of a question, "" where something speaks of the whole."""

Question: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.]{1,60}$")]
Named: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
"""The id of a question, and that of any other thing, in a body."""

After: TypeAlias = Annotated[str, QueryParameter(pattern=r"^([0-9a-f]{32})?$")]
"""The cursor of a list whose order is that of ids."""

_PLACE = r"^(p[0-9]{1,9}|[01]-[0-9a-f]{16}-[0-9]{1,3}-[0-9]{1,16}-[0-9a-f]{32})?$"
Place: TypeAlias = Annotated[str, QueryParameter(pattern=_PLACE)]
"""The cursor of the queue, see `api.place`."""

Word: TypeAlias = Annotated[str, QueryParameter(pattern=r"^[A-Za-z0-9_-]{0,40}$")]
Cursor: TypeAlias = Annotated[str, QueryParameter(pattern=r"^([0-9]{1,16}-[0-9a-f]{32})?$")]

TAKES, TAKES_FORM = "takes", "takes form"
GUARDED, REPEATABLE, MARKED = "guarded", "repeatable", "marked"
FILES, ALSO, LATER = "files", "also", "later"
"""What `api.schema` finds in the declarations of a route."""

KEY = r"[A-Za-z0-9_-]{1,80}"
REVISION = r'"[0-9]{1,9}"'

_JSON = "application/json"
_NUL = rb"\u0000"
"""PostgreSQL keeps no text with it."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Flag(StrEnum):
    """Yes or no, in a form."""

    YES = "yes"
    NO = "no"


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why; it stays on record."""

    reason: str


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a list; `next` is the cursor of the part that follows, "" at the end."""

    items: tuple[T, ...]
    next: str = ""


def takes(kind: type[Any]) -> dict[str, object]:
    """Return the declaration of a route that takes a body of this type."""
    return {TAKES: kind}


def takes_form(kind: type[Any]) -> dict[str, object]:
    """Return the declaration of a route that takes a form with a file; a field of bytes is the file."""
    return {TAKES_FORM: kind}


def guarded() -> dict[str, object]:
    """Return the declaration of a route that wants `If-Match`."""
    return {GUARDED: True}


def repeatable() -> dict[str, object]:
    """Return the declaration of a route that understands `Idempotency-Key`."""
    return {REPEATABLE: True}


def marked() -> dict[str, object]:
    """Return the declaration of a route that gives an ETag and understands `If-None-Match`."""
    return {MARKED: True}


def also(*statuses: HTTPStatus, kind: type[Any] = ProblemDocument) -> dict[str, object]:
    """Return the declaration of a route that refuses with further statuses, or with more than the usual document."""
    return {ALSO: dict.fromkeys(statuses, kind)}


def gives_files(*media_types: str) -> dict[str, object]:
    """Return the declaration of a route that answers with a file."""
    return {FILES: media_types}


def later(kind: type[Any]) -> dict[str, object]:
    """Return the declaration of a route that answers 202 with this type while what it gives has yet to be made."""
    return {LATER: kind}


def taken(visit: Visit, body: bytes, kind: type[T]) -> T:
    """Return the body of a request as a value.

    Raises:
        HTTPException: it is said not to be JSON.
        ClientException: it is none, or holds the character NUL.
        ValidationException: it is not of this type; the place is named.
    """
    said = str(visit.request.headers.get("content-type", "")).partition(";")[0].strip().lower()
    if said != _JSON:
        raise HTTPException("The body must be application/json.", status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if _NUL in body:
        raise ClientException("No text holds the character NUL.")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at ")
        raise ValidationException(extra=[{"message": message, "key": place.strip("`"), "source": "body"}]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientException("The body is not JSON.") from error


def in_form(visit: Visit) -> None:
    """Return if the body of a request is a form with files.

    Raises:
        HTTPException: it is said to be something else.
    """
    if not str(visit.request.headers.get("content-type", "")).lower().startswith("multipart/form-data"):
        raise HTTPException("The body must be multipart/form-data.", status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def etag(mark: object) -> str:
    """Return what a state is known by."""
    return f'"{mark}"'


def shown(visit: Visit, content: T, mark: object) -> Response[T]:
    """Return something with its ETag, or only that it has not changed since it was last read."""
    known = [one.strip().removeprefix("W/") for one in str(visit.request.headers.get("if-none-match", "")).split(",")]
    headers = {"ETag": etag(mark)}
    if etag(mark) in known:
        return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)  # type: ignore[arg-type]
    return Response(content, headers=headers)


def named(visit: Visit) -> str:
    """Return the ETag that a change names.

    Raises:
        HTTPException: it names none.
        ClientException: what it names is no ETag of ours.
    """
    given = str(visit.request.headers.get("if-match", ""))
    if not given:
        raise HTTPException("If-Match is missing.", status_code=HTTPStatus.PRECONDITION_REQUIRED)
    if not re.fullmatch(REVISION, given):
        raise ClientException("If-Match names the ETag that came when the thing was read.")
    return given


def hold(visit: Visit, mark: object) -> None:
    """Return if a change names the present state.

    Raises:
        HTTPException: it names none, or another.
        ClientException: see `named`.
    """
    if named(visit) != etag(mark):
        raise stale()


def stale() -> HTTPException:
    """Return the refusal of a change to something that was changed meanwhile."""
    return HTTPException("It was changed meanwhile.", status_code=HTTPStatus.PRECONDITION_FAILED)


def place_after(cursor: str) -> tuple[datetime, str] | None:
    """Return the moment and id of the last thing that was already shown, None at the beginning of a list."""
    if not cursor:
        return None
    moment, _, identifier = cursor.partition("-")
    return _BEGINNING + timedelta(microseconds=int(moment)), identifier


def cursor_at(moment: datetime, identifier: str) -> str:
    """Return the cursor of the part of a list that follows something."""
    return f"{(moment - _BEGINNING) // timedelta(microseconds=1)}-{identifier}"


def once(visit: Visit, body: object, make: Callable[[Work], Response[T]]) -> Response[T]:
    """Return what comes of a change; with a key that was used before, what came of it then.

    What is answered is kept in the main database, so this is not for answers that
    hold a secret or anything protected.

    Args:
        visit: the request.
        body: what it brought; with method and address it says whether two requests are the same.
        make: takes the step.

    Raises:
        WrongMoment: the key was used for another request.
        ClientException: it is no key.
    """
    key = visit.request.headers.get("idempotency-key")
    if key is None:
        with visit.writing() as work:
            return make(work)
    if not re.fullmatch(KEY, key):
        raise ClientException("An Idempotency-Key has 1 to 80 letters, digits, - and _.")
    claim = Claim(person=visit.actor.person, key=key, request=_digest(visit, body))
    with visit.writing() as work:
        earlier = repeated.claim(work.connection, claim, visit.now)
        if earlier is None:
            made = make(work)
            content = b"" if made.content is None else msgspec.json.encode(made.content)
            repeated.keep(work.connection, claim, Given(status=int(made.status_code or HTTPStatus.OK), body=content))
            return made
    if earlier.request != claim.request:
        raise WrongMoment("This Idempotency-Key was used for another request.")
    again: Response[Any] = Response(
        earlier.given.body or None,
        status_code=earlier.given.status,
        media_type=_JSON,
        headers={"Idempotent-Replay": "true"},
    )
    return again


def _digest(visit: Visit, body: object) -> str:
    told = f"{visit.request.method} {visit.request.url.path}\n".encode()
    return hashlib.sha256(told + msgspec.json.encode(body, order="deterministic")).hexdigest()
