"""The sentences of a report: the same in every language, plain, and never more than they may say."""

import re
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.library import banned
from duediligence.reports import texts
from questionnaires import glossary
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES

SENTENCES = {language: texts.read(language).sentences for language in LANGUAGES}
KEYS = sorted(SENTENCES["en"])

BANNED = {
    "en": re.compile(r"certif|complian|labour.free|guarant|\bclean|\bclear|\babsent|verified as", re.IGNORECASE),
    "ru": re.compile(r"сертифи|соответствует требованиям|свобод\w+ от принуд|гарант|отсутству", re.IGNORECASE),
    "tk": re.compile(r"sertifikat|azat|kepillendir", re.IGNORECASE),
}
"""Wider than the list of the library: the sentences of a report keep clear of whole families of words."""


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_sentences(language):
    assert SENTENCES[language].keys() == SENTENCES["en"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_in_the_same_facts(language):
    assert {key: fields(words) for key, words in SENTENCES[language].items()} == {
        key: fields(words) for key, words in SENTENCES["en"].items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_units_without_a_sign_are_empty(language):
    assert {key for key, words in SENTENCES[language].items() if not words.strip()} == {"unit.weight", "unit.level"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pattern", [banned(), BANNED])
def test_no_sentence_says_what_no_report_may_say(language, pattern):
    found = [key for key, words in SENTENCES[language].items() if re.search(pattern[language], words)]
    assert found == []


def test_every_sentence_keeps_to_the_glossary():
    terms = glossary.read()
    departures = {
        key: found
        for key in KEYS
        if (found := glossary.inconsistencies(terms, {language: SENTENCES[language][key] for language in LANGUAGES}))
    }
    assert departures == {}


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "government review"), ("ru", "государственная проверка"), ("tk", "döwlet barlag")],
)
def test_a_review_by_the_state_is_called_one(language, said):
    assert said in SENTENCES[language]["reviewer.state"]
    assert any(said in words for key, words in SENTENCES[language].items() if key.startswith("limits."))


def test_an_indicator_without_a_sign_is_never_said_to_have_none():
    assert SENTENCES["en"]["level.none"] == "No sign reported"


@pytest.mark.parametrize("language", LANGUAGES)
def test_turkmen_and_english_use_latin_letters_and_russian_cyrillic(language):
    spoken = " ".join(re.sub(r"\{\w+\}|SHA-256|PDF|US Customs.*", "", words) for words in SENTENCES[language].values())
    wrong = r"[A-Za-z]{2,}" if language == "ru" else r"[а-яё]"
    assert re.findall(wrong, spoken, re.IGNORECASE) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "3 May 2026"), ("ru", "3 мая 2026 года"), ("tk", "2026-njy ýylyň 3-nji maýy")],
)
def test_a_day_in_words(language, said):
    assert texts.read(language).day(date(2026, 5, 3)).replace(texts.NO_BREAK, " ") == said


@pytest.mark.parametrize(("language", "said"), [("en", "12,500.5"), ("ru", "12 500,5"), ("tk", "12 500,5")])
def test_a_number_in_words(language, said):
    assert texts.read(language).number(12500.5, 1).replace(texts.NO_BREAK, " ") == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1-nji"), (6, "6-njy"), (9, "9-njy"), (10, "10-njy"), (20, "20-nji"), (30, "30-njy"), (2026, "2026-njy")],
)
def test_turkmen_ordinals_keep_vowel_harmony(number, said):
    assert texts.ordinal(number) == said


@pytest.mark.parametrize(
    ("number", "form"), [(1, "one"), (2, "few"), (5, "many"), (11, "many"), (21, "one"), (112, "many")]
)
def test_russian_plurals(number, form):
    assert texts.plural("ru", number) == form


@given(st.integers(0, 10_000), st.sampled_from(LANGUAGES))
def test_every_count_has_a_sentence(number, language):
    assert texts.read(language).count("plan.questions", number)


def test_a_language_without_sentences_is_refused():
    with pytest.raises(ContentError, match="choose one of"):
        texts.read("de")


def test_a_missing_fact_names_sentence_and_fact():
    with pytest.raises(ContentError, match=r"numbers\.coverage.*share"):
        texts.read("en").say("numbers.coverage")
