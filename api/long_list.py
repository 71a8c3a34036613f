"""Lists of partners and large registers: done while somebody waits, or by a worker where that takes long."""

import msgspec

from api.awaited import awaited
from api.visit import Visit
from duediligence.errors import Unfit
from duediligence.job import Job
from duediligence.workflow import chain_doubles, chain_draft, chain_import, chain_waiting
from duediligence.workflow.chain_doubles import Pairs
from duediligence.workflow.chain_draft import ListDraft
from duediligence.workflow.chain_import import ListReading
from duediligence.workflow.ordering import Doubles, ListLook, ListTake, ListTaken, Made


def draft(visit: Visit, firm: str, name: str, wanted: ListReading) -> ListDraft | Job:
    """Return a list as it would be taken, or the job that compares it with the register.

    Args:
        visit: of whoever sent it.
        firm: whose register it is.
        name: under which the list waits.
        wanted: how to read it.

    Raises:
        NotFound, NotAllowed: the visitor has sent no such list, or may not take it.
        Unfit: it cannot be read like this.
        Unavailable: a job failed, or the place of files does not answer.
    """
    with visit.reading() as work:
        waits = chain_waiting.found(work, firm, name)
        if not waits.long:
            return chain_draft.drafted(chain_import.preview(work, firm, waits.sent, wanted), wanted)
        chain_import.faults(work, firm, waits.sent, wanted)  # whatever refuses the file is told at once
    made = awaited(visit, ListLook(organisation=firm, name=name, reading=wanted))
    return msgspec.json.decode(made.data, type=ListDraft) if isinstance(made, Made) else made


def taken(visit: Visit, firm: str, name: str, wanted: ListReading) -> str | Job:
    """Return the batch in which a list was taken, or the job that takes it; the list waits no more once it is taken.

    Args:
        visit: of whoever sent it.
        firm: whose register it is.
        name: under which the list waits.
        wanted: how to read it.

    Raises:
        NotFound, NotAllowed, Unavailable: as in `draft`.
        Unfit: it cannot be read like this.
    """
    with visit.reading() as work:
        waits = chain_waiting.found(work, firm, name)
        if waits.long and (wrong := chain_import.faults(work, firm, waits.sent, wanted)):
            raise Unfit(wrong)
    if waits.long:
        made = awaited(visit, ListTake(organisation=firm, name=name, reading=wanted))
        if not isinstance(made, Made):
            return made
        batch = msgspec.json.decode(made.data, type=ListTaken).batch
    else:
        with visit.writing() as work:
            batch = chain_import.take(work, firm, waits.sent, wanted).id
    chain_waiting.forget(visit.installation.settings, firm, name)
    return batch


def pairs(visit: Visit, firm: str) -> Pairs | Job:
    """Return the entries of a register that may be one, or the job that compares them.

    Raises:
        NotFound, NotAllowed: the visitor may not change this register.
        Unavailable: as in `draft`.
    """
    with visit.reading() as work:
        if not chain_doubles.is_large(work, firm):
            return chain_doubles.found(work, firm)
    made = awaited(visit, Doubles(organisation=firm))
    if not isinstance(made, Made):
        return made
    with visit.reading() as work:
        return chain_doubles.still_open(work, firm, msgspec.json.decode(made.data, type=Pairs))
