"""The orders that are compared: each a number for every file, the highest first.

    random         no difference between files
    rules_plain    strong signs first, then residual risk, and nothing else
    rules          the rule set: the same, and where they say the same, by how many indicators there are and how strong
    rules_prompts  strong signs, residual risk, and where they say the same, by how many prompts were raised
    prompts        how many prompts were raised
    answers_max    answer risk (1 to 3) times severity (1 to 5), the greatest over the questions asked
    answers_mean   the same, as a mean weighted by severity
    learned        the order learned from conclusions on earlier files, used or not
    in_use         the learned order where its trial says so, else the rules
    served         the same as the queue gives it: a fifth of the places by chance

`answers_*` stand for the simple scores that guides and vendors publish.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.truth import Firms
from risk_models.integrity import Kind
from risk_models.layout import Layout
from risk_models.model import Gravity, Reading
from risk_models.priority import estimates
from risk_models.priority_features import FINE, Numbers, Table, table
from risk_models.priority_learning import Conclusions, learn
from risk_models.priority_outcome import Learned, Standing, Terms
from risk_models.priority_queue import Waiting, order
from risk_models.reading import Outcome
from risk_models.scoring import Scored

ORDERS = (
    "random",
    "rules_plain",
    "rules",
    "rules_prompts",
    "prompts",
    "answers_max",
    "answers_mean",
    "learned",
    "in_use",
    "served",
)

RULE_SET = "forced_labour 2026.1"
FIRST_DAY = date(2025, 1, 1).toordinal()
DAYS_A_WAVE = 90
CHANCE = 0.2
_HUNDRED = 100

_BESIDE = (Outcome.NOT_ASKED, Outcome.NOT_APPLICABLE)
_SEVERITY = {"weak": 2, "medium": 3, "strong": 4}
_GRAVITY = {Gravity.ORDINARY: 1, Gravity.CRITICAL: 4, Gravity.ZERO_TOLERANCE: 5}


def learned_from(firms: Firms, files: Table, concluded: NDArray[np.bool_], waves: int, terms: Terms) -> Learned:
    """Return what the conclusions of the first waves teach; the queue of each was worked to its end."""
    rows = np.flatnonzero(firms.wave < waves)
    conclusions = Conclusions(
        files=tuple(f"{row:06}" for row in rows.tolist()),
        days=FIRST_DAY + DAYS_A_WAVE * firms.wave[rows].astype(np.int64) + rows % DAYS_A_WAVE,
        table=files.part(rows),
        cases=concluded[rows],
        fair=np.ones(len(rows), np.bool_),
    )
    return learn(conclusions, terms, rule_set=RULE_SET, seed=1)


def weighed(numbers: Numbers) -> Table:
    """Return files as an order weighs them, with all kinds of prompts."""
    return table(numbers, tuple(Kind))


def orders(
    layout: Layout, firms: Firms, scored: Scored, numbers: Numbers, learned: Learned
) -> dict[str, NDArray[np.float64]]:
    """Return every order of all files."""
    files = weighed(numbers)
    raised = np.sum(list(numbers.prompts.values()), axis=0).astype(np.float64)
    greatest, mean = _answers(layout, scored)
    plain = numbers.grave + numbers.residual / _HUNDRED
    found = None if learned.model is None else estimates(learned.model, files)
    in_use = found if found is not None and learned.standing is Standing.ON else numbers.rule
    return {
        "random": np.zeros(firms.size),
        "rules_plain": plain,
        "rules": numbers.rule,
        "rules_prompts": plain + FINE * raised,
        "prompts": raised,
        "answers_max": greatest,
        "answers_mean": mean,
        "learned": numbers.rule if found is None else found,
        "in_use": in_use,
        "served": _served(firms, in_use),
    }


def severity(reading: Reading) -> int:
    """Return how grave an adverse answer is in a simple score, 1 to 5."""
    return max([_GRAVITY[reading.gravity], *(_SEVERITY[strength] for strength in reading.signs.values())])


def _answers(layout: Layout, scored: Scored) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    outcomes = scored.outcomes
    risk = np.select([outcomes == Outcome.MET, outcomes == Outcome.ADVERSE], [1, 3], 2)
    severe = np.array([severity(reading) for reading in layout.model.readings])[:, None]
    asked = ~np.isin(outcomes, _BESIDE)
    greatest = (risk * severe * asked).max(axis=0).astype(np.float64)
    return greatest, (risk * severe * asked).sum(axis=0) / (severe * asked).sum(axis=0)


def _served(firms: Firms, in_use: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the places of the queue of each wave, as numbers that fall from first to last."""
    served = np.zeros(firms.size)
    for wave in np.unique(firms.wave):
        rows = np.flatnonzero(firms.wave == wave)
        names = [str(row) for row in rows.tolist()]
        waiting = Waiting(names, in_use[rows], np.zeros(len(rows), np.int64))
        queue = order(waiting, day=date.fromordinal(FIRST_DAY + int(wave)), key=b"simulated", share=CHANCE)
        served[[int(place.file) for place in queue.places]] = -np.arange(len(rows), dtype=np.float64)
    return served
