"""A short form: some questions of another form, asked by themselves.

A short form has a head of its own and no question of its own. It names the form
it is taken out of and the questions it asks; their ids, words, choices and
conditions are those of that form. So what was answered to it can be carried over
into the whole form, and the rules of the whole form read it. A question that the
short form leaves out has no answer there: it is unknown, never good.

Two things hold of every selection, or it is refused:

    closed     the condition of a question reads only questions that are asked too,
               and a detail is asked with the question it belongs to
    may travel no question is protected or discreet, since the answers are given
               to be shown to others
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from questionnaires.condition import questions_of
from questionnaires.content import ContentError
from questionnaires.questionnaire import AnyQuestion, Lifecycle, Origin, Questionnaire, Section
from questionnaires.response import Response
from questionnaires.text import Text


class Selection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of a short form, and the questions it asks."""

    id: str
    version: str
    lifecycle: Lifecycle
    issued: date
    reviewed: bool  # a native speaker has read title and introduction in every language
    review_note: Text = {}
    title: Text
    intro: Text
    minutes: int
    selected_from: Origin
    questions: tuple[str, ...]


class NotSelected(ValueError):
    """The form is not taken out of the other."""


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the whole form a short form asks; details of a question are not counted."""

    questions: int
    of: int


def select(selection: Selection, whole: Questionnaire) -> Questionnaire:
    """Return the short form, complete in itself, its questions in the order of the whole form.

    Of the cross-checks those are left that read nothing but what is asked.

    Raises:
        ContentError: the selection is not closed, or asks what may not travel; every fault is named.
    """
    if faults := tuple(_faults(selection, whole)):
        raise ContentError(f"{selection.id}/{selection.version}: {'; '.join(faults)}")
    wanted = frozenset(selection.questions)
    sections = tuple(_part(section, wanted) for section in whole.sections)
    shown = {kind for section in sections for question in section.questions for kind in question.evidence}
    return Questionnaire(
        id=selection.id,
        version=selection.version,
        lifecycle=selection.lifecycle,
        issued=selection.issued,
        languages=whole.languages,
        reviewed=selection.reviewed and whole.reviewed,
        review_note=selection.review_note,
        title=selection.title,
        intro=selection.intro,
        minutes=selection.minutes,
        selected_from=selection.selected_from,
        sections=tuple(section for section in sections if section.questions),
        evidence_kinds=tuple(kind for kind in whole.evidence_kinds if kind.id in shown),
        cross_checks=tuple(one for one in whole.cross_checks if {*one.questions, *questions_of(one.when)} <= wanted),
        sources=whole.sources,
    )


def as_whole(short: Questionnaire, response: Response) -> Response:
    """Return answers to a short form as answers to the form it is taken out of.

    Raises:
        NotSelected: the form is no short form, or the response answers another one.
    """
    if short.selected_from is None or (response.questionnaire, response.version) != (short.id, short.version):
        raise NotSelected(f"{response.questionnaire} {response.version} is not taken out of another form")
    origin = short.selected_from
    return msgspec.structs.replace(response, questionnaire=origin.id, version=origin.version)


def extent(short: Questionnaire, whole: Questionnaire) -> Extent:
    """Return how many questions of the whole form a short form asks."""
    return Extent(questions=_count(short), of=_count(whole))


def _count(form: Questionnaire) -> int:
    return sum(1 for question in form.questions() if not question.part_of)


def _part(section: Section, wanted: frozenset[str]) -> Section:
    questions = tuple(question for question in section.questions if question.id in wanted)
    return msgspec.structs.replace(section, questions=questions)


def _faults(selection: Selection, whole: Questionnaire) -> Iterator[str]:
    """Yield everything that keeps a selection from standing by itself."""
    known: dict[str, AnyQuestion] = {question.id: question for question in whole.questions()}
    wanted = frozenset(selection.questions)
    if len(wanted) < len(selection.questions):
        yield "a question is named twice"
    for name in selection.questions:
        if name not in known:
            yield f"{whole.id} {whole.version} has no question {name}"
            continue
        question = known[name]
        for read in sorted(questions_of(question.relevant) - wanted):
            yield f"whether {name} is asked depends on {read}, which is not selected"
        if question.part_of and question.part_of not in wanted:
            yield f"{name} is a detail of {question.part_of}, which is not selected"
        if not question.travels:
            yield f"the answer to {name} may not travel, so it cannot be asked here"
