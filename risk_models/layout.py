"""A model made ready for one codebook and one day: rules as rows, numbers as arrays, and the circuit of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import Codebook
from questionnaires.condition import AnyCondition, parameters_of
from questionnaires.edition import digest
from questionnaires.relevance import relevance
from risk_models.counterfactual import change
from risk_models.evidence import EvidenceGrade
from risk_models.model import COERCION, INVOLUNTARY, STRENGTHS, UNPROVABLE, Element, Gravity, Reading, RiskModel
from risk_models.wiring import Plan, Wiring

Rows: TypeAlias = NDArray[np.intp]

_SIDES = ((Element.CONTROL,), INVOLUNTARY, (Element.PENALTY,), (Element.CONTEXT,))


@dataclass(frozen=True, slots=True)
class Span:
    """Readings that are counted together: rows from the first on."""

    size: int
    in_order: tuple[int, ...]  # the rows, as their questions are asked


@dataclass(frozen=True, slots=True)
class Proof:
    """What evidence carries, in hundredths; it grows by steps as grades rise."""

    steps: list[int]  # the grades at which it grows
    rises: NDArray[np.int64]  # by how much, shape (steps, readings)
    most: int
    by_papers: list[int]  # what checked papers carry, for each reading


class Layout:
    """What `scoring` needs of a model, in the form in which it needs it.

    Rows of readings are in an order of their own: controls, signs that work is
    not offered freely, signs of a penalty, context. `model.readings` is in that
    order too.
    """

    def __init__(self, model: RiskModel, codebook: Codebook, parameters: Mapping[str, float]) -> None:
        """Number the rules of `model` and compile its conditions.

        Args:
            model: the rule set.
            codebook: of the questionnaire the model was written for.
            parameters: dated figures in force on the day of the assessment.
        """
        self.digest = digest(model)
        readings = tuple(sorted(model.readings, key=lambda reading: _place(model, codebook, reading)))
        model = msgspec.structs.replace(model, readings=readings)
        self.model = model
        self.codebook = codebook
        self.parameters = {name: parameters[name] for name in sorted(_read_by(model)) if name in parameters}
        self.relevance = relevance(codebook)
        self.question: Rows = np.array([codebook.row[reading.question] for reading in readings], np.intp)
        ends = np.searchsorted([_side(reading) for reading in readings], range(1, len(_SIDES))).tolist()
        weights = [_weight(model, reading) for reading in readings]
        self.control = _span(self.question, ends[0])
        self.counted = _span(self.question, ends[2])
        self.weight = weights
        self.attributions = {reading.question: reading.attribution for reading in readings}
        self.names = [reading.question for reading in readings]
        self.grave = [row for row, reading in enumerate(readings) if reading.gravity is Gravity.ZERO_TOLERANCE]
        self.coercion = [reading.element in COERCION for reading in readings]
        peaks = [_peak(reading) for reading in readings]
        self.grave_signs = [(row, peak) for row, peak in enumerate(peaks) if peak > 1]
        sides = [[(row, peaks[row]) for row in range(*part)] for part in pairwise(ends)]
        self.signs = [_signs(model, indicator.id) for indicator in model.indicators]
        self.proof = _proof(model)
        self.groups = [
            [row for row, one in enumerate(model.exposures) if one.group == group.id] for group in model.groups
        ]
        wiring = Wiring(self._plan(sides), codebook, parameters)
        self.blocks, self.run = wiring.blocks, wiring.run
        self.changes = {reading.question: change(codebook, reading, parameters) for reading in readings}

    def _plan(self, sides: Sequence[Sequence[tuple[int, int]]]) -> Plan:
        return Plan(
            model=self.model,
            weights=self.weight,
            controls=self.control.size,
            counted=self.counted.size,
            sides=sides,
            signs=[[sign for sign in signs if sign[0] < self.counted.size] for signs in self.signs],
            grave=self.grave,
            steps=self.proof.steps,
            rises=self.proof.rises,
        )


def _read_by(model: RiskModel) -> frozenset[str]:
    """Return the dated figures that the rules of a model read."""
    conditions: list[AnyCondition | None] = [one.adverse for one in model.readings]
    conditions += [one.partly for one in model.readings]
    conditions += [one.when for one in model.exposures]
    conditions += [one.when for one in model.overrides]
    conditions += [one.when for one in model.attribution_rules]
    return frozenset[str]().union(*(parameters_of(one) for one in conditions if one is not None))


def _place(model: RiskModel, codebook: Codebook, reading: Reading) -> tuple[int, int, int]:
    """Return where a reading stands: rows that are added up together lie together."""
    return _side(reading), _weight(model, reading), codebook.row[reading.question]


def _side(reading: Reading) -> int:
    return next(number for number, elements in enumerate(_SIDES) if reading.element in elements)


def _span(questions: Rows, end: int) -> Span:
    """Return the first `end` readings as a span."""
    return Span(
        size=end,
        in_order=tuple(sorted(range(end), key=lambda row: int(questions[row]))),
    )


def _weight(model: RiskModel, reading: Reading) -> int:
    grave = reading.gravity is not Gravity.ORDINARY
    return model.figures["weight_grave" if grave else "weight_ordinary"].value


def _peak(reading: Reading) -> int:
    """Return the greatest strength among the signs of a reading that speaks of coercion."""
    if reading.element not in COERCION:
        return 0
    return max((1 + STRENGTHS.index(strength) for strength in reading.signs.values()), default=0)


def _signs(model: RiskModel, indicator: str) -> list[tuple[int, int]]:
    """Return the row of each reading that points to an indicator, and its strength."""
    return [
        (row, 1 + STRENGTHS.index(reading.signs[indicator]))
        for row, reading in enumerate(model.readings)
        if indicator in reading.signs
    ]


def _proof(model: RiskModel) -> Proof:
    """Return what evidence carries for each reading of the model."""
    hard = np.array([reading.element in UNPROVABLE for reading in model.readings], np.bool_)
    points = np.array([np.where(hard, grade.coercion_points, grade.points) for grade in model.grades], np.int64)
    rises = np.diff(points, axis=0, prepend=0)
    steps = np.flatnonzero(rises.any(axis=1))
    return Proof(
        steps=steps.tolist(),
        rises=rises[steps],
        most=int(points.max(initial=0)),
        by_papers=points[EvidenceGrade.E2].tolist(),
    )
