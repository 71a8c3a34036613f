"""The findings: what points to each indicator, the two-part test, and the rules that lifted the band."""

from duediligence.record_shared import STATE_IMPOSED
from duediligence.reports import Finding, Findings, Override, Overrides, Passage, Sign
from duediligence.reports.matter import Matter
from questionnaires.condition import Relation
from risk_models import profile as scored
from risk_models.counterfactual import Change
from risk_models.model import Attribution, Cause, Element
from risk_models.profile import NONE
from risk_models.reading import Outcome

_NOT_KNOWN = Outcome.NOT_KNOWN.name.lower()

_READ_ALL = (Cause.ZERO_TOLERANCE, Cause.PATTERN_B, Cause.PATTERN_C, Cause.NOT_KNOWN_ABOVE)
"""What reads every answer, protected ones among them."""


def findings(matter: Matter) -> Findings:
    """Return every indicator with a sign or not assessed, in their order, and the rest in one sentence."""
    texts = matter.texts
    told = matter.profile.findings
    quiet = [matter.indicator(finding.indicator) for finding in told if matter.level(finding) == NONE]
    return Findings(
        passage=Passage(
            heading=texts.say("findings.heading"), sentences=texts.all(f"findings.sentence.{matter.copy.value}")
        ),
        unless_said=texts.all("findings.unless_said"),
        findings=tuple(_finding(matter, finding) for finding in told if matter.level(finding) != NONE),
        quiet=texts.say("findings.quiet", indicators="; ".join(quiet)) if quiet else texts.say("findings.none_quiet"),
        withheld=_all_withheld(matter),
    )


def _finding(matter: Matter, finding: scored.Finding) -> Finding:
    indicator = next(one for one in matter.rules.model.indicators if one.id == finding.indicator)
    level, whole = matter.level(finding), _whole(matter, finding)
    lower = {change.question: _change(matter, change, "lower") for change in finding.to_lower} if whole else {}
    return Finding(
        code=finding.indicator,
        label=matter.say(indicator.label),
        meaning=matter.texts.say("findings.about", meaning=matter.say(indicator.about)),
        level=level,
        word=matter.level_words(level),
        highest=_highest(matter, finding) if whole else "",
        signs=tuple(_sign(matter, sign, lower.get(sign.question, "")) for sign in finding.signs),
        context=tuple(_sign(matter, sign, "") for sign in finding.context),
        unknown=tuple(matter.question(question) for question in finding.unknown),
        to_lower=tuple(_change(matter, change, "change") for change in finding.to_lower) if whole else (),
        to_leave_none=tuple(_change(matter, change, "change") for change in finding.to_clear),
        attribution=_attribution(matter, finding),
        own=_closest(finding) is Attribution.CAUSED,
        coverage=_coverage(matter, finding),
        withheld=_withheld(matter, indicator.id),
    )


def _coverage(matter: Matter, finding: scored.Finding) -> str:
    """Return how much was answered; of state-imposed labour a shared copy says no more than its one word."""
    if matter.shared and finding.indicator == STATE_IMPOSED:
        return ""
    return matter.texts.say("findings.coverage", share=matter.texts.number(100 * finding.answered))


def _whole(matter: Matter, finding: scored.Finding) -> bool:
    """Return whether every sign of an indicator may be shown, so that what is said of its level holds."""
    full = next(one for one in matter.assessment.profile.findings if one.indicator == finding.indicator)
    return full.signs == finding.signs


def _sign(matter: Matter, sign: scored.SignPart, lower: str) -> Sign:
    texts = matter.texts
    known, graded = sign.outcome != _NOT_KNOWN, matter.grades[sign.question] > 0
    attribution = texts.say(f"attribution.{sign.attribution.value}") if known else ""
    in_context = sign.element is Element.CONTEXT
    return Sign(
        question_id=sign.question,
        question=matter.question(sign.question),
        answer=matter.answer(sign.question),
        strength=texts.say("strength.context") if in_context else texts.say(f"strength.{sign.strength}"),
        element=texts.say(f"element.{sign.element.value}"),
        attribution=attribution,
        evidence=matter.grade(sign.question),
        apart=" · ".join(
            [attribution] * (known and sign.attribution is not Attribution.CAUSED)
            + [matter.grade(sign.question)] * graded
        ),
        lower=lower,
    )


def _highest(matter: Matter, finding: scored.Finding) -> str:
    """Return what missing answers may still raise a level to, empty where that is no more."""
    if finding.highest == finding.level:
        return ""
    return matter.texts.say("findings.highest", level=matter.level_words(finding.highest))


def _attribution(matter: Matter, finding: scored.Finding) -> str:
    """Return how the firm stands to what was reported; nothing is said of what nobody knows."""
    if matter.shared and finding.indicator == STATE_IMPOSED:
        return matter.texts.say("attribution.state_imposed")
    closest = _closest(finding)
    return matter.texts.say(f"attribution.{closest.value}.sentence") if closest else ""


def _closest(finding: scored.Finding) -> Attribution | None:
    """Return how near to the firm what was reported lies, None where nothing was."""
    told = [sign.attribution for sign in finding.signs if sign.outcome != _NOT_KNOWN]
    return min(told, key=list(Attribution).index, default=None)


def _withheld(matter: Matter, indicator: str) -> str:
    """Return that protected answers are left out where some could bear on an indicator, given or not."""
    return matter.texts.say("withheld.finding") if _hides(matter, indicator) else ""


def _all_withheld(matter: Matter) -> str:
    """Return on which indicators protected answers could bear that are left out, empty where none can."""
    touched = [matter.say(one.label) for one in matter.rules.model.indicators if _hides(matter, one.id)]
    return matter.texts.say("withheld.findings", indicators="; ".join(touched)) if touched else ""


def _hides(matter: Matter, indicator: str) -> bool:
    return any(matter.hides(reading.question) for reading in matter.rules.model.readings if indicator in reading.signs)


def _change(matter: Matter, change: Change, form: str) -> str:
    """Return in words what an answer would have to be.

    Args:
        matter: what the report is about.
        change: the question, and the answers or the figures it would have to have.
        form: `change` for a sentence with the question in it, `lower` for a few words beside the answer.
    """
    texts = matter.texts
    question = matter.question(change.question)
    if change.choices:
        labels = [matter.choice(change.question, choice) for choice in change.choices]
        return texts.say(f"{form}.choices", question=question, answers=texts.say("word.or").join(labels))
    if change.relation is not None and change.figure is not None:
        figure = matter.value(matter.questions[change.question], change.figure)
        return texts.say(f"{form}.{Relation(change.relation).value}", question=question, figure=figure)
    return texts.say(f"{form}.other", question=question)


def two_part_test(matter: Matter) -> Passage:
    """Return in words what the two-part test of Convention 29 finds."""
    texts = matter.texts
    return Passage(
        heading=texts.say("two_part.heading"),
        sentences=(
            *texts.all("two_part.sentence"),
            texts.say(f"two_part.{matter.profile.pattern}"),
        ),
    )


def overrides(matter: Matter) -> Overrides:
    """Return the rules that lifted the band, in their order, and why each acted."""
    texts = matter.texts
    acted = matter.profile.overrides
    return Overrides(
        passage=Passage(
            heading=texts.say("overrides.heading"),
            sentences=texts.all("overrides.sentence") if acted else (texts.say("overrides.none"),),
        ),
        overrides=tuple(_override(matter, part) for part in acted),
    )


def _evidence_wanted(matter: Matter) -> str:
    """Return in words how much checked evidence would be enough."""
    wanted = matter.profile.evidence_wanted
    if matter.assessment.review and matter.assessment.review.false_statement:
        return matter.texts.say("overrides.false_statement_caps")
    if wanted is None:
        return matter.texts.say("overrides.papers_do_not_suffice")
    return matter.texts.count("overrides.evidence", len(wanted))


def _override(matter: Matter, part: scored.OverridePart) -> Override:
    texts = matter.texts
    rule = next(one for one in matter.rules.model.overrides if one.id == part.override)
    effect = texts.say("overrides.at_least", band=matter.say(matter.band(part.band).label)) if part.band else ""
    reason = texts.say(f"overrides.{rule.cause.value}", limit=rule.limit or 0)
    questions = tuple(matter.question(one) for one in part.questions)
    if rule.cause is Cause.CONFIDENCE_BELOW:
        reason = f"{reason} {_evidence_wanted(matter)}"
    return Override(
        id=part.override,
        label=matter.say(rule.label),
        effect=effect or texts.say("overrides.one_up"),
        reason=f"{reason} {texts.say('withheld.override')}" if matter.shared and rule.cause in _READ_ALL else reason,
        questions=questions,
        questions_words=texts.count("plan.questions", len(questions)) if questions else "",
    )
