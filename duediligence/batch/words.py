"""What is said of a batch, in every language.

The sentences live in `texts/batch.yaml`, those of problems under the code of the
problem in lower case; a value in braces is filled in.
"""

from functools import cache
from pathlib import Path

from duediligence.errors import Unfit
from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import Text, filled, say

_FILE = Path(__file__).parent.parent / "texts" / "batch.yaml"


@cache
def sentences() -> dict[str, Text]:
    """Return every sentence by its name."""
    return content.read(_FILE, dict[str, Text])


def sentence(name: str, language: str, /, **facts: object) -> str:
    """Return one sentence in a language, filled in with `facts`."""
    return say(sentences()[name], language).format(**facts)


def problem(code: str, where: str, /, **facts: object) -> Problem:
    """Return a problem with an input, or with one row of it.

    Args:
        code: in capitals; its sentence stands in the file in lower case.
        where: the file, or the column of a row.
        facts: what is filled in.
    """
    return Problem(code=code, where=where, detail=filled(sentences()[code.lower()], **facts))


def unusable(code: str, where: str, /, **facts: object) -> Unfit:
    """Return the refusal of a whole input, ready to be raised."""
    return Unfit((problem(code, where, **facts),))
