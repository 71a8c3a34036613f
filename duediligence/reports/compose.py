"""A report from an assessment and its plan.

Composing is pure: the day, the versions and every number come from the
assessment, so that the same assessment gives the same report for ever.
"""

from duediligence.assessment import Assessment
from duediligence.improvement import ImprovementPlan
from duediligence.reports import Copy, Report, texts
from duediligence.reports import compose_basis as basis
from duediligence.reports import compose_findings as findings
from duediligence.reports import compose_opening as opening
from duediligence.reports import compose_plan as plans
from duediligence.reports import compose_reference as reference
from duediligence.reports.matter import Matter


def compose(assessment: Assessment, plan: ImprovementPlan, language: str, copy: Copy = Copy.SHARED) -> Report:
    """Return everything a report says of one assessment.

    Args:
        assessment: what was answered, judged and computed.
        plan: the actions drawn up after it.
        language: tk, ru or en.
        copy: a shared copy holds no protected answer and no count of people
            below eleven; the copy of the firm holds everything.

    Raises:
        ContentError: there are no sentences in this language.
    """
    matter = Matter(assessment, plan, texts.read(language), copy)
    return Report(
        copy=copy,
        language=language,
        head=opening.head(matter),
        numbers=opening.numbers(matter),
        strip=opening.strip(matter),
        notices=opening.shown_notices(matter),
        limits=opening.limits(matter),
        check=opening.check(matter),
        reviewer=opening.reviewer(matter),
        findings=findings.findings(matter),
        two_part_test=findings.two_part_test(matter),
        overrides=findings.overrides(matter),
        exposures=basis.exposures(matter),
        controls=basis.controls(matter),
        protocol=plans.protocol(matter),
        plan=plans.plan(matter),
        evidence=basis.evidence(matter),
        crosswalk=reference.crosswalk(matter),
        context=reference.context(matter),
        answers=reference.answers(matter),
        method=basis.method(matter),
        versions=basis.versions(matter),
        words=matter.texts.labels("word"),
    )
