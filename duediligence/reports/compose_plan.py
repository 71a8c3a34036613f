"""What is to be done: the case protocol where it is called for, and the plan."""

from duediligence.improvement import Action as Planned
from duediligence.record_shared import STATE_IMPOSED
from duediligence.reports import Action, Figure, Passage, Plan, Protocol, ProtocolStep, Table
from duediligence.reports.matter import Matter
from questionnaires.text import Text
from risk_models.remedies import HelpRoute

_HOURS_TOLD = 72


def plan(matter: Matter) -> Plan:
    """Return the actions that may be shown, in the order of the plan."""
    texts = matter.texts
    shown = [action for action in matter.plan.actions if _may_show(matter, action)]
    numbers = {action.remedy: number for number, action in enumerate(shown, start=1)}
    actions = tuple(_action(matter, action, numbers) for action in shown)
    return Plan(
        passage=Passage(
            heading=texts.say("plan.heading"),
            sentences=texts.all("plan.sentence") if actions else (texts.say("plan.empty"),),
        ),
        begun=matter.plan.begun,
        actions=actions,
        find_out=tuple(matter.question(one) for one in matter.plan.find_out if not matter.hides(one)),
        withheld=texts.say("withheld.plan") if matter.shared else "",
        figure=Figure(
            title=texts.say("plan.figure", begun=texts.day(matter.plan.begun)),
            description=" ".join(
                texts.say("plan.part", number=one.number, title=one.title, due=one.due_words) for one in actions
            ),
            table=Table(
                columns=texts.all("plan.column"),
                rows=tuple((str(one.number), one.title, one.owners, one.due_words) for one in actions),
            ),
        ),
    )


def _may_show(matter: Matter, action: Planned) -> bool:
    """Return whether an action answers something that may be shown."""
    if action.questions:
        return not all(matter.hides(question) for question in action.questions)
    return not (matter.shared and set(action.indicators) == {STATE_IMPOSED})


def _action(matter: Matter, planned: Planned, numbers: dict[str, int]) -> Action:
    texts, library = matter.texts, matter.remedies
    remedy = next(one for one in library.remedies if one.id == planned.remedy)
    codes = [code for code in planned.indicators if not (matter.shared and code == STATE_IMPOSED)]
    indicators = tuple(matter.indicator(code) for code in codes)
    answers = tuple(matter.question(one) for one in planned.questions if not matter.hides(one))
    return Action(
        number=numbers[planned.remedy],
        remedy=remedy.id,
        title=matter.say(remedy.title),
        kind=planned.kind.value,
        kind_word=texts.say(f"kind.{planned.kind.value}"),
        priority=planned.priority.value,
        priority_word=matter.say(library.priorities[planned.priority].label),
        steps=tuple(matter.say(step) for step in remedy.steps),
        why=matter.say(remedy.why),
        owners=", ".join(matter.say(library.owners[owner]) for owner in planned.owners),
        start=planned.start,
        start_words=texts.day(planned.start) if planned.start else "",
        due=planned.due,
        due_words=texts.day(planned.due),
        evidence=matter.say(remedy.evidence),
        cost=texts.say(f"cost.{remedy.cost}"),
        answers=answers,
        indicators=indicators,
        after=tuple(sorted(numbers[one] for one in planned.after if one in numbers)),
        status=texts.say(f"status.{planned.status.value}"),
    )


def protocol(matter: Matter) -> Protocol | None:
    """Return the steps that come before any plan, None where no sign is grave enough."""
    if not matter.plan.protocol:
        return None
    texts, written = matter.texts, matter.remedies.protocol
    return Protocol(
        passage=Passage(heading=texts.say("protocol.heading"), sentences=(matter.say(written.note),)),
        steps=tuple(
            ProtocolStep(
                title=matter.say(step.title),
                within=_within(matter, step.within_hours),
                do=_words(matter, step.do),
                never=_words(matter, step.never),
            )
            for step in written.steps
        ),
        help=tuple(_help(matter, route) for route in written.help),
    )


def _within(matter: Matter, hours: int | None) -> str:
    """Return how soon a step is due, in days where it is longer than three of them; empty where it has no limit."""
    if hours is None:
        return ""
    if hours > _HOURS_TOLD:
        return matter.texts.say("protocol.within_days", days=hours // 24)
    return matter.texts.say("protocol.within", hours=hours)


def _words(matter: Matter, texts: tuple[Text, ...]) -> tuple[str, ...]:
    return tuple(matter.say(text) for text in texts)


def _help(matter: Matter, route: HelpRoute) -> str:
    """Return a route of outside help, with its contacts only where a test call is on record."""
    label = matter.say(route.label)
    if not (route.contacts and route.checked):
        return label
    contacts, day = ", ".join(route.contacts), matter.texts.day(route.checked)
    return matter.texts.say("protocol.contacts", label=label, contacts=contacts, day=day)
