"""A firm works its plan: what is to do and how far it is, one action with all that belongs to it, and what fits."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.form import all_of, day_of, number_of, words_of
from api.page import LEAVE
from api.pages import plan_facts as facts
from api.part import Link
from api.security import costly
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.closure import (
    Agreed,
    AnyStep,
    EvidenceSent,
    PutOff,
    Reopened,
    Verified,
    Worked,
    WorkersConfirmed,
    needs_workers,
    room,
)
from duediligence.errors import NotAllowed, NotFound, Unfit
from duediligence.portfolio import Limits
from duediligence.reports import chart
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.workflow import improving
from duediligence.workflow.work import Work, subject_of
from questionnaires.text import say

Wrong: TypeAlias = list[tuple[str, str]]
"""Pairs of the id of a field and what is wrong there."""

_FIRST = 8
"""How many actions of a list are shown before one asks for more."""


class Show(StrEnum):
    """In which order the actions of a plan are shown."""

    STATE = "state"
    DAY = "day"


class Taken(StrEnum):
    """A step as its form names it; its fields are called `<step>.<field>`."""

    AGREED = "agreed"
    SENT = "evidencesent"
    PUT_OFF = "putoff"
    WORKERS = "workersconfirmed"
    VERIFIED = "verified"
    REOPENED = "reopened"


_KINDS: Mapping[Taken, type[AnyStep]] = {
    Taken.AGREED: Agreed,
    Taken.SENT: EvidenceSent,
    Taken.PUT_OFF: PutOff,
    Taken.WORKERS: WorkersConfirmed,
    Taken.VERIFIED: Verified,
    Taken.REOPENED: Reopened,
}


@get("/assessments/{identifier:str}/plan", opt=needs(Step.PLAN_SEE), sync_to_thread=True)
def plan(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    show: FromQuery[Show] = Show.STATE,
    role: FromQuery[str] = "",
) -> Response[str]:
    """Return what is to do: by how far it has come or by day, of everybody or of one role."""
    with visit.reading() as work:
        found = improving.plan(work, identifier)
        frame = _frame(work, found)
        today = work.day
    told = visit.told
    every = facts.rows(found, told, today)
    shown = tuple(row for row in every if role in ("", row.worked.responsible))
    return visit.page(
        "plan/plan.html",
        frame
        | {
            "rows": every,
            "shown": shown,
            "closed": sum(row.lane == "verified" for row in every),
            "late": [row for row in every if row.late],
            "raised": any(row.worked.urgent_and_late(today) and not row.confidential for row in every),
            "lanes": _lanes(shown),
            "first": _FIRST,
            "dues": [facts.due(row) for row in sorted(shown, key=lambda row: row.worked.due)],
            "chart": chart.timeline(facts.timeline(found, shown, told)) if shown and show is Show.DAY else None,
            "show": show,
            "tabs": _tabs(visit, identifier, show, role),
            "role": role,
            "roles": _roles_with_work(every, visit),
            "today": today,
        },
    )


@get("/assessments/{identifier:str}/plan/{remedy:str}", opt=needs(Step.PLAN_SEE), sync_to_thread=True)
def action(visit: NamedDependency[Visit], identifier: FromPath[str], remedy: FromPath[str]) -> Response[str]:
    """Return one action: what to do and why, how far it is, and the steps that the reader can take."""
    return _action(visit, identifier, remedy, {}, [])


@post(
    "/assessments/{identifier:str}/plan/{remedy:str}",
    opt=needs(Step.PLAN_WORK, Step.PLAN_EXTEND, Step.PLAN_VERIFY),
    sync_to_thread=True,
)
def take(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    remedy: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Take one step on an action."""
    try:
        taken = Taken(words_of(form, "step"))
    except ValueError as error:
        raise NotFound("There is no such step.") from error
    step = _step(form, taken)
    if step is None:
        wrong = [("putoff.due", visit.told("improving.no_day"))]
        return _action(visit, identifier, remedy, _typed(form), wrong)
    try:
        with visit.writing() as work:
            improving.act(work, identifier, remedy, step, words_of(form, f"{taken}.reason"))
    except Unfit as unfit:
        wrong = [(f"{taken}.{one.where}", say(one.detail, visit.language)) for one in unfit.problems]
        return _action(visit, identifier, remedy, _typed(form), wrong)
    return to(f"/assessments/{identifier}/plan/{remedy}?did={taken}")


@get(
    "/assessments/{identifier:str}/plan/what-if",
    opt=needs(Step.PROTECTED_SEE) | costly(1),
    sync_to_thread=True,
)
def what_if(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    staff_days: FromQuery[str] = "",
    budget: FromQuery[str] = "",
    until: FromQuery[str] = "",
) -> Response[str]:
    """Return what of the open work fits into given means, what limits it, and what would follow if it worked."""
    typed = {"staff_days": staff_days.strip(), "budget": budget.strip(), "until": until.strip()}
    limits, wrong = _limits(typed, visit)
    with visit.reading() as work:
        found = improving.plan(work, identifier)
        asked = improving.what_if(work, identifier, limits)
        frame = _frame(work, found)
        today = work.day
    told = visit.told
    every = {row.told.remedy: row for row in facts.rows(found, told, today)}
    return visit.page(
        "plan/what_if.html",
        frame
        | {
            "typed": typed,
            "asked": any(typed.values()) and not wrong,
            "best": asked.best,
            "projected": asked.projected,
            "bands": facts.bands(told),
            "chosen": [every[one.remedy] for one in asked.best.chosen],
            "first": _FIRST,
            "left": [facts.left_out(one, every, told) for one in asked.best.left_out],
            "binding": facts.limits(asked.best.binding, told),
            "exceeded": facts.limits(asked.best.exceeded, told),
            "wrong": wrong,
            "today": today,
        },
        wrong=wrong,
    )


def _action(visit: Visit, identifier: str, remedy: str, typed: Mapping[str, str], wrong: Wrong) -> Response[str]:
    with visit.reading() as work:
        found = improving.plan(work, identifier)
        one = found.action(remedy)
        frame = _frame(work, found)
        offers = {taken: _offered(work, found, one, taken) for taken in Taken}
        second = _waits_for_another(work, found, one)
        documents = () if remedy in found.confidential else improving.documents(work, found)
        attached = [
            Link(label=file.name, address=_document(work, found, file.id))
            for file in improving.attached(work, found, one)
        ]
        names = _names(work, found, visit)
        today = work.day
    told, did = visit.told, visit.request.query_params.get("did", "")
    every = facts.rows(found, told, today)
    row = next(each for each in every if each.told.remedy == remedy)
    return visit.page(
        "plan/action.html",
        frame
        | {
            "row": row,
            "laws": facts.laws(row, told),
            "before": facts.first_steps(row, every),
            "events": facts.history(row, names, told),
            "roles": facts.roles(told),
            "offers": {taken for taken, offered in offers.items() if offered},
            "second": second,
            "workers_first": needs_workers(one, improving.library()),
            "room": room(one, found.plan.begun, today),
            "documents": documents,
            "attached": attached,
            "longest": improving.LONGEST,
            "typed": typed,
            "wrong": wrong,
            "did": did if did in set(Taken) and not wrong else "",
            "today": today,
        },
        wrong=wrong,
    )


def _frame(work: Work, found: improving.Plan) -> dict[str, object]:
    """Return what every page of a plan is told."""
    one = found.engagement
    subject = subject_of(one)
    answering = may(work.actor, Step.PROTECTED_SEE, subject)
    return {
        "one": one,
        "site": organisations.load_site(work.connection, one.site).name,
        "whole": found.whole,
        "may_ask": answering,
        "back": f"/files/{one.id}" if may(work.actor, Step.REVIEW_SEE, subject) else f"/assessments/{one.id}",
        "leave": LEAVE if answering and found.plan.protocol else "",
    }


def _document(work: Work, found: improving.Plan, file: str) -> str:
    """Return where the reader opens a document: the firm among its own, a reviewer under the assessment."""
    one = found.engagement
    own = may(work.actor, Step.FILE_ADD, subject_of(one))
    return f"/documents/{file}" if own else f"/assessments/{one.id}/documents/{file}"


def _offered(work: Work, found: improving.Plan, one: Worked, taken: Taken) -> bool:
    """Return whether a form is shown for a step; what would be refused is not offered."""
    if improving.refusal(work, found, one, _KINDS[taken]):
        return False
    asked = bool(one.workers) or not needs_workers(one, improving.library())
    match taken:
        case Taken.WORKERS:
            return not asked
        case Taken.VERIFIED:
            return asked
        case Taken.PUT_OFF:
            return room(one, found.plan.begun, work.day) is not None
    return True


def _waits_for_another(work: Work, found: improving.Plan, one: Worked) -> bool:
    """Return whether the reader could verify the action, had they not reported it themselves."""
    return isinstance(improving.refusal(work, found, one, Verified), NotAllowed) and (
        work.actor.person in one.senders and may(work.actor, Step.PLAN_VERIFY, subject_of(found.engagement))
    )


def _names(work: Work, found: improving.Plan, visit: Visit) -> dict[str, str]:
    """Return whom the reader knows by name: themselves, and the people of their own firm."""
    firm = found.engagement.organisation
    known: dict[str, str] = {}
    if any(member.organisation == firm for member in work.actor.memberships):
        known = {one.person.id: one.person.name for one in people.members(work.connection, firm)}
    return known | {work.actor.person: visit.told("improving.by_you")}


def _tabs(visit: Visit, identifier: str, show: Show, role: str) -> list[Link]:
    return [
        Link(
            label=visit.told(f"improving.by_{one}"),
            address=f"/assessments/{identifier}/plan?" + urlencode({"show": one, "role": role}),
            current=one is show,
        )
        for one in Show
    ]


def _lanes(shown: tuple[facts.Row, ...]) -> list[tuple[str, list[facts.Row]]]:
    """Return the actions by lane, those that are late first, else in the order of the plan.

    All lanes, empty ones too, once the work has begun; before, the one that has everything.
    """
    lanes = [(lane, sorted((row for row in shown if row.lane == lane), key=_in_time)) for lane in facts.LANES]
    filled = [(lane, found) for lane, found in lanes if found]
    return lanes if len(filled) > 1 else filled


def _in_time(row: facts.Row) -> bool:
    return not row.late


def _roles_with_work(every: tuple[facts.Row, ...], visit: Visit) -> list[tuple[str, str, int]]:
    """Return the roles that are responsible for anything, with their words and how much that is."""
    many = Counter(row.worked.responsible for row in every)
    return [(role, words, many[role]) for role, words in facts.roles(visit.told).items() if role in many]


def _step(form: FormMultiDict, taken: Taken) -> AnyStep | None:
    """Return the step that a form asks for, None where its day cannot be read."""

    def field(name: str) -> str:
        return words_of(form, f"{taken}.{name}")

    match taken:
        case Taken.AGREED:
            return Agreed(owner=field("owner"))
        case Taken.SENT:
            return EvidenceSent(evidence=field("evidence"), files=all_of(form, f"{taken}.files"))
        case Taken.WORKERS:
            many = number_of(field("people")) or 0
            return WorkersConfirmed(people=int(many) if many == int(many) else 0)
        case Taken.VERIFIED:
            return Verified()
        case Taken.REOPENED:
            return Reopened()
        case Taken.PUT_OFF:
            due = day_of(field("due"))
            return PutOff(due=due) if due else None


def _typed(form: FormMultiDict) -> dict[str, str]:
    return {name: words_of(form, name) for name in form}


def _limits(typed: Mapping[str, str], visit: Visit) -> tuple[Limits, Wrong]:
    """Return the means as typed; a field that cannot be read sets no limit and is named."""
    wrong: Wrong = []
    numbers: dict[str, float | None] = {}
    for name in ("staff_days", "budget"):
        found = number_of(typed[name])
        numbers[name] = found if found is not None and found >= 0 else None
        if typed[name] and numbers[name] is None:
            wrong.append((name, visit.told("improving.no_number")))
    until = day_of(typed["until"])
    if typed["until"] and until is None:
        wrong.append(("until", visit.told("improving.no_day")))
    return Limits(staff_days=numbers["staff_days"], budget=numbers["budget"], until=until), wrong


ROUTES = (plan, what_if, action, take)
