"""The glossary is whole, agrees with itself, and tells where a text departs from it."""

from collections import Counter
from itertools import pairwise

import pytest

from questionnaires.glossary import Glossary, Inconsistency, Term, inconsistencies, read

GLOSSARY = read()
TERMS = [pytest.param(term, id=term.id) for term in GLOSSARY.terms]

OVERTIME = Term(
    id="overtime",
    term={"en": "overtime", "ru": "сверхурочная работа", "tk": "iş wagtyndan daşary iş"},
    definition={"en": "x", "ru": "x", "tk": "x"},
    stems={"en": ("overtime",), "ru": ("сверхурочн",), "tk": ("iş wagtyndan daşary",)},
    avoid={"tk": ("swerhuroç",)},
    follow=True,
)
AUTHORITY = Term(
    id="hakimlik",
    term={"en": "hakimlik", "ru": "хякимлик", "tk": "häkimlik"},
    definition={"en": "x", "ru": "x", "tk": "x"},
    stems={"en": ("hakimlik",), "ru": ("хякимлик",), "tk": ("häkimli",)},
    follow=True,
)
SMALL = Glossary(reviewed=False, note={}, languages=("en", "ru", "tk"), terms=(OVERTIME, AUTHORITY))


def test_the_glossary_says_that_no_native_speaker_has_reviewed_it():
    assert not GLOSSARY.reviewed
    assert all(GLOSSARY.note[language] for language in GLOSSARY.languages)


def test_every_term_has_its_own_id():
    repeated = [name for name, times in Counter(term.id for term in GLOSSARY.terms).items() if times > 1]
    assert not repeated


@pytest.mark.parametrize("language", GLOSSARY.languages)
def test_no_wording_stands_for_two_ideas(language):
    wordings = sorted(term.term[language].casefold() for term in GLOSSARY.terms)
    assert not [one for one, next_one in pairwise(wordings) if one == next_one]


@pytest.mark.parametrize("term", TERMS)
def test_every_term_is_named_and_defined_in_every_language(term):
    for language in GLOSSARY.languages:
        assert term.term.get(language, "").strip()
        assert term.definition.get(language, "").strip()


@pytest.mark.parametrize("term", TERMS)
def test_a_definition_is_one_sentence(term):
    for sentence in term.definition.values():
        assert sentence.endswith(".")
        assert ". " not in sentence


@pytest.mark.parametrize("term", TERMS)
def test_stems_and_avoided_wordings_are_lower_case_and_in_known_languages(term):
    for wordings in (term.stems, term.avoid):
        assert set(wordings) <= set(GLOSSARY.languages)
        assert all(wording == wording.lower().strip() for many in wordings.values() for wording in many)


@pytest.mark.parametrize("term", [term for term in TERMS if term.values[0].follow])
def test_a_followed_term_has_stems_in_every_language(term):
    assert all(term.stems.get(language) for language in GLOSSARY.languages)


@pytest.mark.parametrize("term", TERMS)
def test_the_glossary_keeps_to_itself(term):
    assert inconsistencies(GLOSSARY, term.term) == []
    assert inconsistencies(GLOSSARY, term.definition) == []


@pytest.mark.parametrize("term", [term for term in TERMS if term.values[0].stems])
def test_a_term_is_recognised_by_its_own_stems(term):
    for language, stems in term.stems.items():
        assert any(stem in term.term[language].lower() for stem in stems)


def test_a_text_that_follows_the_glossary_has_no_inconsistency():
    text = {
        "en": "Is overtime paid?",
        "ru": "Оплачивается ли сверхурочная работа?",
        "tk": "Iş wagtyndan daşary işe hak tölenýärmi?",
    }
    assert inconsistencies(SMALL, text) == []


def test_an_avoided_wording_is_named_with_the_wording_to_use():
    text = {"tk": "Swerhuroçny iş barmy?"}
    assert inconsistencies(SMALL, text) == [
        Inconsistency(term="overtime", language="tk", found="swerhuroç", expected="iş wagtyndan daşary iş")
    ]


def test_an_avoided_wording_inside_another_word_is_left_alone():
    assert inconsistencies(SMALL, {"tk": "Birswerhuroçny"}) == []


def test_a_followed_term_missing_from_the_turkmen_is_named():
    text = {
        "en": "Is overtime paid?",
        "ru": "Платят ли за сверхурочные часы?",
        "tk": "Goşmaça sagatlara hak tölenýärmi?",
    }
    assert inconsistencies(SMALL, text) == [
        Inconsistency(term="overtime", language="tk", found="", expected="iş wagtyndan daşary iş")
    ]


def test_a_term_the_english_does_not_name_is_not_asked_of_the_other_languages():
    text = {"en": "Is extra work paid?", "ru": "Платят ли за лишние часы?", "tk": "Goşmaça sagatlara hak tölenýärmi?"}
    assert inconsistencies(SMALL, text) == []


@pytest.mark.parametrize("form", ["häkimlik", "Häkimligi", "häkimlikden", "häkimligiň", "häkimlige"])
def test_softened_stems_still_count(form):
    assert inconsistencies(SMALL, {"en": "the hakimlik", "ru": "хякимлик", "tk": form}) == []


def test_a_line_break_inside_a_term_does_not_hide_it():
    text = {"en": "overtime", "ru": "сверхурочно", "tk": "iş wagtyndan\ndaşary"}
    assert inconsistencies(SMALL, text) == []


def test_a_language_the_text_lacks_is_passed_over():
    assert inconsistencies(SMALL, {"en": "overtime", "ru": "сверхурочно"}) == []


@pytest.mark.parametrize(
    ("english", "turkmen"),
    [
        ("broker", "araça"),
        ("contractor", "potratça"),
        ("employer", "iş berijä"),
        ("picker", "ýygymça"),
        ("supplier", "üpjün edijä"),
        ("tenant farmer", "kärendeçä"),
    ],
)
def test_the_dative_of_a_shipped_term_counts(english, turkmen):
    faults = inconsistencies(GLOSSARY, {"en": english, "tk": turkmen})
    assert [fault for fault in faults if fault.language == "tk"] == []
