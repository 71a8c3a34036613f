"""How far a response has come: what is asked, what is answered, section by section.

Protected questions are left out of the count that others may see, so that no
number tells whether they were answered.
"""

from collections.abc import Collection

import msgspec

from questionnaires.codebook import Codebook
from questionnaires.questionnaire import AnyQuestion
from questionnaires.relevance import relevance
from questionnaires.response import Response, columns


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Required questions that are asked, and those of them with an answer."""

    asked: int
    answered: int

    @property
    def complete(self) -> bool:
        """Whether nothing that is asked is left open."""
        return self.answered == self.asked


def asked(codebook: Codebook, response: Response) -> tuple[str, ...]:
    """Return the ids of the questions that are asked of this respondent, in their order."""
    rules = relevance(codebook)
    read = {question: answer for question, answer in response.answers.items() if question in rules.read}
    shown = rules.asked(columns(codebook, [msgspec.structs.replace(response, answers=read)]))[:, 0].tolist()
    return tuple(question.id for question, one in zip(codebook.questions, shown, strict=True) if one)


def progress(codebook: Codebook, response: Response) -> Progress:
    """Return how far a response has come, protected questions left out."""
    return _count(codebook, response, [one for one in asked(codebook, response) if not _of(codebook, one).protected])


def by_section(codebook: Codebook, response: Response) -> dict[str, Progress]:
    """Return how far each section has come, protected questions counted; one of which nothing is asked is left out."""
    parts: dict[str, list[str]] = {}
    for question in asked(codebook, response):
        parts.setdefault(codebook.section[question], []).append(question)
    return {section: _count(codebook, response, questions) for section, questions in parts.items()}


def _count(codebook: Codebook, response: Response, questions: Collection[str]) -> Progress:
    required = [question for question in questions if _of(codebook, question).required]
    given = [question for question in required if (answer := response.answers.get(question)) and answer.given]
    return Progress(asked=len(required), answered=len(given))


def _of(codebook: Codebook, question: str) -> AnyQuestion:
    return codebook.questions[codebook.row[question]]
