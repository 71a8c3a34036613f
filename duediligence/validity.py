"""How long a report stands.

self-declared        6 months from the day of the assessment
documents, site     12 months from it, and from the review
answers on cotton   never beyond the next 1 August, when a new harvest begins
"""

from calendar import monthrange
from datetime import date

from duediligence.assessment import Assessment
from duediligence.review import Label

_MONTHS = {Label.SELF_DECLARED: 6, Label.DOCUMENTS_REVIEWED: 12, Label.SITE_CHECKED: 12}

_AUGUST = 8

_COTTON_GATE = "cotton-gate"


def expiry(assessment: Assessment) -> tuple[date, str]:
    """Return the day on which a report runs out, and why: `label`, `review` or `cotton`."""
    months = _MONTHS[assessment.label]
    ends = [(later(assessment.on, months), "label")]
    if assessment.review:
        ends.append((later(assessment.review.on, months), "review"))
    if _COTTON_GATE in assessment.notices:
        year = assessment.on.year + (assessment.on.month >= _AUGUST)
        ends.append((date(year, _AUGUST, 1), "cotton"))
    return min(ends, key=lambda end: end[0])


def months_valid(label: Label) -> int:
    """Return for how many months a report with a label stands at most."""
    return _MONTHS[label]


def later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
