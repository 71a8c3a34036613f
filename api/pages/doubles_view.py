"""A file as its blind reader sees it: sections, answers with their papers, and what is worth a second look."""

from typing import NamedTuple

from api.pages import second_look_view
from api.translation import Words
from duediligence.assessment import codebook
from duediligence.workflow.doubling import BlindFile
from questionnaires.progress import asked
from questionnaires.questionnaire import AnyQuestion, Section
from questionnaires.response import Answer


class Chapter(NamedTuple):
    """A section of a file, with how many of its answers are to be judged, and were."""

    section: Section
    questions: tuple[AnyQuestion, ...]
    done: int
    asked: int


class Item(NamedTuple):
    """An answer with all that its blind reader needs to judge it."""

    question: AnyQuestion
    number: int
    answer: Answer
    proofs: tuple[tuple[str, str], ...]  # documents: name and address
    judged: bool  # whether there is a paper to judge
    grade: str  # "" until it was judged


def chapters(found: BlindFile) -> tuple[Chapter, ...]:
    """Return the sections of which something was asked that the reader may know of."""
    book = codebook(*found.questionnaire)
    shown = set(asked(book, found.copy.response)) - set(found.copy.withheld)
    judged = set(found.judged)
    rows = []
    for section in book.questionnaire.sections:
        here = tuple(one for one in section.questions if one.id in shown)
        wanted = [one.id for one in here if one.id in judged]
        if here:
            rows.append(Chapter(section, here, sum(name in found.grades for name in wanted), len(wanted)))
    return tuple(rows)


def after(found: BlindFile, section: str) -> str:
    """Return the next section in which something is to be judged, "" after the last."""
    rows = chapters(found)
    place = next((place for place, one in enumerate(rows) if one.section.id == section), len(rows))
    return next((one.section.id for one in rows[place + 1 :] if one.asked), "")


def items(found: BlindFile, chapter: Chapter) -> tuple[Item, ...]:
    """Return the answers of a section in their order."""
    answers, judged = found.copy.response.answers, set(found.judged)
    proofs: dict[str, tuple[tuple[str, str], ...]] = {}
    for linked in found.documents:
        address = f"/doubles/{found.identifier}/documents/{linked.file.id}"
        proofs[linked.question] = (*proofs.get(linked.question, ()), (linked.file.name, address))
    return tuple(
        Item(
            question=one,
            number=place,
            answer=answers.get(one.id, Answer()),
            proofs=proofs.get(one.id, ()),
            judged=one.id in judged,
            grade=str(found.grades[one.id].grade) if one.id in found.grades else "",
        )
        for place, one in enumerate(chapter.questions, start=1)
    )


def prompts(found: BlindFile, told: Words) -> tuple[tuple[str, str], ...]:
    """Return what is worth a second look in a file: kind and why."""
    return tuple((second_look_view.kind(one.kind, told), one.why.to_reviewer(told.language)) for one in found.prompts)
