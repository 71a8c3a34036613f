"""What comes from the firm itself, assessments of one's own shared with buyers, and workbooks that partners sent in."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post, put
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import RawBody

from api.auth import needs
from api.form import day_of, file_of, words_of
from api.security import costly
from api.upload import UPLOAD, UPLOADS, bytes_of
from api.v1.contract import Identifier, etag, guarded, hold, in_form, marked, shown, taken, takes, takes_form
from api.visit import Visit
from duediligence.access import Step
from duediligence.chain.own_place import OwnShare
from duediligence.chain.request import Granted, Told, What
from duediligence.chain.sharing import Share
from duediligence.workflow import own_part, own_sharing, partner_sent_in
from duediligence.workflow.partner_sent_in import Stated
from duediligence.workflow.partner_sharing import Sharing
from questionnaires.problem import Problem


class ShareAgreed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An assessment that a buyer may see."""

    request: Annotated[str, msgspec.Meta(max_length=64)]  # secret of the link, or id where a letter came to oneself
    assessment: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
    what: What
    months: int  # 3, 6 or 12
    digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]  # of the copy that was looked at before


class Shared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was agreed once, and how that stands."""

    id: str
    assessment: str
    buyer: str
    what: What
    given: datetime
    until: date  # inclusive
    withdrawn: datetime | None
    digest: str
    granted: Granted


class WorkbookSentIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workbook that a partner sent to the firm, and the consent as the firm states it."""

    file: bytes
    role: str  # in which somebody at the partner agreed
    consented: date
    months: int  # 3, 6 or 12


class ReadIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of a workbook that was sent in."""

    answers: int
    until: date  # inclusive
    problems: tuple[Problem, ...]  # what could not be read


@get("/chain/{identifier:str}/own", opt=needs(Step.CHAIN_SEE) | marked(), sync_to_thread=True)
def own(visit: NamedDependency[Visit], identifier: Identifier) -> Response[OwnShare]:
    """Return how much of what a firm works with comes from itself, as it tells it."""
    with visit.reading() as work:
        share, revision = own_part.told(work, identifier)
    return shown(visit, share, revision)


@put(
    "/chain/{identifier:str}/own",
    opt=needs(Step.CHAIN_EDIT) | takes(OwnShare) | guarded(),
    sync_to_thread=True,
)
def tell(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[OwnShare]:
    """Tell how much comes from the firm itself; what is left out is unknown."""
    share = taken(visit, body, OwnShare)
    with visit.writing() as work:
        _, revision = own_part.told(work, identifier)
        hold(visit, revision)
        own_part.tell(work, identifier, share, revision)
    return Response(share, headers={"ETag": etag(revision + 1)})


@get("/shares", opt=needs(Step.ASSESSMENT_SHARE), sync_to_thread=True)
def given(visit: NamedDependency[Visit]) -> tuple[Shared, ...]:
    """Return which assessments were shared with whom, the newest first."""
    with visit.reading() as work:
        return tuple(_shared(one.share, work.day) for one in own_sharing.given(work))


@get("/shares/offers/{identifier:str}", opt=needs(Step.ASSESSMENT_SHARE), sync_to_thread=True)
def offer(visit: NamedDependency[Visit], identifier: Identifier) -> Told:
    """Return an assessment as a buyer would see it with whom all is shared; its digest is named when it is shared."""
    with visit.reading() as work:
        return own_sharing.offer(work, identifier).told


@post(
    "/shares",
    opt=needs(Step.ASSESSMENT_SHARE) | takes(ShareAgreed),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def share(visit: NamedDependency[Visit], body: RawBody) -> Shared:
    """Let a buyer that has asked see an assessment until a day."""
    wanted = taken(visit, body, ShareAgreed)
    with visit.writing() as work:
        sharing = Sharing(wanted.what, wanted.months)
        one = own_sharing.share(work, wanted.request, wanted.assessment, sharing, wanted.digest)
        return _shared(one, work.day)


@delete(
    "/shares/{identifier:str}",
    opt=needs(Step.ASSESSMENT_SHARE),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def take_back(visit: NamedDependency[Visit], identifier: Identifier) -> None:
    """Take back what was agreed; the buyer sees nothing more of it."""
    with visit.writing() as work:
        own_sharing.take_back(work, identifier)


@post(
    "/chain/requests/{request_id:str}/workbook",
    opt=needs(Step.PARTNER_ASK) | takes_form(WorkbookSentIn) | costly(2),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def read_in(visit: NamedDependency[Visit], request_id: Identifier, form: NamedDependency[FormMultiDict]) -> ReadIn:
    """Read a workbook in that a partner sent to the firm; it counts until the partner answers itself."""
    with visit.reading() as work:
        partner_sent_in.asked(work, request_id)
    in_form(visit)
    upload, day, months = file_of(form, "file"), day_of(words_of(form, "consented")), words_of(form, "months")
    if upload is None:
        raise ValidationException(extra=[{"message": "Send a file.", "key": "file", "source": "body"}])
    if day is None:
        raise ValidationException(extra=[{"message": "Send a day.", "key": "consented", "source": "body"}])
    stated = Stated(words_of(form, "role"), day, int(months) if months in {"3", "6", "12"} else 0)
    with visit.writing() as work:
        done = partner_sent_in.read_in(work, request_id, bytes_of(upload), stated)
    return ReadIn(answers=done.answers, until=done.kept.until, problems=done.problems)


def _shared(one: Share, on: date) -> Shared:
    return Shared(
        id=one.id,
        assessment=one.engagement,
        buyer=one.buyer,
        what=one.what,
        given=one.given,
        until=one.until,
        withdrawn=one.withdrawn,
        digest=one.digest,
        granted=one.granted(on),
    )


ROUTES = (own, tell, given, offer, share, take_back, read_in)
