"""What runs along which edge of a chain of suppliers, and the numbers that go with it.

Kinds of edge are data (`library/network`), numbers are dated parameters, and
the points of a level are its floor in the rule set that found it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires import content
from questionnaires.content import ContentError
from questionnaires.text import Text
from risk_models.model import RiskModel, Rule

LIBRARY = Path(__file__).parent / "library" / "network"

GOODS, LABOUR = "goods", "labour"

_HUNDRED = 100


class EdgeKind(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way in which one party supplies another, and the indicators that come along."""

    id: str
    label: Text
    about: Text
    share: Text  # what an edge's share is a share of
    indicators: tuple[str, ...]


class Settling(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it takes for a supplier's own place to count as looked at by somebody else."""

    label: str  # of the review
    workers_heard: int  # people at least who spoke in confidence
    independent: bool  # whether one of the reviewing bodies must not belong to the state
    about: Text


class Bare(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a sign counts of which only is told that it is there."""

    level: str  # as it is told
    counts_as: str  # a level of the rule set, at least
    about: Text


class Looks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How what a supplier tells of its own place is taken."""

    settling: tuple[Settling, ...]
    bare: tuple[Bare, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the method, ready for arrays.

    Rows of `weight` are indicators in the order of the rule set, columns are
    kinds of edge; a row adds up to 1 and is 0 where the indicator does not run.
    """

    weight: NDArray[np.float64]  # shape (indicators, kinds)
    points: NDArray[np.float64]  # of level 0 (none), 1, ..., ascending from 0
    reach: float  # part of what is handed on that comes from further up, 0 to 1, exclusive
    unknown: float  # how far from best to worst the unknown counts, 0 to 1
    tiers: int  # how many are followed

    @property
    def most(self) -> float:
        """The points of the gravest level."""
        return float(self.points[-1])


@cache
def kinds(version: str = "2026.1", folder: Path = LIBRARY) -> tuple[EdgeKind, ...]:
    """Return the kinds of edge of one version, in the order in which a network numbers them.

    Raises:
        ContentError: the file is missing or does not fit.
    """
    return content.read(folder / f"{version}.yaml", tuple[EdgeKind, ...])


@cache
def looks(version: str = "2026.1", folder: Path = LIBRARY) -> Looks:
    """Return how what a supplier tells of its own place is taken, in one version.

    Raises:
        ContentError: the file is missing or does not fit.
    """
    return content.read(folder / f"looks-{version}.yaml", Looks)


def settles(label: str, workers_heard: int, *, independent: bool) -> bool:
    """Return whether a review settles how grave a place is at most.

    Args:
        label: of the review.
        workers_heard: people who spoke in confidence.
        independent: whether one of the reviewing bodies does not belong to the state.
    """
    return any(
        label == one.label and workers_heard >= one.workers_heard and (independent or not one.independent)
        for one in looks().settling
    )


def rules(model: RiskModel, known: Sequence[EdgeKind], figures: Mapping[str, float]) -> Rules:
    """Return the numbers for one rule set on one day.

    Args:
        model: gives the indicators, and the points of their levels.
        known: the kinds of edge.
        figures: dated parameters in force on the day.

    Raises:
        ContentError: an indicator runs along no edge, or an edge names an unknown one.
    """
    indicators = [indicator.id for indicator in model.indicators]
    runs = np.array([[name in kind.indicators for kind in known] for name in indicators])
    named = {name for kind in known for name in kind.indicators}
    if stray := named - set(indicators) | {name for name, row in zip(indicators, runs, strict=True) if not row.any()}:
        raise ContentError(
            f"library/network: {', '.join(sorted(stray))}: every indicator of {model.id} {model.version}, "
            "and no other, must run along some kind of edge"
        )
    labour = figures["chain.labour_part"] / _HUNDRED
    part = np.array([labour if kind.id == LABOUR else 1 - labour for kind in known])
    points = np.array([0, *(level.floor for level in model.levels)], np.float64)
    return Rules(
        weight=runs * part / (runs * part).sum(axis=1, keepdims=True),
        points=points,
        reach=figures["chain.reach"] / _HUNDRED,
        unknown=figures["chain.unknown"] / float(points[-1]),
        tiers=int(figures["chain.tiers"]),
    )
