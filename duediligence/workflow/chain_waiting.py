"""A list of partners that was sent waits until whoever sent it has seen what is in it.

How it is to be read waits beside it, so that the page of a long list has an address
at which a worker's look at it is found.
"""

from typing import NamedTuple

import msgspec

from duediligence.access import Step, Subject
from duediligence.chain import sheet
from duediligence.chain.sheet import Sheet
from duediligence.errors import Unfit
from duediligence.file_name import shown
from duediligence.screening import clamav
from duediligence.settings import Settings
from duediligence.workflow import waiting
from duediligence.workflow.chain_import import AS_FOUND, ListReading, Sent
from duediligence.workflow.work import Work

LONG = 2_000
"""Lines up to which a list is looked at and taken while its sender waits.

It takes half a second, most of it for comparing each line with the register. Longer
ones are work for a worker.
"""

_LIST, _READING = "chain", "chain/reading"


class Waiting(NamedTuple):
    """A list that waits for a decision."""

    sent: Sent
    lines: int

    @property
    def long(self) -> bool:
        """Whether it is work for a worker."""
        return self.lines > LONG


def admit(work: Work, organisation: str) -> None:
    """Return if the actor may send a list for a register.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=organisation))


def received(work: Work, organisation: str, name: str, data: bytes) -> str:
    """Return the name under which a list waits until the actor has seen what is in it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: the file is refused.
        Unavailable: the virus scanner or the place of files does not answer.
    """
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=organisation))
    if work.settings.clamav and (infected := clamav.refusal(work.settings.clamav, data)):
        raise Unfit((infected,))
    found = sheet.read(data, name)
    if not isinstance(found, Sheet):
        raise Unfit(found)
    content = Waiting(Sent(shown(name), data), len(found.lines))
    return waiting.put_by(work, organisation, _LIST, msgspec.msgpack.encode(content))


def found(work: Work, organisation: str, name: str) -> Waiting:
    """Return a list that waits for the actor.

    Raises:
        NotFound: it was taken, waited for too long, or is somebody else's; or see `Work.allow`.
        Unavailable: the place of files does not answer.
    """
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=organisation))
    return msgspec.msgpack.decode(waiting.found(work, organisation, _LIST, name), type=Waiting)


def forget(settings: Settings, organisation: str, name: str) -> None:
    """Remove a list that was decided on."""
    waiting.forget(settings, organisation, name)


def put_by(work: Work, organisation: str, wanted: ListReading) -> str:
    """Return the name under which the actor finds again how a list is to be read.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unavailable: the place of files does not take it.
    """
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=organisation))
    return waiting.put_by(work, organisation, _READING, msgspec.msgpack.encode(wanted))


def reading(work: Work, organisation: str, name: str) -> ListReading:
    """Return how a list is to be read, as it was put by; as it is found where `name` is "".

    Raises:
        NotFound: it waited for too long, or is somebody else's.
        Unavailable: the place of files does not answer.
    """
    if not name:
        return AS_FOUND
    return msgspec.msgpack.decode(waiting.found(work, organisation, _READING, name), type=ListReading)
