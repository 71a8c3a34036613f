"""A firm answers a buyer with an assessment of its own: it sees what the buyer will see, agrees, and takes it back."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.pages.asking import Shown, shown
from api.pages.naming import labels
from api.pages.partner import sharing_of
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.chain.request import MONTHS, Granted, Origin, Seen, What, cut
from duediligence.errors import NotFound, Unfit
from duediligence.validity import later
from duediligence.workflow import own_sharing
from duediligence.workflow.own_sharing import Offer
from duediligence.workflow.work import Work

_FIELDS = ("assessment", "what", "months", "digest")


@get("/shares", opt=needs(Step.ASSESSMENT_SHARE), sync_to_thread=True)
def listed(visit: NamedDependency[Visit]) -> Response[str]:
    """Return who has asked whoever is signed in, and who sees which assessment until when."""
    with visit.reading() as work:
        facts = {"calls": own_sharing.calls(work), "given": own_sharing.given(work), "today": work.day}
    return visit.page("shares/list.html", facts)


@get("/shares/{place:str}", opt=needs(Step.ASSESSMENT_SHARE), sync_to_thread=True)
def choose(visit: NamedDependency[Visit], place: FromPath[str]) -> Response[str]:
    """Return the choice of an assessment, and once it is made, exactly what the buyer will see of it."""
    asked_for = visit.request.query_params
    return _choose(visit, place, {name: str(asked_for.get(name, "")).strip() for name in _FIELDS}, ())


@post("/shares/{place:str}", opt=needs(Step.ASSESSMENT_SHARE), status_code=HTTPStatus.OK, sync_to_thread=True)
def share(
    visit: NamedDependency[Visit], place: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Let a buyer see an assessment until a day."""
    typed = {name: words_of(form, name) for name in _FIELDS}
    try:
        with visit.writing() as work:
            own_sharing.share(work, place, typed["assessment"], sharing_of(form), typed["digest"])
    except Unfit as error:
        return _choose(visit, place, typed, told_of(error.problems, visit.language))
    return to("/shares")


@post("/shares/given/{identifier:str}/withdraw", opt=needs(Step.ASSESSMENT_SHARE), sync_to_thread=True)
def take_back(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Redirect:
    """Take back what was agreed; the buyer sees nothing more of it."""
    with visit.writing() as work:
        own_sharing.take_back(work, identifier)
    return to("/shares")


def _choose(visit: Visit, place: str, typed: Mapping[str, str], wrong: Sequence[tuple[str, str]]) -> Response[str]:
    chosen = next((one for one in What if one == typed["what"]), None)
    months = int(typed["months"]) if typed["months"] in map(str, MONTHS) else 0
    with visit.reading() as work:
        call = own_sharing.call(work, place)
        rows = own_sharing.sharable(work) if call.open else ()
        offer = _offered(work, typed["assessment"]) if call.open and chosen and months else None
        until = later(work.day, months)
    tried = any(typed[name] for name in ("assessment", "what", "months"))
    if tried and not wrong and offer is None and call.open:
        wrong = [("assessment", visit.told("sharing.choose_all"))]
    facts = {
        "place": place,
        "call": call,
        "rows": rows,
        "labels": labels(visit.language),
        "months": MONTHS,
        "typed": {**typed, "months": typed["months"] or str(MONTHS[-1])},
        "offer": offer,
        "shown": _shown(visit, offer, chosen) if offer and chosen else None,
        "what": chosen,
        "until": until,
        "wrong": wrong,
    }
    return visit.page("shares/choose.html", facts, wrong=wrong)


def _offered(work: Work, assessment: str) -> Offer | None:
    """Return an assessment that was chosen; None where there is no such one to choose."""
    try:
        return own_sharing.offer(work, assessment) if assessment else None
    except NotFound:
        return None


def _shown(visit: Visit, offer: Offer, what: What) -> Shown | None:
    """Return exactly what the buyer will see."""
    seen = Seen(
        granted=Granted.RUNS,
        what=what,
        given=visit.now,
        until=visit.now.date(),
        answered=visit.now,
        told=cut(offer.told, what),
        origin=Origin.ASSESSMENT,
    )
    return shown(seen, visit.told)


ROUTES = (listed, choose, share, take_back)
