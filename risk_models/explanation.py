"""From scores to their explanation: each number taken apart into the summands it was added up from.

Nothing is computed a second time: what is named here was read off the facts and
the scores. The formulas stand in `profile.py`.
"""

from datetime import date

import msgspec

from questionnaires.condition import questions_of
from questionnaires.program import TRUE
from questionnaires.response import Answers
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

_MEDIUM = 1 + STRENGTHS.index(Strength.MEDIUM)
_OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)
_BESIDE = (int(Outcome.NOT_ASKED), int(Outcome.NOT_APPLICABLE))
_SILENT = (Outcome.UNANSWERED, Outcome.DECLINED, Outcome.NOT_KNOWN)
_TOLD = (Outcome.MET, Outcome.PARTLY, Outcome.ADVERSE)


class _Column(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one response, as plain lists."""

    outcomes: list[int]
    applies: list[bool]  # whether a reading is asked and applicable
    points: list[int]
    exposures: list[bool]
    sure: list[bool]  # exposures that hold whatever the missing answers are
    grades: list[int]
    acted: list[bool]
    levels: list[tuple[str, str]]  # of each indicator, as stated and at worst


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
    one = scored.seen.block(row, row + 1)
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
        findings=_findings(layout, column, _attributions(layout, one)),
        overrides=_overrides(layout, column),
        zero_tolerance=tuple(
            layout.names[number] for number in layout.grave.tolist() if column.outcomes[number] >= Outcome.PARTLY
        ),
    )


def _column(layout: Layout, scored: Scored, row: int) -> _Column:
    """Return the facts of one response."""
    names = (NONE, *(level.id for level in layout.model.levels))
    stated, best = scored.facts.third(0), scored.facts.third(1)
    levels = scored.profiles.stated.levels[:, row].tolist()
    highest = scored.profiles.highest_levels[:, row].tolist()
    outcomes = stated.outcomes[:, row].tolist()
    return _Column(
        outcomes=outcomes,
        applies=[outcome not in _BESIDE for outcome in outcomes],
        points=stated.points[:, row].tolist(),
        exposures=stated.exposures[:, row].tolist(),
        sure=best.exposures[:, row].tolist(),
        grades=scored.grades[layout.question, row].tolist(),
        acted=scored.profiles.stated.acted[:, row].tolist(),
        levels=[(names[now], names[most]) for now, most in zip(levels, highest, strict=True)],
    )


def _floor(layout: Layout, seen: _Column) -> float:
    """Return the highest floor among the levels."""
    floors = {level.id: float(level.floor) for level in layout.model.levels}
    return max((floors.get(level, 0.0) for level, _ in seen.levels), default=0.0)


def _controls(layout: Layout, seen: _Column, relieved: float) -> tuple[ControlPart, ...]:
    """Return every control that applies; their reliefs add up to what controls take away."""
    rows = [row for row in layout.control.in_order if seen.applies[row]]
    whole = sum(layout.weight[row] for row in rows)
    partly = layout.model.figures["credit_partly"].value / 100
    credit_of = {Outcome.MET: 1.0, Outcome.PARTLY: partly}
    return tuple(
        ControlPart(
            question=layout.names[row],
            outcome=_OUTCOMES[seen.outcomes[row]],
            weight=layout.weight[row],
            credit=(credit := credit_of.get(Outcome(seen.outcomes[row]), 0.0)),
            relief=relieved * layout.weight[row] * credit / whole,
        )
        for row in rows
    )


def _evidence(layout: Layout, seen: _Column) -> tuple[EvidencePart, ...]:
    return tuple(
        EvidencePart(
            question=layout.names[row],
            weight=layout.weight[row],
            hundredths=seen.points[row],
            grade=seen.grades[row],
        )
        for row in layout.counted.in_order
        if seen.applies[row]
    )


def _evidence_wanted(layout: Layout, seen: _Column) -> tuple[str, ...] | None:
    """Return the fewest answers whose papers, checked, would lift confidence out of the overrides that it made act.

    After a proven false statement papers carry no more than the rest: then none suffice.
    """
    rows = [row for row in layout.counted.in_order if seen.applies[row]]
    limits = [
        override.limit or 0
        for override, acts in zip(layout.model.overrides, seen.acted, strict=True)
        if acts and override.cause is Cause.CONFIDENCE_BELOW
    ]
    if _capped(layout, seen) < max(limits, default=0):
        return None
    carried = sum(layout.weight[row] * seen.points[row] for row in rows)
    whole = sum(layout.weight[row] for row in rows)
    gains = {
        layout.names[row]: layout.weight[row] * (layout.by_papers[row] - seen.points[row])
        for row in rows
        if seen.outcomes[row] in _TOLD
    }
    return evidence_needed(max(limits, default=0) * whole - carried, gains)


def _capped(layout: Layout, seen: _Column) -> int:
    """Return the most that confidence can come to, in hundredths."""
    false = any(
        acts and override.cause is Cause.FALSE_STATEMENT
        for override, acts in zip(layout.model.overrides, seen.acted, strict=True)
    )
    return layout.model.figures["confidence_false_statement"].value if false else int(layout.grade_points.max())


def _coverage(layout: Layout, seen: _Column) -> float:
    """Return the share of the weight that has an answer; 1 where nothing applies."""
    rows = [row for row in layout.counted.in_order if seen.applies[row]]
    told = sum(layout.weight[row] for row in rows if seen.outcomes[row] in _TOLD)
    return round(told / sum(layout.weight[row] for row in rows), 3) if rows else 1.0


def _exposures(layout: Layout, seen: _Column) -> tuple[ExposurePart, ...]:
    """Return the exposures that count, and whether each is known or merely not ruled out."""
    return tuple(
        ExposurePart(exposure=exposure.id, group=exposure.group, points=exposure.points, sure=seen.sure[row])
        for row, exposure in enumerate(layout.model.exposures)
        if seen.exposures[row]
    )


def _groups(layout: Layout, seen: _Column) -> tuple[GroupPart, ...]:
    parts = []
    for group, rows in zip(layout.model.groups, layout.exposure_groups, strict=True):
        points = sum(layout.model.exposures[row].points for row in rows.tolist() if seen.exposures[row])
        parts.append(GroupPart(group=group.id, points=points, counted=min(points, group.cap)))
    return tuple(parts)


def _attributions(layout: Layout, one: Answers) -> dict[str, Attribution]:
    """Return how the firm stands to what each question is about."""
    found = {reading.question: reading.attribution for reading in layout.model.readings}
    truths = layout.attribution_program.run(one)[:, 0].tolist()
    for rule, truth in reversed(list(zip(layout.model.attribution_rules, truths, strict=True))):
        if truth == TRUE:
            found |= dict.fromkeys(rule.questions, rule.attribution)
    return found


def _findings(layout: Layout, seen: _Column, attributions: dict[str, Attribution]) -> tuple[Finding, ...]:
    return tuple(_finding(layout, seen, attributions, indicator) for indicator in range(len(layout.model.indicators)))


def _finding(layout: Layout, seen: _Column, attributions: dict[str, Attribution], indicator: int) -> Finding:
    level, highest = seen.levels[indicator]
    applying = [pair for pair in layout.signs[indicator] if seen.applies[pair[0]]]
    counted = [pair for pair in applying if pair[0] < layout.counted.rows.stop]
    context = applying[len(counted) :]  # rows of context come last
    signs = _signs(layout, seen, attributions, counted)
    told = sum(layout.weight[row] for row, _ in counted if seen.outcomes[row] in _TOLD)
    whole = sum(layout.weight[row] for row, _ in counted)
    lower, clear = _changes(layout, signs, level)
    return Finding(
        indicator=layout.model.indicators[indicator].id,
        level=level,
        highest=highest,
        assessed=bool(whole) and 100 * told >= layout.model.figures["assessed_min"].value * whole,
        answered=round(told / whole, 3) if whole else 0.0,
        signs=signs,
        context=_signs(layout, seen, attributions, context),
        unknown=tuple(layout.names[row] for row, _ in counted if seen.outcomes[row] in _SILENT),
        attribution=min((sign.attribution for sign in signs), key=list(Attribution).index, default=None),
        to_lower=lower,
        to_clear=clear,
    )


def _signs(
    layout: Layout, seen: _Column, attributions: dict[str, Attribution], pairs: list[tuple[int, int]]
) -> tuple[SignPart, ...]:
    """Return those of the possible signs that were reported, or stand for an answer nobody knows."""
    return tuple(
        part
        for row, strength in pairs
        if seen.outcomes[row] >= Outcome.NOT_KNOWN and (part := _sign(layout, seen, attributions, row, strength))
    )


def _sign(
    layout: Layout, seen: _Column, attributions: dict[str, Attribution], row: int, strength: int
) -> SignPart | None:
    """Return the sign that one answer is, or None where it is none."""
    reading = layout.model.readings[row]
    outcome = seen.outcomes[row]
    silent = outcome == Outcome.NOT_KNOWN and bool(layout.coercion[row, 0])
    counts = strength if outcome == Outcome.ADVERSE else strength - 1 if outcome == Outcome.PARTLY or silent else 0
    if counts <= 0:
        return None
    return SignPart(
        question=reading.question,
        element=reading.element,
        gravity=reading.gravity,
        strength=STRENGTHS[counts - 1].value,
        outcome=_OUTCOMES[outcome],
        attribution=attributions[reading.question],
    )


def _changes(layout: Layout, signs: tuple[SignPart, ...], level: str) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Return the smallest changes that lower a level by one, and that leave no sign."""
    if level == NONE:
        return (), ()
    ids = [one.id for one in layout.model.levels]
    strengths = [strength.value for strength in STRENGTHS]
    target = ids.index(level)
    reaching = target < layout.model.figures["unknown_ceiling"].value  # above it, only what was reported counts
    weighed = [
        Weighed(question=sign.question, strength=1 + strengths.index(sign.strength))
        for sign in signs
        if reaching or sign.outcome != _OUTCOMES[Outcome.NOT_KNOWN]
    ]
    lower = smallest_removal(layout.model.levels, weighed, target)
    return (
        tuple(layout.changes[question] for question in lower),
        tuple(layout.changes[sign.question] for sign in signs),
    )


def _overrides(layout: Layout, seen: _Column) -> tuple[OverridePart, ...]:
    """Return the overrides that acted, in their order."""
    return tuple(
        OverridePart(override=override.id, band=override.at_least, questions=_moved_by(layout, seen, override))
        for override, acts in zip(layout.model.overrides, seen.acted, strict=True)
        if acts
    )


def _moved_by(layout: Layout, seen: _Column, override: Override) -> tuple[str, ...]:
    """Return the questions whose answers made an override act."""
    rows: list[int] = []
    match override.cause:
        case Cause.ANSWERS if override.when is not None:
            return tuple(sorted(questions_of(override.when)))
        case Cause.ZERO_TOLERANCE:
            rows = [row for row in layout.grave.tolist() if seen.outcomes[row] == Outcome.ADVERSE]
        case Cause.PATTERN_B | Cause.PATTERN_C:
            rows = [row for row, peak in layout.grave_signs if _lowered(peak, seen.outcomes[row]) >= _MEDIUM]
        case Cause.NOT_KNOWN_ABOVE:
            rows = [row for row in layout.counted.in_order if seen.outcomes[row] == Outcome.NOT_KNOWN]
    return tuple(layout.names[row] for row in rows)


def _lowered(peak: int, outcome: int) -> int:
    """Return the strength with which a sign was reported, 0 where it was not."""
    return peak if outcome == Outcome.ADVERSE else peak - 1 if outcome == Outcome.PARTLY else 0
