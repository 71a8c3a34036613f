"""Types worked out before threads use them.

msgspec works a type out when it is used for the first time. Two threads that do so at
once end the whole process (0.22, a segmentation fault): the second reads what the
first has not finished. So every process with threads works all of them out before it
starts any.
"""

from contextlib import suppress
from typing import Any

import msgspec


def prepare() -> None:
    """Work out every struct that is defined by now; doing it again costs next to nothing."""
    kinds: list[type[Any]] = [msgspec.Struct]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        with suppress(TypeError):  # a type that is never read, of which msgspec cannot make anything
            msgspec.json.Decoder(kind)
