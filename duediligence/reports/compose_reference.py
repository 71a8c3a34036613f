"""What stands beside the findings: the crosswalk, the country, and all answers."""

from itertools import groupby

from duediligence.reports import (
    AnswerRow,
    Answers,
    AnswerSection,
    Context,
    ContextItem,
    Crosswalk,
    CrosswalkRow,
    Instrument,
    Passage,
    Reference,
)
from duediligence.reports.matter import Matter
from questionnaires.questionnaire import Section
from risk_models import notices, reference, requirements
from risk_models.requirements import Row, State

_TURKMENISTAN = "TKM"


def crosswalk(matter: Matter) -> Crosswalk:
    """Return which requirements the answers speak to, by instrument."""
    texts = matter.texts
    answered = {question for question in matter.asked if matter.given(question).value is not None}
    levels = {one.indicator: matter.level(one) for one in matter.profile.findings}
    rows = requirements.crosswalk(matter.registry, answered, levels, matter.assessment.on, asked=matter.asked)
    return Crosswalk(
        passage=Passage(heading=texts.say("crosswalk.heading"), sentences=texts.all("crosswalk.sentence")),
        instruments=tuple(
            _instrument(matter, list(group)) for _, group in groupby(rows, key=lambda row: row.instrument.id)
        ),
    )


def _instrument(matter: Matter, rows: list[Row]) -> Instrument:
    instrument = rows[0].instrument
    states = [row.state for row in rows]
    return Instrument(
        title=matter.say(instrument.title),
        jurisdiction=instrument.jurisdiction,
        timing=_timing(matter, rows[0]),
        in_force=_in_force(rows[0]),
        role=matter.say(instrument.role),
        confirmed=instrument.confirmed,
        counts={state.value: states.count(state) for state in State},
        rows=tuple(
            CrosswalkRow(
                locator=row.requirement.locator,
                asks=matter.say(row.requirement.asks),
                state=row.state.value,
                word=matter.texts.say(f"crosswalk.{row.state.value}"),
                findings="; ".join(
                    f"{matter.indicator(code)}: {matter.level_words(level)}" for code, level in row.findings.items()
                ),
                confirmed=row.requirement.confirmed,
            )
            for row in rows
        ),
    )


def _timing(matter: Matter, row: Row) -> str:
    """Return how an instrument stands on the day; an unconfirmed one gives no date."""
    texts = matter.texts
    if not row.instrument.confirmed:
        return texts.say("timing.unconfirmed")
    if row.timing is requirements.Timing.NOT_YET and row.instrument.effective:
        return texts.say("timing.from", day=texts.day(row.instrument.effective))
    if row.timing is requirements.Timing.IN_FORCE and row.instrument.status is requirements.Status.VOLUNTARY:
        return texts.say("timing.voluntary")
    return texts.say(f"timing.{row.timing.value}")


def _in_force(row: Row) -> bool:
    """Return whether an instrument is known to bind on the day."""
    binds = row.instrument.confirmed and row.instrument.status is not requirements.Status.VOLUNTARY
    return binds and row.timing is requirements.Timing.IN_FORCE


def context(matter: Matter) -> Context:
    """Return dated statements about the country, those that gave no notice among them."""
    texts, assessment = matter.texts, matter.assessment
    told = tuple(
        ContextItem(
            title=matter.say(notice.title),
            text=matter.say(notice.text),
            sources=tuple(matter.reference(source) for source in notice.sources if source.confirmed),
        )
        for notice in matter.notices
        if notice.severity is notices.Severity.CONTEXT and notice.confirmed and notice.since <= assessment.on
    )
    return Context(
        passage=Passage(heading=texts.say("context.heading"), sentences=texts.all("context.sentence")),
        items=(*told, _listed_goods(matter), *_orders(matter)),
    )


def _listed_goods(matter: Matter) -> ContextItem:
    """Return in which editions of the US list of goods the country's cotton stands."""
    texts = matter.texts
    editions = sorted({good.edition for good in reference.goods() if good.iso3 == _TURKMENISTAN})
    origin = reference.sources()["goods.csv"]
    return ContextItem(
        title=texts.say("context.goods.title"),
        text=texts.say("context.goods.text", editions=", ".join(str(edition) for edition in editions)),
        sources=(Reference(title=f"{origin.publisher}, {origin.title}", href="", checked=""),),
    )


def _orders(matter: Matter) -> tuple[ContextItem, ...]:
    """Return the orders of US customs against goods of the country."""
    texts = matter.texts
    return tuple(
        ContextItem(
            title=texts.say("context.order.title"),
            text=texts.say("context.order.text", day=texts.day(order.since)),
            sources=(Reference(title=texts.say("context.order.source"), href=order.href, checked=""),),
        )
        for order in reference.orders()
        if order.iso3 == _TURKMENISTAN and order.since
    )


def answers(matter: Matter) -> Answers:
    """Return every question that was asked and may be shown, with its answer in words."""
    texts = matter.texts
    return Answers(
        passage=Passage(
            heading=texts.say("answers.heading"), sentences=texts.all(f"answers.sentence.{matter.copy.value}")
        ),
        sections=tuple(
            _section(matter, section)
            for section in matter.rules.codebook.questionnaire.sections
            if any(question.id in matter.asked for question in section.questions)
        ),
    )


def _section(matter: Matter, section: Section) -> AnswerSection:
    asked = [question.id for question in section.questions if question.id in matter.asked]
    shown = [question for question in asked if not matter.hides(question)]
    rows = tuple(
        AnswerRow(
            question_id=question,
            question=matter.question(question),
            answer=matter.answer(question),
            given=matter.given(question).given,
            comment="" if matter.shared else matter.given(question).comment,
        )
        for question in shown
    )
    hidden = any(matter.hides(question.id) for question in section.questions)
    return AnswerSection(
        id=section.id,
        title=matter.say(section.title),
        answered=sum(row.given for row in rows),
        asked=len(rows),
        rows=rows,
        withheld=matter.texts.say("withheld.answers") if hidden else "",
    )
