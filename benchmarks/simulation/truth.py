"""Firms, what is really practised there, and where there is a case.

A case is drawn first, then the indicators that go with it, then the practices
that show them. In private hands the means of control go together as in the
records of identified cases: normal variables with the correlations of the
table, cut at its shares, drawn anew until there is any. State mobilisation
happens in harvest waves only. Firms without a case have ordinary shortfalls,
the more the worse they are managed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks.simulation.assumptions import Assumptions, Tables
from risk_models.layout import Layout
from risk_models.model import Element, Gravity

GOOD, PARTLY, ADVERSE = 0, 1, 2

COTTON = ("cotton_growing", "ginning")

POINTS_TO = {
    "threats": "INT",
    "abuse_psy_phys_sex": "VIO",
    "false_promises": "DEC",
    "drugs_alcohol": "VUL",
    "deny_basic_needs": "CON",
    "excessive_work_hours": "OVT",
    "withhold_docs": "DOC",
}
"""The indicator that a means of control on record stands for; debt or kept earnings stand for two."""

DEBT = "debt_bondage_or_earnings"


@dataclass(frozen=True, slots=True)
class Firms:
    """Firms and what is true of them, one entry (or column) each."""

    wave: NDArray[np.intp]  # when it hands in
    harvest: NDArray[np.bool_]  # whether that is in the cotton harvest
    activity: NDArray[np.str_]
    management: NDArray[np.float64]  # 0 to 1, 1 is the best
    case: NDArray[np.bool_]
    state: NDArray[np.bool_]  # whether the case is one of state mobilisation
    workers: NDArray[np.float64]  # affected; 0 without a case
    practice: NDArray[np.int8]  # good, partly, adverse; shape (readings, firms)

    @property
    def size(self) -> int:
        """How many firms there are."""
        return len(self.wave)


def firms(layout: Layout, said: Assumptions, known: Tables, size: int, random: np.random.Generator) -> Firms:
    """Return a population."""
    wave = np.sort(random.integers(0, said.waves, size))
    harvest = wave % 2 == 1
    names = np.array(list(said.activities))
    shares = np.array(list(said.activities.values()))
    activity = random.choice(names, size, p=shares / shares.sum())
    grown = said.growth_a_wave**wave
    private = random.random(size) < said.private_cases * grown * _leaning(said, known, activity)
    in_cotton = np.isin(activity, COTTON)
    risk = np.where(in_cotton, said.state_cases_cotton, said.state_cases_others) * grown * harvest
    state = ~private & (random.random(size) < risk)
    case = private | state
    management = np.where(
        case, random.beta(*said.management_with_case, size), random.beta(*said.management_without, size)
    )
    tenths = np.linspace(0, 1, len(known.tenths))
    workers = np.where(case, np.maximum(np.interp(random.random(size), tenths, known.tenths).round(), 1), 0)
    present = _present(layout, said, known, (private, state), random)
    practice = _practice(layout, said, present, management, random)
    return Firms(wave, harvest, activity, management, case, state, workers, practice)


def _leaning(said: Assumptions, known: Tables, activity: NDArray[np.str_]) -> NDArray[np.float64]:
    """Return how much likelier a case is in the activity of each firm than in all, by the public list."""
    total = sum(said.activities.values())
    leaning = {
        name: known.cases[group] / (sum(said.activities[one] for one in members) / total)
        for group, members in said.groups.items()
        for name in members
    }
    return np.array([leaning[name] for name in activity.tolist()])


def _present(
    layout: Layout,
    said: Assumptions,
    known: Tables,
    cases: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    random: np.random.Generator,
) -> NDArray[np.bool_]:
    """Return which indicators are present, shape (indicators, firms)."""
    private, state = cases
    row = {indicator.id: number for number, indicator in enumerate(layout.model.indicators)}
    present = np.zeros((len(row), len(private)), np.bool_)
    means = dict(zip(known.means, _means(known, len(private), random), strict=True))
    for name, indicator in POINTS_TO.items():
        present[row[indicator]] |= means[name]
    present[row["WAG"]] |= means[DEBT]
    present[row["DEB"]] |= means[DEBT] & (random.random(len(private)) < said.with_case.debt_share)
    beside = {
        "MOV": said.with_case.movement,
        "ISO": said.with_case.isolation,
        "VUL": said.with_case.vulnerability,
        "CHL": said.with_case.children,
    }
    for indicator, share in beside.items():
        present[row[indicator]] |= random.random(len(private)) < share
    present &= private
    present[row["SIF"]] |= state
    for indicator in ("INT", "VUL"):
        present[row[indicator]] |= state & (random.random(len(state)) < said.with_case.vulnerability)
    return present


def _means(known: Tables, size: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return means of control for each of many cases, at least one for each; shape (means, cases)."""
    values, vectors = np.linalg.eigh(known.together)
    root = vectors * np.sqrt(np.maximum(values, 0))
    cut = norm.isf(known.shares)[:, None]
    drawn: NDArray[np.bool_] = root @ random.standard_normal((len(cut), size)) > cut
    while (none := np.flatnonzero(~drawn.any(axis=0))).size:
        drawn[:, none] = root @ random.standard_normal((len(cut), none.size)) > cut
    return drawn


def _practice(
    layout: Layout,
    said: Assumptions,
    present: NDArray[np.bool_],
    management: NDArray[np.float64],
    random: np.random.Generator,
) -> NDArray[np.int8]:
    """Return what is practised, for each reading and firm."""
    row = {indicator.id: number for number, indicator in enumerate(layout.model.indicators)}
    practice = np.zeros((len(layout.model.readings), len(management)), np.int8)
    poor = 1 - management
    for number, reading in enumerate(layout.model.readings):
        grave = reading.gravity is Gravity.ZERO_TOLERANCE
        match reading.element:
            case Element.CONTROL:
                adverse = said.control_adverse * poor
            case Element.CONTEXT:
                adverse = np.full(len(poor), said.context_adverse)
            case _:
                rarest = min(said.background_adverse[strength] for strength in reading.signs.values())
                adverse = 2 * poor * (said.background_grave if grave else rarest)
        partly = 2 * poor * said.background_partly
        if reading.element is not Element.CONTROL and reading.element is not Element.CONTEXT:
            for indicator, strength in reading.signs.items():
                shown = present[row[indicator]]
                adverse = np.where(shown, np.maximum(adverse, said.adverse_if_present[strength]), adverse)
                partly = np.where(shown, np.maximum(partly, said.partly_if_present), partly)
        drawn = random.random(len(poor))
        practice[number] = np.select([drawn < adverse, drawn < adverse + partly], [ADVERSE, PARTLY], GOOD)
    return practice
