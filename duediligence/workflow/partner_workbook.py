"""A partner's answers travel as a workbook: out, filled in without a connection, and back in behind the same link."""

from typing import NamedTuple

import msgspec

from duediligence.errors import Unfit
from duediligence.screening import clamav
from duediligence.words import problem
from duediligence.workflow import exchange, partner_answering
from duediligence.workflow.partner_answering import Draft
from duediligence.workflow.work import Work
from questionnaires import catalogue, workbook_reader
from questionnaires.problem import Problem
from questionnaires.questionnaire import AnyQuestion
from questionnaires.response import Answer


class Changed(NamedTuple):
    """An answer that stood otherwise before the workbook came."""

    question: AnyQuestion
    before: Answer
    after: Answer


class Taken(NamedTuple):
    """What came of a workbook."""

    number: int  # of answers that are as the workbook says now and were not before
    changed: tuple[Changed, ...]
    problems: tuple[Problem, ...]  # cells that could not be read; these answers were left alone


def written(draft: Draft, language: str) -> bytes:
    """Return the answers that are being given as a workbook."""
    response = msgspec.structs.replace(draft.response.sheet.response, language=language)
    return exchange.sheets(draft.book.questionnaire, language, response)


def take(work: Work, secret: str, key: str, data: bytes) -> Taken:
    """Return what came of taking a workbook's answers; a blank in it takes no answer away.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `partner_answering.draft`.
        Unfit: the file is refused, is no such workbook, or is of another form.
        Unavailable: the virus scanner does not answer.
    """
    draft = partner_answering.draft(work, secret, key)
    if work.settings.clamav and (infected := clamav.refusal(work.settings.clamav, data)):
        raise Unfit((infected,))
    reading = workbook_reader.read(data, catalogue.load)
    if reading.response is None:
        raise Unfit(reading.problems)
    came, one = reading.response, draft.response
    if (came.questionnaire, came.version) != (one.form, one.form_version):
        raise Unfit((problem("WORKBOOK_OF_ANOTHER_FORM", "file"),))
    before = one.sheet.response.answers
    unread = {fault.question for fault in reading.problems}
    given = {
        name: msgspec.structs.replace(answer, evidence=(), comment="")
        for name, answer in came.answers.items()
        if answer.given and name not in unread and draft.book.questions[draft.book.row[name]].travels
    }
    saved = partner_answering.save(work, draft, given, one.revision)
    now = saved.draft.response.sheet.response.answers
    fresh = [name for name in given if now.get(name) != before.get(name)]
    changed = tuple(
        Changed(draft.book.questions[draft.book.row[name]], before[name], now[name]) for name in fresh if name in before
    )
    return Taken(len(fresh), changed, (*reading.problems, *saved.problems))
