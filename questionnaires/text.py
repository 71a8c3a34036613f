"""Words in several languages, and where a statement comes from.

Content never holds a bare sentence: it holds a `Text`, one wording for each
language, and a `Source` for what it claims.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

LANGUAGES = ("tk", "ru", "en")

Text = dict[str, str]
"""The same words in several languages, keyed by language code."""


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a rule, a number or a claim comes from.

    An unconfirmed source may be shown, visibly marked as such; it never
    supports a printed fact.
    """

    title: str
    locator: str = ""  # article, paragraph or page
    href: str = ""
    checked: date | None = None  # the day somebody last read it
    confirmed: bool = True


def say(text: Mapping[str, str], language: str) -> str:
    """Return the wording in `language`, or the nearest language a reader may follow.

    A missing language falls back on English, then Russian, then Turkmen; an
    empty text gives an empty string.
    """
    for candidate in (language, "en", "ru", "tk"):
        if words := text.get(candidate):
            return words
    return ""


def filled(text: Text, /, **facts: object) -> Text:
    """Return a text with values filled in where it has braces; a fact may itself be a text.

    Raises:
        KeyError: a wording wants another fact.
    """
    return {
        language: words.format(
            **{name: say(fact, language) if isinstance(fact, dict) else fact for name, fact in facts.items()}
        )
        for language, words in text.items()
    }
