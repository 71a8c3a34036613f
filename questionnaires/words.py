"""The sentences in which problems are told, in every language.

They live in `library/problems.yaml` under the code of the problem; a value in
braces is filled in.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeAlias

from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import Text, filled

Day: TypeAlias = date

_FILE = Path(__file__).parent / "library" / "problems.yaml"


@cache
def sentences() -> dict[str, Text]:
    """Return the sentence of every problem code."""
    return content.read(_FILE, dict[str, Text])


def problem(code: str, *, where: str, question: str = "", **facts: object) -> Problem:
    """Return a problem whose sentence is filled in with `facts`; a fact may itself be a text.

    Raises:
        KeyError: the code has no sentence, or the sentence wants another fact.
    """
    return Problem(code=code, where=where, question=question, detail=filled(sentences()[code], **facts))
