"""From answers to facts: what each reading, exposure and override finds in a response.

Three sets of facts are taken. `stated` is what the answers say. `best` and
`worst` are what they might come to say once everything missing is known: every
open question answered well and with the best evidence, or answered badly. The
true facts lie between the two, and the gap closes as answers come.

Here facts are bits of a circuit, the same for one response and for a million;
`layout.py` builds it, `scoring.py` runs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from questionnaires.circuit import Bit, Circuit, Digits, Truth, any_of
from questionnaires.codebook import DECLINED, NOT_APPLICABLE, NOT_ASKED, NOT_KNOWN, UNANSWERED
from questionnaires.condition import Any, AnyCondition
from questionnaires.program import OfLeaf, three_valued, truth
from questionnaires.relevance import Settling
from questionnaires.sheet import Sheet
from risk_models.model import Reading

_NEVER = Any()
"""The condition that holds for nobody."""


class Outcome(IntEnum):
    """What one reading finds in one response, from favourable to adverse."""

    MET = 0
    NOT_ASKED = 1
    NOT_APPLICABLE = 2
    UNANSWERED = 3
    DECLINED = 4
    NOT_KNOWN = 5
    PARTLY = 6
    ADVERSE = 7


# An outcome without a value is the negative of the code that says why.
assert tuple(Outcome)[1:6] == (-NOT_ASKED, -NOT_APPLICABLE, -UNANSWERED, -DECLINED, -NOT_KNOWN)

_PLACES = int(max(Outcome)).bit_length()
"""Binary digits of the number of an outcome."""

TOLD = (Outcome.MET, Outcome.PARTLY, Outcome.ADVERSE)
"""The outcomes that an answer with a value leads to."""

Told: TypeAlias = Mapping[Outcome, Bit]
"""Where a reading finds each outcome; one of them holds. What is left out is found nowhere."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a reading finds in the three sets of facts."""

    stated: Told
    best: Told
    worst: Told
    applies: tuple[Bit, Bit]  # where it is asked and applicable: as stated, and at worst
    answered: Bit  # where an answer says anything
    certain: Bit  # where it does, and will whatever the missing answers are


class Reader:
    """Conditions of a rule set over one sheet, in the three sets of facts."""

    def __init__(self, sheet: Sheet) -> None:
        """Name the answers as stated, and as they may come to be."""
        self.circuit: Circuit = sheet.circuit
        self.settled = settled = Settling(sheet)
        self._now: OfLeaf = three_valued(sheet, lambda name: settled(name).told)
        self._later: OfLeaf = three_valued(sheet, lambda name: settled(name).possible, lambda name: settled(name).open)

    def now(self, condition: AnyCondition | None) -> Truth:
        """Return how true a condition is as the answers stand."""
        return truth(self.circuit, condition or _NEVER, self._now)

    def later(self, condition: AnyCondition | None) -> Truth:
        """Return how true a condition may come to be: where it will be at best, and where at worst."""
        return truth(self.circuit, condition or _NEVER, self._later)

    def thrice(self, condition: AnyCondition | None) -> tuple[Bit, Bit, Bit]:
        """Return where a condition cannot be ruled out: as stated, at best and at worst."""
        return self.now(condition).may, *self.later(condition)

    def read(self, reading: Reading) -> Facts:
        """Return what a reading finds."""
        settled = self.settled(reading.question)
        play = settled.asked & ~settled.reasons[NOT_APPLICABLE]
        stated = self._as_stated(reading, play)
        sure, may = settled.open
        value = settled.possible.sure
        not_applicable = may & settled.reasons[NOT_APPLICABLE]
        due = may & ~not_applicable
        adverse = self.later(reading.adverse).within(settled.open)
        partly = self.later(reading.partly).within(settled.open)
        bad = due & adverse.sure, due & (adverse.may | (settled.possible.may & ~value))
        rest = due & ~bad[0], due & ~bad[1]
        so_so = rest[0] & partly.sure, rest[1] & partly.may
        left = rest[0] & ~so_so[0], rest[1] & ~so_so[1]
        return Facts(
            stated=stated,
            best={Outcome.ADVERSE: bad[0], Outcome.PARTLY: so_so[0], Outcome.MET: left[0]},
            # A favourable answer to a question that may yet be closed counts as none:
            # losing it is the worse of the two cases.
            worst={
                Outcome.NOT_ASKED: ~may,
                Outcome.NOT_APPLICABLE: not_applicable,
                Outcome.UNANSWERED: left[1] & ~sure,
                Outcome.MET: left[1] & sure,
                Outcome.PARTLY: so_so[1],
                Outcome.ADVERSE: bad[1],
            },
            applies=(play, due),
            answered=any_of(self.circuit, (stated[outcome] for outcome in TOLD)),
            certain=value & sure & (adverse.sure | ~adverse.may),
        )

    def _as_stated(self, reading: Reading, play: Bit) -> Told:
        """Return what the answers say; a comparison left open counts as unanswered."""
        settled = self.settled(reading.question)
        reasons, value = settled.reasons, settled.told.sure
        adverse, partly = self.now(reading.adverse), self.now(reading.partly)
        bad = play & adverse.sure
        rest = play & ~bad
        so_so = rest & partly.sure
        left = rest & ~so_so
        return {
            Outcome.MET: left & value & ~adverse.may,
            Outcome.NOT_ASKED: ~settled.asked,
            Outcome.NOT_APPLICABLE: reasons[NOT_APPLICABLE],
            Outcome.UNANSWERED: left & (reasons[UNANSWERED] | (value & adverse.may)),
            Outcome.DECLINED: left & reasons[DECLINED],
            Outcome.NOT_KNOWN: left & reasons[NOT_KNOWN],
            Outcome.PARTLY: so_so,
            Outcome.ADVERSE: bad,
        }


def outcome_digits(circuit: Circuit, found: Told) -> Digits:
    """Return the number of the outcome that a reading finds."""
    return [
        any_of(circuit, (bit for outcome, bit in found.items() if outcome >> place & 1)) for place in range(_PLACES)
    ]
