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
from api.form import told_of, words_of
from api.picture import qr
from api.security import costly
from api.translation import Words
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.assessment import codebook
from duediligence.chain.request import FORMS, Channel, Seen, Told
from duediligence.errors import NotFound, Unfit
from duediligence.store import organisation as organisations
from duediligence.workflow import asking, chain
from duediligence.workflow.asking import Issued, Wanted
from duediligence.workflow.ordering import Made
from duediligence.workflow.work import ASHGABAT
from questionnaires.questionnaire import AnyQuestion
from questionnaires.response import Answer
from questionnaires.text import LANGUAGES
from risk_models import catalogue, notices
from risk_models.notices import Severity

_FIELDS = ("channel", "form", "language", "email")
_LEVELS = {"weak": "part", "moderate": "look", "strong": "grave"}
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


@get("/chain/parties/{identifier:str}/requests", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def requests(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return what a partner was asked, how that stands, and what of its answers may be seen."""
    with visit.reading() as work:
        found = asking.asking(work, identifier)
    asks = may(visit.actor, Step.PARTNER_ASK, Subject(organisation=found.party.organisation))
    facts = {"found": found, "shown": shown(found.seen, visit.told), "asks": asks and not found.party.retired}
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
    levels = {one.id: told.say(one.label) for one in model.levels}
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
            (names[one.indicator], _level(one.level, one.assessed, levels, told), _LEVELS.get(one.level, "none"))
            for one in came.indicators
        ),
        gates=tuple(words for severity, words in standing if severity is Severity.GATE),
        notices=tuple(words for severity, words in standing if severity is not Severity.GATE),
        answers=tuple((one, came.answers[one.id]) for one in book.questions if one.id in came.answers),
    )


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
    if level in levels:
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


ROUTES = (requests, new, ask, withdraw, workbook)
