"""What is said of the chain of suppliers, in every language.

The sentences live in `texts/chain.yaml`, those of problems under the code of the
problem in lower case; a value in braces is filled in, and may itself be a text.
"""

from functools import cache
from pathlib import Path

from duediligence.errors import Unfit
from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import Text, filled

_FILE = Path(__file__).parent.parent / "texts" / "chain.yaml"


@cache
def sentences() -> dict[str, Text]:
    """Return every sentence by its name."""
    return content.read(_FILE, dict[str, Text])


def sentence(name: str, /, **facts: object) -> Text:
    """Return one sentence, filled in with `facts`, in every language.

    Raises:
        KeyError: there is no such sentence, or it wants another fact.
    """
    return filled(sentences()[name], **facts)


def problem(code: str, where: str, /, **facts: object) -> Problem:
    """Return a problem with something in the chain.

    Args:
        code: in capitals; its sentence stands in the file in lower case.
        where: the field, or the cell of a list, that is meant.
        facts: what is filled in.
    """
    return Problem(code=code, where=where, detail=sentence(code.lower(), **facts))


def unfit(code: str, where: str, /, **facts: object) -> Unfit:
    """Return the refusal for one problem alone, ready to be raised."""
    return Unfit((problem(code, where, **facts),))
