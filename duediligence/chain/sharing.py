"""What a partner shares of an assessment of its own, what a buyer read in for it, and how several of these are one.

A partner with an account may answer a request with an assessment it has handed in.
The buyer then sees the copy that may travel, as it was on the day of the consent:
what is found later is shared by a consent of its own.

A workbook that a partner sent to its buyer instead of using its link speaks for the
partner only until it speaks itself.

Where a partner answered twice, the newer word is shown, and of each indicator the
graver one counts: what a partner says raises a concern and never clears one.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from duediligence import record
from duediligence.assessment import MODEL, Assessment, layout
from duediligence.chain.request import Granted, IndicatorTold, Looked, Origin, Seen, Told, What, cut
from duediligence.record_shared import SharedAssessment, shared
from duediligence.review import Review, Reviewer
from risk_models import catalogue as models
from risk_models import network_rules
from risk_models.profile import NONE


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A partner with an account lets one buyer see an assessment of its own."""

    id: str
    engagement: str
    organisation: str  # whose assessment it is
    buyer: str
    party: str  # the entry of the buyer
    request: str
    number: int  # of the sealed result
    digest: str  # SHA-256 of the copy that may travel
    what: What
    given: datetime
    until: date  # inclusive
    by: str
    told: Told
    withdrawn: datetime | None = None

    def granted(self, on: date) -> Granted:
        """Return how it stands on a day."""
        if self.withdrawn:
            return Granted.WITHDRAWN
        return Granted.RUNS if on <= self.until else Granted.ENDED


class SentIn(msgspec.Struct, frozen=True, kw_only=True):
    """A workbook that a partner filled in and its buyer read in, with the consent as the buyer states it."""

    id: str
    organisation: str  # the buyer
    party: str
    request: str
    sha256: str  # of the file
    role: str  # in which somebody at the partner has consented
    consented: date
    until: date  # inclusive
    by: str
    at: datetime
    told: Told
    withdrawn: datetime | None = None


def told_of_assessment(assessment: Assessment) -> Told:
    """Return what came of an assessment, as the copy that may travel says it."""
    copy = shared(assessment)
    profile = copy.profile
    settled = _settled(assessment, copy)
    return Told(
        on=copy.on,
        model=profile.model,
        model_version=profile.version,
        digest=hashlib.sha256(record.encode(copy)).hexdigest(),
        inherent=profile.inherent,
        control=profile.control,
        confidence=profile.confidence,
        residual=profile.residual,
        low=profile.low,
        high=profile.high,
        band=profile.band,
        highest_band=profile.highest_band,
        coverage=profile.coverage,
        note={},
        indicators=tuple(
            IndicatorTold(
                indicator=one.indicator,
                level=one.level,
                highest=one.highest,
                assessed=one.assessed,
                settled=one.assessed and one.indicator in settled,
            )
            for one in profile.findings
        ),
        notices=copy.notices,
        unsure_notices=copy.unsure_notices,
        answers={
            question: msgspec.structs.replace(answer, evidence=()) for question, answer in copy.response.answers.items()
        },
        label=copy.label,
        looked=_looked(assessment.review),
    )


def seen_of_share(one: Share, on: date, *, gone: bool, newer: bool) -> Seen:
    """Return what the buyer sees of an assessment that was shared.

    Args:
        one: what was agreed.
        on: the day on which the buyer looks.
        gone: the assessment was withdrawn.
        newer: more was sealed of it since.
    """
    granted = one.granted(on)
    if gone and granted is Granted.RUNS:
        granted = Granted.GONE
    runs = granted is Granted.RUNS
    return Seen(
        granted=granted,
        what=one.what,
        given=one.given,
        until=one.until,
        withdrawn=one.withdrawn,
        answered=one.given if runs else None,
        told=cut(one.told, one.what) if runs else None,
        origin=Origin.ASSESSMENT,
        newer=newer and runs,
    )


def seen_of_sent_in(one: SentIn, on: date) -> Seen:
    """Return what the buyer sees of a workbook it read in."""
    granted = Granted.WITHDRAWN if one.withdrawn else Granted.RUNS if on <= one.until else Granted.ENDED
    runs = granted is Granted.RUNS
    return Seen(
        granted=granted,
        what=What.ANSWERS,
        given=one.at,
        until=one.until,
        withdrawn=one.withdrawn,
        answered=one.at if runs else None,
        told=one.told if runs else None,
        origin=Origin.SENT_IN,
        consented_by=one.role,
    )


def together(said: Iterable[Seen]) -> Seen | None:
    """Return what counts of all that a partner lets a buyer see; None where it is nothing.

    The newest that may be seen is shown, else the newest of all. Its indicators
    are the gravest that any of those tells which may be seen.
    """
    by_age = sorted(said, key=lambda one: one.given)
    running = [one for one in by_age if one.told is not None]
    if not running:
        return by_age[-1] if by_age else None
    newest, others = running[-1], [one.told for one in running[:-1] if one.told]
    if newest.told is None or not others:
        return newest
    indicators = _gravest((newest.told, *others))
    return msgspec.structs.replace(newest, told=msgspec.structs.replace(newest.told, indicators=indicators))


def _gravest(told: Iterable[Told]) -> tuple[IndicatorTold, ...]:
    """Return each indicator as the one tells it that tells it gravest, the first of those that tell the same."""
    order = _order()
    found: dict[str, IndicatorTold] = {}
    for one in (each for came in told for each in came.indicators):
        before = found.setdefault(one.indicator, one)
        if order.get(one.level, 0) > order.get(before.level, 0):
            found[one.indicator] = one
    return tuple(found.values())


def _order() -> dict[str, int]:
    """Return how grave each level is, those told without their strength among them."""
    known = (NONE, *(level.id for level in models.load(*MODEL).levels))
    levels = {level: place for place, level in enumerate(known)}
    return levels | {bare.level: levels[bare.counts_as] for bare in network_rules.looks().bare}


def _settled(assessment: Assessment, copy: SharedAssessment) -> frozenset[str]:
    """Return the indicators of which somebody else has found out how grave they are at most.

    One that also rests on an answer that does not travel stays open: what is left of it tells too little.
    """
    review = assessment.review
    if review is None or not network_rules.settles(
        review.label, review.workers_heard or 0, independent=_independent(review)
    ):
        return frozenset()
    rules = layout(assessment.versions.model, assessment.versions.model_version, assessment.on)
    withheld = set(copy.withheld)
    return frozenset(
        indicator.id
        for indicator, signs in zip(rules.model.indicators, rules.signs, strict=True)
        if withheld.isdisjoint(rules.model.readings[row].question for row, _ in signs)
    )


def _looked(review: Review | None) -> Looked | None:
    if review is None:
        return None
    return Looked(
        on=review.on,
        bodies=tuple(dict.fromkeys(one.body for one in _reviewers(review))),
        independent=_independent(review),
        announced=review.announced,
        heard=bool(review.workers_heard),
    )


def _independent(review: Review) -> bool:
    return any(not one.state_body for one in _reviewers(review))


def _reviewers(review: Review) -> tuple[Reviewer, ...]:
    return (review.reviewer, *([review.second_reviewer] if review.second_reviewer else []))
