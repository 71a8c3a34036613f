"""A model made ready for one codebook and one day: rules as rows, numbers as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import Codebook
from questionnaires.condition import Any, AnyCondition, parameters_of
from questionnaires.edition import digest
from questionnaires.program import Program
from questionnaires.relevance import Relevance
from risk_models.counterfactual import change
from risk_models.evidence import EvidenceGrade
from risk_models.model import COERCION, INVOLUNTARY, STRENGTHS, UNPROVABLE, Cause, Element, Gravity, Reading, RiskModel

Rows: TypeAlias = NDArray[np.intp]

_NEVER = Any()

_SIDES = ((Element.CONTROL,), INVOLUNTARY, (Element.PENALTY,), (Element.CONTEXT,))


@dataclass(frozen=True, slots=True)
class Pairs:
    """The signs of a model: pairs of a reading and an indicator, without those of context.

    Signs of one indicator lie side by side, the strongest first. `at_least[i][k]`
    are the signs of indicator i whose strength is at least k; those of strength
    4 are none.
    """

    reading: Rows  # row of the reading, shape (signs,)
    at_least: tuple[tuple[slice, ...], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Readings that are added up together: their rows, and runs of equal weight among them."""

    rows: slice
    runs: tuple[tuple[slice, int], ...]  # rows within the span, and their weight
    in_order: tuple[int, ...]  # the rows, as their questions are asked
    total: int  # of the weights


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
        self.relevance = Relevance(codebook)
        self.question: Rows = np.array([codebook.row[reading.question] for reading in readings], np.intp)
        ends = np.searchsorted([_side(reading) for reading in readings], range(1, len(_SIDES))).tolist()
        weights = [_weight(model, reading) for reading in readings]
        self.control = _span(weights, self.question, ends[0])
        self.involuntary = slice(ends[0], ends[1])
        self.penalty = slice(ends[1], ends[2])
        self.counted = _span(weights, self.question, ends[2])
        self.weight = weights
        self.names = [reading.question for reading in readings]
        self.grave = np.array(
            [row for row, reading in enumerate(readings) if reading.gravity is Gravity.ZERO_TOLERANCE], np.intp
        )
        self.coercion = np.array([reading.element in COERCION for reading in readings], np.bool_)[:, None]
        self.unprovable = np.array([reading.element in UNPROVABLE for reading in readings], np.intp)[:, None]
        self.peak = np.array([[_peak(reading)] for reading in readings], np.int8)
        self.grave_signs = [(row, peak) for row, (peak,) in enumerate(self.peak.tolist()) if peak > 1]
        self.pairs = _pairs(model)
        self.grade_points = _grade_points(model)
        self.by_papers: list[int] = self.grade_points[self.unprovable[:, 0], EvidenceGrade.E2].tolist()
        self.grade_values: list[int] = [value for value in np.unique(self.grade_points).tolist() if value]
        self.exposure_points = np.array([exposure.points for exposure in model.exposures], np.int64)
        self.exposure_groups = [
            np.array([row for row, one in enumerate(model.exposures) if one.group == group.id], np.intp)
            for group in model.groups
        ]
        self.gates = sum(override.cause is Cause.ANSWERS for override in model.overrides)
        self.program = Program(codebook, _conditions(model), parameters)
        self.attribution_program = Program(codebook, [rule.when for rule in model.attribution_rules], parameters)
        self.signs = [_signs(model, indicator.id) for indicator in model.indicators]
        self.changes = {reading.question: change(codebook, reading, parameters) for reading in readings}

    def split(self, truths: NDArray[np.int8]) -> tuple[NDArray[np.int8], ...]:
        """Return the truths of the program as (adverse, partly, exposures, overrides)."""
        readings, exposures = len(self.model.readings), len(self.model.exposures)
        cuts = np.cumsum([readings, readings, exposures])
        return tuple(np.split(truths, cuts))


def _read_by(model: RiskModel) -> frozenset[str]:
    """Return the dated figures that the rules of a model read."""
    conditions = (*_conditions(model), *(rule.when for rule in model.attribution_rules))
    return frozenset().union(*map(parameters_of, conditions))


def _conditions(model: RiskModel) -> list[AnyCondition]:
    return [
        *(reading.adverse for reading in model.readings),
        *(reading.partly or _NEVER for reading in model.readings),
        *(exposure.when for exposure in model.exposures),
        *(override.when or _NEVER for override in model.overrides if override.cause is Cause.ANSWERS),
    ]


def _place(model: RiskModel, codebook: Codebook, reading: Reading) -> tuple[int, int, int]:
    """Return where a reading stands: rows that are added up together lie together."""
    return _side(reading), _weight(model, reading), codebook.row[reading.question]


def _side(reading: Reading) -> int:
    return next(number for number, elements in enumerate(_SIDES) if reading.element in elements)


def _span(weights: Sequence[int], questions: Rows, end: int) -> Span:
    """Return the first `end` readings as a span."""
    runs = [list(run) for _, run in groupby(range(end), key=lambda row: weights[row])]
    return Span(
        rows=slice(0, end),
        runs=tuple((slice(run[0], run[-1] + 1), weights[run[0]]) for run in runs),
        in_order=tuple(sorted(range(end), key=lambda row: int(questions[row]))),
        total=sum(weights[:end]),
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


def _pairs(model: RiskModel) -> Pairs:
    reading: list[int] = []
    at_least = []
    for indicator in model.indicators:
        signs = [
            (strength, row)
            for row, strength in _signs(model, indicator.id)
            if model.readings[row].element is not Element.CONTEXT
        ]
        start = len(reading)
        reading.extend(row for _, row in sorted(signs, reverse=True))
        counts = [sum(strength >= least for strength, _ in signs) for least in range(len(STRENGTHS) + 2)]
        at_least.append(tuple(slice(start, start + count) for count in counts))
    return Pairs(np.array(reading, np.intp), tuple(at_least))


def _grade_points(model: RiskModel) -> NDArray[np.uint8]:
    """Return hundredths by kind of reading (other, unprovable by papers) and grade, shape (2, grades)."""
    return np.array(
        [[grade.points for grade in model.grades], [grade.coercion_points for grade in model.grades]], np.uint8
    )
