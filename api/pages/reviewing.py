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

from api.auth import needs
from api.form import number_of, told_of, words_of
from api.pages import naming
from api.translation import Words
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.engagement import Engagement, Stage
from duediligence.store.engagement import Listed, Sought
from duediligence.workflow import queueing, reviewing
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires.words import problem

PAGE = 40
"""Rows of the queue at a time."""

FURTHEST = 2000
"""No page begins further down: whoever looks for a file down there narrows the list instead."""

_WAITING = (Stage.SUBMITTED, Stage.IN_REVIEW)
_STAGES = (*_WAITING, Stage.CONCLUDED, Stage.WITHDRAWN)


class Row(NamedTuple):
    """A file in the queue."""

    file: Listed
    sector: str  # in words, as all that follow
    region: str
    reasons: tuple[str, ...]  # why it stands where it stands
    address: str  # "" where the actor can do nothing with it
    mine: bool
    open_to: str  # take, join or "" where it waits for nobody


@get("/queue", opt=needs(Step.REVIEW_QUEUE), sync_to_thread=True)
def queue(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the files that wait, the most urgent first, and what each reviewer has in hand."""
    asked = visit.request.query_params
    chosen = {name: str(asked.get(name, "")) for name in ("stage", "sector", "region", "band", "mine")}
    first = max(0, min(int(number_of(str(asked.get("first", ""))) or 0), FURTHEST))
    with visit.reading() as work:
        found = queueing.waiting(work, _sought(visit, chosen), first=first, limit=PAGE)
        rows = [_row(work, one, visit.told) for one in found.rows]
        loads = queueing.workload(work)
    narrowed = {name: value for name, value in chosen.items() if value}
    facts = {
        "rows": rows,
        "loads": loads,
        "chosen": chosen,
        "narrowed": bool(narrowed),
        "earlier": _address(narrowed, first - PAGE) if first else "",
        "later": _address(narrowed, first + PAGE) if found.more else "",
        "first": first + 1,
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


def _address(narrowed: Mapping[str, str], first: int) -> str:
    return f"/queue?{urlencode({**narrowed, 'first': max(first, 0)})}"


def _taken(visit: Visit, identifier: str, form: FormMultiDict, *, second: bool) -> Response[str] | Redirect:
    tied, interest = words_of(form, "tied"), words_of(form, "interest")
    if wrong := _undeclared(visit.told, tied, interest):
        return _taking(visit, identifier, {"tied": tied, "interest": interest}, wrong)
    with visit.writing() as work:
        step = reviewing.join if second else reviewing.take
        step(work, identifier, interest if tied == "yes" else "")
    return to(f"/files/{identifier}")


def _undeclared(told: Words, tied: str, interest: str) -> list[tuple[str, str]]:
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
        row = _row(work, found, visit.told)
    if row.address.startswith("/files"):
        return to(row.address)
    facts = {"row": row, "one": found.engagement, "typed": {"tied": "", "interest": ""} | dict(typed), "wrong": wrong}
    return visit.page("take.html", facts, wrong=wrong)


def _row(work: Work, found: Listed, told: Words) -> Row:
    one = found.engagement
    open_to = "take" if queueing.may_take(work, one) else "join" if queueing.may_join(work, one) else ""
    sees = may(work.actor, Step.REVIEW_SEE, subject_of(one))
    return Row(
        file=found,
        sector=naming.sectors(told.language).get(found.sector, ""),
        region=naming.regions(told.language).get(found.region, ""),
        reasons=tuple(_reasons(work, one, told)),
        address=f"/queue/{one.id}" if open_to else f"/files/{one.id}" if sees else "",
        mine=work.actor.person in (one.reviewer, one.second_reviewer),
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
    if one.submitted and one.stage in _WAITING:
        days = (work.now - one.submitted).days
        reasons.append(told("reviewing.why_waiting", count=days) if days else told("reviewing.why_today"))
    return reasons


ROUTES = (queue, waiting, take, join)
