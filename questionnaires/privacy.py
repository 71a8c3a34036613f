"""Free text that may point to a person.

No worker's identity belongs in a response. Free text is where it would slip in,
so it is looked through for numbers and addresses of people. What is found is
asked about before it is kept, and never travels. Names follow no pattern; a
text without a finding may still name somebody.
"""

import re
from functools import cache
from pathlib import Path

import msgspec

from questionnaires import content
from questionnaires.text import Text

VEIL = "[…]"
"""What stands in the place of something that points to a person."""

_FILE = Path(__file__).parent / "library" / "personal.yaml"


class Trait(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that points to a person, and the pattern it is told by."""

    id: str
    pattern: str
    label: Text


@cache
def _traits() -> tuple[tuple[Trait, re.Pattern[str]], ...]:
    traits = content.read(_FILE, tuple[Trait, ...])
    return tuple((trait, re.compile(trait.pattern, re.IGNORECASE)) for trait in traits)


def traits(words: str) -> tuple[Trait, ...]:
    """Return what in `words` looks as if it pointed to a person, each kind once."""
    return tuple(trait for trait, pattern in _traits() if pattern.search(words))


def veiled(words: str) -> str:
    """Return `words` with everything that looks as if it pointed to a person left out."""
    for _, pattern in _traits():
        words = pattern.sub(VEIL, words)
    return words
