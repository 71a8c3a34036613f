"""The laws of the engine, over small drawn rule sets and over the shipped one."""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from duediligence.assessment import Assessment, assess
from questionnaires.condition import Relation
from questionnaires.questionnaire import AnyQuestion, SelectOne
from questionnaires.response import Answer, Missing, Value
from risk_models.counterfactual import Change
from risk_models.explanation import explain
from risk_models.layout import Layout
from risk_models.model import Cause, Element, Reading
from risk_models.profile import NONE, RiskProfile
from risk_models.reading import Outcome
from risk_models.scoring import Circumstances, Profiles, Scores, score
from tests.conftest import TODAY, answers, book, favourable_answers, laid_out, response, rules
from tests.strategies import (
    BAD,
    GOOD,
    OPEN,
    PARTLY,
    Game,
    evidence,
    free_games,
    lay,
    plain_games,
    values,
)

SECTORS = st.sampled_from(sorted(book().code["pro.sector"]))
NAMES = [question.id for question in book().questions]
WORSE = {GOOD: (PARTLY, BAD), PARTLY: (BAD,)}


def profiles(game: Game, grades: NDArray[np.int8] | None = None) -> Profiles:
    return score(game.layout, game.answers, game.grades if grades is None else grades).profiles


def asked(layout: Layout, given: Mapping[str, Answer]) -> set[str]:
    shown = layout.relevance.asked(lay(layout.codebook, [given]))[:, 0]
    return {question.id for question, is_asked in zip(layout.codebook.questions, shown, strict=True) if is_asked}


def no_better(worse: Scores, better: Scores) -> bool:
    """Whether `worse` is nowhere lower than `better`."""
    return bool(
        (worse.residual >= better.residual).all()
        and (worse.levels >= better.levels).all()
        and (worse.band >= better.band).all()
    )


@st.composite
def shipped_replies(draw: st.DrawFn) -> dict[str, Answer]:
    """Draw answers to the shipped form: good ones, some of them replaced or left out."""
    given = favourable_answers(draw(SECTORS))
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=25)):
        given[name] = draw(values(book().questions[book().row[name]]))
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=10)):
        missing = draw(OPEN)
        given.pop(name) if missing is None else given.update({name: missing})
    return given


@st.composite
def shipped_games(draw: st.DrawFn, responses: int = 1) -> Game:
    """Draw responses to the shipped form, with evidence."""
    grades = np.tile(np.array([[draw(st.integers(0, 4))] for _ in NAMES], np.int8), responses)
    return Game(rules(), tuple(draw(shipped_replies()) for _ in range(responses)), grades)


# 1. A worse answer is never rewarded.


@given(plain_games(), st.data())
def test_a_worse_answer_never_lowers_residual_level_or_band(game: Game, data: st.DataObject):
    layout = game.layout
    before = {name: one for name, one in game.given[0].items() if name in asked(layout, game.given[0])}
    open_to_worse = [name for name, one in before.items() if one.value in WORSE]
    assume(open_to_worse)
    name = data.draw(st.sampled_from(open_to_worse))
    after = {**before, name: Answer(value=data.draw(st.sampled_from(WORSE[before[name].value])))}
    assert asked(layout, before) <= asked(layout, after)
    better, worse = (profiles(Game(layout, (one,), game.grades)).stated for one in (before, after))
    assert no_better(worse, better)


def told(outcomes: NDArray[np.int8]) -> NDArray[np.bool_]:
    return (outcomes == Outcome.MET) | (outcomes >= Outcome.PARTLY)


@given(free_games(), st.data())
def test_whoever_is_nowhere_better_off_has_no_better_result(game: Game, data: st.DataObject):
    """The same law for arbitrary conditions: it speaks of facts, however they came about."""
    before = game.given[0]
    question = data.draw(st.sampled_from(game.layout.codebook.questions))
    both = (before, {**before, question.id: data.draw(values(question))})
    found = score(game.layout, lay(game.layout.codebook, both), np.repeat(game.grades, 2, axis=1))
    better, worse = found.outcomes.T
    opened = (better == Outcome.NOT_ASKED) & (worse == Outcome.UNANSWERED)
    lower = told(better) & told(worse) & (worse > better)
    assume((opened | lower | (worse == better)).all())
    exposures, acted = (block.holds(found.found)[0] for block in (found.blocks.exposures, found.blocks.acted))
    gates = acted[[one.cause is Cause.ANSWERS for one in game.layout.model.overrides]]
    assume((exposures[:, 1] >= exposures[:, 0]).all() and (gates[:, 1] >= gates[:, 0]).all())
    stated = found.profiles.stated
    assert stated.residual[1] >= stated.residual[0]
    assert (stated.levels[:, 1] >= stated.levels[:, 0]).all()
    assert stated.band[1] >= stated.band[0]


def question_of(one: Reading) -> AnyQuestion:
    return book().questions[book().row[one.question]]


SCORED = [one.question for one in rules().model.readings if isinstance(question_of(one), SelectOne)]


def ladder(name: str, base: Mapping[str, Answer]) -> list[dict[str, Answer]]:
    """Return `base` with every answer to one question, most favourable first."""
    steps = [answers({name: choice}, base) for choice in book().code[name]]
    outcomes = score(rules(), laid_out(*steps), np.zeros((len(NAMES), len(steps)), np.int8)).outcomes
    row = next(row for row, one in enumerate(rules().model.readings) if one.question == name)
    return [steps[place] for place in np.argsort(outcomes[row], kind="stable")]


@given(shipped_replies(), st.sampled_from(SCORED), st.integers(0, 4))
def test_a_worse_answer_to_the_shipped_form_never_lowers_anything(given: dict[str, Answer], name: str, grade: int):
    shown = asked(rules(), given)
    assume(name in shown)
    base = {question: one for question, one in given.items() if question in shown}
    steps = [{question: one for question, one in step.items() if question in shown} for step in ladder(name, base)]
    found = score(rules(), laid_out(*steps), np.full((len(NAMES), len(steps)), grade, np.int8)).profiles.stated
    for better, worse in pairwise(range(len(steps))):
        assert found.residual[worse] >= found.residual[better]
        assert (found.levels[:, worse] >= found.levels[:, better]).all()
        assert found.band[worse] >= found.band[better]


# 2. More proof never makes a result worse.


@given(free_games() | shipped_games(), st.data())
def test_better_evidence_never_raises_residual_level_or_band(game: Game, data: st.DataObject):
    raised = np.minimum(game.grades + data.draw(evidence(game.layout.codebook, 1)), 4).astype(np.int8)
    assert no_better(profiles(game).stated, profiles(game, raised).stated)


@given(shipped_replies(), st.lists(st.sampled_from(NAMES), min_size=1))
def test_naming_a_document_never_raises_the_residual(given: dict[str, Answer], names: list[str]):
    bare = {name: msgspec.structs.replace(one, evidence=()) for name, one in given.items()}
    shown = {
        name: msgspec.structs.replace(one, evidence=("doc-1",) if name in names else ()) for name, one in bare.items()
    }
    with_papers, without = (assess(response(one), TODAY).profile for one in (shown, bare))
    assert with_papers.residual <= without.residual
    assert with_papers.confidence >= without.confidence


# 3. What is missing is bounded, and answering narrows the bounds.


@given(free_games() | plain_games() | shipped_games(), st.data())
def test_the_interval_holds_whatever_the_missing_answers_turn_out_to_be(game: Game, data: st.DataObject):
    layout, before = game.layout, game.given[0]
    after, grades = dict(before), game.grades.copy()
    for row, question in enumerate(layout.codebook.questions):
        missing = before.get(question.id, Answer()).value is None
        closed = before.get(question.id, Answer()).missing is Missing.NOT_APPLICABLE
        if missing and not closed and data.draw(st.booleans()):
            after[question.id] = data.draw(values(question))
            grades[row] = data.draw(st.integers(0, 4))
    wide, narrow = profiles(game), profiles(Game(layout, (after,), grades), grades)
    assert wide.low[0] <= wide.stated.residual[0] <= wide.high[0]
    assert wide.low[0] <= narrow.low[0] <= narrow.stated.residual[0] <= narrow.high[0] <= wide.high[0]
    assert (narrow.stated.levels <= wide.highest_levels).all()


@given(shipped_games())
def test_where_nothing_is_missing_there_is_no_interval(game: Game):
    whole = {**favourable_answers(), **{name: one for name, one in game.given[0].items() if one.value is not None}}
    found = profiles(Game(game.layout, (whole,), game.grades))
    assert found.low[0] == found.stated.residual[0] == found.high[0]
    assert (found.highest_levels == found.stated.levels).all()


def test_saying_nothing_at_all_rules_nothing_out():
    found = profiles(Game(rules(), ({},), np.zeros((len(NAMES), 1), np.int8)))
    assert found.high[0] == 100
    assert found.low[0] < 25


# 4. What is named adds up to what is stated.


def adds_up(profile: RiskProfile) -> None:
    assert sum(part.counted for part in profile.groups) == profile.inherent
    for part in profile.groups:
        assert part.points == sum(one.points for one in profile.exposures if one.group == part.group)
    reliefs = sum(part.relief for part in profile.controls)
    assert abs(profile.inherent - reliefs + profile.lift - profile.residual) <= 0.05 + 1e-9
    whole = sum(part.weight for part in profile.evidence)
    carried = sum(part.weight * part.hundredths for part in profile.evidence)
    assert abs(profile.confidence - (carried / whole / 100 if whole else 0)) <= 0.0005 + 1e-9
    earned = sum(part.weight * part.credit for part in profile.controls)
    weights = sum(part.weight for part in profile.controls)
    assert abs(profile.control - (100 * earned / weights if weights else 0)) <= 0.05 + 1e-9


@given(free_games() | plain_games() | shipped_games())
def test_the_named_parts_add_up_to_the_stated_numbers(game: Game):
    adds_up(explain(game.layout, score(game.layout, game.answers, game.grades), TODAY))


# 5. Order does not matter.


@given(free_games(responses=3), st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing(game: Game, random):
    model = game.layout.model
    readings, exposures, overrides = (list(part) for part in (model.readings, model.exposures, model.overrides))
    for part in (readings, exposures, overrides):
        random.shuffle(part)
    shuffled = msgspec.structs.replace(
        model, readings=tuple(readings), exposures=tuple(exposures), overrides=tuple(overrides)
    )
    one = profiles(game)
    other = profiles(Game(Layout(shuffled, game.layout.codebook, game.layout.parameters), game.given, game.grades))
    same(one, other, slice(None))


@given(shipped_games(responses=3), st.permutations(range(3)))
def test_the_order_of_answers_and_responses_changes_nothing(game: Game, order: Sequence[int]):
    turned = tuple(dict(reversed(game.given[place].items())) for place in order)
    same(profiles(Game(game.layout, turned, game.grades[:, order])), profiles(game), list(order))


def same(one: Profiles, other: Profiles, columns: slice | list[int]) -> None:
    """Assert that every digit of `one` is that of the given columns of `other`."""
    for name in ("inherent", "control", "confidence", "residual", "band"):
        assert np.array_equal(getattr(one.stated, name), getattr(other.stated, name)[columns])
    assert np.array_equal(one.stated.levels, other.stated.levels[:, columns])
    for name in ("low", "high", "highest_band"):
        assert np.array_equal(getattr(one, name), getattr(other, name)[columns])
    assert np.array_equal(one.highest_levels, other.highest_levels[:, columns])


# 6. One response is scored as it is in a block.


@given(free_games(responses=4) | shipped_games(responses=4), st.integers(0, 3))
def test_a_response_alone_scores_as_it_does_in_a_block(game: Game, place: int):
    alone = Game(game.layout, game.given[place : place + 1], game.grades[:, place : place + 1])
    same(profiles(alone), profiles(game), [place])


def test_neighbours_do_not_share_circumstances():
    found = laid_out(favourable_answers(), favourable_answers())
    beyond = Circumstances(np.array([False, True]), np.array([False, False]))
    bands = score(rules(), found, np.zeros((len(NAMES), 2), np.int8), beyond).profiles.stated.band
    assert bands[1] == bands[0] + 1


# 7. Written down and read again, an assessment gives the same digits.


@given(given=shipped_replies(), overdue=st.booleans())
def test_an_assessment_can_be_stored_read_and_computed_again(given: dict[str, Answer], *, overdue: bool):
    first = assess(response(given), TODAY, overdue=overdue)
    stored = msgspec.json.encode(first)
    read = msgspec.json.decode(stored, type=Assessment)
    again = assess(read.response, read.on, review=read.review, overdue=read.overdue)
    assert read == first
    assert again == first
    assert msgspec.json.encode(again.profile) == msgspec.json.encode(first.profile)


# 8. An adverse answer hides nothing.


OPENED: dict[str, Value] = {
    "pro.work": ("field_work", "harvest", "hand_harvest", "chemicals", "posted_crews"),
    "pro.headcount": 60,
    "pro.headcount.under_18": 1,
    "pro.headcount.foreign": 1,
    "pro.migrant_share": 10,
    "pro.piece_share": 10,
    "map.sub_levels": 1,
    "rec.channels": ("broker",),
    **dict.fromkeys(("pro.housing", "pro.agency", "rec.fees_paid", "mov.id_kept", "deb.lends"), "yes"),
    **dict.fromkeys(("sif.asked", "sif.sent", "sif.received"), "yes"),
}
"""Answers that open whatever others do not close."""


@pytest.mark.parametrize("opened", [pytest.param({}, id="plain setting"), pytest.param(OPENED, id="all opened")])
@pytest.mark.parametrize("sector", ["cotton_growing", "building", "labour_supply", "services"])
def test_no_adverse_answer_closes_a_question_that_is_scored(sector: str, opened: dict[str, Value]):
    scored = {one.question for one in rules().model.readings if one.element is not Element.CONTEXT}
    base = answers(opened, favourable_answers(sector))
    for name in SCORED:
        for better, worse in pairwise(ladder(name, base)):
            closed = asked(rules(), better) - asked(rules(), worse)
            assert not closed & scored, f"{name} closes {sorted(closed & scored)}"


# 9. What would have to be different, is enough and no more than enough.


def changed(given: Mapping[str, Answer], changes: Sequence[Change]) -> dict[str, Answer]:
    """Return the answers to the shipped form after some changes."""
    after = dict(given)
    best = favourable_answers(str(given["pro.sector"].value) if "pro.sector" in given else "services")
    for one in changes:
        if one.choices:
            after[one.question] = Answer(value=one.choices[0])
        elif one.figure is not None and one.relation is not None:
            step = {Relation.BELOW: -1, Relation.AT_MOST: 0, Relation.AT_LEAST: 0, Relation.ABOVE: 1}[one.relation]
            after[one.question] = Answer(value=one.figure + step)
        else:
            parts = [question.id for question in book().questions if one.question in (question.id, question.part_of)]
            after.update({name: best[name] for name in parts})
    return after


@given(shipped_replies())
def test_the_stated_changes_lower_and_end_each_finding_of_the_shipped_form(given: dict[str, Answer]):
    order = [NONE, *(level.id for level in rules().model.levels)]
    for place, finding in enumerate(assess(response(given), TODAY).profile.findings):
        if finding.level == NONE:
            continue
        lower = assess(response(changed(given, finding.to_lower)), TODAY).profile.findings[place]
        ended = assess(response(changed(given, finding.to_clear)), TODAY).profile.findings[place]
        assert order.index(lower.level) < order.index(finding.level)
        assert ended.level == NONE
        assert ended.signs == ()


@given(plain_games(gated=False))
def test_no_smaller_change_lowers_or_ends_a_finding(game: Game):
    layout, before = game.layout, game.given[0]
    names = [question.id for question in layout.codebook.questions]
    ways = [way for size in range(len(names) + 1) for way in combinations(names, size)]
    tried = [{**before, **{name: Answer(value=GOOD) for name in way}} for way in ways]
    levels = score(layout, lay(layout.codebook, tried), np.repeat(game.grades, len(tried), axis=1))
    profile = explain(layout, score(layout, game.answers, game.grades), TODAY)
    for finding, found in zip(profile.findings, levels.profiles.stated.levels, strict=True):
        least = [len(way) for way, level in zip(ways, found, strict=True) if level < found[0]]
        assert len(finding.to_lower) == min(least, default=0)
        none = [len(way) for way, level in zip(ways, found, strict=True) if level == 0 < found[0]]
        assert len(finding.to_clear) == min(none, default=0)
        lowered = tuple(sorted(one.question for one in finding.to_lower))
        assert not lowered or found[ways.index(lowered)] < found[0]
