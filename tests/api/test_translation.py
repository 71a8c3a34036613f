"""The words of the pages: there in three languages, and written as each language writes."""

import re
import string
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.page import FOLDER as TEMPLATES
from api.translation import FOLDER, Phrase, Words, chosen, read, turkmen_key, words
from duediligence.library import banned
from questionnaires import glossary
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES

NO_BREAK = "\N{NO-BREAK SPACE}"
PLURALS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}, "tk": {"one", "other"}}
CALL = re.compile(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""")
TODAY = date(2026, 11, 21)


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Words:
    return words(request.param)


def wordings(phrase: str | dict[str, str]) -> list[str]:
    return list(phrase.values()) if isinstance(phrase, dict) else [phrase]


def facts(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def wrong(fault: Callable[[Phrase], object]) -> dict[str, object]:
    """Return the phrases that have a fault, and which."""
    return {key: found for key, phrase in read().items() if (found := fault(phrase))}


def test_every_phrase_is_there_in_every_language_and_empty_in_none():
    assert not wrong(lambda phrase: set(phrase) != set(LANGUAGES))
    assert not wrong(lambda phrase: not all(one.strip() for said in phrase.values() for one in wordings(said)))


def test_every_phrase_takes_the_same_facts_in_every_language():
    def differs(phrase: Phrase) -> bool:
        taken = [set().union(*map(facts, wordings(said))) for said in phrase.values()]
        return any(one - {"count"} != taken[0] - {"count"} for one in taken)

    assert not wrong(differs)


def test_every_phrase_has_the_plural_forms_of_its_language():
    def misses(phrase: Phrase) -> bool:
        return any(isinstance(said, dict) and set(said) != PLURALS[language] for language, said in phrase.items())

    assert not wrong(misses)


def test_no_phrase_says_what_may_not_be_said():
    def says(phrase: Phrase) -> bool:
        return any(banned()[language].search(" ".join(wordings(said))) for language, said in phrase.items())

    assert not wrong(says)


def test_every_phrase_keeps_to_the_glossary():
    terms = glossary.read()

    def strays(phrase: Phrase) -> list[glossary.Inconsistency]:
        text = {language: " ".join(wordings(said)) for language, said in phrase.items()}
        return glossary.inconsistencies(terms, text)

    assert not wrong(strays)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_every_phrase_a_template_names_exists(path: Path):
    assert set(CALL.findall(path.read_text(encoding="utf-8"))) <= {*read()}


def test_a_phrase_that_is_missing_is_an_error(t):
    with pytest.raises(ContentError, match=r"frame\.nowhere"):
        t("frame.nowhere")


def test_a_fact_that_is_missing_is_an_error(t):
    with pytest.raises(ContentError, match="time"):
        t("question.saved")


def test_files_give_their_name_to_their_phrases():
    assert {key.partition(".")[0] for key in read()} == {path.stem for path in FOLDER.glob("*.yaml")}


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "in 1 day"),
        ("en", 5, "in 5 days"),
        ("ru", 21, "через 21 день"),
        ("ru", 3, "через 3 дня"),
        ("ru", 11, "через 11 дней"),
        ("tk", 1, "1 günden"),
        ("tk", 5, "5 günden"),
    ],
)
def test_plurals_follow_the_language(language, count, said):
    assert words(language)("when.ahead", count=count) == said


@pytest.mark.parametrize(
    ("language", "said"), [("en", "3 November 2026"), ("ru", "3 ноября 2026 г."), ("tk", "3 noýabr 2026")]
)
def test_a_day_is_written_with_its_month_in_words_and_does_not_break(language, said):
    assert words(language).day(date(2026, 11, 3)).replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK) == said.replace(
        " ", NO_BREAK
    )


def test_a_moment_is_told_in_the_time_of_turkmenistan(t):
    assert t.clock(datetime(2026, 11, 21, 20, 30, tzinfo=UTC)) == "01:30"


def test_a_moment_late_in_the_evening_belongs_to_the_next_day_in_turkmenistan(t):
    assert t.short_day(datetime(2026, 11, 21, 20, 30, tzinfo=UTC)) == "22.11.2026"


@pytest.mark.parametrize(("language", "said"), [("en", "12,500.5"), ("ru", "12 500,5"), ("tk", "12 500,5")])
def test_numbers_follow_the_language(language, said):
    assert words(language).number(12500.5, 1) == said.replace(" ", NO_BREAK)


@pytest.mark.parametrize(("language", "said"), [("en", "26%"), ("ru", "26 %"), ("tk", "26 %")])
def test_a_share_is_told_in_whole_percent(language, said):
    assert words(language).percent(0.264) == said.replace(" ", NO_BREAK)


@pytest.mark.parametrize(("language", "said"), [("en", "1,160 manat"), ("ru", "1 160 ман."), ("tk", "1 160 manat")])
def test_money_is_told_in_manat(language, said):
    assert words(language).manat(1160).replace(NO_BREAK, " ") == said


@pytest.mark.parametrize(("language", "said"), [("en", "1234.5"), ("ru", "1234,5"), ("tk", "1234,5")])
def test_a_quantity_in_a_field_has_no_spaces_that_nobody_types(language, said):
    assert words(language).typed(1234.5) == said


def test_a_day_in_a_field_is_written_as_the_field_asks_for_it(t):
    assert t.typed("2026-01-15") == "15.01.2026"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 21), "today"),
        (date(2026, 11, 22), "tomorrow"),
        (date(2026, 11, 20), "yesterday"),
        (date(2026, 11, 24), "in 3 days"),
        (date(2026, 11, 1), "20 days ago"),
    ],
)
def test_a_near_day_is_told_from_today(day, said):
    assert words("en").from_today(day, TODAY) == said


def test_a_far_day_is_told_as_it_is(t):
    assert t.from_today(date(2027, 3, 1), TODAY) == t.day(date(2027, 3, 1))


def test_turkmen_sorts_by_its_own_alphabet():
    given = [
        "Zergär",
        "Çärjew",
        "Ýolöten",
        "Daşoguz",
        "Baýramaly",
        "Ýylanly",
        "Änew",
        "Balkan",
        "Şatlyk",
        "Sarahs",
        "4",
    ]
    assert sorted(given, key=turkmen_key) == [
        "4", "Balkan", "Baýramaly", "Çärjew", "Daşoguz", "Änew", "Sarahs", "Şatlyk", "Ýolöten", "Ýylanly", "Zergär",
    ]  # fmt: skip


def test_russian_sorts_yo_with_ye():
    assert words("ru").in_order(["жук", "ёлка", "ель"]) == ["ёлка", "ель", "жук"]


def test_a_list_ends_as_in_a_sentence():
    assert words("tk").joined(("a", "b", "ç")) == "a, b we ç"


@pytest.mark.parametrize(
    ("cookie", "person", "header", "language"),
    [
        ("en", "ru", "tk", "en"),
        ("", "ru", "en", "ru"),
        ("", "", "fr-FR, ru;q=0.5, en;q=0.8", "en"),
        ("", "", "en;q=0, ru;q=0.1", "ru"),
        ("de", "", "fr", "tk"),
        ("", "", "en;q=high, ru", "ru"),
        ("", "", "", "tk"),
    ],
)
def test_the_language_is_what_was_chosen_then_the_persons_then_the_browsers(cookie, person, header, language):
    assert chosen(cookie, person, header, "tk") == language


def test_no_page_is_written_in_another_language():
    with pytest.raises(ContentError, match="'fr'"):
        words("fr")
