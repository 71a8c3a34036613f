"""What came of learning an order: whether it is used, why, and how it did on later files.

A learned order is used when there are enough files and cases behind it, when it
found more than the rule set on later files beyond what chance explains, and
while the rules are in force that it was learned under.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from questionnaires.text import Text
from risk_models.priority import OrderModel, sentence


class Standing(StrEnum):
    """Whether a learned order is used, and if not, why."""

    ON = "on"
    TOO_FEW_FILES = "too_few_files"
    TOO_FEW_CASES = "too_few_cases"
    NOT_BETTER = "not_better"
    OTHER_RULES = "other_rules"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What has to hold before a learned order is used."""

    files_min: int
    cases_min: int
    first: float  # the part of the queue that is looked at first, 0 to 1


class Fifth(msgspec.Struct, frozen=True, kw_only=True):
    """A fifth of later files, by their estimates; shares of them, 0 to 1."""

    files: int
    expected: float  # cases, by the estimates
    seen: float  # cases, by reviewers' conclusions
    low: float  # the 95 % interval of `seen`
    high: float


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How a learned order did on later files, beside the rule set's; shares of cases in the first part, 0 to 1."""

    files: int
    cases: int
    first: float
    rules: float
    learned: float
    low: float  # the 95 % interval of learned - rules
    high: float
    stretch: float  # of the log-odds of the estimates: 1 where they are right, below 1 where they are too sure
    fifths: tuple[Fifth, ...] = ()  # the lowest estimates first

    @property
    def better(self) -> bool:
        """Whether the learned order found more, beyond what chance explains."""
        return self.low > 0 and self.stretch > 0


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What came of learning: whether the order is used, why, and the order itself if there is one."""

    standing: Standing
    says: Text
    trial: Trial | None
    model: OrderModel | None
    strength: float  # how strongly the weights were drawn to the rule set; 0 without a model


def terms(parameters: Mapping[str, float]) -> Terms:
    """Return the terms in force, out of the dated parameters of a day."""
    return Terms(
        files_min=int(parameters["priority.files_min"]),
        cases_min=int(parameters["priority.cases_min"]),
        first=parameters["priority.first_share"] / 100,
    )


def usable(learned: Learned, rule_set: str) -> Learned:
    """Return what was learned, taken out of use where other rules are in force than it was learned under."""
    if learned.model is None or learned.model.rule_set == rule_set:
        return learned
    says = sentence(Standing.OTHER_RULES, learned=learned.model.rule_set, current=rule_set)
    return msgspec.structs.replace(learned, standing=Standing.OTHER_RULES, says=says)
