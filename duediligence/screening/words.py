"""The sentences in which files are refused or asked about, in every language.

They live in `texts/files.yaml` under the code of the problem in lower case; a
value in braces is filled in, and may itself be a text.
"""

from functools import cache
from pathlib import Path

from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import Text, filled

_FILE = Path(__file__).parent.parent / "texts" / "files.yaml"


@cache
def sentences() -> dict[str, Text]:
    """Return the sentence of every code."""
    return content.read(_FILE, dict[str, Text])


def sentence(name: str, **facts: object) -> Text:
    """Return one sentence, filled in with `facts`, in every language.

    Raises:
        KeyError: there is no such sentence, or it wants another fact.
    """
    return filled(sentences()[name], **facts)


def problem(code: str, where: str = "", **facts: object) -> Problem:
    """Return a problem with a file.

    Args:
        code: in capitals; its sentence stands in the file in lower case.
        where: the place within the file, "" for the whole of it.
        facts: what is filled in.
    """
    return Problem(code=code, where=where, detail=sentence(code.lower(), **facts))
