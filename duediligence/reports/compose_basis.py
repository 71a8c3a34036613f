"""What the numbers rest on: exposures, controls, evidence, method and versions."""

from itertools import accumulate

from duediligence.reports import (
    Control,
    Controls,
    ControlSection,
    Evidence,
    EvidenceGroup,
    EvidenceRow,
    Exposure,
    ExposureGroup,
    Exposures,
    Fact,
    Figure,
    Method,
    Passage,
    Table,
)
from duediligence.reports.digest import digest
from duediligence.reports.matter import Matter
from duediligence.reports.texts import NO_BREAK
from questionnaires.privacy import veiled
from risk_models.profile import NONE, ControlPart

_STATES = {"met": "met", "partly": "partly", "adverse": "unmet"}
"""The state of a control by its outcome; anything else is unknown."""


def exposures(matter: Matter) -> Exposures:
    """Return the parts that add up to the inherent risk."""
    texts, profile, model = matter.texts, matter.profile, matter.rules.model
    labels = {group.id: matter.say(group.label) for group in model.groups}
    caps = {group.id: group.cap for group in model.groups}
    starts = accumulate((part.counted for part in profile.groups), initial=0)
    groups = tuple(
        ExposureGroup(
            id=part.group,
            label=labels[part.group],
            points=part.points,
            cap=caps[part.group],
            counted=part.counted,
            begins=float(start),
        )
        for part, start in zip(profile.groups, starts, strict=False)
    )
    words = {one.id: matter.say(one.label) for one in model.exposures}
    return Exposures(
        passage=Passage(heading=texts.say("exposures.heading"), sentences=texts.all("exposures.sentence")),
        groups=groups,
        exposures=tuple(
            Exposure(label=words[part.exposure], group=labels[part.group], points=part.points, sure=part.sure)
            for part in profile.exposures
        ),
        total=profile.inherent,
        figure=_waterfall(matter, groups),
    )


def _waterfall(matter: Matter, groups: tuple[ExposureGroup, ...]) -> Figure:
    texts = matter.texts
    total = texts.number(matter.profile.inherent)
    parts = [texts.say("exposures.part", label=one.label, counted=one.counted, cap=one.cap) for one in groups]
    return Figure(
        title=texts.say("exposures.figure", total=total),
        description=" ".join([*parts, texts.say("exposures.total", total=total)]),
        table=Table(
            columns=texts.all("exposures.column"),
            rows=(
                *((one.label, str(one.points), str(one.cap), str(one.counted)) for one in groups),
                (texts.say("numbers.inherent"), "", "", total),
            ),
        ),
    )


def controls(matter: Matter) -> Controls:
    """Return what the firm does against risk, by section of the form."""
    texts = matter.texts
    parts = matter.profile.controls
    sections = tuple(
        _section(matter, section.id, matter.say(section.title), chosen)
        for section in matter.rules.codebook.questionnaire.sections
        if (chosen := [part for part in parts if part.question.partition(".")[0] == section.id])
    )
    return Controls(
        passage=Passage(heading=texts.say("controls.heading"), sentences=texts.all("controls.sentence")),
        sections=sections,
        withheld=texts.say("withheld.controls") if matter.shared else "",
        figure=Figure(
            title=texts.say("controls.figure", control=texts.number(matter.profile.control)),
            description=" ".join(
                texts.say("controls.part", label=one.label, share=texts.number(one.share)) for one in sections
            ),
            table=Table(
                columns=texts.all("controls.column"),
                rows=tuple(
                    (
                        one.label,
                        str(one.met),
                        str(one.partly),
                        str(one.unmet),
                        str(one.unknown),
                        texts.number(one.share),
                    )
                    for one in sections
                ),
            ),
        ),
    )


def _section(matter: Matter, identity: str, label: str, parts: list[ControlPart]) -> ControlSection:
    states = [_STATES.get(part.outcome, "unknown") for part in parts]
    return ControlSection(
        id=identity,
        label=label,
        met=states.count("met"),
        partly=states.count("partly"),
        unmet=states.count("unmet"),
        unknown=states.count("unknown"),
        controls=tuple(
            Control(
                question_id=part.question,
                question=matter.question(part.question),
                state=state,
                word=matter.texts.say(f"control.{state}"),
                relief=part.relief,
                evidence=matter.grade(part.question),
            )
            for part, state in zip(parts, states, strict=True)
        ),
    )


def evidence(matter: Matter) -> Evidence:
    """Return what the answers rest on, those with more than a bare statement one by one."""
    texts, grades = matter.texts, matter.rules.model.grades
    told = [part for part in matter.profile.evidence if part.hundredths]
    rows = tuple(
        EvidenceRow(
            question_id=question,
            question=matter.question(question),
            grade=grades[matter.grades[question]].id,
            grade_words=matter.grade(question),
            references=tuple(veiled(one) if matter.shared else one for one in matter.given(question).evidence),
        )
        for question in matter.questions
        if question in matter.asked and not matter.hides(question) and _proven(matter, question)
    )
    return Evidence(
        passage=Passage(
            heading=texts.say("evidence.heading"),
            sentences=texts.all("evidence.sentence") if rows else (texts.say("evidence.empty"),),
        ),
        grades=tuple(
            Fact(label=f"{grade.id} {matter.say(grade.label)}", value=str(sum(part.grade == number for part in told)))
            for number, grade in enumerate(grades)
        ),
        rows=rows,
        groups=_by_document(matter, rows),
        withheld=texts.say("withheld.evidence") if matter.shared else "",
    )


def _by_document(matter: Matter, rows: tuple[EvidenceRow, ...]) -> tuple[EvidenceGroup, ...]:
    """Return the rows together that rest on the same documents, in the order of their first ones."""
    found: dict[tuple[str, tuple[str, ...]], list[Fact]] = {}
    for row in rows:
        answer = Fact(label=row.question, value=matter.answer(row.question_id))
        found.setdefault((row.grade, row.references), []).append(answer)
    return tuple(
        EvidenceGroup(grade=grade, references=references, answers=tuple(answers))
        for (grade, references), answers in found.items()
    )


def _proven(matter: Matter, question: str) -> bool:
    return bool(matter.given(question).evidence) or matter.grades[question] > 0


def method(matter: Matter) -> Method:
    """Return how the numbers came about, with the figures of this report put in."""
    texts, profile, figures = matter.texts, matter.profile, matter.rules.model.figures
    floors = {NONE: 0, **{level.id: level.floor for level in matter.rules.model.levels}}
    facts = {
        "relief": texts.number(figures["relief_max"].value / 100, 2),
        "inherent": texts.number(profile.inherent),
        "control": texts.number(profile.control, 1),
        "confidence": texts.number(profile.confidence, 3),
        "floor": texts.number(floors[matter.gravest]),
        "residual": texts.number(profile.residual, 1),
        "band": matter.say(matter.band(profile.band).label),
    }
    return Method(
        passage=Passage(heading=texts.say("method.heading"), sentences=texts.all("method.sentence")),
        formulas=texts.all("method.formula", **facts),
        figures=tuple(
            Fact(
                label=matter.say(figure.about),
                value=f"{texts.number(figure.value)}{NO_BREAK}{texts.say(f'unit.{figure.unit}')}".strip(),
            )
            for figure in figures.values()
        ),
    )


def versions(matter: Matter) -> tuple[Fact, ...]:
    """Return what the report was made with, so that anyone can compute it again."""
    texts, assessment = matter.texts, matter.assessment
    made = assessment.versions
    facts = {
        "questionnaire": f"{matter.say(matter.rules.codebook.questionnaire.title)}, {made.questionnaire_version}",
        "questionnaire_digest": made.questionnaire_digest,
        "model": f"{matter.say(matter.rules.model.title)}, {made.model_version}",
        "model_digest": made.model_digest,
        "notices": made.notices,
        "remedies": matter.plan.version,
        "assessment_digest": digest(assessment),
        "translations": texts.say("versions.not_reviewed"),
    }
    return tuple(Fact(label=texts.say(f"versions.{name}"), value=value) for name, value in facts.items())
