"""The model card of a learned order, written from the run in plain words."""

from collections.abc import Sequence
from functools import cache

import msgspec
import numpy as np

from questionnaires import content
from questionnaires.text import LANGUAGES, Text, filled
from risk_models.model import RiskModel
from risk_models.priority import LIBRARY, OrderModel, named, probability, sentence
from risk_models.priority_outcome import Learned, Trial

WEIGHTS = "What weighs in it"
"""The part that the list of weights follows, by its English title."""

SURE = "How sure its estimates were"
"""The part that the list of fifths follows."""

CURVED = "How a sum is read"
"""The part that the points of the curve follow."""

_SHARES = ("expected", "seen", "low", "high")


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the card."""

    title: Text
    text: Text


def card(learned: Learned, rules: RiskModel) -> Text:
    """Return the model card as Markdown, in each language.

    Args:
        learned: what was learned, with its model.
        rules: the rule set, for the names of indicators.

    Raises:
        ValueError: there is no model to write of.
    """
    if learned.model is None or learned.trial is None:
        raise ValueError("nothing was learned, so there is nothing to write a card of")
    facts = _facts(learned, learned.model, learned.trial)
    parts = [(part.title, filled(part.text, **facts)) for part in _parts()]
    lists = {WEIGHTS: _weights(learned.model, rules), SURE: _fifths(learned.trial), CURVED: _points(learned.model)}
    return {
        language: "\n\n".join(
            "\n\n".join([f"## {title[language]}", text[language], *_listed(lists.get(title["en"], ()), language)])
            for title, text in parts
        )
        + "\n"
        for language in LANGUAGES
    }


def _facts(learned: Learned, model: OrderModel, trial: Trial) -> dict[str, object]:
    return {
        "version": model.version,
        "rule_set": model.rule_set,
        "files": model.files,
        "cases": model.cases,
        "until": model.until.isoformat(),
        "rows": model.rows,
        "tested": trial.files,
        "tested_cases": trial.cases,
        "says": learned.says,
    }


def _listed(rows: Sequence[Text], language: str) -> list[str]:
    """Return rows as a Markdown list; nothing without any."""
    return ["\n".join(f"- {row[language]}" for row in rows)] if rows else []


def _weights(model: OrderModel, rules: RiskModel) -> list[Text]:
    """Return the weights in words, the heaviest first; those of zero are left out."""
    heaviest = sorted(model.weights.items(), key=lambda one: (-one[1], one[0]))
    rows = [
        (sentence("rule"), 2 * model.slope),
        *((named(name, rules), weight) for name, weight in heaviest if weight),
    ]
    return [{language: f"{name[language]}: {weight:.2f}" for language in LANGUAGES} for name, weight in rows]


def _fifths(trial: Trial) -> list[Text]:
    """Return what was expected and what was concluded in each fifth of later files, in words."""
    return [
        sentence("card_fifth", number=number, **{name: _percent(getattr(one, name)) for name in _SHARES})
        for number, one in enumerate(trial.fifths, 1)
    ]


def _points(model: OrderModel) -> list[Text]:
    """Return the points of the curve in words; one that says so where sums are read as they are."""
    if not model.curve:
        return [sentence("card_straight")]
    likely = probability(np.array([odds for _, odds in model.curve]))
    return [
        sentence("card_point", sum=f"{total:.2f}", likely=_percent(share))
        for (total, _), share in zip(model.curve, likely.tolist(), strict=True)
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


@cache
def _parts() -> tuple[_Part, ...]:
    return content.read(LIBRARY / "card.yaml", tuple[_Part, ...])
