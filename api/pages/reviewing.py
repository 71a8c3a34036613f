"""A reviewer's way to a file: what is waiting and why in this order, who has how much, and taking one on."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api import place
from api.auth import needs
from api.form import told_of, words_of
from api.pages import naming, queue_order_view
from api.translation import Words
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.engagement import Engagement, Part, Stage
from duediligence.store.engagement import Listed, Sought
from duediligence.store.queue_model import Place
from duediligence.workflow import learned_order, queueing, reviewing
from duediligence.workflow.learned_order import Spot
from duediligence.workflow.queueing import Given
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires.words import problem
from risk_models.priority import Explained

PAGE = 40
"""Rows of the queue at a time."""

_WAITING = (Stage.SUBMITTED, Stage.IN_REVIEW)
_STAGES = (*_WAITING, Stage.CONCLUDED, Stage.WITHDRAWN)


class Row(NamedTuple):
    """A file in the queue."""

    file: Listed
    sector: str  # in words, as all that follow
    region: str
    reasons: tuple[str, ...]  # why it stands where it stands
    by_chance: bool  # chance has drawn its place
    parts: tuple[tuple[str, str], ...]  # what its place adds up to under a learned order: name and weight
    address: str  # "" where the actor can do nothing with it
    mine: bool
    given: bool  # by the lead auditor, and not taken yet
    open_to: str  # take, join or "" where it waits for nobody


class Stands(NamedTuple):
    """Where files stand in the queue of the day, and why, by id."""

    places: Mapping[str, Place]
    explained: Mapping[str, Explained]


NOWHERE = Stands({}, {})


@get("/queue", opt=needs(Step.REVIEW_QUEUE), sync_to_thread=True)
def queue(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the files that wait in the order of the day, what that order is, and what each reviewer has in hand."""
    asked = visit.request.query_params
    chosen = {name: str(asked.get(name, "")) for name in ("stage", "sector", "region", "band", "mine")}
    after, before = (place.read(str(asked.get(name, ""))) for name in ("after", "before"))
    with visit.reading() as work:
        found = learned_order.waiting(work, _sought(visit, chosen), limit=PAGE, after=after, before=before)
        given = queueing.given(work, [one.engagement.id for one in found.rows])
        stands = Stands(found.places, learned_order.reasons(work, found.places))
        rows = [_row(work, one, given, visit.told, stands) for one in found.rows]
        loads = queueing.workload(work)
        order = queue_order_view.in_short(work, visit.told)
    narrowed = {name: value for name, value in chosen.items() if value}
    facts = {
        "rows": rows,
        "loads": loads,
        "order": order,
        "may_order": may(visit.actor, Step.REVIEW_ORDER),
        "sees_doubles": any(may(visit.actor, step) for step in (Step.REVIEW_DOUBLE, Step.REVIEW_BLIND)),
        "chosen": chosen,
        "narrowed": bool(narrowed),
        "earlier": _address(narrowed, "before", found.earlier),
        "later": _address(narrowed, "after", found.later),
        "options": _options(visit.told),
    }
    return visit.page("queue.html", facts)


@get("/queue/{identifier:str}", opt=needs(Step.REVIEW_QUEUE), sync_to_thread=True)
def waiting(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str] | Redirect:
    """Return the page on which a file is taken on, after a word on what ties the actor to the firm."""
    return _taking(visit, identifier, {}, ())


@post("/queue/{identifier:str}/take", opt=needs(Step.REVIEW_TAKE), status_code=HTTPStatus.OK, sync_to_thread=True)
def take(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Take a file as its auditor and open it."""
    return _taken(visit, identifier, form, second=False)


@post("/queue/{identifier:str}/join", opt=needs(Step.REVIEW_CONFIRM), status_code=HTTPStatus.OK, sync_to_thread=True)
def join(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Become the second reviewer of a file and open it."""
    return _taken(visit, identifier, form, second=True)


def _sought(visit: Visit, chosen: Mapping[str, str]) -> Sought:
    mine = visit.actor.person if chosen["mine"] else ""
    return Sought(
        stages=tuple(one for one in _STAGES if one == chosen["stage"]) or (_STAGES if mine else _WAITING),
        reviewer=mine,
        sector=chosen["sector"],
        region=chosen["region"],
        band=chosen["band"],
    )


def _options(told: Words) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter offers: pairs of value and words."""
    return {
        "stage": [(one.value, told(f"answering.stage_{one}")) for one in _STAGES],
        "sector": list(naming.sectors(told.language).items()),
        "region": list(naming.regions(told.language).items()),
        "band": list(naming.bands(told.language).items()),
    }


def _address(narrowed: Mapping[str, str], way: str, where: Spot | None) -> str:
    return f"/queue?{urlencode({**narrowed, way: place.written(where)})}" if where is not None else ""


def _taken(visit: Visit, identifier: str, form: FormMultiDict, *, second: bool) -> Response[str] | Redirect:
    tied, interest = words_of(form, "tied"), words_of(form, "interest")
    if wrong := undeclared(visit.told, tied, interest):
        return _taking(visit, identifier, {"tied": tied, "interest": interest}, wrong)
    with visit.writing() as work:
        step = reviewing.join if second else reviewing.take
        one = step(work, identifier, interest if tied == "yes" else "")
    mine = visit.actor.person in (one.reviewer, one.second_reviewer)
    return to(f"/files/{identifier}" if mine else "/queue")


def undeclared(told: Words, tied: str, interest: str) -> list[tuple[str, str]]:
    """Return what is missing of a declaration; that nothing ties somebody is said, never assumed."""
    if tied not in ("yes", "no"):
        return [("tied", told("reviewing.tied_needed"))]
    if tied == "no":
        return []
    if not interest:
        return [("interest", told("reviewing.interest_needed"))]
    named = [problem("MAY_NAME_A_PERSON", where="interest", trait=one.label) for one in privacy.traits(interest)]
    return told_of(named, told.language)


def _taking(
    visit: Visit, identifier: str, typed: Mapping[str, str], wrong: Sequence[tuple[str, str]]
) -> Response[str] | Redirect:
    with visit.reading() as work:
        found = queueing.one_waiting(work, identifier)
        row = _row(work, found, queueing.given(work, [identifier]), visit.told)
    if row.address.startswith("/files"):
        return to(row.address)
    facts = {"row": row, "one": found.engagement, "typed": {"tied": "", "interest": ""} | dict(typed), "wrong": wrong}
    return visit.page("take.html", facts, wrong=wrong)


def _row(work: Work, found: Listed, given: Given, told: Words, stands: Stands = NOWHERE) -> Row:
    one = found.engagement
    open_to = "take" if queueing.may_take(work, one, given) else "join" if queueing.may_join(work, one, given) else ""
    sees = may(work.actor, Step.REVIEW_SEE, subject_of(one))
    waits = [person for part in Part if (person := given.get((one.id, part)))]
    mine = [person for person in waits if open_to]
    return Row(
        file=found,
        sector=naming.sectors(told.language).get(found.sector, ""),
        region=naming.regions(told.language).get(found.region, ""),
        reasons=tuple(_reasons(work, one, told)),
        by_chance=one.id in stands.places and stands.places[one.id].by_chance,
        parts=queue_order_view.parts(stands.explained[one.id], told) if one.id in stands.explained else (),
        address=f"/queue/{one.id}" if open_to else f"/files/{one.id}" if sees else "",
        mine=work.actor.person in (one.reviewer, one.second_reviewer, *mine),
        given=bool(waits),
        open_to=open_to,
    )


def _reasons(work: Work, one: Engagement, told: Words) -> list[str]:
    """Return why a file stands where it stands, in the order in which it counts."""
    reasons = []
    if one.stated:
        if one.stated.grave:
            reasons.append(told("reviewing.why_grave"))
        band = naming.bands(told.language).get(one.stated.band, one.stated.band)
        reasons.append(told("reviewing.why_residual", residual=told.number(one.stated.residual, 1), band=band))
        if one.stated.signs:
            reasons.append(told("reviewing.why_signs", signs=one.stated.signs))
    if one.submitted and one.stage in _WAITING:
        days = (work.now - one.submitted).days
        reasons.append(told("reviewing.why_waiting", count=days) if days else told("reviewing.why_today"))
    return reasons


ROUTES = (queue, waiting, take, join)
