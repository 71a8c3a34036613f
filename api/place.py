"""A place in the queue of reviewers as it stands in an address, so that a list goes on from where somebody was.

    p<place of the day>
    <1 where a strong sign was reported>-<residual>-<signs>-<microseconds since 1970>-<id>

The second is for files that have no place of the day. The residual is written as
the eight bytes of the number, so that it is the same to the digit.
"""

import re
import struct
from datetime import UTC, datetime, timedelta

from duediligence.store.urgency import Urgency
from duediligence.workflow.learned_order import Spot

_WRITTEN = re.compile(r"([01])-([0-9a-f]{16})-([0-9]{1,3})-([0-9]{1,16})-([0-9a-f]{32})")
_PLACE = re.compile(r"p([0-9]{1,9})")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def written(place: Spot | None) -> str:
    """Return a place as letters and digits, "" for none."""
    if place is None:
        return ""
    if isinstance(place, int):
        return f"p{place}"
    since = (place.submitted - _BEGINNING) // timedelta(microseconds=1)
    return f"{int(place.grave)}-{struct.pack('>d', place.residual).hex()}-{place.signs}-{since}-{place.identifier}"


def read(words: str) -> Spot | None:
    """Return the place that `written` wrote; None for anything else."""
    if numbered := _PLACE.fullmatch(words):
        return int(numbered[1])
    found = _WRITTEN.fullmatch(words)
    if not found:
        return None
    grave, residual, signs, since, identifier = found.groups()
    (number,) = struct.unpack(">d", bytes.fromhex(residual))
    return Urgency(grave == "1", number, int(signs), _BEGINNING + timedelta(microseconds=int(since)), identifier)
