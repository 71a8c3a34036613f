"""Whether cotton of Turkmenistan, or of no known origin, may be in goods.

Each good, input and party of the chain is one piece. The whole stands as its gravest
piece does, so that adding a piece never makes it better:

    none      it is said to hold no cotton, and its code does not name cotton
    other     it is said to hold cotton grown elsewhere, and the country is named
    unknown   everything else, what is merely silent included
    turkmen   it is said to hold cotton of Turkmenistan, alone or mixed

`unknown` and `turkmen` carry the notice. Whatever contradicts itself is unknown: a code
of cotton without cotton, cotton from elsewhere that has no country or this one. Which
codes name cotton is our reading of the Harmonized System (`reference.cotton`).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from risk_models import reference

HOME = "TM"


class Standing(StrEnum):
    """What is known of the cotton in goods and in all that goes into them."""

    NONE = "none"
    OTHER = "other"
    UNKNOWN = "unknown"
    TURKMEN = "turkmen"

    @property
    def noticed(self) -> bool:
        """Whether the notice on cotton stands; nothing but cotton that is known takes it away."""
        return self in (Standing.UNKNOWN, Standing.TURKMEN)


class Piece(NamedTuple):
    """A good, an input or what a party of the chain handles."""

    told: str  # none, other, turkmen, mixed or unknown
    hs: str = ""  # HS 2022
    grown_in: frozenset[str] = frozenset()  # ISO 3166-1, where cotton is said to have grown; empty where not told


def standing(pieces: Iterable[Piece]) -> Standing:
    """Return what is known of the cotton of all pieces together; of no piece at all, unknown."""
    order = list(Standing)
    return max((of_piece(one) for one in pieces), key=order.index, default=Standing.UNKNOWN)


def of_piece(one: Piece) -> Standing:
    """Return what is known of the cotton of one piece by itself."""
    match one.told:
        case "turkmen" | "mixed":
            return Standing.TURKMEN
        case "none" if reference.cotton(one.hs) is not reference.Cotton.NAMES:
            return Standing.NONE
        case "other" if one.grown_in and HOME not in one.grown_in:
            return Standing.OTHER
        case _:
            return Standing.UNKNOWN
