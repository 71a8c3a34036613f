"""A firm screens a partner: the fifteen steps, a decision by two people, and what follows from it."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.awaited import file
from api.form import all_of, number_of, told_of, words_of
from api.pages.asking import shown
from api.pages.screening_form import PROPOSED, proposal_of, revision_of
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.assessment import MODEL
from duediligence.chain import clause_sheet
from duediligence.chain import screening as rules
from duediligence.chain.clause import conditions
from duediligence.chain.screening import Happened, Mark, Risk
from duediligence.chain.screening_file import ScreeningFile
from duediligence.chain.screening_steps import StepState, Trigger, read, steps
from duediligence.errors import NotFound, Unfit
from duediligence.store import person as people
from duediligence.workflow import looking_through, partner_screening
from duediligence.workflow.ordering import Made
from duediligence.workflow.partner_screening import Screened
from questionnaires.text import say
from risk_models import catalogue

_TEXT = "text/plain; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOTED = (Trigger.NEW_OWNER, Trigger.NEW_BROKER, Trigger.INCIDENT, Trigger.HARVEST)

Wrong = Sequence[tuple[str, str]]


@get("/chain/screenings", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def due(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the partners that are to be looked at again, by their day."""
    with visit.reading() as work:
        found = partner_screening.due(work, looking_through.firm(work, firm).id)
        today = work.day
    return visit.page("screening/due.html", {"rows": found, "today": today})


@get("/chain/parties/{identifier:str}/screening", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def screening(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the screening of a partner: its steps, what the partner shares, the decision, and what happened since."""
    return _screening(visit, identifier, (), {})


@post(
    "/chain/parties/{identifier:str}/screening",
    opt=needs(Step.SCREENING_WORK),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def begin(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Begin a screening and lead to its steps."""
    risk = next((one for one in Risk if one == words_of(form, "risk")), None)
    if risk is None:
        return _screening(visit, identifier, [("risk", visit.told("partner_screening.risk_needed"))], {})
    try:
        with visit.writing() as work:
            partner_screening.begin(work, identifier, risk)
    except Unfit as error:
        return _screening(visit, identifier, told_of(error.problems, visit.language), {})
    return to(f"/chain/parties/{identifier}/screening")


@get("/chain/parties/{identifier:str}/screening/steps/{step:str}", opt=needs(Step.SCREENING_WORK), sync_to_thread=True)
def step_page(visit: NamedDependency[Visit], identifier: FromPath[str], step: FromPath[str]) -> Response[str]:
    """Return one step: what to do, what shows it, what was noted of it, and the form in which it is marked."""
    return _step(visit, identifier, step, {}, ())


@post(
    "/chain/parties/{identifier:str}/screening/steps/{step:str}",
    opt=needs(Step.SCREENING_WORK),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def mark(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    step: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Keep how far a step has come, and lead back to the steps."""
    typed: dict[str, object] = {name: words_of(form, name) for name in ("state", "proof", "reason")}
    typed["calls_for"] = all_of(form, "calls_for")
    state = next((one for one in StepState if one == typed["state"]), None)
    if state is None:
        return _step(visit, identifier, step, typed, [("state", visit.told("partner_screening.state_needed"))])
    with visit.reading() as work:
        found = current(partner_screening.screened(work, identifier))
        today = work.day
    made = Mark(
        step=step,
        state=state,
        proof=str(typed["proof"]),
        reason=str(typed["reason"]),
        calls_for=all_of(form, "calls_for"),
        by="",
        on=today,
    )
    try:
        with visit.writing() as work:
            partner_screening.mark(work, found.id, revision_of(form), made)
    except Unfit as error:
        return _step(visit, identifier, step, typed, told_of(error.problems, visit.language))
    return to(f"/chain/parties/{identifier}/screening#steps")


@post(
    "/chain/parties/{identifier:str}/screening/decision",
    opt=needs(Step.SCREENING_WORK),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def propose(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Propose a decision, for which a second person is awaited."""
    typed: dict[str, object] = {name: words_of(form, name) for name in PROPOSED}
    typed["conditions"] = all_of(form, "conditions")
    with visit.reading() as work:
        found = current(partner_screening.screened(work, identifier))
        today = work.day
    proposal, wrong = proposal_of(form, today, visit.told)
    if proposal is None:
        return _screening(visit, identifier, wrong, typed)
    try:
        with visit.writing() as work:
            partner_screening.propose(work, found.id, revision_of(form), proposal)
    except Unfit as error:
        return _screening(visit, identifier, told_of(error.problems, visit.language), typed)
    return to(f"/chain/parties/{identifier}/screening#decision")


@post(
    "/chain/parties/{identifier:str}/screening/confirmation",
    opt=needs(Step.SCREENING_CONFIRM),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def confirm(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Agree to what somebody else has proposed, or disagree."""
    typed: dict[str, object] = {"second_reason": words_of(form, "second_reason"), "agrees": words_of(form, "agrees")}
    agrees = {"yes": True, "no": False}.get(words_of(form, "agrees"))
    if agrees is None:
        wrong = [("agrees", visit.told("partner_screening.second_needed"))]
        return _screening(visit, identifier, wrong, typed)
    with visit.reading() as work:
        found = current(partner_screening.screened(work, identifier))
    try:
        with visit.writing() as work:
            partner_screening.confirm(
                work, found.id, revision_of(form), agrees=agrees, reason=words_of(form, "second_reason")
            )
    except Unfit as error:
        wrong = [
            ("second_reason" if place == "reason" else place, words)
            for place, words in told_of(error.problems, visit.language)
        ]
        return _screening(visit, identifier, wrong, typed)
    return to(f"/chain/parties/{identifier}/screening#decision")


@post(
    "/chain/parties/{identifier:str}/screening/events",
    opt=needs(Step.SCREENING_WORK),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def note(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Note what has come to be known of a partner since it was decided on."""
    chosen = set(all_of(form, "happened"))
    happened = Happened(
        new_owner=Trigger.NEW_OWNER in chosen,
        new_broker=Trigger.NEW_BROKER in chosen,
        incident=Trigger.INCIDENT in chosen,
        harvests=Trigger.HARVEST in chosen,
        price_before=number_of(words_of(form, "price_before")),
        price_now=number_of(words_of(form, "price_now")),
    )
    with visit.reading() as work:
        found = current(partner_screening.screened(work, identifier))
    try:
        with visit.writing() as work:
            called = partner_screening.note(work, found.id, revision_of(form), happened, words_of(form, "words"))
    except Unfit as error:
        return _screening(
            visit, identifier, told_of(error.problems, visit.language), {"words": words_of(form, "words")}
        )
    if not called:
        return _screening(visit, identifier, (), {"nothing_called": True})
    return to(f"/chain/parties/{identifier}/screening#events")


@get("/chain/parties/{identifier:str}/screening/clauses", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def clauses(
    visit: NamedDependency[Visit], identifier: FromPath[str], kind: FromQuery[str] = ""
) -> Response[str] | Response[bytes]:
    """Return the clauses that follow from the decision: on a page, as plain text or as a workbook."""
    with visit.reading() as work:
        found = partner_screening.screened(work, identifier)
    one = current(found)
    suggestion, decision = rules.clauses(one.content.screening), one.content.screening.decision
    if suggestion is None or decision is None:
        raise NotFound("There is no decision to do business.")
    imposed, language = decision.proposal.conditions, visit.language
    match kind:
        case "txt":
            text = clause_sheet.as_text(suggestion, imposed, language)
            return file(Made(f"clauses-{language}.txt", _TEXT, text.encode()))
        case "xlsx":
            return file(
                Made(f"clauses-{language}.xlsx", _XLSX, clause_sheet.as_workbook(suggestion, imposed, language))
            )
    terms = [clause_sheet.in_words(each, language) for each in imposed]
    return visit.page("screening/clauses.html", {"found": found, "suggestion": suggestion, "terms": terms})


def current(found: Screened) -> ScreeningFile:
    """Return the newest screening of a party.

    Raises:
        NotFound: nobody has begun one.
    """
    if found.current is None:
        raise NotFound("This partner was not screened yet.")
    return found.current


def names(visit: Visit, one: ScreeningFile) -> dict[str, str]:
    """Return the names of those who have worked on a screening, by person."""
    screened = one.content.screening
    wanted = {made.by for made in screened.marks} | {each.proposal.by for each in screened.attempts}
    wanted |= {each.second.by for each in screened.attempts if each.second} | {each.by for each in one.content.tests}
    with visit.reading() as work:
        members = people.members(work.connection, one.organisation)
    known = {each.person.id: each.person.name for each in members}
    return {person: known.get(person, visit.told("partner_screening.somebody")) for person in wanted}


def _step(visit: Visit, identifier: str, step: str, typed: dict[str, object], wrong: Wrong) -> Response[str]:
    with visit.reading() as work:
        found = partner_screening.screened(work, identifier)
        work.allow(Step.SCREENING_WORK, Subject(organisation=found.party.organisation))
    one = current(found)
    if step not in steps():
        raise NotFound("There is no such step.")
    screened = one.content.screening
    last = rules.latest_marks(screened).get(step)
    before: dict[str, object] = {
        "state": last.state if last else "",
        "proof": last.proof if last else "",
        "reason": last.reason if last else "",
        "calls_for": last.calls_for if last else (),
    }
    facts = {
        "found": found,
        "one": one,
        "step": steps()[step],
        "states": read().states,
        "conditions": [(each.id, say(each.words, visit.language)) for each in conditions().values()],
        "marks": [made for made in screened.marks if made.step == step],
        "people": names(visit, one),
        "typed": before | typed,
        "shown": shown(found.seen, visit.told) if step == "answers" else None,
        "wrong": wrong,
    }
    return visit.page("screening/step.html", facts, wrong=wrong)


def _screening(visit: Visit, identifier: str, wrong: Wrong, typed: dict[str, object]) -> Response[str]:
    with visit.reading() as work:
        found = partner_screening.screened(work, identifier)
    subject = Subject(organisation=found.party.organisation)
    facts: dict[str, object] = {
        "found": found,
        "one": found.current,
        "works": may(visit.actor, Step.SCREENING_WORK, subject) and not found.party.retired,
        "wrong": wrong,
    }
    if found.current is None:
        return visit.page("screening/begin.html", facts, wrong=wrong)
    screened = found.current.content.screening
    waiting = screened.waiting
    leads = may(visit.actor, Step.SCREENING_CONFIRM, subject)
    facts |= {
        "screened": screened,
        "standing": rules.standing(screened),
        "steps": steps(),
        "words": read(),
        "people": names(visit, found.current),
        "confirms": leads and waiting is not None and waiting.by != visit.actor.person,
        "leads": leads,
        "me": visit.actor.person,
        "conditions": [(each.id, say(each.words, visit.language)) for each in conditions().values()],
        "terms": _terms(found.current, visit.language),
        "noted": _NOTED,
        "seen": found.seen,
        "bands": {each.id: say(each.label, visit.language) for each in catalogue.load(*MODEL).bands},
        "typed": _blank(rules.called_for(screened), found.current.rescreen_on) | typed,
    }
    return visit.page("screening/screening.html", facts, wrong=wrong)


def _terms(one: ScreeningFile, language: str) -> dict[int, list[str]]:
    """Return the conditions of every proposal in words, by its place."""
    return {
        place: [clause_sheet.in_words(each, language) for each in attempt.proposal.conditions]
        for place, attempt in enumerate(one.content.screening.attempts)
    }


def _blank(called_for: tuple[str, ...], _: date | None) -> dict[str, object]:
    """Return what the forms hold before anybody has typed."""
    named = (*PROPOSED, "second_reason", "agrees", "words")
    return dict.fromkeys(named, "") | {"conditions": called_for, "nothing_called": False}


ROUTES = (due, screening, begin, step_page, mark, propose, confirm, note, clauses)
