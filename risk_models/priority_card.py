"""The model card of a learned order, written from the run in plain words."""

from functools import cache

import msgspec

from questionnaires import content
from questionnaires.text import LANGUAGES, Text, filled
from risk_models.model import RiskModel
from risk_models.priority import LIBRARY, OrderModel, named, sentence
from risk_models.priority_outcome import Learned, Trial

WEIGHTS = "What weighs in it"
"""The part that the table of weights follows, by its English title."""


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
    weights = _weights(learned.model, rules)
    return {
        language: "\n\n".join(
            f"## {title[language]}\n\n{text[language]}" + (f"\n\n{weights[language]}" if title["en"] == WEIGHTS else "")
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
        "stretch": round(trial.stretch, 2),
        "says": learned.says,
    }


def _weights(model: OrderModel, rules: RiskModel) -> Text:
    """Return the weights as a Markdown list, the heaviest first; those of zero are left out."""
    heaviest = sorted(model.weights.items(), key=lambda one: (-one[1], one[0]))
    rows = [
        (sentence("rule"), 2 * model.slope),
        *((named(name, rules), weight) for name, weight in heaviest if weight),
    ]
    return {language: "\n".join(f"- {name[language]}: {weight:.2f}" for name, weight in rows) for language in LANGUAGES}


@cache
def _parts() -> tuple[_Part, ...]:
    return content.read(LIBRARY / "card.yaml", tuple[_Part, ...])
