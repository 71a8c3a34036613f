"""The sentences of a report, one file a language with the same keys, and those of an issued one side by side.

A value in braces is filled in. Dates, decimals and plurals follow the language;
numbers and their units are held together by a space that does not break.

    en   12,500.5    21 November 2026
    ru   12 500,5    21 ноября 2026 года
    tk   12 500,5    2026-njy ýylyň 21-nji noýabry
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from questionnaires import content
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES, Text, say

FOLDER = Path(__file__).parent / "texts"

NO_BREAK = "\N{NO-BREAK SPACE}"

_TENS = 10
_TEENS = range(11, 15)
_FEW = range(2, 5)
_BACK_DIGITS = frozenset({6, 9})  # alty, dokuz
_BACK_TENS = frozenset({1, 3, 4, 6, 9})  # on, otuz, kyrk, altmyş, togsan


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language, and its way of writing numbers and dates."""

    language: str
    sentences: dict[str, str]

    def say(self, key: str, **facts: object) -> str:
        """Return the sentence of `key`, filled in with `facts`.

        Raises:
            ContentError: there is no such sentence, or it wants another fact.
        """
        try:
            return self.sentences[key].format(**facts)
        except KeyError as error:
            raise ContentError(f"{self.language}.yaml, {key}: {error} is missing") from error

    def all(self, prefix: str, **facts: object) -> tuple[str, ...]:
        """Return the sentences of `prefix.1`, `prefix.2` and so on, filled in."""
        keys: list[str] = []
        while (key := f"{prefix}.{len(keys) + 1}") in self.sentences:
            keys.append(key)
        return tuple(self.say(key, **facts) for key in keys)

    def labels(self, prefix: str) -> dict[str, str]:
        """Return every sentence under `prefix`, keyed by what follows it."""
        start = f"{prefix}."
        return {key.removeprefix(start): words for key, words in self.sentences.items() if key.startswith(start)}

    def count(self, key: str, number: int) -> str:
        """Return a sentence about `number` things, in the plural form that the number asks for."""
        return self.say(f"{key}.{plural(self.language, number)}", number=self.number(number))

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number as the language writes it."""
        plain = f"{value:,.{decimals}f}"
        if self.language == "en":
            return plain
        return plain.replace(",", NO_BREAK).replace(".", ",")

    def quantity(self, value: float) -> str:
        """Return a number with as many decimals as it has, at most two."""
        decimals = 0 if value == int(value) else 1 if round(value, 1) == value else 2
        return self.number(value, decimals)

    def day(self, day: date) -> str:
        """Return a date in words."""
        month = self.say(f"month.{day.month}")
        if self.language == "tk":
            return f"{ordinal(day.year)}{NO_BREAK}ýylyň {ordinal(day.day)}{NO_BREAK}{month}"
        year = f"{day.year}{NO_BREAK}года" if self.language == "ru" else f"{day.year}"
        return f"{day.day}{NO_BREAK}{month} {year}"


@cache
def read(language: str) -> Texts:
    """Return the sentences of a language.

    Raises:
        ContentError: there is none in this language, or the file does not fit.
    """
    if language not in LANGUAGES:
        raise ContentError(f"no report is written in {language!r}; choose one of {', '.join(LANGUAGES)}")
    own = content.read(FOLDER / f"{language}.yaml", dict[str, str])
    issued = content.read(FOLDER / "issued.yaml", dict[str, Text])
    return Texts(language, own | {key: say(words, language) for key, words in issued.items()})


def plural(language: str, number: int) -> str:
    """Return the plural form a number asks for: `one`, `few` or `many`.

    Turkmen nouns stay in the singular after a number, so only Russian has a
    form for few, and English two.
    """
    if language == "ru":
        unit = number % _TENS
        if number % 100 in _TEENS:
            return "many"
        return "one" if unit == 1 else "few" if unit in _FEW else "many"
    return "one" if number == 1 and language == "en" else "many"


def ordinal(number: int) -> str:
    """Return a Turkmen ordinal, its ending in harmony with the last word of the number."""
    unit, tens = number % _TENS, number // _TENS % _TENS
    back = unit in _BACK_DIGITS if unit else tens in _BACK_TENS
    return f"{number}-{'njy' if back else 'nji'}"
