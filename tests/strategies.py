"""Small forms, rule sets and responses for property tests.

Two families of rule sets: in a *free* one every condition is arbitrary; in a
*plain* one each question has the answers good, partly and bad, and bad answers
open questions and raise exposures, never the reverse. Laws about worse answers
speak of the plain family and of the shipped form; all other laws of both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from questionnaires.codebook import Codebook
from questionnaires.condition import (
    ALWAYS,
    All,
    Any,
    AnyCondition,
    Compares,
    ComparesWith,
    Counts,
    Equals,
    In,
    Includes,
    Not,
    Relation,
    parameters_of,
)
from questionnaires.condition import Answered as IsAnswered
from questionnaires.program import Program
from questionnaires.questionnaire import (
    AnyQuestion,
    Choice,
    Date,
    Lifecycle,
    Number,
    Question,
    Questionnaire,
    Section,
    SelectMany,
    SelectOne,
)
from questionnaires.response import Answer, Answers, Missing, Response, columns
from risk_models.layout import Layout
from risk_models.model import Cause, Element, Exposure, Gravity, Group, Override, Reading, RiskModel, Strength
from tests.conftest import rules

GOOD, PARTLY, BAD = "good", "partly", "bad"
KINDS = (GOOD, PARTLY, BAD)
WORDS = ("a", "b", "c")
PARAMETERS = {"known": 3.0}


@dataclass(frozen=True)
class Game:
    """A rule set with its form, and some responses to it with evidence grades."""

    layout: Layout
    given: tuple[dict[str, Answer], ...]
    grades: NDArray[np.int8]  # (questions, responses)

    @property
    def answers(self) -> Answers:
        """The responses as arrays."""
        return lay(self.layout.codebook, self.given)


def lay(codebook: Codebook, given: Sequence[Mapping[str, Answer]]) -> Answers:
    """Return sets of answers as arrays, one response each."""
    form = codebook.questionnaire
    return columns(
        codebook, [Response(questionnaire=form.id, version=form.version, answers=dict(one)) for one in given]
    )


def form(questions: Sequence[AnyQuestion]) -> Codebook:
    """Return the codebook of a form with just these questions."""
    section = Section(id="s", title={}, questions=tuple(questions))
    return Codebook(
        Questionnaire(
            id="small",
            version="1",
            lifecycle=Lifecycle.DRAFT,
            issued=date(2026, 1, 1),
            languages=("en",),
            reviewed=False,
            title={},
            intro={},
            minutes=1,
            sections=(section,),
        )
    )


def select_one(name: str, relevant: AnyCondition = ALWAYS) -> SelectOne:
    """Return a question whose answers are good, partly and bad."""
    return SelectOne(id=name, text={}, relevant=relevant, choices=tuple(Choice(id=kind, label={}) for kind in KINDS))


def select_many(name: str, relevant: AnyCondition = ALWAYS) -> SelectMany:
    """Return a question with the choices a, b and c."""
    return SelectMany(id=name, text={}, relevant=relevant, choices=tuple(Choice(id=word, label={}) for word in WORDS))


def number(name: str, relevant: AnyCondition = ALWAYS) -> Number:
    """Return a question for a quantity."""
    return Number(id=name, text={}, relevant=relevant, unit={}, whole=False)


def comparisons(questions: Sequence[AnyQuestion]) -> st.SearchStrategy[AnyCondition]:
    """Draw one comparison with one of `questions`."""
    relations, figures = st.sampled_from(Relation), st.sampled_from((0, 1, 2.5, 3, 5))
    numbers = [question.id for question in questions if isinstance(question, Number)]

    def with_one(question: Question) -> st.SearchStrategy[AnyCondition]:
        name = st.just(question.id)
        match question:
            case SelectOne():
                kinds = st.lists(st.sampled_from(KINDS), unique=True).map(tuple)
                return st.builds(Equals, question=name, value=st.sampled_from(KINDS)) | st.builds(
                    In, question=name, values=kinds
                )
            case SelectMany():
                return st.builds(Includes, question=name, value=st.sampled_from(WORDS)) | st.builds(
                    Counts, question=name, relation=relations, value=st.integers(0, 3)
                )
        return st.one_of(
            st.builds(Compares, question=name, relation=relations, value=figures),
            st.builds(Compares, question=name, relation=relations, parameter=st.sampled_from(("known", "lapsed"))),
            st.builds(ComparesWith, question=name, relation=relations, other=st.sampled_from(numbers), times=figures),
        )

    any_one = st.sampled_from(list(questions))
    return any_one.flatmap(with_one) | st.builds(IsAnswered, question=any_one.map(lambda question: question.id))


def conditions(questions: Sequence[AnyQuestion]) -> st.SearchStrategy[AnyCondition]:
    """Draw a condition that reads some of `questions`."""
    if not questions:
        return st.sampled_from((ALWAYS, Any(), Not(part=Any())))

    def joined(inner: st.SearchStrategy[AnyCondition]) -> st.SearchStrategy[AnyCondition]:
        parts = st.lists(inner, max_size=3).map(tuple)
        return st.builds(All, parts=parts) | st.builds(Any, parts=parts) | st.builds(Not, part=inner)

    return st.recursive(comparisons(questions), joined, max_leaves=4)


@st.composite
def forms(draw: st.DrawFn) -> Codebook:
    """Draw a form in which questions open and close one another by arbitrary conditions.

    No dated figure is among them: what is asked does not depend on the day.
    """
    questions: list[AnyQuestion] = []
    for place in range(draw(st.integers(1, 6))):
        make = draw(st.sampled_from((select_one, select_one, select_many, number)))
        relevant = draw(st.just(ALWAYS) | conditions(questions).filter(lambda one: not parameters_of(one)))
        questions.append(make(f"q{place}", relevant))
    return form(questions)


def holds(condition: AnyCondition, answers: Answers, parameters: Mapping[str, float] | None = None) -> NDArray[np.int8]:
    """Return the three-valued truth of one condition in each response."""
    return Program(answers.codebook, [condition], parameters).run(answers)[0]


def values(question: Question) -> st.SearchStrategy[Answer]:
    """Draw an answer that has a value."""
    match question:
        case SelectOne(choices=choices):
            value = st.sampled_from([choice.id for choice in choices])
        case SelectMany(choices=choices):
            value = st.lists(st.sampled_from([choice.id for choice in choices]), unique=True).map(tuple)
        case Date():
            value = st.dates().map(date.isoformat)
        case _:
            value = st.sampled_from((0, 1, 2, 3, 4, 6))
    return st.builds(Answer, value=value)


MISSING = st.sampled_from([None, *(Answer(missing=reason) for reason in Missing)])
OPEN = st.sampled_from((None, Answer(missing=Missing.NOT_KNOWN), Answer(missing=Missing.DECLINED)))


@st.composite
def replies(draw: st.DrawFn, codebook: Codebook) -> dict[str, Answer]:
    """Draw answers to a form, some of them missing for any of the reasons."""
    drawn = {question.id: draw(values(question) | values(question) | MISSING) for question in codebook.questions}
    return {question: answer for question, answer in drawn.items() if answer is not None}


def evidence(codebook: Codebook, responses: int) -> st.SearchStrategy[NDArray[np.int8]]:
    """Draw evidence grades, shape (questions, responses)."""
    size = len(codebook.questions) * responses
    drawn = st.lists(st.integers(0, 4), min_size=size, max_size=size)
    return drawn.map(lambda flat: np.array(flat, np.int8).reshape(len(codebook.questions), responses))


def rule_set(
    readings: Sequence[Reading], exposures: Sequence[Exposure] = (), gate: AnyCondition | None = None
) -> RiskModel:
    """Return the shipped rule set with other readings and exposures, and two indicators."""
    shipped = rules().model
    kept = [override for override in shipped.overrides if override.cause is not Cause.ANSWERS]
    if gate is not None:
        kept.insert(2, Override(id="gate", label={}, cause=Cause.ANSWERS, when=gate, at_least="high", sources=()))
    return msgspec.structs.replace(
        shipped,
        indicators=shipped.indicators[:2],
        groups=tuple(Group(id=name, label={}, cap=cap, sources=()) for name, cap in (("x", 60), ("y", 40))),
        exposures=tuple(exposures),
        readings=tuple(readings),
        attribution_rules=(),
        overrides=tuple(kept),
    )


def reading(question: str, adverse: AnyCondition, partly: AnyCondition | None = None, **rest: object) -> Reading:
    """Return a reading without signs, of an ordinary control unless `rest` says otherwise."""
    whole = {"element": Element.CONTROL, "sources": (), **rest}
    return Reading(question=question, adverse=adverse, partly=partly, **whole)  # type: ignore[arg-type]


@st.composite
def weighings(draw: st.DrawFn) -> dict[str, object]:
    """Draw what a reading may be: its element, gravity and signs."""
    indicators = [indicator.id for indicator in rules().model.indicators[:2]]
    return {
        "element": draw(st.sampled_from(Element)),
        "gravity": draw(st.sampled_from(Gravity)),
        "signs": draw(st.dictionaries(st.sampled_from(indicators), st.sampled_from(Strength))),
    }


@st.composite
def exposures_of(draw: st.DrawFn, when: st.SearchStrategy[AnyCondition]) -> list[Exposure]:
    """Draw up to four exposures under conditions of one kind."""
    return [
        Exposure(
            id=f"e{place}",
            group=draw(st.sampled_from("xy")),
            label={},
            points=draw(st.integers(0, 50)),
            when=draw(when),
            sources=(),
        )
        for place in range(draw(st.integers(0, 4)))
    ]


@st.composite
def free_games(draw: st.DrawFn, responses: int = 1) -> Game:
    """Draw a rule set with arbitrary conditions over an arbitrary form, and responses to it."""
    codebook = draw(forms())
    whens = conditions(codebook.questions)
    readings = [
        reading(question.id, draw(whens), draw(st.none() | whens), **draw(weighings()))
        for place, question in enumerate(codebook.questions)
        if place == 0 or draw(st.booleans())
    ]
    model = rule_set(readings, draw(exposures_of(whens)), draw(st.none() | whens))
    given = tuple(draw(replies(codebook)) for _ in range(responses))
    return Game(Layout(model, codebook, PARAMETERS), given, draw(evidence(codebook, responses)))


@st.composite
def plain_games(draw: st.DrawFn, responses: int = 1, *, gated: bool = True) -> Game:
    """Draw a rule set in which bad answers only open questions and only raise exposures."""
    questions: list[AnyQuestion] = []
    for place in range(draw(st.integers(1, 8))):
        opens = st.just(ALWAYS) | worse_when(questions) if gated else st.just(ALWAYS)
        questions.append(select_one(f"q{place}", draw(opens)))
    codebook = form(questions)
    whens = worse_when(questions)
    readings = [
        reading(
            question.id,
            Equals(question=question.id, value=BAD),
            Equals(question=question.id, value=PARTLY),
            **draw(weighings()),
        )
        for question in questions
    ]
    model = rule_set(readings, draw(exposures_of(whens)), draw(st.none() | whens))
    given = tuple(draw(replies(codebook)) for _ in range(responses))
    return Game(Layout(model, codebook, PARAMETERS), given, draw(evidence(codebook, responses)))


def worse_when(questions: Sequence[AnyQuestion]) -> st.SearchStrategy[AnyCondition]:
    """Draw a condition that a worse answer may make true and never false."""
    if not questions:
        return st.just(ALWAYS)
    name = st.sampled_from([question.id for question in questions])
    leaf = st.one_of(
        st.builds(Equals, question=name, value=st.just(BAD)),
        st.builds(In, question=name, values=st.just((PARTLY, BAD))),
        st.builds(Not, part=st.builds(Equals, question=name, value=st.just(GOOD))),
    )
    parts = st.lists(leaf, min_size=1, max_size=2).map(tuple)
    return leaf | st.builds(All, parts=parts) | st.builds(Any, parts=parts)
