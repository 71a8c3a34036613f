"""An assessment travels as a workbook: out, filled in without a connection, and back in with the difference shown.

Three states of each answer are compared: as the workbook left (the revision it
bears), as it came back, and as it stands now.

    only the workbook changed it    it is taken
    both did, differently           a person decides
    its cell cannot be read         it is left alone, and the cell is named

How an answer left is found by undoing the history since, writing that state as a
workbook and reading it again: what a sheet cannot say then counts as no change.
Of a protected answer no more is known than that it was changed; it counts as
changed here wherever the workbook says otherwise. A workbook may leave without
protected answers, so that a blank in one of them never takes an answer away.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from duediligence.access import Step
from duediligence.assessment import codebook
from duediligence.engagement import Engagement, Stage
from duediligence.errors import Unfit, WrongMoment
from duediligence.screening import clamav
from duediligence.store import engagement as store
from duediligence.words import problem
from duediligence.workflow import answering, drafting, ordering, waiting
from duediligence.workflow.answering import Opened
from duediligence.workflow.drafting import Saved
from duediligence.workflow.ordering import Import
from duediligence.workflow.work import Work, subject_of
from questionnaires import catalogue, intake, privacy, workbook_reader
from questionnaires.check import faults
from questionnaires.codebook import Codebook
from questionnaires.merge import Change, merge
from questionnaires.problem import Problem
from questionnaires.questionnaire import Questionnaire
from questionnaires.response import Answer, Response, Scope
from questionnaires.workbook_reader import Reading

LONG = 2**20
"""How much XML of a workbook is read while its sender waits, in bytes.

A form filled in to the last cell has half of it: reading takes a twentieth of a second, comparing with what it
said when it left a sixth. It grows with the cells. What is longer takes more than a third of a second and up to
three, and is read by a worker.
"""

_WAITS = "workbook"


class Difference(NamedTuple):
    """What a workbook would change in an assessment."""

    engagement: Engagement
    book: Codebook
    taken: tuple[Change, ...]  # only the workbook changed them
    conflicts: tuple[Change, ...]  # both did; `ours` is the answer as it stands
    problems: tuple[Problem, ...]  # cells that could not be read; these answers are left alone
    notes: tuple[Problem, ...]  # how something odd was understood
    scope: Scope | None  # who answers, where only the workbook says it; None where nothing changes

    @property
    def empty(self) -> bool:
        """Whether taking it would change nothing."""
        return not (self.taken or self.conflicts or self.scope)


def written(work: Work, identifier: str, language: str, *, protected: bool) -> bytes:
    """Return an assessment as a workbook, with the answers given so far.

    Args:
        work: who takes it along.
        identifier: of the engagement.
        language: of the questions.
        protected: whether protected answers go with it; they do only for those who may read them.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one, response = answering.opened(work, identifier)
    if not protected:
        response = _without(response, _secret(codebook(one.questionnaire, one.questionnaire_version)))
    return sheets(catalogue.load(one.questionnaire, one.questionnaire_version), language, response)


def received(work: Work, identifier: str, data: bytes) -> str:
    """Return the name under which a workbook waits until the actor has seen what it changes.

    What can be read in a moment was read: whatever refuses it is told at once. A long one was only screened.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: the assessment was handed in.
        Unfit: the file is refused, is no such workbook, or is about something else.
        Unavailable: the virus scanner or the place of files does not answer.
    """
    one = drafting.drafted(work, identifier).engagement
    if work.settings.clamav and (infected := clamav.refusal(work.settings.clamav, data)):
        raise Unfit((infected,))
    if not _is_long(data):
        difference(work, identifier, data)
    return waiting.put_by(work, one.organisation, _purpose(identifier), data)


def waits(work: Work, identifier: str, name: str) -> bytes:
    """Return a workbook whose difference the actor has to decide on.

    Raises:
        NotFound: it was decided on, waited for too long, or is somebody else's; or see `Work.allow`.
        Unavailable: the place of files does not answer.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_ANSWER, subject_of(one))
    return waiting.found(work, one.organisation, _purpose(identifier), name)


def reading(work: Work, identifier: str, name: str) -> Reading | None:
    """Return what a workbook says whose difference the actor has to decide on; None until a worker has read it.

    Raises:
        NotFound, Unavailable: as in `waits`.
    """
    data = waits(work, identifier, name)
    if not _is_long(data):
        return workbook_reader.read(data, catalogue.load)
    made = ordering.made(work, Import(engagement=identifier, name=name))
    return msgspec.json.decode(made.data, type=Reading) if made else None


def give_up(work: Work, identifier: str, name: str) -> None:
    """Remove a workbook that waited.

    Raises:
        NotFound: as in `waits`.
    """
    waits(work, identifier, name)
    one = store.load(work.connection, identifier)
    waiting.forget(work.settings, one.organisation, name)


def difference(work: Work, identifier: str, data: bytes) -> Difference:
    """Return what a workbook would change; see `compared`."""
    return compared(work, identifier, workbook_reader.read(data, catalogue.load))


def compared(work: Work, identifier: str, reading: Reading) -> Difference:
    """Return what a workbook that was read would change; nothing is taken.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: the assessment was handed in.
        Unfit: the file is refused, is no such workbook, or is about something else.
    """
    found = answering.opened(work, identifier, Step.ASSESSMENT_ANSWER)
    one, now = found
    if one.stage is not Stage.ANSWERING:
        raise WrongMoment("This assessment was handed in; its answers no longer change.")
    if reading.response is None:
        raise Unfit(reading.problems)
    if wrong := tuple(_strange(now, reading.response)):
        raise Unfit(wrong)
    book = codebook(one.questionnaire, one.questionnaire_version)
    before = _as_it_left(work, found, book, reading)
    theirs = _as_it_came(book, reading, before)
    merged = merge(now, theirs, before)
    changed = [change for change in merged.taken if change.theirs != change.base]
    unfit = {change.question: _faults(book, change) for change in (*changed, *merged.conflicts)}
    return Difference(
        engagement=one,
        book=book,
        taken=tuple(change for change in changed if not unfit[change.question]),
        conflicts=tuple(change for change in merged.conflicts if not unfit[change.question]),
        problems=(*reading.problems, *(fault for found_ones in unfit.values() for fault in found_ones)),
        notes=reading.notes,
        scope=_new_scope(now.scope, reading.response.scope),
    )


def take(work: Work, found: Difference, theirs: Iterable[str], base: int) -> Saved:
    """Return what came of taking a workbook's answers.

    Args:
        work: who takes them.
        found: what the workbook changes.
        theirs: of the answers that both changed, those for which the workbook's is right.
        base: the revision on which the actor saw the difference.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `answering.save`.
        Unfit: the role of whoever answers looks like a person.
    """
    chosen = set(theirs)
    changes = (*found.taken, *(change for change in found.conflicts if change.question in chosen))
    given = {change.question: change.theirs or Answer() for change in changes}
    saved = answering.save(work, found.engagement.id, given, base)
    if found.scope:
        answering.describe(
            work,
            found.engagement.id,
            answered_by=found.scope.answered_by,
            workers_consulted=found.scope.workers_consulted,
        )
    return saved


def _purpose(identifier: str) -> str:
    return f"{_WAITS}/{identifier}"


def _secret(book: Codebook) -> frozenset[str]:
    return frozenset(question.id for question in book.questions if question.protected)


def _without(response: Response, questions: Iterable[str]) -> Response:
    gone = set(questions)
    answers = {question: answer for question, answer in response.answers.items() if question not in gone}
    return msgspec.structs.replace(response, answers=answers)


def _strange(now: Response, came: Response) -> Iterable[Problem]:
    """Yield why a workbook is not of this assessment; a blank on its first sheet says nothing."""
    if (came.questionnaire, came.version) != (now.questionnaire, now.version):
        yield problem("WORKBOOK_OF_ANOTHER_FORM", "file")
        return
    for name in ("organisation", "site", "begins", "ends"):
        ours, theirs = getattr(now.scope, name), getattr(came.scope, name)
        if theirs and " ".join(str(theirs).split()) != " ".join(str(ours).split()):
            yield problem("WORKBOOK_OF_ANOTHER_SCOPE", "file", ours=str(ours), theirs=str(theirs)[:80])


def _faults(book: Codebook, change: Change) -> tuple[Problem, ...]:
    return faults(book.questions[book.row[change.question]], change.theirs or Answer())


def _new_scope(now: Scope, came: Scope) -> Scope | None:
    """Return the scope with what only the workbook says about who answers; None where that is nothing."""
    after = msgspec.structs.replace(
        now,
        answered_by=now.answered_by or came.answered_by,
        workers_consulted=came.workers_consulted if now.workers_consulted is None else now.workers_consulted,
    )
    fits = after.answered_by and not privacy.traits(after.answered_by)
    return after if fits and after != now else None


def _as_it_left(work: Work, found: Opened, book: Codebook, reading: Reading) -> Response:
    """Return the response as the sheets said it when the workbook was written."""
    one, now = found
    came = reading.response or now
    answers: dict[str, Answer] = dict(now.answers)
    for change in reversed(store.changes(work.connection, one.id, since=came.revision)):
        answers.pop(change.question, None)
        if change.old:  # None of a protected answer, which then differs from whatever the workbook says
            answers[change.question] = msgspec.json.decode(change.old, type=Answer)
    then = msgspec.structs.replace(now, answers=answers)
    if not any(_differs(book, question, came, answer) for question, answer in answers.items()):
        return then  # what came back as it left was said by a sheet: no need to write one
    data = sheets(book.questionnaire, came.language, then)
    said = workbook_reader.read(data, catalogue.load).response or then
    return msgspec.structs.replace(now, answers=said.answers)


def _differs(book: Codebook, question: str, came: Response, left: Answer) -> bool:
    """Return whether a workbook says otherwise what was answered when it left; a blank says nothing of a secret."""
    if question not in came.answers and book.questions[book.row[question]].protected:
        return False
    return came.answers.get(question) != left


def sheets(form: Questionnaire, language: str, response: Response | None = None) -> bytes:
    """Return a workbook; the library that writes it is loaded by those processes alone that ever need one."""
    from questionnaires import workbook  # noqa: PLC0415

    return workbook.write(form, language, response)


def _is_long(data: bytes) -> bool:
    """Return whether a workbook takes longer to read than its sender should wait; what is refused does not."""
    parts = intake.unpack(data)
    return not isinstance(parts, Problem) and sum(map(len, parts.values())) > LONG


def _as_it_came(book: Codebook, reading: Reading, before: Response) -> Response:
    """Return the response of a workbook, with answers that cannot be read as they were before."""
    came = reading.response or before
    unread = {fault.question or fault.where for fault in reading.problems}
    answers = dict(came.answers)
    for question in book.questions:
        blank_secret = question.protected and question.id not in came.answers
        if blank_secret or question.id in unread or book.section[question.id] in unread:
            answers.pop(question.id, None)
            if question.id in before.answers:
                answers[question.id] = before.answers[question.id]
    return msgspec.structs.replace(before, answers=answers)
