"""A firm shows documents: received, kept, tied to answers, described, erased; its reviewers open what is shared.

A file comes in by four moves, so that no transaction waits for a slow disk:

    admit          may the actor add a file at all?
    looked_through what it is, and what it asks about
    put_by         only where something must be decided first; it waits, sealed
    keep           bytes, then row, ledger and the answer it stands for

A document may be tied to answers until the review is concluded, and taken off
them only before they are handed in: reviewers never lose sight of what they were
shown, except by an erasure that leaves its reason. That a document stands for a
protected answer is told to reviewers only where the firm has released these.
"""

import hashlib
import threading
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date
from typing import NamedTuple

import msgspec

from duediligence import files
from duediligence.access import Step, Subject, may
from duediligence.assessment import codebook
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.evidence import File, Link, Linked, Upload
from duediligence.screening import clamav
from duediligence.screening.screen import Screened, screen
from duediligence.screening.words import problem as files_problem
from duediligence.settings import Settings
from duediligence.store import engagement as engagements
from duediligence.store import file as store
from duediligence.words import problem
from duediligence.workflow import waiting
from duediligence.workflow.waiting import place
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.codebook import Codebook
from questionnaires.problem import Problem

OPEN = (Stage.ANSWERING, Stage.SUBMITTED, Stage.IN_REVIEW)
"""Stages at which documents may still be added to an assessment."""

_LONGEST_REASON = 500
_WAITS = "evidence"

_ONE_AT_A_TIME = threading.Lock()
"""A picture takes some 400 MB while it is drawn anew: a small machine has room for one."""


class Typed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a firm says about a document, days as they were typed: they may be none."""

    dated: str = ""
    valid_until: str = ""
    shared: bool = True


class Waiting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that was looked through, and about which something is to be decided."""

    organisation: str
    screened: Screened
    typed: Typed
    engagement: str = ""  # "" where it stands for no answer yet
    question: str = ""
    then: str = ""  # the page to go on to


class Document(NamedTuple):
    """A file with the assessments whose answers it stands for."""

    file: File
    links: tuple[Link, ...]
    engagements: tuple[Engagement, ...]


def firms(work: Work, step: Step = Step.FILE_SEE) -> tuple[str, ...]:
    """Return the organisations of the actor in whose files they may take a step."""
    own = dict.fromkeys(member.organisation for member in work.actor.memberships)
    return tuple(one for one in own if may(work.actor, step, Subject(organisation=one)))


def admit(work: Work, organisation: str) -> None:
    """Return if the actor may add files to those of an organisation.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.FILE_ADD, Subject(organisation=organisation))


def looked_through(settings: Settings, data: bytes, name: str) -> Screened:
    """Return a file that may be kept once what it asks is answered; nothing is written.

    Raises:
        Unfit: it is refused; every reason is listed.
        Unavailable: the virus scanner does not answer.
    """
    with _ONE_AT_A_TIME:
        found = screen(data, name)
    if not isinstance(found, Screened):
        raise Unfit(found)
    if settings.clamav and (infected := clamav.refusal(settings.clamav, data)):
        raise Unfit((infected,))
    return found


def put_by(work: Work, one: Waiting) -> str:
    """Return the name under which the actor finds a file that waits for a decision.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unavailable: the place of files does not take it.
    """
    admit(work, one.organisation)
    return waiting.put_by(work, one.organisation, _WAITS, msgspec.msgpack.encode(one))


def waits(work: Work, name: str) -> Waiting:
    """Return a file that the actor has to decide on.

    Raises:
        NotFound: it was decided on, waited for too long, or is somebody else's.
        Unavailable: the place of files does not answer.
    """
    for organisation in firms(work, Step.FILE_ADD):
        with suppress(NotFound):
            return msgspec.msgpack.decode(waiting.found(work, organisation, _WAITS, name), type=Waiting)
    raise NotFound("This file does not wait any more. Send it again.")


def give_up(settings: Settings, one: Waiting, name: str) -> None:
    """Remove a file that waited."""
    waiting.forget(settings, one.organisation, name)


def write(settings: Settings, organisation: str, screened: Screened) -> None:
    """Write the bytes of a file, before the transaction in which it is kept.

    Raises:
        Unavailable: the place of files does not take them.
    """
    files.write(place(settings), organisation, screened)


def keep(work: Work, screened: Screened, upload: Upload) -> File:
    """Return a file of the actor's firm that is kept from now on.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: something was not confirmed, the dates contradict, or there is no room.
        Unavailable: the place of files does not answer.
    """
    admit(work, upload.organisation)
    kept = files.keep(work.connection, place(work.settings), screened, upload)
    work.record(Step.FILE_ADD, kept.id, {"sha256": kept.sha256, "size": kept.size})
    return kept


def attach(work: Work, screened: Screened, upload: Upload, engagement: str, question: str) -> File:
    """Return the file that stands for an answer from now on; the firm's own copy, where it has one already.

    So a file that is sent again after a dropped line is not there twice.

    Raises:
        NotFound, NotAllowed, Unfit, Unavailable: as in `keep`.
        WrongMoment: the review is concluded, or the assessment withdrawn.
    """
    one = _open_for_documents(work, engagement)
    if question not in _book(one).row:
        raise NotFound("The form has no such question.")
    digest = hashlib.sha256(screened.data).hexdigest()
    there = (file for file in store.listed(work.connection, one.organisation) if file.sha256 == digest)
    kept = next(there, None) or keep(work, screened, upload)
    link = Link(file=kept.id, engagement=engagement, question=question)
    store.link(work.connection, one.organisation, link, work.now)
    return kept


def tie(work: Work, identifier: str, engagement: str, questions: Collection[str]) -> None:
    """Let a document stand for these answers of an assessment, and for no other of it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: the review is concluded; or an answer that was handed in would lose a document.
    """
    file = _own(work, identifier, Step.FILE_ADD)
    one = _open_for_documents(work, engagement)
    if one.organisation != file.organisation or not set(questions) <= _book(one).row.keys():
        raise NotFound("There is no such answer.")
    present = {
        link.question
        for link in store.links(work.connection, file.organisation, identifier)
        if link.engagement == engagement
    }
    gone = present - set(questions)
    if gone and one.stage is not Stage.ANSWERING:
        raise WrongMoment("What was handed in keeps its documents. One that must go is erased, with a reason.")
    for question in sorted(set(questions) - present):
        link = Link(file=identifier, engagement=engagement, question=question)
        store.link(work.connection, file.organisation, link, work.now)
    for question in sorted(gone):
        link = Link(file=identifier, engagement=engagement, question=question)
        store.unlink(work.connection, file.organisation, link)


def documents(work: Work, *, limit: int | None = None, before: str = "") -> tuple[File, ...]:
    """Return the files of the actor's firms, the newest first.

    Args:
        work: who asks.
        limit: at most so many; None for all.
        before: id of the last one already shown; "" at the beginning.
    """
    listed = (store.listed(work.connection, firm, limit=limit, before=before) for firm in firms(work))
    found = (file for files_of_one in listed for file in files_of_one)
    return tuple(sorted(found, key=lambda file: file.id, reverse=True)[:limit])


def document(work: Work, identifier: str) -> Document:
    """Return one file of the actor's firm with what it stands for, erased or not.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    file = _own(work, identifier, Step.FILE_SEE)
    links = store.links(work.connection, file.organisation, identifier)
    named = dict.fromkeys(link.engagement for link in links)
    return Document(file, links, tuple(engagements.load(work.connection, one) for one in named))


def beside(work: Work, one: Engagement) -> dict[str, tuple[File, ...]]:
    """Return the documents beside the answers of the actor's firm, by question; none to those who may not see them."""
    if not may(work.actor, Step.FILE_SEE, Subject(organisation=one.organisation)):
        return {}
    found: dict[str, tuple[File, ...]] = {}
    for linked in store.of_engagement(work.connection, one.organisation, one.id):
        if linked.file.erased is None:
            found[linked.question] = (*found.get(linked.question, ()), linked.file)
    return found


def describe(work: Work, identifier: str, *, dated: date | None, valid_until: date | None, shared: bool) -> None:
    """Keep what a firm says about a document: its dates, and whether reviewers may open it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it is erased; or it would be hidden from reviewers who were shown it.
        Unfit: the dates contradict.
    """
    found = document(work, identifier)
    work.allow(Step.FILE_ADD, Subject(organisation=found.file.organisation))
    _refuse_erased(found.file)
    if dated and valid_until and valid_until < dated:
        raise Unfit((files_problem("FILE_DATES_REVERSED", "valid_until"),))
    if found.file.shared and not shared and any(one.stage is not Stage.ANSWERING for one in found.engagements):
        raise WrongMoment("This document was handed in with an assessment. It stays open to its reviewers.")
    after = msgspec.structs.replace(found.file, dated=dated, valid_until=valid_until, shared=shared)
    store.describe(work.connection, after)


def erase(work: Work, identifier: str, reason: str) -> File:
    """Return a file as it was, after leaving a tombstone in its place; `discard` removes its bytes next.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it is erased.
        Unfit: the reason is missing, too long, or may point to a person.
    """
    file = _own(work, identifier, Step.FILE_ERASE)
    _refuse_erased(file)
    if wrong := tuple(_reason_faults(reason)):
        raise Unfit(wrong)
    files.erase(work.connection, file.organisation, identifier, reason.strip(), work.now)
    work.record(Step.FILE_ERASE, identifier, {"sha256": file.sha256})
    return file


def discard(work: Work, file: File) -> None:
    """Remove the bytes of a file that was erased, in a transaction after that one.

    Raises:
        Unavailable: the place of files does not answer; the daily sweep removes them then.
    """
    files.discard(work.connection, place(work.settings), file.organisation, file.sha256)


def for_reviewers(work: Work, one: Engagement) -> tuple[Linked, ...]:
    """Return the documents that stand for answers as the reviewers of an assessment may know of them.

    Private ones are among them, to be counted and not opened; erased ones with their reason.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.FILE_SEE, subject_of(one))
    book = _book(one)
    return tuple(
        linked
        for linked in store.of_engagement(work.connection, one.organisation, one.id)
        if one.protected_released or not book.questions[book.row[linked.question]].protected
    )


def opened_in_review(work: Work, engagement: str, identifier: str) -> File:
    """Return a file that a reviewer opens now; the firm can see in the ledger that it was opened.

    Raises:
        NotFound: it is private, erased, or stands for nothing that reviewers may know of; or see `Work.allow`.
    """
    one = engagements.load(work.connection, engagement)
    if identifier not in {linked.file.id for linked in for_reviewers(work, one)}:
        raise NotFound("There is no such file.")
    file = store.load_shared(work.connection, one.organisation, engagement, identifier)
    work.record(Step.FILE_SEE, identifier, {"sha256": file.sha256})
    return file


def content(settings: Settings, file: File) -> bytes:
    """Return the bytes of a file that `document` or `opened_in_review` has given.

    Raises:
        WrongMoment: it is erased.
        Tampered: they are no longer what was kept.
        Unavailable: they are not there, or the place of files does not answer.
    """
    _refuse_erased(file)
    return files.read(place(settings), file)


def _own(work: Work, identifier: str, step: Step) -> File:
    """Return a file of one of the actor's firms on which they may take a step."""
    for organisation in firms(work):
        with suppress(NotFound):
            found = store.load(work.connection, organisation, identifier)
            work.allow(step, Subject(organisation=organisation))
            return found
    raise NotFound("There is no such document.")


def _open_for_documents(work: Work, engagement: str) -> Engagement:
    one = engagements.load(work.connection, engagement)
    work.allow(Step.FILE_ADD, subject_of(one))
    if one.stage not in OPEN:
        raise WrongMoment("This assessment takes no more documents.")
    return one


def _book(one: Engagement) -> Codebook:
    return codebook(one.questionnaire, one.questionnaire_version)


def _refuse_erased(file: File) -> None:
    if file.erased:
        raise WrongMoment("This document was erased. What is left of it stays as it is.")


def _reason_faults(reason: str) -> Iterable[Problem]:
    if not reason.strip():
        yield problem("REASON_MISSING", "reason")
    if len(reason) > _LONGEST_REASON:
        yield problem("REASON_TOO_LONG", "reason", longest=_LONGEST_REASON)
    for trait in privacy.traits(reason):
        yield wording.problem("MAY_NAME_A_PERSON", where="reason", trait=trait.label)
