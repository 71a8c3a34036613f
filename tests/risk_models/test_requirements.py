"""The registry holds together, and the crosswalk says what answers speak to, never that a law is kept."""

import re
from collections import Counter
from datetime import date

import pytest

from questionnaires import catalogue, glossary
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES, Source
from risk_models.requirements import (
    Instrument,
    Link,
    Registry,
    Requirement,
    State,
    Status,
    Strength,
    Timing,
    crosswalk,
    faults,
    read,
    timing,
)

REGISTRY = read()
INSTRUMENTS = [pytest.param(entry, id=entry.id) for entry in REGISTRY.instruments]
REQUIREMENTS = [pytest.param(entry, id=entry.id) for entry in REGISTRY.requirements]
QUESTIONS = [question.id for question in catalogue.load("risk_assessment", "2026.1").questions()]
GLOSSARY = glossary.read()
TODAY = date(2026, 11, 21)
WORDS = dict.fromkeys(LANGUAGES, "words")


def instrument(**changes):
    fields = {"id": "i", "title": WORDS, "kind": "law", "jurisdiction": "TM", "role": WORDS, "confirmed": False}
    return Instrument(**{**fields, "status": Status.IN_FORCE, **changes})


def requirement(name="r", **changes):
    return Requirement(**{"id": name, "instrument": "i", "locator": "", "asks": WORDS, "confirmed": False, **changes})


def registry(*links, instruments=None, requirements=None):
    return Registry(
        version="x",
        reviewed=False,
        instruments=instruments or (instrument(),),
        requirements=requirements or (requirement(),),
        links=links,
    )


def answers(*questions, **changes):
    return Link(requirement="r", strength=Strength.ANSWERS, questions=questions, **changes)


def state(registry, answered, asked=None):
    return crosswalk(registry, answered, {}, TODAY, asked=asked)[0].state


# What the registry holds


def test_the_registry_is_marked_as_not_reviewed_by_a_lawyer():
    assert not REGISTRY.reviewed


def test_the_shipped_registry_holds_together():
    assert list(faults(REGISTRY)) == []


def test_every_instrument_asks_for_something():
    assert {entry.id for entry in REGISTRY.instruments} == {entry.instrument for entry in REGISTRY.requirements}


def test_every_linked_question_and_section_is_in_the_questionnaire():
    sections = {question.partition(".")[0] for question in QUESTIONS}
    assert {question for link in REGISTRY.links for question in link.questions} <= set(QUESTIONS)
    assert {section for link in REGISTRY.links for section in link.sections} <= sections


def test_a_requirement_nothing_of_ours_bears_on_says_who_supplies_it():
    bearing = {link.requirement for link in REGISTRY.links if link.strength is not Strength.CONTEXT}
    assert [entry.id for entry in REGISTRY.requirements if entry.id not in bearing and not entry.note] == []


@pytest.mark.parametrize("entry", INSTRUMENTS)
def test_every_instrument_speaks_three_languages(entry):
    for text in (entry.title, entry.role):
        assert set(text) == set(LANGUAGES)
        assert all(text.values())
        assert glossary.inconsistencies(GLOSSARY, text) == []


@pytest.mark.parametrize("entry", REQUIREMENTS)
def test_every_requirement_speaks_three_languages(entry):
    assert set(entry.asks) == set(LANGUAGES)
    assert all(entry.asks.values())
    assert set(entry.note) in ({*LANGUAGES}, set())
    for text in (entry.asks, entry.note):
        assert glossary.inconsistencies(GLOSSARY, text) == []


@pytest.mark.parametrize("entry", INSTRUMENTS)
def test_an_instrument_is_confirmed_exactly_when_somebody_read_it(entry):
    assert entry.confirmed == (entry.verified_on is not None)
    assert entry.confirmed == any(source.confirmed for source in entry.sources)


@pytest.mark.parametrize("entry", REQUIREMENTS)
def test_a_confirmed_requirement_rests_on_a_source_that_was_read(entry):
    assert entry.confirmed == any(source.confirmed and source.checked for source in entry.sources)


@pytest.mark.parametrize(
    "name",
    ["ilo-p29", "EU-FLR-17-a", "EU-FLR-18-a", "CA-11.3.a", "DE-LkSG-4", "NO-TA-5a", "US-307-a", "PS2-22", "UNGP-29"],
)
def test_what_is_known_from_memory_or_a_copy_alone_is_not_confirmed(name):
    found = [entry for entry in (*REGISTRY.instruments, *REGISTRY.requirements) if entry.id == name]
    assert not any(entry.confirmed for entry in found)


def test_forced_labour_in_the_labour_code_is_cited_by_number_alone():
    article = next(entry for entry in REGISTRY.requirements if entry.id == "LC-8")
    assert article.locator == "Art. 8 (as amended)"
    assert re.search("to be confirmed", article.note["en"])


def test_the_cotton_order_is_never_more_than_partly_answered():
    rows = crosswalk(REGISTRY, QUESTIONS, {}, TODAY, asked=QUESTIONS)
    assert {row.state for row in rows if row.instrument.id == "us-wro-tm"} == {State.PARTLY}


def test_a_statement_of_origin_lies_outside_what_we_can_answer():
    rows = crosswalk(REGISTRY, QUESTIONS, {}, TODAY, asked=QUESTIONS)
    assert {row.state for row in rows if row.requirement.id in {"US-307-a", "US-307-b"}} == {State.OUTSIDE}


# What does not fit together is named


def test_all_faults_are_named_at_once():
    wrong = registry(
        answers("a.b"),
        Link(requirement="lost", strength=Strength.CONTEXT, questions=("a.b",)),
        Link(requirement="r", strength=Strength.CONTEXT),
        Link(requirement="r", strength=Strength.CONTEXT, indicators=("XYZ",)),
        instruments=(instrument(), instrument(), instrument(id="sure", confirmed=True)),
        requirements=(requirement(), requirement("stray", instrument="nowhere")),
    )
    assert list(faults(wrong)) == [
        "i is defined 2 times",
        "stray belongs to nowhere, which is no instrument",
        "a link names lost, which is no requirement",
        "a link of r names no question, section or indicator",
        "a link of r names XYZ, which is no indicator",
        "sure is marked as confirmed without a confirmed source",
    ]


def test_an_unconfirmed_source_does_not_confirm():
    weak = (Source(title="hearsay", confirmed=False),)
    assert list(faults(registry(requirements=(requirement(confirmed=True, sources=weak),))))


def test_a_registry_that_does_not_fit_is_refused(tmp_path):
    (tmp_path / "registry.yaml").write_text('version: "1"\nreviewed: false\nparts: [one]\n')
    (tmp_path / "one.yaml").write_text(
        "instruments: []\nrequirements: []\nlinks: [{requirement: r, strength: answers, questions: [a.b]}]\n"
    )
    with pytest.raises(ContentError, match="r, which is no requirement"):
        read(tmp_path)


# Standing on a day


def test_an_instrument_applies_from_its_first_day():
    ban = instrument(status=Status.APPLIES_LATER, effective=date(2027, 12, 14))
    assert timing(ban, date(2027, 12, 13)) is Timing.NOT_YET
    assert timing(ban, date(2027, 12, 14)) is Timing.IN_FORCE


def test_an_instrument_has_ended_on_the_day_it_ends():
    old = instrument(effective=date(2000, 1, 1), ends=date(2020, 1, 1))
    assert timing(old, date(2019, 12, 31)) is Timing.IN_FORCE
    assert timing(old, date(2020, 1, 1)) is Timing.ENDED


def test_a_law_that_applies_later_without_a_known_day_does_not_apply_yet():
    assert timing(instrument(status=Status.APPLIES_LATER), date(2040, 1, 1)) is Timing.NOT_YET


def test_an_uncertain_instrument_stays_uncertain():
    assert timing(instrument(status=Status.UNCERTAIN, effective=date(2000, 1, 1)), TODAY) is Timing.UNCERTAIN


def test_instruments_that_do_not_apply_on_the_day_are_kept_and_shown_as_such():
    rows = crosswalk(REGISTRY, (), {}, date(2000, 1, 1))
    assert len(rows) == len(REGISTRY.requirements)
    assert {row.timing for row in rows if row.instrument.id == "us-wro-tm"} == {Timing.NOT_YET}
    assert Counter(row.timing for row in crosswalk(REGISTRY, (), {}, TODAY))[Timing.NOT_YET] > 0


# What answers have to say


def test_nothing_answered_is_not_answered():
    assert state(registry(answers("a.b")), ()) is State.NOT_ANSWERED


def test_all_answered_is_answered():
    assert state(registry(answers("a.b", "a.c")), {"a.b", "a.c", "x.y"}) is State.ANSWERED


def test_some_answered_is_partly():
    row = crosswalk(registry(answers("a.b", "a.c")), {"a.b"}, {}, TODAY)[0]
    assert (row.state, row.answered, row.unanswered) == (State.PARTLY, ("a.b",), ("a.c",))


def test_a_question_that_does_not_concern_the_firm_is_not_missed():
    assert state(registry(answers("a.b", "a.c")), {"a.b"}, asked={"a.b"}) is State.ANSWERED


def test_support_alone_never_answers():
    supporting = Link(requirement="r", strength=Strength.SUPPORTS, questions=("a.b",))
    assert state(registry(supporting), {"a.b"}) is State.PARTLY


def test_an_answer_to_a_supporting_question_does_not_stand_in_for_the_answering_one():
    supporting = Link(requirement="r", strength=Strength.SUPPORTS, questions=("a.c",))
    assert state(registry(answers("a.b"), supporting), {"a.c"}) is State.PARTLY


def test_context_does_not_bear_on_a_requirement():
    context = Link(requirement="r", strength=Strength.CONTEXT, questions=("a.b",))
    assert state(registry(context), {"a.b"}) is State.OUTSIDE


def test_a_finding_alone_does_not_bring_a_requirement_inside():
    assert state(registry(answers(indicators=("SIF",))), {"a.b"}) is State.OUTSIDE


def test_a_section_is_complete_only_when_the_questions_asked_are_known():
    whole = registry(answers(sections=("a",)))
    assert state(whole, {"a.b"}) is State.PARTLY
    assert state(whole, {"a.b"}, asked={"a.b", "z.z"}) is State.ANSWERED
    assert state(whole, {"a.b"}, asked={"a.b", "a.c"}) is State.PARTLY


def test_a_section_does_not_cover_questions_of_a_section_with_a_longer_name():
    assert state(registry(answers(sections=("a",))), {"ab.c"}) is State.NOT_ANSWERED


def test_only_the_findings_that_bear_on_a_requirement_stand_beside_it():
    row = crosswalk(registry(answers("a.b", indicators=("SIF", "CHL"))), (), {"SIF": "strong", "WAG": "weak"}, TODAY)[0]
    assert row.findings == {"SIF": "strong"}


def test_no_row_holds_a_number():
    for row in crosswalk(REGISTRY, QUESTIONS, {"SIF": "strong"}, TODAY, asked=QUESTIONS):
        assert not any(isinstance(getattr(row, field), int | float) for field in row.__struct_fields__)
