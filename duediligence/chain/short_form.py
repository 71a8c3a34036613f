"""What a partner's answers to a short form say, by the one rule set there is.

The answers are carried over into the form that the short form is taken out of
and assessed there. Nothing is scored in another way, and nothing is added: a
question that was not asked has no answer, so it lowers coverage and confidence,
widens the interval, counts as present where it is a circumstance, and leaves an
indicator "not assessed" unless enough of its weight was answered.

So the band of a short form is high at least in most places: it tells how much is
unknown. What a buyer can read off it is what was reported, and what to ask next.
"""

from datetime import date

import msgspec

from duediligence.assessment import Assessment, assess, codebook
from duediligence.errors import Unusable
from duediligence.words import sentences
from questionnaires import catalogue
from questionnaires.check import fitting
from questionnaires.codebook import Codebook
from questionnaires.progress import asked as asked_of
from questionnaires.response import Response
from questionnaires.selection import Extent, NotSelected, as_whole, extent
from questionnaires.text import Text, filled


class ShortAssessment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An assessment that rests on a short form alone."""

    questionnaire: str  # the short form
    version: str
    asked: Extent
    answered: int  # of the questions asked of this partner, those with a value; details are not counted
    assessment: Assessment  # of the whole form
    not_assessed: tuple[str, ...]  # indicators of which too little was answered, in the order of the rule set
    note: Text  # to be shown wherever a number of it is


def assess_short(response: Response, on: date) -> ShortAssessment:
    """Return the assessment of answers to a short form on a day.

    Raises:
        Unusable: the form is no part of the form that the rule set in force reads.
    """
    short = catalogue.load(response.questionnaire, response.version)
    try:
        whole = as_whole(short, response)
    except NotSelected as error:
        raise Unusable(f"These answers are not to a short form: {error}.") from error
    assessment = assess(whole, on)
    asked = extent(short, catalogue.load(whole.questionnaire, whole.version))
    answered = _answered(codebook(short.id, short.version), response)
    findings = assessment.profile.findings
    not_assessed = tuple(finding.indicator for finding in findings if not finding.assessed)
    note = filled(
        sentences()["short_form_note"],
        answered=answered,
        of=asked.of,
        indicators=len(findings) - len(not_assessed),
        of_indicators=len(findings),
    )
    return ShortAssessment(
        questionnaire=short.id,
        version=short.version,
        asked=asked,
        answered=answered,
        assessment=assessment,
        not_assessed=not_assessed,
        note=note,
    )


def _answered(book: Codebook, response: Response) -> int:
    """Return how many of the questions asked have an answer that counts."""
    fit = fitting(book, response)
    told = [name for name in asked_of(book, fit) if name in fit.answers and fit.answers[name].value is not None]
    return sum(1 for name in told if not book.questions[book.row[name]].part_of)
