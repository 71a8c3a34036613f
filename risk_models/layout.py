"""A model made ready for one codebook and one day: rules as rows, numbers as arrays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import Codebook
from questionnaires.condition import Any, AnyCondition
from questionnaires.program import Program
from questionnaires.relevance import Relevance
from risk_models.catalogue import digest
from risk_models.counterfactual import change
from risk_models.model import COERCION, INVOLUNTARY, STRENGTHS, UNPROVABLE, Cause, Element, Gravity, Reading, RiskModel

Rows: TypeAlias = NDArray[np.intp]

_NEVER = Any()


@dataclass(frozen=True, slots=True)
class Pairs:
    """The signs of a model, those of one indicator side by side.

    A sign is a pair of a reading and an indicator. Signs of context are not
    among them: circumstances alone raise no level.
    """

    reading: Rows  # row of the reading, shape (signs,)
    strength: NDArray[np.int8]  # 1 weak, 2 medium, 3 strong, shape (signs, 1)
    of_indicator: tuple[slice, ...]  # the signs of each indicator


class Layout:
    """What `scoring` needs of a model, in the form in which it needs it."""

    def __init__(self, model: RiskModel, codebook: Codebook, parameters: Mapping[str, float]) -> None:
        """Number the rules of `model` and compile its conditions.

        Args:
            model: the rule set.
            codebook: of the questionnaire the model was written for.
            parameters: dated figures in force on the day of the assessment.
        """
        self.model = model
        self.codebook = codebook
        self.parameters = dict(parameters)
        self.relevance = Relevance(codebook)
        readings = model.readings
        self.question: Rows = np.array([codebook.row[reading.question] for reading in readings], np.intp)
        self.weights = np.array([_weight(model, reading) for reading in readings], np.int64)
        self.control = _rows(reading.element is Element.CONTROL for reading in readings)
        self.counted = _rows(reading.element is not Element.CONTEXT for reading in readings)
        self.grave = _rows(reading.gravity is Gravity.ZERO_TOLERANCE for reading in readings)
        self.penalty = _rows(reading.element is Element.PENALTY for reading in readings)
        self.involuntary = _rows(reading.element in INVOLUNTARY for reading in readings)
        self.coercion = np.array([reading.element in COERCION for reading in readings], np.bool_)[:, None]
        self.unprovable = np.array([reading.element in UNPROVABLE for reading in readings], np.intp)[:, None]
        self.weight: list[int] = self.weights.tolist()
        self.peak = np.array([[_peak(reading)] for reading in readings], np.int8)
        self.pairs = _pairs(model)
        self.grade_points = _grade_points(model)
        self.exposure_points = np.array([exposure.points for exposure in model.exposures], np.int64)
        self.exposure_groups = [
            np.array([row for row, one in enumerate(model.exposures) if one.group == group.id], np.intp)
            for group in model.groups
        ]
        self.gates = sum(override.cause is Cause.ANSWERS for override in model.overrides)
        self.program = Program(codebook, _conditions(model), parameters)
        self.attribution_program = Program(codebook, [rule.when for rule in model.attribution_rules], parameters)
        self.digest = digest(model)
        self.signs = [_signs(model, indicator.id) for indicator in model.indicators]
        self.changes = {reading.question: change(codebook, reading, parameters) for reading in readings}

    def split(self, truths: NDArray[np.int8]) -> tuple[NDArray[np.int8], ...]:
        """Return the truths of the program as (adverse, partly, exposures, overrides)."""
        readings, exposures = len(self.model.readings), len(self.model.exposures)
        cuts = np.cumsum([readings, readings, exposures])
        return tuple(np.split(truths, cuts))


def _conditions(model: RiskModel) -> list[AnyCondition]:
    return [
        *(reading.adverse for reading in model.readings),
        *(reading.partly or _NEVER for reading in model.readings),
        *(exposure.when for exposure in model.exposures),
        *(override.when or _NEVER for override in model.overrides if override.cause is Cause.ANSWERS),
    ]


def _rows(chosen: Iterable[bool]) -> Rows:
    return np.flatnonzero(np.fromiter(chosen, np.bool_))


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
    rows = sorted(
        (indicator, row, 1 + STRENGTHS.index(reading.signs[one.id]))
        for indicator, one in enumerate(model.indicators)
        for row, reading in enumerate(model.readings)
        if one.id in reading.signs and reading.element is not Element.CONTEXT
    )
    ends = np.searchsorted([row[0] for row in rows], range(1, len(model.indicators) + 1))
    return Pairs(
        reading=np.array([row[1] for row in rows], np.intp),
        strength=np.array([row[2] for row in rows], np.int8)[:, None],
        of_indicator=tuple(slice(start, end) for start, end in zip([0, *ends], ends, strict=False)),
    )


def _grade_points(model: RiskModel) -> NDArray[np.uint8]:
    """Return hundredths by kind of reading (other, unprovable by papers) and grade, shape (2, grades)."""
    return np.array(
        [[grade.points for grade in model.grades], [grade.coercion_points for grade in model.grades]], np.uint8
    )
