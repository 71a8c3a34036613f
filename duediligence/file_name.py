"""Names of files from outside, made fit to be shown and to be sent back.

A name is never a path here: files are kept under their digest. It is still shown
to others and written by their browsers, so that nothing in it may hide what it
ends in, leave its folder or break out of a header.
"""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 120
_LONGEST_SUFFIX = 12
_UNNAMED = "file"

_NOT_SHOWN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Unicode categories of signs that cannot be seen, or that turn the direction of writing."""

_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def shown(name: str) -> str:
    """Return a name that can be shown and saved on any system; never empty, at most `LONGEST` signs."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in _NOT_SHOWN)
    plain = " ".join(_NOT_IN_NAMES.sub("_", seen).split()).strip(". ")
    if _DEVICE.match(plain):
        plain = f"_{plain}"
    ending = suffix(plain)
    stem = plain.removesuffix(ending)[: LONGEST - len(ending)].rstrip()
    return f"{stem}{ending}" if stem else f"{_UNNAMED}{ending}"


def suffix(name: str) -> str:
    """Return what a name ends in, with its dot and as it was written; "" when it has none."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending}" if dot and stem and 0 < len(ending) <= _LONGEST_SUFFIX else ""


def disposition(name: str) -> str:
    """Return the `Content-Disposition` that saves a file under its name and never shows it in the page."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^\w .()-]", "_", plain).strip(". ") or _UNNAMED
    return f"attachment; filename=\"{stem}\"; filename*=UTF-8''{quote(name, safe='')}"
