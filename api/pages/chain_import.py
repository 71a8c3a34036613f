"""A list of partners taken into the chain: sent, looked at, taken as a whole, and taken back as a whole."""

from http import HTTPStatus
from typing import NamedTuple

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
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
from duediligence.store import party as parties
from duediligence.workflow import chain_import, looking_through, waiting
from duediligence.workflow.chain_import import Planned, Preview, Wanted
from questionnaires.problem import Problem
from questionnaires.text import say

_ASKED = 50
"""Lines of which it is asked on one page whether they are known already; of more, the question stays open."""

_EXAMPLES = 5
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
            name = chain_import.received(work, found.id, upload.filename, bytes_of(upload))
    except Unfit as error:
        return _begin(visit, firm, [("file", say(one.detail, visit.language)) for one in error.problems])
    return to(view.address(f"/chain/import/{name}", firm))


@get("/chain/import/{name:str}", opt=needs(Step.CHAIN_IMPORT) | costly(), sync_to_thread=True)
def look(visit: NamedDependency[Visit], name: FromPath[str], firm: FromQuery[str] = "") -> Response[str]:
    """Return a list as it would be taken; nothing is written."""
    return _look(visit, name, firm, Wanted())


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
    firm, wanted = words_of(form, "firm"), _wanted(form)
    if words_of(form, "do") == "look":
        return _look(visit, name, firm, wanted)
    with visit.reading() as work:
        found = looking_through.firm(work, firm, Step.CHAIN_IMPORT)
        file_name, data = chain_import.waits(work, found.id, name)
    if words_of(form, "do") == "take":
        try:
            with visit.writing() as work:
                batch = chain_import.take(work, found.id, file_name, data, wanted)
        except Unfit as error:
            return _look(visit, name, firm, wanted, told_of(error.problems, visit.language))
        waiting.forget(visit.installation.settings, found.id, name)
        return to(f"/chain/imports/{batch.id}")
    waiting.forget(visit.installation.settings, found.id, name)
    return to(view.address("/chain/import", firm))


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
        return _taken(visit, identifier)
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
    visit: Visit, name: str, firm: str, wanted: Wanted, wrong: list[tuple[str, str]] | None = None
) -> Response[str]:
    with visit.reading() as work:
        found = looking_through.firm(work, firm, Step.CHAIN_IMPORT)
        file_name, data = chain_import.waits(work, found.id, name)
        seen = chain_import.preview(work, found.id, file_name, data, wanted)
    language = visit.language
    faults = [*(wrong or []), *([] if wrong else told_of(seen.problems, language))]
    asked = [one for one in seen.plan if one.candidates and not one.settled]
    facts = {
        "name": name,
        "firm": firm,
        "file_name": file_name,
        "seen": seen,
        "meanings": [(one, _examples(seen, one.column)) for one in seen.meanings],
        "fields": [(field.value, say(column.label, language)) for field, column in columns().items()],
        "roles": view.role_options(language),
        "role": wanted.role or "",
        "encodings": ENCODINGS,
        "delimiters": [(one, visit.told("chain.delimiter_tab") if one == "\t" else one) for one in DELIMITERS],
        "questions": [_question(one, seen, wanted, visit) for one in asked[:_ASKED]],
        "more_questions": max(len(asked) - _ASKED, 0),
        "left_out": _placed(seen.intake.left_out, visit),
        "notes": _placed(seen.intake.notes, visit),
        "new": sum(one.party is None for one in seen.plan),
        "known": sum(one.party is not None for one in seen.plan),
        "first": [one.draft.about for one in seen.plan[:_EXAMPLES]],
        "wrong": [("columns", words) for _, words in faults],
    }
    return visit.page("chain/import_look.html", facts, wrong=faults)


def _examples(seen: Preview, column: int) -> str:
    """Return what stands in the first cells of a column."""
    cells = (line.cells[column] for line in seen.headed.lines[:40])
    return ", ".join([cell[:40] for cell in dict.fromkeys(cells) if cell][:3])


def _question(one: Planned, seen: Preview, wanted: Wanted, visit: Visit) -> _Question:
    mark = one.draft.mark
    decision, _ = wanted.decisions.get(mark, (None, ""))
    chosen = f"{Decision.SAME}:{one.party}" if one.party else str(decision or Decision.LATER)
    return _Question(
        mark=mark,
        lines=", ".join(map(str, one.draft.lines)),
        name=one.draft.about.name,
        place=view.place(one.draft.about, visit.language),
        candidates=[
            (
                f"{Decision.SAME}:{each.party}",
                seen.known[each.party].about.name,
                "; ".join(say(reason.told(), visit.language) for reason in each.reasons),
            )
            for each in one.candidates
        ],
        chosen=chosen,
    )


def _placed(problems: tuple[Problem, ...], visit: Visit) -> list[tuple[str, str]]:
    return told_of(problems[:_PROBLEMS], visit.language)


def _wanted(form: FormMultiDict) -> Wanted:
    """Return how a list is to be read, out of the form; what is no choice of ours is found out instead."""
    fields, roles = {one.value for one in Field}, {one.value for one in PartyRole}
    columns_chosen: dict[int, Field | None] = {}
    decisions: dict[str, tuple[Decision, str]] = {}
    for key in form:
        kind, _, rest = key.partition("-")
        value = words_of(form, key)
        if kind == "column" and rest.isascii() and rest.isdecimal() and len(rest) < 4:  # noqa: PLR2004  digits
            if value in fields or value == _LEAVE_OUT:
                columns_chosen[int(rest)] = Field(value) if value in fields else None
        elif kind == "decision":
            said, _, party = value.partition(":")
            if said in {one.value for one in Decision}:
                decisions[rest] = (Decision(said), party)
    role = words_of(form, "role")
    encoding, delimiter = words_of(form, "encoding"), str(form.get("delimiter", ""))
    return Wanted(
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


ROUTES = (begin, send, look, decide, taken, undo)
