"""What is known of a file before anybody looked at it: numbers of its profile, as features of an order.

Every feature lies between 0 and 1 and grows with what speaks for a look:

    inherent    inherent risk / 100
    control     what is not in place: 1 - control / 100
    confidence  what nothing bears out: 1 - confidence
    coverage    what has no answer: 1 - coverage
    interval    what missing answers leave open: (high - residual) / 100
    not_known   answers "not known" / questions asked
    level.X     level of indicator X / 3
    prompt.K    prompts of kind K / 3, at most 1

"Prefer not to say" is no feature of its own; it has no answer, as any question
that was left open. State-imposed labour is none either, nor is "not known" to a
protected question: reviewers may not learn of them, and an order would tell. Numbers come from a profile as reviewers
see it, one file at a time, or from the scores of many; the table is the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import NOT_ASKED, NOT_KNOWN
from questionnaires.response import Answers
from risk_models.layout import Layout
from risk_models.model import RiskModel
from risk_models.profile import NONE, RiskProfile
from risk_models.reading import Outcome
from risk_models.scoring import Scored

PROTECTED = "SIF"
"""The indicator that is no feature, because the answers behind it are protected."""

PROMPTS_MOST = 3
"""So many prompts of one kind, or more, count as 1."""

PROMPT, LEVEL = "prompt.", "level."

FINE = 1e-5
"""What one level is worth in the number of the rule set: all together less than a tenth of a point of residual risk."""

_HUNDRED, _STRONG = 100, 3

_TOLD = (Outcome.MET, Outcome.PARTLY, Outcome.ADVERSE)
_BESIDE = (Outcome.NOT_ASKED, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is known of files before anybody looked, one entry (or column) a file."""

    inherent: NDArray[np.float64]  # 0 to 100
    control: NDArray[np.float64]  # 0 to 100
    confidence: NDArray[np.float64]  # 0 to 1
    residual: NDArray[np.float64]  # 0 to 100
    high: NDArray[np.float64]  # the residual if everything missing turned out badly
    coverage: NDArray[np.float64]  # 0 to 1
    not_known: NDArray[np.float64]  # share of the questions asked, protected ones left out, 0 to 1
    grave: NDArray[np.bool_]  # a strong sign, or an answer of zero tolerance
    indicators: tuple[str, ...]
    levels: NDArray[np.int8]  # 0 none to 3 strong, shape (indicators, files)
    prompts: Mapping[str, NDArray[np.int64]]  # how many prompts of each kind

    @property
    def rule(self) -> NDArray[np.float64]:
        """The order of the rule set as one number, a little over 2 at most: grave files, residual risk, signs."""
        shown = np.array([name != PROTECTED for name in self.indicators], np.bool_)
        number: NDArray[np.float64] = self.grave + self.residual / _HUNDRED + FINE * self.levels[shown].sum(axis=0)
        return number


@dataclass(frozen=True, slots=True)
class Table:
    """Files as they are weighed: the number of the rule set, and the features by name."""

    rule: NDArray[np.float64]  # see `Numbers.rule`, shape (files,)
    names: tuple[str, ...]
    values: NDArray[np.float64]  # 0 to 1, shape (files, features)

    def part(self, rows: NDArray[np.intp]) -> "Table":
        """Return some of the files, in the order given."""
        return Table(self.rule[rows], self.names, self.values[rows])


def signs(model: RiskModel, levels: Mapping[str, str]) -> int:
    """Return the levels of indicators added up, 1 for the lowest, state-imposed labour left out.

    Args:
        model: the rule set, for the names of the levels.
        levels: by indicator.
    """
    names = (NONE, *(level.id for level in model.levels))
    return sum(names.index(level) for name, level in levels.items() if name != PROTECTED and level in names)


def of_profile(
    model: RiskModel, profile: RiskProfile, not_known: float, prompts: Mapping[str, int] | None = None
) -> Numbers:
    """Return the numbers of one file.

    Args:
        model: the rule set that the profile was made with.
        profile: as the reviewers of the file may see it.
        not_known: share of the questions asked that were answered "not known", protected ones left out.
        prompts: how many prompts of each kind were raised.
    """
    names = (NONE, *(level.id for level in model.levels))
    found = {one.indicator: names.index(one.level) if one.level in names else 0 for one in profile.findings}
    single = {
        name: np.array([getattr(profile, name)])
        for name in ("inherent", "control", "confidence", "residual", "high", "coverage")
    }
    return Numbers(
        **single,
        not_known=np.array([not_known]),
        grave=np.array([_STRONG in found.values() or bool(profile.zero_tolerance)]),
        indicators=tuple(found),
        levels=np.array(list(found.values()), np.int8)[:, None],
        prompts={kind: np.array([count]) for kind, count in (prompts or {}).items()},
    )


def of_scores(layout: Layout, scored: Scored, prompts: Mapping[str, NDArray[np.int64]] | None = None) -> Numbers:
    """Return the numbers of many files.

    What is grave leaves protected answers out, as it does for one file. A level to
    which protected answers add may be lower in the copy that reviewers see.

    Args:
        layout: the rules that scored them.
        scored: what `score` returned.
        prompts: how many prompts of each kind were raised on each file.
    """
    stated, book = scored.profiles.stated, layout.codebook
    outcomes = scored.outcomes
    indicators = tuple(indicator.id for indicator in layout.model.indicators)
    shown = np.array([name != PROTECTED for name in indicators])
    open_ones = [row for row in layout.grave if not book.questions[layout.question[row]].protected]
    counted = outcomes[: layout.counted.size]
    weight = np.array(layout.weight[: layout.counted.size])
    applies = weight @ ~np.isin(counted, _BESIDE)
    told = weight @ np.isin(counted, _TOLD)
    return Numbers(
        inherent=stated.inherent,
        control=stated.control,
        confidence=stated.confidence,
        residual=stated.residual,
        high=scored.profiles.high,
        coverage=np.divide(told, applies, out=np.ones(len(told)), where=applies > 0),
        not_known=not_known(scored.seen),
        grave=(stated.levels[shown] == _STRONG).any(axis=0) | (outcomes[open_ones] >= Outcome.PARTLY).any(axis=0),
        indicators=indicators,
        levels=stated.levels,
        prompts=prompts or {},
    )


def not_known(answers: Answers) -> NDArray[np.float64]:
    """Return the share of the questions asked that were answered "not known", protected ones left out.

    Args:
        answers: as `Relevance.apply` returns them.
    """
    codes = answers.codes[[not question.protected for question in answers.codebook.questions]]
    asked = (codes != NOT_ASKED).sum(axis=0)
    silent: NDArray[np.float64] = (codes == NOT_KNOWN).sum(axis=0) / np.maximum(asked, 1)
    return silent


def table(numbers: Numbers, kinds: Sequence[str]) -> Table:
    """Return files as they are weighed.

    Args:
        numbers: of the files.
        kinds: the kinds of prompts that count; one that was never raised counts as 0.
    """
    silent = np.zeros(len(numbers.inherent))
    columns = {
        "inherent": numbers.inherent / _HUNDRED,
        "control": 1 - numbers.control / _HUNDRED,
        "confidence": 1 - numbers.confidence,
        "coverage": 1 - numbers.coverage,
        "interval": (numbers.high - numbers.residual) / _HUNDRED,
        "not_known": numbers.not_known,
        **{
            LEVEL + name: row / _STRONG
            for name, row in zip(numbers.indicators, numbers.levels, strict=True)
            if name != PROTECTED
        },
        **{PROMPT + kind: np.minimum(numbers.prompts.get(kind, silent) / PROMPTS_MOST, 1) for kind in kinds},
    }
    return Table(numbers.rule, tuple(columns), np.stack(list(columns.values()), axis=1).clip(0, 1))
