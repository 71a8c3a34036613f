"""The words of the workbook and of its problems, in every language.

They live in `library/words.yaml`. A value in braces is filled in; a value that
is itself a text is filled in language by language.
"""

from functools import cache
from pathlib import Path

import msgspec

from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES, Text, say

_FILE = Path(__file__).parent / "library" / "words.yaml"


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words on the sheets by name, and the sentence of every problem by code."""

    words: dict[str, Text]
    problems: dict[str, Text]


@cache
def shipped() -> Words:
    """Return the shipped words.

    Raises:
        ContentError: the file is not YAML, or does not fit `Words`.
    """
    return content.read(_FILE, Words)


def text(name: str) -> Text:
    """Return one entry in every language.

    Raises:
        KeyError: there is no such entry.
    """
    return shipped().words[name]


def word(name: str, language: str) -> str:
    """Return one entry in `language`.

    Raises:
        KeyError: there is no such entry.
    """
    return say(text(name), language)


def problem(code: str, where: str, question: str = "", **facts: str | int | Text) -> Problem:
    """Return a problem whose sentence is filled in with `facts`.

    Args:
        where: sheet and cell (`Pay!E9`), or "" for the whole file.
        question: the id of the question, or "".

    Raises:
        KeyError: the code has no sentence, or the sentence wants another fact.
    """
    sentence = shipped().problems[code]
    detail = {
        language: say(sentence, language).format(
            **{name: say(fact, language) if isinstance(fact, dict) else fact for name, fact in facts.items()}
        )
        for language in LANGUAGES
    }
    return Problem(code=code, where=where, question=question, detail=detail)
