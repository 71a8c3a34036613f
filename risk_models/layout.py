"""A model made ready for one codebook and one day: rules as rows, numbers as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import Codebook
from questionnaires.condition import Any, AnyCondition, parameters_of
from questionnaires.edition import digest
from questionnaires.program import Planes, Program
from questionnaires.relevance import Relevance
from risk_models.counterfactual import change
from risk_models.evidence import EvidenceGrade
from risk_models.model import COERCION, INVOLUNTARY, STRENGTHS, UNPROVABLE, Cause, Element, Gravity, Reading, RiskModel

Rows: TypeAlias = NDArray[np.intp]

_NEVER = Any()

_BYTE = 255
"""The most that a byte can count."""

_SIDES = ((Element.CONTROL,), INVOLUNTARY, (Element.PENALTY,), (Element.CONTEXT,))

Shares: TypeAlias = tuple[tuple[Rows, int], ...]
"""What is added up to one sum: rows that count alike, 255 at most, and how much each of them counts."""


@dataclass(frozen=True, slots=True)
class Span:
    """Readings that are added up together: rows from the first on."""

    size: int
    shares: Shares  # the weight of each
    in_order: tuple[int, ...]  # the rows, as their questions are asked
    total: int  # of the weights


@dataclass(frozen=True, slots=True)
class Proof:
    """What evidence carries, in hundredths; it grows by steps as grades rise."""

    steps: NDArray[np.int8]  # the grades at which it grows
    rises: NDArray[np.int64]  # by how much, shape (steps, readings)
    shares: Shares  # the weighted rises of the readings that count, step after step
    most: int
    by_papers: list[int]  # what checked papers carry, for each reading


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs that are counted together: of an indicator or a side of the two-part test, and of at least one strength.

    Those at least weak come first, then those at least medium, then the strong;
    in each, one indicator follows the other, and the two sides come last.
    """

    reading: Rows  # row of the reading, shape (signs,)
    still: NDArray[np.uint8]  # all bits where a sign one strength lower still counts here, shape (signs, 1)
    together: tuple[slice, ...]  # the signs that are counted together


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
        self.counted = _span(weights, self.question, ends[2])
        self.weight = weights
        self.attributions = {reading.question: reading.attribution for reading in readings}
        self.names = [reading.question for reading in readings]
        self.grave = np.array(
            [row for row, reading in enumerate(readings) if reading.gravity is Gravity.ZERO_TOLERANCE], np.intp
        )
        self.coercion = np.array([[255 * (reading.element in COERCION)] for reading in readings], np.uint8)
        peaks = [_peak(reading) for reading in readings]
        self.grave_signs = [(row, peak) for row, peak in enumerate(peaks) if peak > 1]
        sides = [[(row, peaks[row]) for row in range(*part)] for part in pairwise(ends)]
        self.signs = [_signs(model, indicator.id) for indicator in model.indicators]
        counted = [[sign for sign in signs if sign[0] < ends[2]] for signs in self.signs]
        self.counts = _counts([*counted, *sides])
        self.proof = _proof(model, weights[: ends[2]])
        credit = (100, model.figures["credit_partly"].value)  # of a control that is met, and one partly so
        self.earned = _shares([part * weight for part in credit for weight in weights[: ends[0]]])
        self.exposure_groups = [
            np.array([row for row, one in enumerate(model.exposures) if one.group == group.id], np.intp)
            for group in model.groups
        ]
        points = [exposure.points for exposure in model.exposures]
        most = max([sum(points), *(group.cap for group in model.groups)])
        self.exposure_points = np.array(points, np.min_scalar_type(most))[:, None]
        conditions = _conditions(model)
        cuts = np.cumsum([0, *map(len, conditions)]).tolist()
        self._kinds = [slice(*part) for part in pairwise(cuts)]
        self.program = Program(codebook, list(chain(*conditions)), parameters)
        self.changes = {reading.question: change(codebook, reading, parameters) for reading in readings}

    def split(self, planes: Planes) -> list[Planes]:
        """Return the truths of the program as [adverse, partly, exposures, overrides, attributions]."""
        return [planes[:, rows] for rows in self._kinds]


def _read_by(model: RiskModel) -> frozenset[str]:
    """Return the dated figures that the rules of a model read."""
    return frozenset().union(*map(parameters_of, chain(*_conditions(model))))


def _conditions(model: RiskModel) -> list[list[AnyCondition]]:
    """Return the conditions of a model, those of one kind together."""
    return [
        [reading.adverse for reading in model.readings],
        [reading.partly or _NEVER for reading in model.readings],
        [exposure.when for exposure in model.exposures],
        [override.when or _NEVER for override in model.overrides if override.cause is Cause.ANSWERS],
        [rule.when for rule in model.attribution_rules],
    ]


def _place(model: RiskModel, codebook: Codebook, reading: Reading) -> tuple[int, int, int]:
    """Return where a reading stands: rows that are added up together lie together."""
    return _side(reading), _weight(model, reading), codebook.row[reading.question]


def _side(reading: Reading) -> int:
    return next(number for number, elements in enumerate(_SIDES) if reading.element in elements)


def _span(weights: Sequence[int], questions: Rows, end: int) -> Span:
    """Return the first `end` readings as a span."""
    return Span(
        size=end,
        shares=_shares(weights[:end]),
        in_order=tuple(sorted(range(end), key=lambda row: int(questions[row]))),
        total=sum(weights[:end]),
    )


def _shares(worth: Sequence[int]) -> Shares:
    """Return the rows by what each is worth, so few together that a byte can count them."""
    shares: list[tuple[Rows, int]] = []
    for share in sorted(set(worth) - {0}):
        rows = np.flatnonzero(np.equal(worth, share))
        shares.extend((part, share) for part in np.array_split(rows, range(_BYTE, len(rows), _BYTE)))
    return tuple(shares)


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


def _counts(parts: Sequence[Sequence[tuple[int, int]]]) -> Signs:
    """Return the signs of each part, each a row and a strength, as they are counted."""
    strengths = range(1, len(STRENGTHS) + 1)
    counted = [[(row, own > least) for row, own in part if own >= least] for least in strengths for part in parts]
    cuts = np.cumsum([0, *map(len, counted)]).tolist()
    return Signs(
        reading=np.array([row for row, _ in chain(*counted)], np.intp),
        still=np.array([255 * still for _, still in chain(*counted)], np.uint8)[:, None],
        together=tuple(slice(*part) for part in pairwise(cuts)),
    )


def _proof(model: RiskModel, weights: Sequence[int]) -> Proof:
    """Return what evidence carries, weighted for the first readings of the model."""
    hard = np.array([reading.element in UNPROVABLE for reading in model.readings], np.bool_)
    points = np.array([np.where(hard, grade.coercion_points, grade.points) for grade in model.grades], np.int64)
    rises = np.diff(points, axis=0, prepend=0)
    steps = np.flatnonzero(rises.any(axis=1))
    worth = rises[steps, : len(weights)] * np.array(weights, np.int64)
    return Proof(
        steps=steps.astype(np.int8),
        rises=rises[steps],
        shares=_shares(worth.ravel().tolist()),
        most=int(points.max(initial=0)),
        by_papers=points[EvidenceGrade.E2].tolist(),
    )
