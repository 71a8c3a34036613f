"""From scores to their explanation: each number taken apart into the summands it was added up from.

Nothing is computed a second time: what is named here was read off the facts and
the scores. The formulas stand in `profile.py`.
"""

from datetime import date

import msgspec

from questionnaires.condition import questions_of
from risk_models import pattern
from risk_models.counterfactual import Change, Weighed, evidence_needed, smallest_removal
from risk_models.layout import Layout
from risk_models.model import STRENGTHS, Attribution, Cause, Override, Strength
from risk_models.profile import (
    NONE,
    ControlPart,
    EvidencePart,
    ExposurePart,
    Finding,
    GroupPart,
    OverridePart,
    RiskProfile,
    SignPart,
)
from risk_models.reading import Outcome
from risk_models.scoring import DECIMALS, Scored

# Plain values, because members of an enumeration are slow to look up.
_OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)
_STRENGTHS = tuple(strength.value for strength in STRENGTHS)
_MEDIUM = 1 + STRENGTHS.index(Strength.MEDIUM)
_PARTLY, _ADVERSE, _NOT_KNOWN = int(Outcome.PARTLY), int(Outcome.ADVERSE), int(Outcome.NOT_KNOWN)
_BESIDE = (int(Outcome.NOT_ASKED), int(Outcome.NOT_APPLICABLE))
_SILENT = (int(Outcome.UNANSWERED), int(Outcome.DECLINED), _NOT_KNOWN)
_TOLD = (int(Outcome.MET), _PARTLY, _ADVERSE)
_CLOSEST_FIRST = tuple(Attribution)


class _Column(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one response, as plain lists."""

    outcomes: list[int]
    applies: list[bool]  # whether a reading is asked and applicable
    told: list[bool]  # whether it has an answer with a value
    counted: list[int]  # rows that carry confidence and apply, in the order of the questions
    points: list[int]
    exposures: list[bool]
    sure: list[bool]  # exposures that hold whatever the missing answers are
    grades: list[int]
    acted: tuple[Override, ...]
    levels: list[tuple[str, str]]  # of each indicator, as stated and at worst
    attributions: dict[str, Attribution]  # how the firm stands to what each question is about


def explain(layout: Layout, scored: Scored, on: date, *, row: int = 0) -> RiskProfile:
    """Return the profile of one response with everything it was added up from.

    Args:
        layout: the rules that scored it.
        scored: what `score` returned.
        on: the day of the assessment.
        row: which of the responses.
    """
    profiles, model = scored.profiles, layout.model
    stated = profiles.stated
    column = _column(layout, scored, row)
    inherent, confidence = float(stated.inherent[row]), float(stated.confidence[row])
    controls = _controls(layout, column, inherent * model.figures["relief_max"].value / 100 * confidence)
    left = inherent - sum(part.relief for part in controls)
    return RiskProfile(
        model=model.id,
        version=model.version,
        digest=layout.digest,
        on=on,
        inherent=inherent,
        control=round(float(stated.control[row]), DECIMALS),
        confidence=round(confidence, 3),
        residual=float(stated.residual[row]),
        low=float(profiles.low[row]),
        high=float(profiles.high[row]),
        band=model.bands[stated.band[row]].id,
        highest_band=model.bands[profiles.highest_band[row]].id,
        pattern=pattern.Pattern(int(stated.pattern[row])).name.lower(),
        coverage=_coverage(layout, column),
        groups=_groups(layout, column),
        exposures=_exposures(layout, column),
        controls=controls,
        lift=max(_floor(layout, column) - left, 0.0),
        evidence=_evidence(layout, column),
        evidence_wanted=_evidence_wanted(layout, column),
        findings=tuple(_finding(layout, column, number) for number in range(len(model.indicators))),
        overrides=_overrides(layout, column),
        zero_tolerance=tuple(layout.names[number] for number in layout.grave if column.outcomes[number] >= _PARTLY),
    )


def _column(layout: Layout, scored: Scored, row: int) -> _Column:
    """Return the facts of one response."""
    names = (NONE, *(level.id for level in layout.model.levels))
    found, blocks, stated = scored.found.one(row), scored.blocks, scored.profiles.stated
    outcomes = blocks.outcomes.numbers(found)[:, 0].tolist()
    applies = [outcome not in _BESIDE for outcome in outcomes]
    exposures = blocks.exposures.holds(found)[:, :, 0]
    levels = zip(stated.levels[:, row].tolist(), scored.profiles.highest_levels[:, row].tolist(), strict=True)
    acted = zip(layout.model.overrides, stated.acted[:, row].tolist(), strict=True)
    return _Column(
        outcomes=outcomes,
        applies=applies,
        told=[outcome in _TOLD for outcome in outcomes],
        counted=[row for row in layout.counted.in_order if applies[row]],
        points=(blocks.evidence.holds(found)[:, :, 0] * layout.proof.rises).sum(axis=0).tolist(),
        exposures=exposures[0].tolist(),
        sure=exposures[1].tolist(),
        grades=scored.grades[layout.question, row].tolist(),
        acted=tuple(override for override, acts in acted if acts),
        levels=[(names[now], names[most]) for now, most in levels],
        attributions=_attributions(layout, blocks.attributions.holds(found)[:, 0].tolist()),
    )


def _floor(layout: Layout, seen: _Column) -> float:
    """Return the highest floor among the levels."""
    floors = {level.id: float(level.floor) for level in layout.model.levels}
    return max((floors.get(level, 0.0) for level, _ in seen.levels), default=0.0)


def _controls(layout: Layout, seen: _Column, relieved: float) -> tuple[ControlPart, ...]:
    """Return every control that applies; their reliefs add up to what controls take away."""
    rows = [row for row in layout.control.in_order if seen.applies[row]]
    whole = sum([layout.weight[row] for row in rows])
    credit = [0.0] * len(Outcome)
    credit[Outcome.MET], credit[Outcome.PARTLY] = 1.0, layout.model.figures["credit_partly"].value / 100
    return tuple(
        [
            ControlPart(
                question=layout.names[row],
                outcome=_OUTCOMES[seen.outcomes[row]],
                weight=layout.weight[row],
                credit=credit[seen.outcomes[row]],
                relief=relieved * layout.weight[row] * credit[seen.outcomes[row]] / whole,
            )
            for row in rows
        ]
    )


def _evidence(layout: Layout, seen: _Column) -> tuple[EvidencePart, ...]:
    return tuple(
        [
            EvidencePart(
                question=layout.names[row],
                weight=layout.weight[row],
                hundredths=seen.points[row],
                grade=seen.grades[row],
            )
            for row in seen.counted
        ]
    )


def _evidence_wanted(layout: Layout, seen: _Column) -> tuple[str, ...] | None:
    """Return the fewest answers whose papers, checked, would lift confidence out of the overrides that it made act.

    After a proven false statement papers carry no more than the rest: then none suffice.
    """
    limits = [override.limit or 0 for override in seen.acted if override.cause is Cause.CONFIDENCE_BELOW]
    if not limits:
        return ()
    if _capped(layout, seen) < max(limits):
        return None
    carried = sum([layout.weight[row] * seen.points[row] for row in seen.counted])
    whole = sum([layout.weight[row] for row in seen.counted])
    gains = {
        layout.names[row]: layout.weight[row] * (layout.proof.by_papers[row] - seen.points[row])
        for row in seen.counted
        if seen.told[row]
    }
    return evidence_needed(max(limits) * whole - carried, gains)


def _capped(layout: Layout, seen: _Column) -> int:
    """Return the most that confidence can come to, in hundredths."""
    false = any(override.cause is Cause.FALSE_STATEMENT for override in seen.acted)
    return layout.model.figures["confidence_false_statement"].value if false else layout.proof.most


def _coverage(layout: Layout, seen: _Column) -> float:
    """Return the share of the weight that has an answer; 1 where nothing applies."""
    told = sum([layout.weight[row] for row in seen.counted if seen.told[row]])
    return round(told / sum([layout.weight[row] for row in seen.counted]), 3) if seen.counted else 1.0


def _exposures(layout: Layout, seen: _Column) -> tuple[ExposurePart, ...]:
    """Return the exposures that count, and whether each is known or merely not ruled out."""
    return tuple(
        ExposurePart(exposure=exposure.id, group=exposure.group, points=exposure.points, sure=seen.sure[row])
        for row, exposure in enumerate(layout.model.exposures)
        if seen.exposures[row]
    )


def _groups(layout: Layout, seen: _Column) -> tuple[GroupPart, ...]:
    parts = []
    for group, rows in zip(layout.model.groups, layout.groups, strict=True):
        points = sum(layout.model.exposures[row].points for row in rows if seen.exposures[row])
        parts.append(GroupPart(group=group.id, points=points, counted=min(points, group.cap)))
    return tuple(parts)


def _attributions(layout: Layout, holding: list[bool]) -> dict[str, Attribution]:
    """Return how the firm stands to what each question is about; the first rule that holds decides."""
    found = layout.attributions.copy()
    for rule, holds in reversed(list(zip(layout.model.attribution_rules, holding, strict=True))):
        if holds:
            found |= dict.fromkeys(rule.questions, rule.attribution)
    return found


def _finding(layout: Layout, seen: _Column, indicator: int) -> Finding:
    level, highest = seen.levels[indicator]
    applying = [pair for pair in layout.signs[indicator] if seen.applies[pair[0]]]
    counted = [row for row, _ in applying if row < layout.counted.size]
    signs = _signs(layout, seen, applying[: len(counted)])
    told = sum([layout.weight[row] for row in counted if seen.told[row]])
    whole = sum([layout.weight[row] for row in counted])
    lower, clear = _changes(layout, signs, level)
    return Finding(
        indicator=layout.model.indicators[indicator].id,
        level=level,
        highest=highest,
        assessed=bool(whole) and 100 * told >= layout.model.figures["assessed_min"].value * whole,
        answered=round(told / whole, 3) if whole else 0.0,
        signs=signs,
        context=_signs(layout, seen, applying[len(counted) :]),  # rows of context come last
        unknown=tuple([layout.names[row] for row in counted if seen.outcomes[row] in _SILENT]),
        attribution=min([sign.attribution for sign in signs], key=_CLOSEST_FIRST.index, default=None),
        to_lower=lower,
        to_clear=clear,
    )


def _signs(layout: Layout, seen: _Column, pairs: list[tuple[int, int]]) -> tuple[SignPart, ...]:
    """Return those of the possible signs that were reported, or stand for an answer nobody knows."""
    parts = []
    for row, strength in [pair for pair in pairs if seen.outcomes[pair[0]] >= _NOT_KNOWN]:
        counts = strength - _shortfall(layout, row, seen.outcomes[row])
        if counts > 0:
            reading = layout.model.readings[row]
            part = SignPart(
                question=reading.question,
                element=reading.element,
                gravity=reading.gravity,
                strength=_STRENGTHS[counts - 1],
                outcome=_OUTCOMES[seen.outcomes[row]],
                attribution=seen.attributions[reading.question],
            )
            parts.append(part)
    return tuple(parts)


def _shortfall(layout: Layout, row: int, outcome: int) -> int:
    """Return how many strengths lower than an adverse answer an outcome counts."""
    if outcome == _PARTLY or (outcome == _NOT_KNOWN and layout.coercion[row]):
        return 1
    return 0 if outcome == _ADVERSE else len(_STRENGTHS)


def _changes(layout: Layout, signs: tuple[SignPart, ...], level: str) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Return the smallest changes that lower a level by one, and that leave no sign."""
    if level == NONE:
        return (), ()
    target = [one.id for one in layout.model.levels].index(level)
    reaching = target < layout.model.figures["unknown_ceiling"].value  # above it, only what was reported counts
    weighed = [
        Weighed(question=sign.question, strength=1 + _STRENGTHS.index(sign.strength))
        for sign in signs
        if reaching or sign.outcome != _OUTCOMES[_NOT_KNOWN]
    ]
    lower = smallest_removal(layout.model.levels, weighed, target)
    return (
        tuple([layout.changes[question] for question in lower]),
        tuple([layout.changes[sign.question] for sign in signs]),
    )


def _overrides(layout: Layout, seen: _Column) -> tuple[OverridePart, ...]:
    """Return the overrides that acted, in their order."""
    return tuple(
        OverridePart(override=override.id, band=override.at_least, questions=_moved_by(layout, seen, override))
        for override in seen.acted
    )


def _moved_by(layout: Layout, seen: _Column, override: Override) -> tuple[str, ...]:
    """Return the questions whose answers made an override act."""
    rows: list[int] = []
    match override.cause:
        case Cause.ANSWERS if override.when is not None:
            return tuple(sorted(questions_of(override.when)))
        case Cause.ZERO_TOLERANCE:
            rows = [row for row in layout.grave if seen.outcomes[row] == _ADVERSE]
        case Cause.PATTERN_B | Cause.PATTERN_C:
            reported = [(row, peak) for row, peak in layout.grave_signs if seen.outcomes[row] >= _PARTLY]
            rows = [row for row, peak in reported if peak - _shortfall(layout, row, seen.outcomes[row]) >= _MEDIUM]
        case Cause.NOT_KNOWN_ABOVE:
            rows = [row for row in layout.counted.in_order if seen.outcomes[row] == _NOT_KNOWN]
    return tuple([layout.names[row] for row in rows])
