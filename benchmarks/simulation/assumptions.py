"""What the simulation assumes, and the tables it draws from."""

import csv
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires import content

HERE = Path(__file__).parent

HONEST, CARELESS, CONCEALING = KINDS = ("honest", "careless", "concealing")
"""Who answers how."""


class WithCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Indicators that go with a case beside the means of control on record."""

    debt_share: float
    movement: float
    isolation: float
    vulnerability: float
    children: float


class Assumptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of them; what each means stands beside it in `assumptions.yaml`."""

    activities: dict[str, float]
    groups: dict[str, tuple[str, ...]]
    private_cases: float
    state_cases_cotton: float
    state_cases_others: float
    waves: int
    growth_a_wave: float
    with_case: WithCase
    adverse_if_present: dict[str, float]
    partly_if_present: float
    background_adverse: dict[str, float]
    background_grave: float
    background_partly: float
    control_adverse: float
    context_adverse: float
    management_with_case: tuple[float, float]
    management_without: tuple[float, float]
    respondents_with_case: dict[str, float]
    respondents_with_case_if_more_conceal: dict[str, float]
    respondents_without: dict[str, float]
    not_known: dict[str, float]
    unanswered: dict[str, float]
    declined_protected: dict[str, float]
    slips: float
    straight_lines: float
    straight_length: int
    hidden_signs: float
    hidden_controls: float
    templates: float
    template_kept: float
    template_sets: int
    papers: dict[str, float]
    papers_shared: dict[str, float]
    seconds_an_answer: dict[str, float]
    seconds_spread: float
    found_open: float
    found_concealed: float
    found_wrongly: float
    learned_from: float


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Aggregates of public data sets; `tables/SOURCES.md` says of which."""

    means: tuple[str, ...]
    shares: NDArray[np.float64]  # of identified cases with any means of control on record
    together: NDArray[np.float64]  # correlation of each pair
    cases: dict[str, float]  # share of listed employers in each group of activities
    tenths: NDArray[np.float64]  # workers of one case


@cache
def assumptions() -> Assumptions:
    """Return what is assumed."""
    return content.read(HERE / "assumptions.yaml", Assumptions)


@cache
def tables() -> Tables:
    """Return the aggregates."""
    shares = _rows("means.csv")
    together = _rows("means_together.csv")
    counts = {row["group"]: float(row["cases"]) for row in _rows("activities.csv")}
    means = tuple(row["means"] for row in shares)
    return Tables(
        means=means,
        shares=np.array([float(row["share"]) for row in shares]),
        together=np.array([[float(row[name]) for name in means] for row in together]),
        cases={group: count / sum(counts.values()) for group, count in counts.items()},
        tenths=np.array([float(row["workers"]) for row in _rows("workers.csv")]),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / "tables" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
