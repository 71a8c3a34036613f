"""The sentences of the service, in every language.

They live in `texts/service.yaml` under the code of the problem in lower case; a
value in braces is filled in, and may itself be a text.
"""

from functools import cache
from pathlib import Path

from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import Text, filled

_FILE = Path(__file__).parent / "texts" / "service.yaml"


@cache
def sentences() -> dict[str, Text]:
    """Return the sentence of every code."""
    return content.read(_FILE, dict[str, Text])


def problem(code: str, where: str, *, question: str = "", **facts: object) -> Problem:
    """Return a problem in the service's words.

    Args:
        code: in capitals; its sentence stands in the file in lower case.
        where: the field or place that is meant.
        question: id of the question that is meant, if one is.
        facts: what is filled in.
    """
    return Problem(code=code, where=where, question=question, detail=filled(sentences()[code.lower()], **facts))
