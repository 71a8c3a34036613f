"""The words of the pages, and how each language writes numbers, days and lists.

Words stand in `texts/<file>.yaml` and are called `<file>.<key>`. A value in
braces is filled in. What depends on a number has a wording for each plural form
of its language, and takes that number as `count`:

    saved: {en: "Saved {time}", ru: "Сохранено {time}", tk: "Saklandy {time}"}
    firms:
      en: {one: "{count} firm", other: "{count} firms"}
      ru: {one: "{count} фирма", few: "{count} фирмы", many: "{count} фирм", other: "{count} фирмы"}
      tk: {other: "{count} kärhana"}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from babel import Locale, dates, lists, numbers

from questionnaires import content
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES, Text, say

FOLDER = Path(__file__).parent / "texts"

ZONE = timezone(timedelta(hours=5))
"""The time of day in Turkmenistan, which has kept one hour the whole year since 1991."""

Phrase = dict[str, str | dict[str, str]]
"""What is said in each language: words, or words for each plural form."""

_LOCALES = {"tk": "tk", "ru": "ru", "en": "en_GB"}
_MANAT = {"tk": "manat", "ru": "ман.", "en": "manat"}  # CLDR knows the code TMT alone
_ALPHABET = "ABCÇDEÄFGHIJŽKLMNŇOÖPQRSŞTUÜVWXYÝZ"  # with the four letters that only foreign names have
_RANK = {letter: ord("A") + place for place, letter in enumerate(_ALPHABET)}
_NEAR_DAYS = 30
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages say in one language; calling it gives the words of an id."""

    language: str
    phrases: Mapping[str, Phrase]
    locale: Locale

    def __call__(self, key: str, /, **facts: object) -> str:
        """Return the words of `key`, filled in with `facts`.

        Numbers and days among the facts are written as the language writes
        them; what is no quantity, such as a year, is passed as a string.

        Raises:
            ContentError: there are no such words, or they want another fact.
        """
        try:
            phrase = self.phrases[key][self.language]
            if isinstance(phrase, dict):
                phrase = phrase[self.locale.plural_form(_quantity(facts["count"]))]
            return phrase.format(**{name: self._fact(value) for name, value in facts.items()})
        except KeyError as error:
            raise ContentError(f"{key}, {self.language}: {error} is missing") from error

    def say(self, text: Text) -> str:
        """Return a text of the content in this language, or the nearest one."""
        return say(text, self.language)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number rounded to `decimals`, for example 12 500,5."""
        return str(numbers.format_decimal(round(value, decimals), locale=self.locale))

    def percent(self, share: float) -> str:
        """Return a share from 0 to 1 as whole percent."""
        return str(numbers.format_percent(share, locale=self.locale))

    def manat(self, amount: float) -> str:
        """Return an amount of money in whole manat."""
        return f"{self.number(amount)}{_NO_BREAK}{_MANAT[self.language]}"

    def day(self, day: date) -> str:
        """Return a day with its month in words: 3 noýabr 2026."""
        return str(dates.format_date(_local(day), "long", self.locale)).replace(" ", _NO_BREAK)

    def month(self, number: int, *, short: bool = False) -> str:
        """Return the name of a month, 1 to 12, as it stands alone."""
        names = dates.get_month_names("abbreviated" if short else "wide", "stand-alone", self.locale)
        return str(names[number])

    def short_day(self, day: date) -> str:
        """Return a day in figures, as forms ask for it: 03.11.2026."""
        return _local(day).strftime("%d.%m.%Y")

    def typed(self, value: float | str | None) -> str:
        """Return a quantity or an ISO day as a person types it into a field; nothing for no value."""
        match value:
            case None:
                return ""
            case str():
                return self._typed_day(value)
            case _:
                plain = str(int(value)) if value == int(value) else str(value)
                return plain if self.language == "en" else plain.replace(".", ",")

    def _typed_day(self, words: str) -> str:
        """Return an ISO day in figures, and what is no day as it was typed."""
        try:
            return self.short_day(date.fromisoformat(words))
        except ValueError:
            return words

    def clock(self, moment: datetime) -> str:
        """Return the time of day in Turkmenistan: 14:05."""
        return moment.astimezone(ZONE).strftime("%H:%M")

    def moment(self, moment: datetime) -> str:
        """Return day and time of day in Turkmenistan."""
        return f"{self.day(moment)}, {self.clock(moment)}"

    def from_today(self, day: date, today: date) -> str:
        """Return how far a day is from today, such as "in 3 days"; the day itself when over a month away."""
        distance = (day - today).days
        near = {0: "when.today", 1: "when.tomorrow", -1: "when.yesterday"}.get(distance)
        if near:
            return self(near)
        if abs(distance) > _NEAR_DAYS:
            return self.day(day)
        return self("when.ahead" if distance > 0 else "when.ago", count=abs(distance))

    def joined(self, parts: Iterable[str]) -> str:
        """Return parts as a list in a sentence: a, b we ç."""
        return str(lists.format_list(list(parts), locale=self.locale))

    def in_order(self, parts: Iterable[str]) -> list[str]:
        """Return parts in the order of the alphabet of this language."""
        return sorted(parts, key=turkmen_key if self.language == "tk" else _plain_key)

    def _fact(self, value: object) -> object:
        match value:
            case bool() | str():
                return value
            case int() | float():
                return self.number(value, 2)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case _:
                return value


@cache
def words(language: str) -> Words:
    """Return what the pages say in a language.

    Raises:
        ContentError: nothing is said in this language, or a file does not fit.
    """
    if language not in LANGUAGES:
        raise ContentError(f"no page is written in {language!r}; choose one of {', '.join(LANGUAGES)}")
    return Words(language, read(), Locale.parse(_LOCALES[language]))


@cache
def read() -> Mapping[str, Phrase]:
    """Return every phrase by its id.

    Raises:
        ContentError: a file does not fit.
    """
    files = {path.stem: content.read(path, dict[str, Phrase]) for path in sorted(FOLDER.glob("*.yaml"))}
    return {f"{stem}.{key}": phrase for stem, phrases in files.items() for key, phrase in phrases.items()}


def chosen(cookie: str, person: str, header: str, otherwise: str) -> str:
    """Return the language of a page: what was chosen, else the person's own, else the browser's.

    Args:
        cookie: what was chosen on a page; empty or unknown when nothing was.
        person: the language of whoever signed in; empty when nobody did.
        header: Accept-Language as it came.
        otherwise: the language of the installation.
    """
    wanted = (cookie, person, *_accepted(header), otherwise)
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def _accepted(header: str) -> list[str]:
    """Return the languages of Accept-Language, the dearest first; what cannot be read counts for nothing."""
    weighed = []
    for part in header.split(",")[:20]:
        tag, _, quality = part.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > 0:
            weighed.append((weight, tag.strip().lower()[:2]))
    return [language for _, language in sorted(weighed, key=lambda pair: -pair[0])]


def turkmen_key(text: str) -> list[int]:
    """Return a key that sorts by the Turkmen alphabet: figures first, Cyrillic last."""
    return [_RANK.get(letter, ord(letter)) for letter in text.upper()]


def _plain_key(text: str) -> str:
    return text.casefold().replace("ё", "е")


def _local(day: date) -> date:
    """Return the day in Turkmenistan when given a moment."""
    return day.astimezone(ZONE).date() if isinstance(day, datetime) else day


def _quantity(count: object) -> float:
    if not isinstance(count, int | float):
        raise ContentError(f"a plural needs a number as count, not {count!r}")
    return count
