"""The numbers of a shared copy, added up again though some answers were withheld.

A shared copy names the summands of its numbers, save those that would tell a withheld
answer. Two things can be known all the same.

1. A summand that rests on no withheld answer follows from the answers shown, and must
   be the same to the digit.
2. What was withheld has few ways to count: a question is asked or not, answered or
   not, met, met in part or adverse, on better evidence or worse. With at least one of
   these ways every number must come out as it is stated:

    inherent     sum of what the groups count, each the sum of its exposures up to its cap
    control      100 * sum(weight * credit) / sum(weight)
    confidence   sum(weight * hundredths) / sum(weight) / 100
    coverage     weight answered / weight asked
    residual     max(inherent * (1 - relief * control/100 * confidence), floor)

Nothing is said of which way it was. What a reader may learn from such sums is said in
`docs/decisions/008-shared-copy-and-firms-copy.md`.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from duediligence.record_difference import Difference, differences, json_of
from duediligence.record_shared import SharedAssessment
from questionnaires.condition import questions_of
from risk_models.layout import Layout
from risk_models.model import UNPROVABLE, Cause, Override
from risk_models.profile import ControlPart, EvidencePart, RiskProfile
from risk_models.scoring import DECIMALS, residual

_HUNDRED = 100
_SHORT = 3
"""Decimals of confidence and coverage as they are stated."""

_NEAR = 1e-9
_TOLD = ("met", "partly", "adverse")


class _Sum(NamedTuple):
    """What summands come to: whole numbers, so that nothing is lost."""

    asked: int = 0  # weight of the readings that carry confidence
    told: int = 0  # weight of those answered
    evidence: int = 0  # weight times hundredths
    controls: int = 0  # weight
    credit: int = 0  # weight times hundredths


_STATED = ("control", "confidence", "coverage", "residual", "lift")
"""The numbers that rest on what was withheld."""


def open_parts(rules: Layout, withheld: frozenset[str]) -> frozenset[str]:
    """Return the questions whose summands may rest on a withheld answer, those withheld among them."""
    reads = {question.id: set(questions_of(question.relevant)) for question in rules.codebook.questions}
    for reading in rules.model.readings:
        reads[reading.question] |= questions_of(reading.adverse)
        reads[reading.question] |= questions_of(reading.partly) if reading.partly else set()
    found: set[str] = set(withheld)
    while more := {name for name, needs in reads.items() if name not in found and needs & found}:
        found |= more
    return frozenset(found)


def added_up(rules: Layout, copy: SharedAssessment, again: RiskProfile) -> Iterator[Difference]:
    """Yield what is not the same when the numbers of a shared copy are added up again.

    Args:
        rules: of the copy, on its day.
        copy: with its summands.
        again: what follows from the answers shown alone.
    """
    profile = copy.profile
    if faults := list(_unruly(rules, profile)):
        yield from faults
        return
    left_open = open_parts(rules, frozenset(copy.withheld))
    for name in ("controls", "evidence"):
        stated, computed = (
            [_plain(part) for part in getattr(one, name) if part.question not in left_open] for one in (profile, again)
        )
        yield from differences(f"profile.{name}", stated, computed)
    yield from _inherent(rules, profile)
    yield from _numbers(rules, copy)
    if (band := _band(rules, profile)) != profile.band:
        yield Difference(path="profile.band", stated=json_of(profile.band), computed=json_of(band))


def _unruly(rules: Layout, profile: RiskProfile) -> Iterator[Difference]:
    """Yield the summands that no rule knows, that stand there twice, or that count as no rule lets them count."""
    weight = dict(zip(rules.names, rules.weight, strict=True))
    carried = {0, *(points for grade in rules.model.grades for points in (grade.points, grade.coercion_points))}
    earned = {0.0, rules.model.figures["credit_partly"].value / _HUNDRED, 1.0}
    for name, parts in (("controls", profile.controls), ("evidence", profile.evidence)):
        seen: set[str] = set()
        for part in parts:
            counts = part.credit in earned if isinstance(part, ControlPart) else part.hundredths in carried
            if part.question in seen or part.weight != weight.get(part.question) or not counts:
                path = f"profile.{name}[{part.question}]"
                yield Difference(path=path, stated=json_of(part), computed="")
            seen.add(part.question)


def _plain(part: ControlPart | EvidencePart) -> object:
    """Return a summand without its relief, which rests on the confidence as a whole."""
    found = msgspec.to_builtins(part)
    found.pop("relief", None)
    return found


def _inherent(rules: Layout, profile: RiskProfile) -> Iterator[Difference]:
    """Yield where the points of exposures and groups are not those of the rules, or do not add up."""
    by_rule = {one.id: one for one in rules.model.exposures}
    for part in profile.exposures:
        rule = by_rule.get(part.exposure)
        if rule is None or (rule.group, rule.points) != (part.group, part.points):
            points = json_of(rule.points) if rule else ""
            path = f"profile.exposures[{part.exposure}].points"
            yield Difference(path=path, stated=json_of(part.points), computed=points)
    caps = {group.id: group.cap for group in rules.model.groups}
    sums = dict.fromkeys(caps, 0)
    for part in profile.exposures:
        sums[part.group] = sums.get(part.group, 0) + part.points
    stated = [msgspec.to_builtins(group) for group in profile.groups]
    computed = [
        {"group": group.group, "points": sums.get(group.group, 0), "counted": min(sums[group.group], caps[group.group])}
        for group in profile.groups
        if group.group in caps
    ]
    yield from differences("profile.groups", stated, computed)
    whole = float(sum(group.counted for group in profile.groups))
    yield from differences("profile.inherent", profile.inherent, whole)


def _numbers(rules: Layout, copy: SharedAssessment) -> Iterator[Difference]:
    """Yield the first number that comes out of no way in which the withheld answers may count."""
    profile = copy.profile
    sums = _hidden(rules, frozenset(copy.withheld)) + np.array(_shown(rules, profile))
    possible = _stated(rules, profile, sums)
    fits = np.ones(possible.shape[1], np.bool_)
    for name, found in zip(_STATED, possible, strict=True):
        value = getattr(profile, name)
        here = np.abs(found - value) < _NEAR
        if not (fits & here).any():
            bounds = f"{found[fits].min():g} – {found[fits].max():g}"
            yield Difference(path=f"profile.{name}", stated=json_of(value), computed=bounds)
            return
        fits &= here


def _shown(rules: Layout, profile: RiskProfile) -> _Sum:
    """Return what the summands shown come to."""
    weight = dict(zip(rules.names, rules.weight, strict=True))
    silent = {name for finding in profile.findings for name in finding.unknown}
    outcomes = {part.question: part.outcome for part in profile.controls}
    return _Sum(
        asked=sum(part.weight for part in profile.evidence),
        told=sum(
            part.weight
            for part in profile.evidence
            if (outcomes[part.question] in _TOLD if part.question in outcomes else part.question not in silent)
        ),
        evidence=sum(weight[part.question] * part.hundredths for part in profile.evidence),
        controls=sum(weight[part.question] for part in profile.controls),
        credit=sum(weight[part.question] * round(_HUNDRED * part.credit) for part in profile.controls),
    )


def _hidden(rules: Layout, withheld: frozenset[str]) -> NDArray[np.int64]:
    """Return what withheld summands may come to, one row a way, in the columns of a sum."""
    return _sums(tuple(_ways(rules, row) for row, name in enumerate(rules.names) if name in withheld))


@lru_cache(maxsize=32)  # nearly every copy withholds the same questions
def _sums(readings: tuple[tuple[_Sum, ...], ...]) -> NDArray[np.int64]:
    """Return what readings may come to together, of the ways in which each may count."""
    ways = [np.array(one, np.int64) for one in readings]
    # Each way is one whole number with a digit for each column, because whole numbers are fast to sort.
    shape = 1 + sum((way.max(axis=0) for way in ways), np.zeros(len(_Sum._fields), np.int64))
    digits = np.cumprod([1, *shape[:0:-1]])[::-1]
    found = np.zeros(1, np.int64)
    for way in ways:
        found = np.unique(found[:, None] + way @ digits)
    return np.stack(np.unravel_index(found, shape), axis=1)


def _ways(rules: Layout, row: int) -> tuple[_Sum, ...]:
    """Return the ways in which one reading may count."""
    weight = rules.weight[row]
    control = row in rules.control.in_order
    hard = rules.model.readings[row].element in UNPROVABLE
    points = {grade.coercion_points if hard else grade.points for grade in rules.model.grades}
    credits_ = {0, rules.model.figures["credit_partly"].value, _HUNDRED} if control else {0}
    asked, controls = weight * (row in rules.counted.in_order), weight * control
    told = [_Sum(asked, asked, asked * one, controls, controls * credit) for one in points for credit in credits_]
    return (_Sum(), _Sum(asked=asked, controls=controls), *told)


def _stated(rules: Layout, profile: RiskProfile, sums: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the numbers that sums give, one row each, for every floor that findings may set."""
    asked, told, evidence, controls, credit = sums.T
    figures = rules.model.figures
    false = any(rule.cause is Cause.FALSE_STATEMENT for rule in _acted(rules, profile))
    most = figures["confidence_false_statement"].value / _HUNDRED if false else 1.0
    control = credit / np.maximum(controls, 1)
    confidence = np.minimum(evidence / np.maximum(asked, 1) / _HUNDRED, most)
    coverage = np.where(asked > 0, told / np.maximum(asked, 1), 1.0)
    relief = figures["relief_max"].value / _HUNDRED
    left = profile.inherent * (1 - relief * (control / _HUNDRED) * confidence)
    inherent = np.full(left.shape, profile.inherent)
    numbers = [
        np.stack(
            [
                control.round(DECIMALS),
                confidence.round(_SHORT),
                coverage.round(_SHORT),
                residual(inherent, control, confidence, np.full(left.shape, floor), relief=relief),
                np.maximum(floor - left, 0.0),
            ]
        )
        for floor in _floors(rules, profile)
    ]
    return np.concatenate(numbers, axis=1)


def _floors(rules: Layout, profile: RiskProfile) -> list[float]:
    """Return the floors that findings may set: that of the highest level shown, and each above it."""
    floors = {level.id: float(level.floor) for level in rules.model.levels}
    least = max((floors.get(finding.level, 0.0) for finding in profile.findings), default=0.0)
    return [least, *(floor for floor in floors.values() if floor > least)]


def _acted(rules: Layout, profile: RiskProfile) -> list[Override]:
    named = {one.override for one in profile.overrides}
    return [rule for rule in rules.model.overrides if rule.id in named]


def _band(rules: Layout, profile: RiskProfile) -> str:
    """Return the band of the residual risk, lifted by the overrides that are said to have acted."""
    bands = rules.model.bands
    place = {band.id: number for number, band in enumerate(bands)}
    found = sum(band.begins is not None and profile.residual >= band.begins for band in bands) - 1
    acted = _acted(rules, profile)
    found = max([found, *(place[rule.at_least] for rule in acted if rule.at_least)])
    return bands[min(found + sum(rule.up for rule in acted), len(bands) - 1)].id
