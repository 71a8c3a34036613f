"""What is said to people about their account, in every language.

The sentences live in `texts/account.yaml` under the code of the problem in lower
case; a value in braces is filled in, and may itself be a text.
"""

from functools import cache
from pathlib import Path

from duediligence.errors import Unfit
from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import Text, filled

_FILE = Path(__file__).parent.parent / "texts" / "account.yaml"


@cache
def sentences() -> dict[str, Text]:
    """Return the sentence of every code."""
    return content.read(_FILE, dict[str, Text])


def problem(code: str, where: str, **facts: object) -> Problem:
    """Return a problem with an account.

    Args:
        code: in capitals.
        where: the field that is meant.
        facts: what is filled in.
    """
    return Problem(code=code, where=where, detail=filled(sentences()[code.lower()], **facts))


def unfit(code: str, where: str, **facts: object) -> Unfit:
    """Return the refusal for one problem alone, ready to be raised."""
    return Unfit((problem(code, where, **facts),))
