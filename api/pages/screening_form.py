"""Forms of a screening, read into values: a proposal, and a price with what it has to pay for."""

from collections.abc import Sequence
from datetime import date

from litestar.datastructures import FormMultiDict

from api.form import all_of, day_of, number_of, words_of
from api.translation import Words
from duediligence.chain.screening import Imposed, Proposal
from duediligence.chain.screening_steps import Outcome
from risk_models.labour_cost import MINIMUM_WAGE, Bid, Labour, Range

PROPOSED = ("outcome", "reason", "own_words", "due", "until", "why_told", "path")
"""The fields of a proposal that are typed."""

RANGES = ("workers", "months", "hours", "housed", "lodging", "other")
"""What a price has to pay for, each between two ends."""

_LONGEST = 10
"""Digits of a revision."""

Wrong = Sequence[tuple[str, str]]


def revision_of(form: FormMultiDict) -> int:
    """Return the revision that a form was shown on; 0 where it does not say."""
    words = words_of(form, "revision")
    return int(words) if words.isascii() and words.isdigit() and len(words) < _LONGEST else 0


def proposal_of(form: FormMultiDict, today: date, told: Words) -> tuple[Proposal | None, Wrong]:
    """Return a proposal as it was typed, without who proposes it; None and what does not fit where it cannot be one."""
    wrong: list[tuple[str, str]] = []
    outcome = next((one for one in Outcome if one == words_of(form, "outcome")), None)
    if outcome is None:
        wrong.append(("outcome", told("partner_screening.outcome_needed")))
    days = {name: day_of(words_of(form, name)) for name in ("due", "until")}
    wrong += [
        (name, told("partner_screening.day_unfit"))
        for name, day in days.items()
        if day is None and words_of(form, name)
    ]
    if wrong or outcome is None:
        return None, wrong
    imposed = [Imposed(condition=name, due=days["due"]) for name in all_of(form, "conditions")]
    if own := words_of(form, "own_words"):
        imposed.append(Imposed(words=own, due=days["due"]))
    proposal = Proposal(
        outcome=outcome,
        reason=words_of(form, "reason"),
        # Ticked beforehand because steps call for them; they belong to that one outcome alone.
        conditions=tuple(imposed) if outcome is Outcome.CONDITIONS else (),
        until=days["until"] if outcome is Outcome.HOLD else None,
        why_told=words_of(form, "why_told") if outcome is Outcome.NO else "",
        path=words_of(form, "path") if outcome is Outcome.NO else "",
        by="",
        on=today,
    )
    return proposal, ()


def bid_of(form: FormMultiDict, unfit: str, needed: str) -> tuple[Bid | None, Wrong]:
    """Return a price as it was typed; None and what does not fit where it cannot be one.

    Args:
        form: what was sent.
        unfit: what is said of a number that is none, is negative, or of a range turned round.
        needed: what is said of a number that nothing can be worked out without.
    """
    wrong: list[tuple[str, str]] = []
    ranges = {name: _range(form, name) for name in RANGES}
    wrong += [(f"{name}_low", unfit) for name, found in ranges.items() if found is None]
    price, wage = number_of(words_of(form, "price")), number_of(words_of(form, "wage"))
    if price is None or price < 0:
        wrong.insert(0, ("price", unfit if words_of(form, "price") else needed))
    if (wage is None and words_of(form, "wage")) or (wage is not None and wage <= 0):
        wrong.append(("wage", unfit))
    if wrong or price is None:
        return None, wrong
    known = {name: found or Range() for name, found in ranges.items()}
    housed = known["housed"] if words_of(form, "housed_low") or words_of(form, "housed_high") else Range(high=0)
    group = Labour(
        workers=known["workers"],
        months=known["months"],
        hours_week=known["hours"],
        housed=housed,
        lodging=known["lodging"],
    )
    return Bid(price=price, labour=(group,), other=known["other"], stated={MINIMUM_WAGE: wage} if wage else {}), ()


def _range(form: FormMultiDict, name: str) -> Range | None:
    """Return what lies between two typed ends; a blank end is not known. None where it is no range."""
    low, high = (number_of(words_of(form, f"{name}_{end}")) for end in ("low", "high"))
    typed = [words_of(form, f"{name}_{end}") for end in ("low", "high")]
    if any(words and value is None for words, value in zip(typed, (low, high), strict=True)):
        return None
    try:
        return Range(low=low or 0, high=high)
    except ValueError:
        return None
