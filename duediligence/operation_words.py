"""What the commands that run the service say, in every language.

The sentences live in `texts/operation.yaml`; a value in braces is filled in.
"""

from functools import cache
from pathlib import Path

from questionnaires import content
from questionnaires.text import Text, say

_FILE = Path(__file__).parent / "texts" / "operation.yaml"


@cache
def sentences() -> dict[str, Text]:
    """Return every sentence by its name."""
    whole = content.read(_FILE, dict[str, object])
    return content.convert(whole["sentences"], dict[str, Text], _FILE.name)


def sentence(name: str, language: str, /, **facts: object) -> str:
    """Return one sentence, filled in with `facts`."""
    return say(sentences()[name], language).format(**facts)
