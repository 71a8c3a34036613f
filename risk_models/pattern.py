"""How many signs suffice, and the two-part test: is work not offered freely, and is there a menace of a penalty?

ILO Convention 29, Art. 2, needs both. Signs of unfree recruitment, duress or the
impossibility of leaving stand on one side, signs of a penalty on the other; one
response (one site in one period) is the scope within which they must meet.

    side positive = one of the tallies of the model is reached; by the Delphi rule
                    2 strong, or 1 strong and 1 other, or 3 medium, or 2 medium and 1 weak
    A = some sign, none of them medium
    B = a medium or strong sign on at least one side
    C = a medium or strong sign on both sides, and either one strong sign among
        them or both sides positive

Only what was reported counts here; a missing answer never completes a pattern.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from questionnaires.circuit import Bit, Circuit, Digits, Total, all_of, any_of, at_least, total
from risk_models.model import STRENGTHS


class Pattern(IntEnum):
    """What the two-part test finds in one response."""

    NONE = 0
    A = 1
    B = 2
    C = 3


@dataclass(frozen=True, slots=True)
class Signs:
    """How many signs are at least weak, medium and strong."""

    circuit: Circuit
    counts: tuple[Digits, ...]

    def reach(self, number: int, strength: int) -> Bit:
        """Return where a number of signs are of a strength at least, 1 for weak."""
        return at_least(self.circuit, self.counts[strength - 1], number)

    def meet(self, tallies: Iterable[tuple[int, int, int]]) -> Bit:
        """Return where the signs suffice for a tally of (weak, medium, strong); a stronger may stand for a weaker."""
        return any_of(
            self.circuit,
            (
                all_of(
                    self.circuit,
                    (self.reach(sum(tally[place:]), place + 1) for place in range(len(tally)) if sum(tally[place:])),
                )
                for tally in tallies
            ),
        )


def cumulated(circuit: Circuit, exactly: Sequence[Total]) -> Signs:
    """Return how many signs are at least of each strength.

    Args:
        circuit: in which they were counted.
        exactly: how many are of each strength, the weak first.
    """
    counts: list[Digits] = []
    for one in reversed(exactly):
        found = Total(circuit)
        for digits in (one.digits(), *counts[-1:]):
            found.add_number(digits)
        counts.append(found.digits())
    return Signs(circuit, tuple(reversed(counts)))


def two_part_test(sides: Sequence[Signs], tallies: Sequence[tuple[int, int, int]]) -> Digits:
    """Return the `Pattern` as a number.

    Args:
        sides: the signs on both sides.
        tallies: those by which a side is positive.
    """
    circuit = sides[0].circuit
    weak, medium, strong = range(1, len(STRENGTHS) + 1)
    positive = all_of(circuit, (side.meet(tallies) for side in sides))
    grave = all_of(circuit, (side.reach(1, medium) for side in sides))
    some, more, most = (any_of(circuit, (side.reach(1, least) for side in sides)) for least in (weak, medium, strong))
    return total(circuit, (some, more, grave & (most | positive)))
