"""What prompts are, how often they are right, and where they can never get to."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.assessment import Assessment
from duediligence.improvement import ImprovementPlan
from duediligence.library import banned, texts_of
from duediligence.reports.compose import Report
from questionnaires import glossary
from questionnaires.condition import Equals
from questionnaires.program import TRUE
from questionnaires.text import LANGUAGES, say
from risk_models import integrity
from risk_models.integrity import Contradiction, ForReviewers, Kind, Prompt, Strength
from tests.conftest import book, laid_out
from tests.strategies import holds
from tests.test_imports import imports, modules, name_of, targets

LOOK = integrity.read()
WORDS = ForReviewers(tk="Näme üçin?", ru="Почему?", en="Why?")
PROMPT = Prompt(kind=Kind.HASTE, strength=Strength.SLIGHT, why=WORDS)
ACCUSING = re.compile(
    r"\b(?:lie[sd]?\b|lying|false|fak|fraud|suspic|cheat|forg(?:ed|ery)|copied|dishonest|guilt"
    r"|лож|лгал|обман|подозр|поддел|мошен|списал|винов|ýalan|aldaw|şübhe|galp|günä)",
    re.IGNORECASE,
)
NO_REPORT = ("duediligence.reports", "duediligence.record", "duediligence.record_shared")


# Content


def test_the_shipped_edition_fits_its_form():
    assert integrity.faults(LOOK, book()) == ()


def test_there_are_at_least_fifteen_contradictions():
    assert len(LOOK.contradictions) >= 15


def test_every_rule_says_where_it_comes_from():
    rules = (*LOOK.contradictions, *LOOK.kinds.values(), *LOOK.figures.values())
    assert all(rule.sources for rule in rules)


def test_every_figure_has_a_unit():
    assert all(figure.unit for figure in LOOK.figures.values())


def test_the_page_for_reviewers_states_every_figure():
    page = (Path(__file__).parents[2] / "docs" / "second-look.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\d+) \| (\S+) \|$", page, re.MULTILINE)
    assert told == [(name, str(figure.value), figure.unit) for name, figure in LOOK.figures.items()]


def test_every_text_is_there_in_all_languages():
    assert not [where for where, text in texts_of(LOOK) if not all(text.get(one, "").strip() for one in LANGUAGES)]


def test_no_text_says_what_no_text_may_say():
    for where, text in texts_of(LOOK):
        assert not [where for language, pattern in banned().items() if pattern.search(text[language])]


def test_every_term_is_worded_as_the_glossary_has_it():
    terms = glossary.read()
    assert not [
        (where, found.term) for where, text in texts_of(LOOK) for found in glossary.inconsistencies(terms, text)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_accuses_anybody(language):
    assert not [where for where, text in texts_of(LOOK) if ACCUSING.search(text[language])]


def test_every_contradiction_asks_something():
    assert all(text.endswith("?") for rule in LOOK.contradictions for text in rule.why.values())


def test_a_contradiction_about_one_answer_is_refused():
    with pytest.raises(ValueError, match="two questions"):
        Contradiction(
            id="one",
            when=Equals(question="a", value="yes"),
            questions=("a",),
            strength=Strength.CLEAR,
            why={},
            sources=(),
        )


def test_a_contradiction_that_reads_a_protected_answer_is_named():
    rule = LOOK.contradictions[0]
    when = msgspec.structs.replace(rule.when, parts=(*rule.when.parts, Equals(question="sif.asked", value="no")))
    look = msgspec.structs.replace(LOOK, contradictions=(msgspec.structs.replace(rule, when=when),))
    assert any("protected" in fault for fault in integrity.faults(look, book()))


def test_an_edition_that_is_not_there_is_named():
    with pytest.raises(integrity.ContentError, match="second_look"):
        integrity.read("1999.1")


# Where prompts never get to


def _reached_from(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    found, open_ones = set[str](), {name for name in graph if name.startswith(start)}
    while open_ones:
        found |= open_ones
        open_ones = set().union(*(graph[name] for name in open_ones)) - found
    return found


def _graph() -> dict[str, set[str]]:
    names = {name_of(path): path for path in modules()}
    graph = {}
    for name, path in names.items():
        nodes = list(imports(ast.parse(Path(path).read_text(encoding="utf-8"))))
        wanted = {one for node in nodes for one in targets(node)}
        wanted |= {
            f"{node.module}.{alias.name}" for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        graph[name] = wanted & names.keys()
    return graph


def test_no_report_and_no_record_reaches_prompts_even_through_others():
    graph = _graph()
    for start in NO_REPORT:
        assert not [name for name in _reached_from(start, graph) if name.startswith("risk_models.integrity")]


@pytest.mark.parametrize("kind", [Report, Assessment, ImprovementPlan])
def test_nothing_that_leaves_the_house_has_a_place_for_a_prompt(kind):
    _, parts = msgspec.json.schema_components([kind])
    assert not {"Prompt", "ForReviewers", "Looked", "Record"} & parts.keys()


def test_the_words_of_a_prompt_are_no_text():
    with pytest.raises(AttributeError):
        say(PROMPT.why, "en")


def test_a_reviewer_reads_a_prompt_in_their_language():
    assert [WORDS.to_reviewer(language) for language in ("tk", "ru", "en")] == ["Näme üçin?", "Почему?", "Why?"]


def test_a_prompt_can_be_kept_and_read_again():
    assert msgspec.json.decode(msgspec.json.encode(PROMPT), type=Prompt) == PROMPT


def test_prompts_are_counted_by_kind():
    assert integrity.counted([PROMPT, PROMPT])[Kind.HASTE] == 2


def test_a_kind_without_prompts_counts_nothing():
    assert integrity.counted([])[Kind.ALIKE] == 0


# How often right


def test_how_often_a_kind_is_right_is_not_known_before_enough_conclusions():
    found = integrity.record(LOOK, Kind.HASTE, 300, [True] * 19 + [None] * 30)
    assert (found.low, found.high) == (None, None)


def test_it_is_said_that_it_is_not_yet_known():
    found = integrity.record(LOOK, Kind.HASTE, 300, [None] * 30)
    assert "not yet known: 0 of 20" in integrity.telling(LOOK, found).en


def test_how_often_a_kind_is_right_comes_with_an_interval():
    """Wilson's interval for 8 of 20 at 95 %, as tables give it: 0.219 to 0.613."""
    found = integrity.record(LOOK, Kind.HASTE, 300, [True] * 8 + [False] * 12)
    assert (round(found.low, 3), round(found.high, 3)) == (0.219, 0.613)


def test_the_interval_is_told_in_words():
    found = integrity.record(LOOK, Kind.HASTE, 300, [True] * 8 + [False] * 12)
    assert "between 22 and 61 of 100" in integrity.telling(LOOK, found).en


def test_open_prompts_count_as_raised_and_not_as_wrong():
    found = integrity.record(LOOK, Kind.HASTE, 300, [True] * 20 + [None] * 5)
    assert (found.raised, found.concluded, found.right) == (25, 20, 20)


@given(st.integers(1, 400), st.floats(0, 1), st.floats(0.5, 0.999))
def test_the_interval_holds_the_share_that_was_seen(of: int, part: float, sure: float):
    right = round(of * part)
    low, high = integrity.wilson(right, of, sure)
    assert 0 <= low <= right / of + 1e-12
    assert right / of - 1e-12 <= high <= 1


@given(st.integers(1, 100), st.integers(0, 100))
def test_more_conclusions_of_the_same_kind_narrow_the_interval(of: int, right: int):
    right = min(right, of)
    few, many = integrity.wilson(right, of, 0.95), integrity.wilson(4 * right, 4 * of, 0.95)
    assert many[1] - many[0] <= few[1] - few[0]


def test_saying_nothing_contradicts_nothing():
    assert not [rule.id for rule in LOOK.contradictions if holds(rule.when, laid_out({}))[0] == TRUE]
