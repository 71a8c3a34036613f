"""The words of the field, one rendering for each idea in each language.

A text keeps to the glossary when it uses no avoided wording and, where its
English names a followed idea, its Russian and Turkmen name the same idea.
Turkmen and Russian inflect, so an idea is recognised by *stems*, the
beginnings all its forms share: `potratç` stands for `potratçy` and `potratça`,
`häkimli` for `häkimlik` and `häkimligi`. Letter case and line breaks do not count.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from questionnaires import content
from questionnaires.text import Source, Text

SHIPPED = Path(__file__).with_name("library") / "glossary.yaml"

Wordings = dict[str, tuple[str, ...]]
"""Several wordings in each language, keyed by language code."""


class Term(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One idea, what it is called, and what it must not be called.

    Without a source the rendering is ours; with one it is the wording of that text.
    """

    id: str
    term: Text
    definition: Text  # one plain sentence
    stems: Wordings = {}
    avoid: Wordings = {}
    follow: bool = False  # the other languages must name this idea wherever the English does
    source: Source | None = None


class Glossary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The terms every text keeps to, and whether a native speaker has reviewed them."""

    reviewed: bool
    note: Text
    languages: tuple[str, ...]
    terms: tuple[Term, ...]


class Inconsistency(msgspec.Struct, frozen=True, kw_only=True):
    """A place where a text departs from the glossary."""

    term: str  # the id of the term
    language: str
    found: str  # the avoided wording; empty where the idea is missing
    expected: str  # the rendering of the glossary


def read() -> Glossary:
    """Return the shipped glossary.

    Raises:
        ContentError: the file is not YAML, or does not fit `Glossary`.
    """
    return content.read(SHIPPED, Glossary)


def inconsistencies(glossary: Glossary, text: Mapping[str, str]) -> list[Inconsistency]:
    """Return every departure of `text` from the glossary, in the order of its terms.

    Languages that `text` lacks are passed over; an English wording is needed
    to tell that a followed idea is missing elsewhere.
    """
    return [fault for term in glossary.terms for fault in (*_avoided(term, text), *_missing(term, text))]


def _avoided(term: Term, text: Mapping[str, str]) -> Iterator[Inconsistency]:
    for language, wordings in term.avoid.items():
        for wording in wordings:
            if _names((wording,), text.get(language, "")):
                yield Inconsistency(
                    term=term.id, language=language, found=wording, expected=term.term.get(language, "")
                )


def _missing(term: Term, text: Mapping[str, str]) -> Iterator[Inconsistency]:
    if not (term.follow and _names(term.stems.get("en", ()), text.get("en", ""))):
        return
    for language, stems in term.stems.items():
        if language != "en" and language in text and not _names(stems, text[language]):
            yield Inconsistency(term=term.id, language=language, found="", expected=term.term.get(language, ""))


def _names(stems: tuple[str, ...], words: str) -> bool:
    """Return whether some word of `words` begins with one of the stems."""
    return any(_beginning(stem).search(words) for stem in stems)


@cache
def _beginning(stem: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, stem.split())), re.IGNORECASE)
