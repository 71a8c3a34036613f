"""Pictures, drawn anew from their points alone.

What a camera writes beside the picture (place, time, owner, a small copy of the
picture before it was cut) is not carried over, nor is anything else that a file
may hide before, between or behind the points. The picture is turned as it was
held, and made smaller where it is larger than anybody needs to read it.
"""

import io
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from duediligence.screening.words import problem
from questionnaires.problem import Problem

if TYPE_CHECKING:
    from PIL import Image

MOST_POINTS = 40_000_000
LONGEST_SIDE = 3_000

_STARTS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP"}
_HOW: dict[str, dict[str, int]] = {"JPEG": {"quality": 88}, "PNG": {}, "WEBP": {"quality": 88}}
_FAULTS = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, OverflowError, LookupError, TypeError)
"""What the readers of pictures raise on a spoiled one."""


class Picture(NamedTuple):
    """A picture that holds nothing but what is seen."""

    data: bytes
    format: str  # JPEG, PNG or WEBP


def redrawn(data: bytes) -> Picture | Problem:
    """Return a picture without anything beside its points, or the reason it is refused.

    Of several pictures in one file the first is kept. No exception escapes, whatever the bytes are.
    """
    kind = next((kind for start, kind in _STARTS.items() if data.startswith(start)), "")
    if not kind:
        return problem("FILE_NOT_ITS_NAME")
    from PIL import Image  # noqa: PLC0415  loaded by the first picture that comes

    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as picture:
            if picture.width * picture.height > MOST_POINTS:
                return problem("FILE_PICTURE_TOO_LARGE", limit=MOST_POINTS // 10**6)
            return Picture(_drawn(picture, kind), kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return problem("FILE_PICTURE_TOO_LARGE", limit=MOST_POINTS // 10**6)
    except _FAULTS:
        return problem("FILE_DAMAGED")


def _drawn(picture: "Image.Image", kind: str) -> bytes:
    from PIL import ImageOps  # noqa: PLC0415

    # Before anything is unpacked: a large JPEG is then read at half its size or less.
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # grey in 65,536 steps, of which a screen shows 256
        upright = upright.convert("I").point(lambda step: step * (1 / 256)).convert("L")
    plain = upright.convert(_mode(upright, kind))
    plain.info.clear()  # some writers take comments and notes from here by themselves
    out = io.BytesIO()
    plain.save(out, kind, **_HOW[kind])
    return out.getvalue()


def _mode(picture: "Image.Image", kind: str) -> str:
    """Return the kind of points to write: grey stays grey, and what is see-through stays so where it can."""
    if kind != "JPEG" and picture.has_transparency_data:
        return "RGBA"
    return "L" if picture.mode in {"1", "L"} and kind != "WEBP" else "RGB"
