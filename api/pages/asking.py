"""A firm asks a partner of its register to answer, sees how its requests stand, and what the partner shares with it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.awaited import file
from api.form import day_of, file_of, told_of, words_of
from api.pages.naming import labels, levels
from api.security import costly
from api.translation import Words
from api.upload import UPLOAD, UPLOADS, bytes_of
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.assessment import codebook
from duediligence.chain.party import Party
from duediligence.chain.request import FORMS, MONTHS, Channel, Seen, Told
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.reports.qr import qr
from duediligence.store import organisation as organisations
from duediligence.workflow import asking, chain, partner_sent_in
from duediligence.workflow.asking import Asked, Issued, Wanted
from duediligence.workflow.ordering import Made
from duediligence.workflow.partner_sent_in import Stated
from duediligence.workflow.work import ASHGABAT, Work
from questionnaires.questionnaire import AnyQuestion
from questionnaires.response import Answer
from questionnaires.text import LANGUAGES, say
from risk_models import catalogue, notices
from risk_models.notices import Severity

_FIELDS = ("channel", "form", "language", "email")
_LEVELS = {"weak": "part", "moderate": "look", "strong": "grave", "declared": "look"}
_NONE = "none"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Shown(NamedTuple):
    """What a partner shares, in the words of a language."""

    seen: Seen
    facts: tuple[tuple[str, str, str], ...]  # the numbers, as a list of facts
    note: str
    indicators: tuple[tuple[str, str, str], ...]  # each with its level in words and the kind of its tag
    gates: tuple[tuple[str, str], ...]  # title and text of what no score lifts
    notices: tuple[tuple[str, str], ...]  # of what is said besides
    answers: tuple[tuple[AnyQuestion, Answer], ...]
    basis: tuple[str, ...] = ()  # who says it, and who else has looked


@get("/chain/parties/{identifier:str}/requests", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def requests(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return what a partner was asked, how that stands, and what of its answers may be seen."""
    with visit.reading() as work:
        found = asking.asking(work, identifier)
    asks = may(visit.actor, Step.PARTNER_ASK, Subject(organisation=found.party.organisation))
    asks = asks and not found.party.retired
    readable = {
        each.request.id for each in found.requests if asks and partner_sent_in.readable(each.request, each.standing)
    }
    facts = {"found": found, "shown": shown(found.seen, visit.told), "asks": asks, "readable": readable}
    return visit.page("asking/requests.html", facts)


@get("/chain/parties/{identifier:str}/requests/new", opt=needs(Step.PARTNER_ASK), sync_to_thread=True)
def new(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which a request is made."""
    return _new(visit, identifier, {}, ())


@post(
    "/chain/parties/{identifier:str}/requests/new",
    opt=needs(Step.PARTNER_ASK),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def ask(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str]:
    """Return a new request as a card: link and picture, which are shown this once, or that a letter is on its way."""
    typed = {name: words_of(form, name) for name in _FIELDS}
    channel = next((one for one in Channel if one == typed["channel"]), None)
    if channel is None:
        return _new(visit, identifier, typed, [("channel", visit.told("asking.channel_needed"))])
    wanted = Wanted(
        party=identifier, channel=channel, form=typed["form"], language=typed["language"], email=typed["email"]
    )
    try:
        with visit.writing() as work:
            issued = asking.invite(work, visit.installation.key, wanted)
            buyer = organisations.load(work.connection, issued.request.organisation).name
    except Unfit as error:
        return _new(visit, identifier, typed, told_of(error.problems, visit.language))
    return _card(visit, issued, buyer)


@post(
    "/chain/parties/{identifier:str}/requests/{request_id:str}/withdraw",
    opt=needs(Step.PARTNER_ASK),
    sync_to_thread=True,
)
def withdraw(visit: NamedDependency[Visit], identifier: FromPath[str], request_id: FromPath[str]) -> Redirect:
    """Take a request back."""
    with visit.writing() as work:
        if asking.withdraw(work, request_id).party != identifier:
            raise NotFound("There is no such request.")
    return to(f"/chain/parties/{identifier}/requests")


@get(
    "/chain/parties/{identifier:str}/requests/{request_id:str}/workbook",
    opt=needs(Step.PARTNER_ASK) | costly(),
    sync_to_thread=True,
)
def workbook(visit: NamedDependency[Visit], identifier: FromPath[str], request_id: FromPath[str]) -> Response[bytes]:
    """Return the form of a request as an empty workbook."""
    with visit.reading() as work:
        found = asking.asking(work, identifier)
        one = next((each.request for each in found.requests if each.request.id == request_id), None)
        if one is None:
            raise NotFound("There is no such request.")
        data = asking.blank(work, request_id, one.language)
    return file(Made(f"partner-{one.language}.xlsx", XLSX, data))


@post(
    "/chain/parties/{identifier:str}/requests/{request_id:str}/workbook",
    opt=needs(Step.PARTNER_ASK) | costly(2),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def read_in(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    request_id: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str]:
    """Read a workbook in that the partner has sent to the firm, with its consent as the firm states it."""
    typed = {name: words_of(form, name) for name in ("role", "consented", "months")}
    upload, day = file_of(form, "file"), day_of(typed["consented"])
    wrong = [] if upload else [("file", visit.told("document.file_needed"))]
    wrong += [] if day else [("consented", visit.told("asking.day_needed"))]
    if upload is None or day is None:
        return _read_in(visit, identifier, request_id, typed, wrong)
    months = int(typed["months"]) if typed["months"] in map(str, MONTHS) else 0
    try:
        with visit.writing() as work:
            _of_party(work, identifier, request_id)
            done = partner_sent_in.read_in(work, request_id, bytes_of(upload), Stated(typed["role"], day, months))
    except Unfit as error:
        places = ("role", "consented", "months")
        told = [
            (one.where if one.where in places else "file", say(one.detail, visit.language)) for one in error.problems
        ]
        return _read_in(visit, identifier, request_id, typed, told)
    return visit.page("asking/read_in_done.html", {"party": identifier, "done": done})


@get(
    "/chain/parties/{identifier:str}/requests/{request_id:str}/read-in",
    opt=needs(Step.PARTNER_ASK),
    sync_to_thread=True,
)
def before_reading_in(
    visit: NamedDependency[Visit], identifier: FromPath[str], request_id: FromPath[str]
) -> Response[str]:
    """Return the page on which a workbook is read in that the partner has sent to the firm."""
    return _read_in(visit, identifier, request_id, {"role": "", "consented": "", "months": ""}, ())


def shown(seen: Seen | None, told: Words) -> Shown | None:
    """Return what a partner shares in words; None where it shares nothing."""
    if seen is None:
        return None
    came = seen.told
    if came is None:
        return Shown(seen, (), "", (), (), (), ())
    model = catalogue.load(came.model, came.model_version)
    bands = {one.id: told.say(one.label) for one in model.bands}
    names = {one.id: told.say(one.label) for one in model.indicators}
    words = levels(told.language)
    band = bands[came.band]
    if came.highest_band != came.band:
        band = told("asking.band_up_to", band=band, highest=bands[came.highest_band])
    residual = told(
        "asking.residual_range",
        value=told.number(came.residual, 1),
        low=told.number(came.low, 1),
        high=told.number(came.high, 1),
    )
    standing = _notices(came, told)
    book = codebook(model.questionnaire, model.questionnaire_version)
    return Shown(
        seen=seen,
        facts=(
            (told("asking.band"), band, ""),
            (told("asking.residual"), residual, ""),
            (told("asking.inherent"), told.number(came.inherent, 1), ""),
            (told("asking.control"), told.number(came.control, 1), ""),
            (told("asking.confidence"), told.percent(came.confidence), ""),
            (told("asking.coverage"), told.percent(came.coverage), ""),
        ),
        note=told.say(came.note),
        indicators=tuple(
            (names[one.indicator], _level(one.level, one.assessed, words, told), _LEVELS.get(one.level, "none"))
            for one in came.indicators
        ),
        gates=tuple(words for severity, words in standing if severity is Severity.GATE),
        notices=tuple(words for severity, words in standing if severity is not Severity.GATE),
        answers=tuple((one, came.answers[one.id]) for one in book.questions if one.id in came.answers),
        basis=_basis(seen, came, told),
    )


def _basis(seen: Seen, came: Told, told: Words) -> tuple[str, ...]:
    """Return whose word it is, and who else has looked at it."""
    said = [told(f"asking.origin_{seen.origin}", role=seen.consented_by, day=told.day(came.on))]
    said.append(told("asking.label", label=labels(told.language)[came.label]))
    if came.looked:
        said.append(told("asking.looked", day=told.day(came.looked.on), bodies=", ".join(came.looked.bodies)))
        said += [told("asking.looked_state")] * (not came.looked.independent)
        said.append(told("asking.looked_heard" if came.looked.heard else "asking.looked_unheard"))
    said += [told("asking.newer")] * seen.newer
    return tuple(said)


def _notices(came: Told, told: Words) -> list[tuple[Severity, tuple[str, str]]]:
    """Return the notices that show and have been confirmed, with what could not be ruled out said so."""
    library = {one.id: one for one in notices.read() if one.confirmed}
    standing = [
        notices.Standing(notice=library[name], sure=name not in came.unsure_notices)
        for name in came.notices
        if name in library
    ]
    return [(one.notice.severity, (told.say(one.notice.title), told.say(one.text))) for one in standing]


def _level(level: str, assessed: bool, levels: dict[str, str], told: Words) -> str:  # noqa: FBT001  a fact of a finding
    if level in levels and level != _NONE:
        return levels[level]
    return told("asking.level_none") if assessed else told("asking.level_not_assessed")


def _new(visit: Visit, identifier: str, typed: dict[str, str], wrong: Sequence[tuple[str, str]]) -> Response[str]:
    with visit.reading() as work:
        party = chain.party_of(work, identifier, Step.PARTNER_ASK)
    facts = {
        "party": party,
        "forms": FORMS,
        "codes": LANGUAGES,
        "channels": tuple(Channel),
        "typed": {"channel": "", "form": FORMS[0], "language": LANGUAGES[0], "email": ""} | typed,
        "wrong": wrong,
    }
    return visit.page("asking/new.html", facts, wrong=wrong)


def _read_in(
    visit: Visit, identifier: str, request_id: str, typed: dict[str, str], wrong: Sequence[tuple[str, str]]
) -> Response[str]:
    with visit.reading() as work:
        party, asked = _of_party(work, identifier, request_id)
    if not partner_sent_in.readable(asked.request, asked.standing):
        raise WrongMoment("The partner has begun to answer itself, or this request is over. Its own answers count.")
    facts = {"party": party, "one": asked.request, "months": MONTHS, "typed": typed, "wrong": wrong}
    return visit.page("asking/read_in.html", facts, wrong=wrong)


def _of_party(work: Work, identifier: str, request_id: str) -> tuple[Party, Asked]:
    """Return a party and one of its requests.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or the party was not asked by such a request.
    """
    party = chain.party_of(work, identifier, Step.PARTNER_ASK)
    for each in asking.asking(work, identifier).requests:
        if each.request.id == request_id:
            return party, each
    raise NotFound("There is no such request.")


def _card(visit: Visit, issued: Issued, buyer: str) -> Response[str]:
    address = visit.installation.settings.address + issued.link
    facts = {
        "one": issued.request,
        "buyer": buyer,
        "address": address,
        "picture": qr(address),
        "until": issued.request.expires.astimezone(ASHGABAT).date(),
    }
    return visit.page("asking/card.html", facts)


ROUTES = (requests, new, ask, withdraw, workbook, before_reading_in, read_in)
