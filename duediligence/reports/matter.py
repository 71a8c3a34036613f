"""What every part of a report is composed from: one assessment, looked up and put into words.

A shared copy reads the profile of the shared record, so that paper and data
withhold the same. Nothing of a question that is marked as protected is shown:
neither its answer, nor the sign it is, nor what follows from it.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from duediligence.assessment import Assessment, layout, usable
from duediligence.improvement import ImprovementPlan
from duediligence.record_shared import FEWEST_PEOPLE, shared
from duediligence.reports.opening import Copy, Reference
from duediligence.reports.texts import NO_BREAK, Texts
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany, SelectOne
from questionnaires.response import Answer, Missing, Response, Value, columns
from questionnaires.text import Source, Text, say
from risk_models import evidence, notices, remedies, requirements
from risk_models.layout import Layout
from risk_models.model import Band
from risk_models.notices import Notice
from risk_models.profile import NONE, Finding, RiskProfile
from risk_models.remedies import Library
from risk_models.requirements import Registry

NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True)
class Matter:
    """One assessment and its plan, for one language and one kind of copy."""

    assessment: Assessment
    plan: ImprovementPlan
    texts: Texts
    copy: Copy

    @cached_property
    def rules(self) -> Layout:
        """The rule set the assessment was scored with."""
        versions = self.assessment.versions
        return layout(versions.model, versions.model_version, self.assessment.on)

    @cached_property
    def response(self) -> Response:
        """The answers that count."""
        return usable(self.assessment.response, self.rules.codebook, self.assessment.review)

    @cached_property
    def profile(self) -> RiskProfile:
        """What may be shown of the profile; numbers and bands always rest on every answer."""
        return shared(self.assessment).profile if self.shared else self.assessment.profile

    @cached_property
    def gravest(self) -> str:
        """The highest level of any indicator, protected answers counted."""
        levels = (NONE, *(level.id for level in self.rules.model.levels))
        return max((finding.level for finding in self.assessment.profile.findings), key=levels.index)

    @cached_property
    def remedies(self) -> Library:
        """The remedies the plan draws on."""
        return _remedies()

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """Every notice of the edition the assessment was made with."""
        return _notices(self.assessment.versions.notices)

    @property
    def registry(self) -> Registry:
        """The registry of requirements."""
        return _registry()

    @cached_property
    def questions(self) -> dict[str, AnyQuestion]:
        """Every question of the form, by id."""
        return {question.id: question for question in self.rules.codebook.questions}

    @cached_property
    def asked(self) -> frozenset[str]:
        """The ids of the questions that concern this respondent."""
        answers = columns(self.rules.codebook, [self.response])
        asked = self.rules.relevance.asked(answers)[:, 0].tolist()
        return frozenset(
            question.id for question, is_asked in zip(self.rules.codebook.questions, asked, strict=True) if is_asked
        )

    @cached_property
    def grades(self) -> dict[str, int]:
        """The evidence grade of each question, 0 to 4."""
        review = self.assessment.review
        given = evidence.grades(self.rules.codebook, [self.response], [review.grades if review else {}])
        return dict(zip(self.questions, given[:, 0].tolist(), strict=True))

    @property
    def shared(self) -> bool:
        """Whether this is a copy that may travel."""
        return self.copy is Copy.SHARED

    def hides(self, question: str) -> bool:
        """Return whether nothing of a question may be shown in this copy."""
        return self.shared and not self.questions[question].travels

    def say(self, text: Text) -> str:
        """Return a text of the content in the language of the report."""
        return say(text, self.texts.language)

    def question(self, question: str) -> str:
        """Return the words of a question."""
        return self.say(self.questions[question].text)

    def given(self, question: str) -> Answer:
        """Return the answer to a question, empty where there is none."""
        return self.response.answers.get(question, Answer())

    def answer(self, question: str) -> str:
        """Return the answer to a question in words."""
        answer = self.given(question)
        if answer.value is not None:
            return self.value(self.questions[question], answer.value)
        return self.texts.say(
            f"missing.{(answer.missing or Missing.NOT_KNOWN).value}" if answer.missing else "missing.none"
        )

    def value(self, question: AnyQuestion, value: Value) -> str:
        """Return a value in words; one that does not fit its question is shown as it stands."""
        match question, value:
            case SelectOne(), str():
                return self.choice(question.id, value)
            case SelectMany(), tuple():
                return "; ".join(self.choice(question.id, one) for one in value) or self.texts.say("missing.empty")
            case Number(), float() | int():
                return self.quantity(question, value)
            case Date(), str():
                return self.texts.day(date.fromisoformat(value))
        return str(value)

    def choice(self, question: str, choice: str) -> str:
        """Return the label of a choice."""
        asked = self.questions[question]
        labels = {one.id: one.label for one in asked.choices} if isinstance(asked, SelectOne | SelectMany) else {}
        return self.say(labels[choice]) if choice in labels else choice

    def quantity(self, question: Number, value: float) -> str:
        """Return a number with its unit; a small count of people is not stated in a shared copy."""
        number = self.people(value) if question.people else self.texts.quantity(value)
        return f"{number}{NO_BREAK}{self.say(question.unit)}"

    def people(self, count: float) -> str:
        """Return a count of people, `<11` from 1 to 10 in a shared copy."""
        small = self.shared and 0 < count < FEWEST_PEOPLE
        return f"<{FEWEST_PEOPLE}" if small else self.texts.quantity(count)

    def grade(self, question: str) -> str:
        """Return in words what an answer rests on."""
        return self.say(self.rules.model.grades[self.grades[question]].label)

    def band(self, band: str) -> Band:
        """Return a band of the rule set."""
        return next(one for one in self.rules.model.bands if one.id == band)

    def indicator(self, code: str) -> str:
        """Return the name of an indicator."""
        return self.say(next(one.label for one in self.rules.model.indicators if one.id == code))

    def level(self, finding: Finding) -> str:
        """Return the level of an indicator as it is shown: `none` only where enough was answered to say so."""
        return finding.level if finding.level != NONE or finding.assessed else NOT_ASSESSED

    def level_words(self, level: str) -> str:
        """Return the words of a level."""
        labels = {one.id: one.label for one in self.rules.model.levels}
        return self.say(labels[level]) if level in labels else self.texts.say(f"level.{level}")

    def reference(self, source: Source) -> Reference:
        """Return a source as it is printed."""
        title = f"{source.title}, {source.locator}" if source.locator else source.title
        checked = self.texts.say("source.checked", day=self.texts.day(source.checked)) if source.checked else ""
        return Reference(title=title, href=source.href, checked=checked)


# Content does not change while a program runs, so each file is read once.
_remedies = cache(remedies.read)
_notices = cache(notices.read)
_registry = cache(requirements.read)
