"""A rule set as one circuit: from the answers to every whole number of the score.

What is added up, in the words of `scoring.py`:

    points of the exposures that hold, for each group
    weight * credit over the controls, and the weight of those that do not apply
    weight of the readings without an answer, by the reason there is none
    weight * evidence over the readings
    the level of each indicator, the two-part test and the overrides that answers make act

Everything is found three times: as stated, at best and at worst.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from questionnaires.circuit import Bit, Circuit, Digits, Total, any_of, at_least, capped, total
from questionnaires.codebook import Codebook
from questionnaires.machine import Block, Found, Machine, Sums, Wanted
from questionnaires.response import Answers
from questionnaires.sheet import Sheet
from risk_models.model import COERCION, STRENGTHS, Cause, Level, RiskModel
from risk_models.pattern import Pattern, Signs, cumulated, two_part_test
from risk_models.reading import Facts, Outcome, Reader, outcome_digits

_SILENT = (Outcome.UNANSWERED, Outcome.DECLINED, Outcome.NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is added up with what; rows are those of `model.readings`, in their order."""

    model: RiskModel
    weights: Sequence[int]  # of each reading
    controls: int  # so many readings from the first on are controls
    counted: int  # so many from the first on have a part in confidence
    sides: Sequence[Sequence[tuple[int, int]]]  # rows and strengths on each side of the two-part test
    signs: Sequence[Sequence[tuple[int, int]]]  # rows and strengths of the signs of each indicator
    grave: Sequence[int]  # rows of zero tolerance
    steps: Sequence[int]  # evidence grades at which what evidence carries grows
    rises: NDArray[np.int64]  # by how many hundredths, shape (steps, readings)


@dataclass(frozen=True, slots=True)
class Sum:
    """Where a sum lies, and what one of its units is worth."""

    sums: Sums
    unit: int

    def of(self, found: Found) -> NDArray[np.int32]:
        """Return the sum in each response."""
        numbers: NDArray[np.int32] = np.multiply(self.sums.numbers(found), self.unit, dtype=np.int32)
        return numbers


@dataclass(frozen=True, slots=True)
class Blocks:
    """Where the machine writes what; "3" is as stated, at best and at worst, "2" the first and the last of them."""

    asked: Block  # shape (questions,)
    outcomes: Block  # the `Outcome` of each reading as stated, shape (readings,)
    evidence: Block  # where the stated evidence reaches each step, shape (steps, readings)
    exposures: Block  # those that cannot be ruled out, shape (3, exposures)
    attributions: Block  # rules of attribution that hold as stated, shape (rules,)
    inherent: Sum  # points of the exposures, no group above its cap, shape (3,)
    earned: Sum  # weight * credit in hundredths, shape (3,)
    controls: Sum  # weight of the controls that apply, shape (2,)
    applying: Sum  # weight of the readings that apply, shape (2,)
    replied: Sum  # weight of those asked and not left unanswered, shape (2,)
    not_applicable: Sum  # weight of those that do not apply, shape (2,)
    not_known: Sum  # weight of those whose answer nobody knows, shape (2,)
    silent: Sum  # weight of those that apply and have no answer as stated, shape (1,)
    carried: Sum  # weight * evidence, shape (2,)
    lacking: Sum  # weight of the readings whose best evidence may still come, shape (1,)
    levels: Sums  # shape (2, indicators)
    highest: Sums  # the highest level, shape (3,)
    patterns: Sums  # shape (3,)
    acted: Block  # overrides that answers make act, shape (3, overrides)


class Wiring:
    """The circuit of a rule set, made ready to run."""

    def __init__(self, plan: Plan, codebook: Codebook, parameters: Mapping[str, float]) -> None:
        """Build the circuit."""
        circuit, wanted = Circuit(), Wanted()
        sheet = Sheet(circuit, codebook, parameters)
        self._grades = circuit.take(len(codebook.questions))
        places = range((len(plan.model.grades) - 1).bit_length())
        reader, sums = Reader(sheet), _Sums(circuit, plan)
        for row, reading in enumerate(plan.model.readings):
            graded = self._grades.start + codebook.row[reading.question]
            sums.add(row, reader.read(reading), [circuit.read(graded, place) for place in places])
        asked = wanted.block([[reader.settled(name).asked] for name in codebook.row])
        self.blocks = _blocks(sums, reader, wanted, asked)
        self._machine, self._intake = Machine(circuit, wanted), sheet.intake()

    def run(self, answers: Answers, grades: NDArray[np.int8]) -> Found:
        """Return everything that `blocks` names."""
        rows = self._intake.lay(answers)
        rows.put(self._grades, grades)
        return self._machine.run(rows)


class _Sums:
    """What is added up, reading after reading."""

    def __init__(self, circuit: Circuit, plan: Plan) -> None:
        def totals(number: int) -> list[Total]:
            return [Total(circuit) for _ in range(number)]

        self.circuit, self.plan = circuit, plan
        weights = plan.weights
        self.credits = {Outcome.MET: 100, Outcome.PARTLY: plan.model.figures["credit_partly"].value}
        self.earned_unit = _unit(
            credit * weight for credit in self.credits.values() for weight in weights[: plan.controls]
        )
        self.worth = plan.rises[:, : plan.counted] * np.array(weights[: plan.counted], np.int64)
        self.carried_unit = _unit(self.worth.ravel().tolist())
        self.earned, self.controls = totals(3), totals(2)
        self.applying, self.replied, self.not_applicable, self.not_known = (totals(2) for _ in range(4))
        self.carried, self.silent, self.lacking = totals(2), totals(1), totals(1)
        signs = [*plan.signs, *plan.sides]
        self.signs = [[[Total(circuit) for _ in STRENGTHS] for _ in signs] for _ in range(4)]
        self._strengths: dict[int, list[tuple[int, int]]] = {}
        for number, part in enumerate(signs):
            for row, strength in part:
                self._strengths.setdefault(row, []).append((number, strength))
        self.grave = [circuit.never] * 3
        self.outcomes: list[Digits] = []
        self.evidence: list[list[Bit]] = []

    def add(self, row: int, facts: Facts, grade: Digits) -> None:
        """Add what one reading finds."""
        reached = [at_least(self.circuit, grade, step) for step in self.plan.steps]
        proven = [step & facts.answered for step in reached]
        self.outcomes.append(outcome_digits(self.circuit, facts.stated))
        self.evidence.append(proven)
        if row < self.plan.controls:
            self._add_control(row, facts)
        if row < self.plan.counted:
            self._add_answer(row, facts)
            for step, worth in enumerate(self.worth[:, row].tolist()):
                self.carried[0].add(proven[step], worth // self.carried_unit)
                self.carried[1].add(reached[step] & facts.certain, worth // self.carried_unit)
        self._add_signs(row, facts)
        if row in self.plan.grave:
            found = (third[Outcome.ADVERSE] for third in (facts.stated, facts.best, facts.worst))
            self.grave = [before | bit for before, bit in zip(self.grave, found, strict=True)]

    def _add_control(self, row: int, facts: Facts) -> None:
        weight = self.plan.weights[row]
        for earned, third in zip(self.earned, (facts.stated, facts.best, facts.worst), strict=True):
            for outcome, credit in self.credits.items():
                earned.add(third[outcome], credit * weight // self.earned_unit)
        for control, applies in zip(self.controls, facts.applies, strict=True):
            control.add(applies, weight)

    def _add_answer(self, row: int, facts: Facts) -> None:
        weight, never = self.plan.weights[row], self.circuit.never
        for number, third in enumerate((facts.stated, facts.worst)):
            self.applying[number].add(facts.applies[number], weight)
            self.replied[number].add(~(third[Outcome.NOT_ASKED] | third[Outcome.UNANSWERED]), weight)
            self.not_applicable[number].add(third[Outcome.NOT_APPLICABLE], weight)
            self.not_known[number].add(third.get(Outcome.NOT_KNOWN, never), weight)
        self.silent[0].add(any_of(self.circuit, (facts.stated[outcome] for outcome in _SILENT)), weight)
        self.lacking[0].add(facts.applies[1] & ~facts.certain, weight)

    def _add_signs(self, row: int, facts: Facts) -> None:
        silent = facts.stated[Outcome.PARTLY]
        if self.plan.model.readings[row].element in COERCION:
            silent |= facts.stated[Outcome.NOT_KNOWN]
        thirds = [(third[Outcome.ADVERSE], third[Outcome.PARTLY]) for third in (facts.stated, facts.best, facts.worst)]
        for number, strength in self._strengths.get(row, ()):
            for counts, (adverse, partly) in zip(self.signs, (*thirds, (thirds[0][0], silent)), strict=True):
                if strength > 0:
                    counts[number][strength - 1].add(adverse)
                if strength > 1:
                    counts[number][strength - 2].add(partly)


def _unit(worths: Iterable[int]) -> int:
    """Return the greatest unit of which all are multiples."""
    return gcd(*worths) or 1


def _blocks(sums: _Sums, reader: Reader, wanted: Wanted, asked: Block) -> Blocks:
    circuit, plan, model = sums.circuit, sums.plan, sums.plan.model
    exposures = list(zip(*(reader.thrice(one.when) for one in model.exposures), strict=True)) or [(), (), ()]
    signs = [[cumulated(circuit, one) for one in third] for third in sums.signs]
    levels, highest = _levels(circuit, plan, [third[: len(plan.signs)] for third in signs])
    patterns = [two_part_test(third[len(plan.signs) :], model.two_part_test.tallies) for third in signs[:3]]

    def block(totals: Sequence[Total], unit: int = 1) -> Sum:
        return Sum(wanted.sums([one.digits() for one in totals]), unit)

    return Blocks(
        asked=asked,
        outcomes=wanted.block(sums.outcomes),
        evidence=wanted.block(
            [[bits[step]] for step in range(len(plan.steps)) for bits in sums.evidence],
            (len(plan.steps), len(sums.evidence)),
        ),
        exposures=wanted.block([[bit] for third in exposures for bit in third], (3, len(model.exposures))),
        attributions=wanted.block([[reader.now(rule.when).sure] for rule in model.attribution_rules]),
        inherent=Sum(wanted.sums([_inherent(circuit, model, third) for third in exposures]), 1),
        earned=block(sums.earned, sums.earned_unit),
        controls=block(sums.controls),
        applying=block(sums.applying),
        replied=block(sums.replied),
        not_applicable=block(sums.not_applicable),
        not_known=block(sums.not_known),
        silent=block(sums.silent),
        carried=block(sums.carried, sums.carried_unit),
        lacking=block(sums.lacking),
        levels=wanted.sums([*levels[0], *levels[2]], (2, len(model.indicators))),
        highest=wanted.sums(highest),
        patterns=wanted.sums(patterns),
        acted=wanted.block(
            [[bit] for third in range(3) for bit in _acted(sums, reader, third, patterns[third])],
            (3, len(model.overrides)),
        ),
    )


def _inherent(circuit: Circuit, model: RiskModel, holding: Sequence[Bit]) -> Digits:
    """Return the points of the exposures that hold, no group above its cap."""
    inherent = Total(circuit)
    for group in model.groups:
        points = Total(circuit)
        for bit, one in zip(holding, model.exposures, strict=True):
            if one.group == group.id:
                points.add(bit, one.points)
        inherent.add_number(capped(circuit, points.digits(), group.cap))
    return inherent.digits()


def _levels(circuit: Circuit, plan: Plan, signs: Sequence[Sequence[Signs]]) -> tuple[list[list[Digits]], list[Digits]]:
    """Return the level of each indicator, and the highest, in each set of facts."""
    stated, best, worst, silent = ([_reached(circuit, plan.model.levels, one) for one in third] for third in signs)
    ceiling = plan.model.figures["unknown_ceiling"].value
    for bits, also in zip(stated, silent, strict=True):  # "not known" of coercion counts as partly, up to a ceiling
        bits[:ceiling] = [bit | other for bit, other in zip(bits[:ceiling], also[:ceiling], strict=True)]
    thirds = (stated, best, worst)
    highest = [total(circuit, (any_of(circuit, bits) for bits in zip(*third, strict=True))) for third in thirds]
    return [[total(circuit, bits) for bits in third] for third in thirds], highest


def _reached(circuit: Circuit, levels: Sequence[Level], signs: Signs) -> list[Bit]:
    """Return where each level or a higher one is reached."""
    met = [signs.meet(level.tallies) for level in levels]
    return [any_of(circuit, met[number:]) for number in range(len(met))]


def _acted(sums: _Sums, reader: Reader, third: int, found: Digits) -> list[Bit]:
    """Return where each override acts because of answers alone."""
    circuit = sums.circuit
    acting = {
        Cause.ZERO_TOLERANCE: sums.grave[third],
        Cause.PATTERN_B: at_least(circuit, found, Pattern.B),
        Cause.PATTERN_C: at_least(circuit, found, Pattern.C),
    }
    return [
        reader.thrice(one.when)[third] if one.cause is Cause.ANSWERS else acting.get(one.cause, circuit.never)
        for one in sums.plan.model.overrides
    ]
