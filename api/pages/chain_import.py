"""A list of partners taken into the chain: sent, looked at, taken as a whole, and taken back as a whole.

How a list is to be read stands in the address of the page that shows it, under the name at which it waits: a
long list is looked at by a worker, and the page is opened again once that is done.
"""

from http import HTTPStatus
from typing import NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api import long_list
from api.auth import needs
from api.awaited import waiting_page
from api.form import file_of, told_of, words_of
from api.pages import chain_view as view
from api.security import costly
from api.upload import UPLOAD, UPLOADS, bytes_of
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.chain.mapping import Field, columns
from duediligence.chain.matching import Decision
from duediligence.chain.party import PartyRole
from duediligence.chain.sheet import DELIMITERS, ENCODINGS
from duediligence.errors import Unfit
from duediligence.job import ENDED, Job
from duediligence.store import party as parties
from duediligence.workflow import chain_import, chain_waiting, looking_through, ordering
from duediligence.workflow.chain_draft import Open
from duediligence.workflow.chain_import import LineDecision, ListReading
from duediligence.workflow.ordering import ListTake, ListTaken
from questionnaires.text import say

_ASKED = 50
"""Lines of which it is asked on one page whether they are known already; of more, the question stays open."""

_PROBLEMS = 200
_LEAVE_OUT = "-"


class _Question(NamedTuple):
    """A line that may be somebody who is known already."""

    mark: str
    lines: str
    name: str
    place: str
    candidates: list[tuple[str, str, str]]  # value, name, reasons
    chosen: str


@get("/chain/import", opt=needs(Step.CHAIN_IMPORT), sync_to_thread=True)
def begin(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the page on which a list is sent, with the lists that were taken before."""
    return _begin(visit, firm)


@post(
    "/chain/import",
    opt=needs(Step.CHAIN_IMPORT) | costly(2),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def send(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Take in a list and lead to what is in it; one that cannot be read is refused with the reasons."""
    firm, upload = words_of(form, "firm"), file_of(form, "file")
    if upload is None:
        return _begin(visit, firm, [("file", visit.told("document.file_needed"))])
    try:
        with visit.reading() as work:
            found = looking_through.firm(work, firm, Step.CHAIN_IMPORT)
            name = chain_waiting.received(work, found.id, upload.filename, bytes_of(upload))
    except Unfit as error:
        return _begin(visit, firm, [("file", say(one.detail, visit.language)) for one in error.problems])
    return to(view.address(f"/chain/import/{name}", firm))


@get("/chain/import/{name:str}", opt=needs(Step.CHAIN_IMPORT) | costly(), sync_to_thread=True)
def look(
    visit: NamedDependency[Visit], name: FromPath[str], firm: FromQuery[str] = "", reading: FromQuery[str] = ""
) -> Response[str]:
    """Return a list as it would be taken; nothing is written."""
    return _look(visit, name, firm, reading)


@post(
    "/chain/import/{name:str}",
    opt=needs(Step.CHAIN_IMPORT) | costly(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def decide(
    visit: NamedDependency[Visit], name: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Look at a list with other meanings of its columns, take it, or leave it."""
    asked, wanted = words_of(form, "firm"), _wanted(form)
    with visit.reading() as work:
        firm = looking_through.firm(work, asked, Step.CHAIN_IMPORT).id
        chain_waiting.found(work, firm, name)
        kept = chain_waiting.put_by(work, firm, wanted) if words_of(form, "do") in {"look", "take"} else ""
    if words_of(form, "do") == "look":
        return to(view.address(f"/chain/import/{name}", asked, reading=kept))
    if words_of(form, "do") == "take":
        try:
            batch = long_list.taken(visit, firm, name, wanted)
        except Unfit as error:
            return _look(visit, name, asked, kept, told_of(error.problems, visit.language))
        if isinstance(batch, Job):
            return to(view.address(f"/chain/import/{name}/taken", asked))
        return to(f"/chain/imports/{batch}")
    chain_waiting.forget(visit.installation.settings, firm, name)
    return to(view.address("/chain/import", asked))


@get("/chain/import/{name:str}/taken", opt=needs(Step.CHAIN_IMPORT), sync_to_thread=True)
def taking(visit: NamedDependency[Visit], name: FromPath[str], firm: FromQuery[str] = "") -> Response[str] | Redirect:
    """Return how far a worker has come with taking a long list, and lead to what it brought once that is done."""
    with visit.reading() as work:
        wanted = ListTake(organisation=looking_through.firm(work, firm, Step.CHAIN_IMPORT).id, name=name)
        found = ordering.made(work, wanted)
        job = ordering.under_way(work, wanted)
    if found:
        chain_waiting.forget(visit.installation.settings, wanted.organisation, name)
        return to(f"/chain/imports/{msgspec.json.decode(found.data, type=ListTaken).batch}")
    if job is None or job.state in ENDED:
        return to(view.address(f"/chain/import/{name}", firm))
    return waiting_page(visit, job, view.address("/chain/import", firm))


@get("/chain/imports/{identifier:str}", opt=needs(Step.CHAIN_IMPORT), sync_to_thread=True)
def taken(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return what a list brought, and whether it can be taken back."""
    return _taken(visit, identifier)


@post(
    "/chain/imports/{identifier:str}/undo", opt=needs(Step.CHAIN_IMPORT), status_code=HTTPStatus.OK, sync_to_thread=True
)
def undo(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str] | Redirect:
    """Take back exactly what a list brought; later work that stands on it is named instead."""
    try:
        with visit.writing() as work:
            chain_import.undo(work, identifier)
    except Unfit:
        page = _taken(visit, identifier)
        page.status_code = HTTPStatus.CONFLICT
        return page
    return to(f"/chain/imports/{identifier}")


def _begin(visit: Visit, firm: str, wrong: list[tuple[str, str]] | None = None) -> Response[str]:
    with visit.reading() as work:
        firms = looking_through.firms(work)
        found = looking_through.firm(work, firm, Step.CHAIN_IMPORT)
        before = chain_import.taken(work, found.id)
        people = view.who(work, (one.by for one in before))
    facts = view.frame(visit, found, firms, "import")
    return visit.page(
        "chain/import.html", {**facts, "before": before, "people": people, "wrong": wrong or []}, wrong=wrong
    )


def _look(
    visit: Visit, name: str, firm: str, reading: str, wrong: list[tuple[str, str]] | None = None
) -> Response[str]:
    with visit.reading() as work:
        organisation = looking_through.firm(work, firm, Step.CHAIN_IMPORT).id
        wanted = chain_waiting.reading(work, organisation, reading)
    seen = long_list.draft(visit, organisation, name, wanted)
    if isinstance(seen, Job):
        return waiting_page(visit, seen, view.address("/chain/import", firm))
    language = visit.language
    faults = wrong or told_of(seen.problems, language)
    facts = {
        "firm": firm,
        "seen": seen,
        "fields": [(field.value, say(column.label, language)) for field, column in columns().items()],
        "roles": view.role_options(language),
        "encodings": ENCODINGS,
        "delimiters": [(one, visit.told("chain.delimiter_tab") if one == "\t" else one) for one in DELIMITERS],
        "questions": [_question(one, language) for one in seen.asked[:_ASKED]],
        "more_questions": max(seen.asked_count - _ASKED, 0),
        "left_out": told_of(seen.left_out[:_PROBLEMS], language),
        "notes": told_of(seen.notes[:_PROBLEMS], language),
        "wrong": [("columns", words) for _, words in faults],
    }
    return visit.page("chain/import_look.html", facts, wrong=faults)


def _question(one: Open, language: str) -> _Question:
    return _Question(
        mark=one.mark,
        lines=", ".join(map(str, one.lines)),
        name=one.about.name,
        place=view.place(one.about, language),
        candidates=[
            (f"{Decision.SAME}:{each.party}", each.name, "; ".join(say(why, language) for why in each.reasons))
            for each in one.candidates
        ],
        chosen=f"{Decision.SAME}:{one.party}" if one.party else str(one.decision),
    )


def _wanted(form: FormMultiDict) -> ListReading:
    """Return how a list is to be read, out of the form; what is no choice of ours is found out instead."""
    fields, roles = {one.value for one in Field}, {one.value for one in PartyRole}
    columns_chosen: dict[int, Field | None] = {}
    decisions: dict[str, LineDecision] = {}
    for key in form:
        kind, _, rest = key.partition("-")
        value = words_of(form, key)
        if kind == "column" and rest.isascii() and rest.isdecimal() and len(rest) < 4:  # noqa: PLR2004  digits
            if value in fields or value == _LEAVE_OUT:
                columns_chosen[int(rest)] = Field(value) if value in fields else None
        elif kind == "decision":
            said, _, party = value.partition(":")
            if said in {one.value for one in Decision}:
                decisions[rest] = LineDecision(decision=Decision(said), party=party)
    role = words_of(form, "role")
    encoding, delimiter = words_of(form, "encoding"), str(form.get("delimiter", ""))
    return ListReading(
        sheet=words_of(form, "sheet"),
        encoding=encoding if encoding in ENCODINGS else "",
        delimiter=delimiter if delimiter in DELIMITERS else "",
        columns=columns_chosen,
        role=PartyRole(role) if role in roles else None,
        decisions=decisions,
    )


def _taken(visit: Visit, identifier: str) -> Response[str]:
    with visit.reading() as work:
        batch = chain_import.batch_of(work, identifier)
        standing = () if batch.undone else chain_import.in_the_way(work, identifier)
        people = view.who(work, filter(None, (batch.by, batch.undone_by)))
        added = () if batch.undone else parties.added_by(work.connection, identifier)
    facts = {
        "one": batch,
        "people": people,
        "standing": [words for _, words in told_of(standing, visit.language)],
        "added": [(each.id, each.about.name) for each in added[:_ASKED]],
        "can_undo": may(visit.actor, Step.CHAIN_IMPORT, Subject(organisation=batch.organisation)),
    }
    return visit.page("chain/import_taken.html", facts)


ROUTES = (begin, send, look, decide, taking, taken, undo)
