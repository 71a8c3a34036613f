"""What comes from the firm itself: the part of goods from own fields, of people on own staff, and what is found there.

Both parts are told by the firm and unknown at first. What is found there rests on
the firm's own assessments, one for each of its sites: the gravest of them counts.
A site without one may be anything.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from duediligence.assessment import layout
from duediligence.record_shared import SharedAssessment
from risk_models.network_rules import looks
from risk_models.profile import NONE, Finding


class OwnShare(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of what a firm works with comes from nobody else, in percent; None is unknown."""

    goods: float | None = None  # from own fields and own work
    labour: float | None = None  # people on own staff


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How grave an indicator is at least and at most."""

    low: str
    high: str


class OwnPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes from the firm itself, and what its own assessments find there."""

    share: OwnShare = OwnShare()
    found: Mapping[str, Span] = {}  # by indicator; one that is left out may be anything
    assessed: int = 0  # sites with an assessment that stands
    sites: int = 0


def found_at(findings: Sequence[Iterable[Finding]], levels: Sequence[str], *, every: bool) -> dict[str, Span]:
    """Return the span of each indicator over the sites of a firm.

    Args:
        findings: of the newest assessment of each site that has one.
        levels: all there are, from none to the gravest.
        every: whether every site has one.
    """
    order = {level: place for place, level in enumerate(levels)}
    spans: dict[str, Span] = {}
    told = [one for site in findings for one in site]
    for name in dict.fromkeys(one.indicator for one in told):
        mine = [one for one in told if one.indicator == name]
        low = max((one.level for one in mine if one.level in order), key=order.__getitem__, default=NONE)
        sure = every and all(one.assessed and one.level in order for one in mine)
        high = max((one.highest for one in mine if one.highest in order), key=order.__getitem__, default=levels[-1])
        spans[name] = Span(low=low, high=high if sure else levels[-1])
    return spans


def open_where_withheld(copy: SharedAssessment) -> tuple[Finding, ...]:
    """Return the findings of a copy that travels, those open to the gravest on which withheld answers bear."""
    rules = layout(copy.versions.model, copy.versions.model_version, copy.on)
    withheld = set(copy.withheld)
    touched = {
        indicator.id
        for indicator, signs in zip(rules.model.indicators, rules.signs, strict=True)
        if not withheld.isdisjoint(rules.model.readings[row].question for row, _ in signs)
    }
    gravest = rules.model.levels[-1].id
    bare = {one.level: one.counts_as for one in looks().bare}
    return tuple(
        msgspec.structs.replace(one, level=bare.get(one.level, one.level), highest=gravest)
        if one.indicator in touched
        else one
        for one in copy.profile.findings
    )
