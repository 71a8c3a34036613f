"""Files that are judged twice: what the lead auditor gives to whom, and what a blind reader sees and judges."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.pages import doubles_view as view
from api.pages.assigning import load_in_words
from api.pages.evidence import sent
from api.pages.reviewing import undeclared
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.errors import NotFound, Unfit
from duediligence.store import double as readings
from duediligence.workflow import doubling

Wrong = Sequence[tuple[str, str]]


@get("/doubles", opt=needs(Step.REVIEW_DOUBLE, Step.REVIEW_BLIND), sync_to_thread=True)
def doubles(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the files that the actor is to judge blind; for a lead auditor also those that chance drew."""
    leads = may(visit.actor, Step.REVIEW_DOUBLE)
    with visit.reading() as work:
        facts = {
            "mine": doubling.mine(work),
            "leads": leads,
            "given": doubling.waiting(work) if leads else (),
            "sample": readings.sample(work.connection) if leads else None,
        }
    return visit.page("doubles.html", facts)


@get("/doubles/{identifier:str}/reader", opt=needs(Step.REVIEW_DOUBLE), sync_to_thread=True)
def reader(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return who could be given a file to judge it blind."""
    return _giving(visit, identifier, "", ())


@post("/doubles/{identifier:str}/reader", opt=needs(Step.REVIEW_DOUBLE), status_code=HTTPStatus.OK, sync_to_thread=True)
def give(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Give a file to a blind reader."""
    person = words_of(form, "person")
    try:
        with visit.writing() as work:
            doubling.candidates(work, identifier)  # whoever may not give it is not told what the form lacks
            if person:
                doubling.give(work, identifier, person)
    except Unfit as error:
        return _giving(visit, identifier, person, told_of(error.problems, visit.language))
    if not person:
        return _giving(visit, identifier, "", [("person", visit.told("reviewing.assign_choose"))])
    return to("/doubles")


@get("/doubles/{identifier:str}", opt=needs(Step.REVIEW_BLIND), sync_to_thread=True)
def reading(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return a file to be judged blind: its sections; before the first look, the question what ties the reader."""
    return _whole(visit, identifier, {}, ())


@post("/doubles/{identifier:str}/begin", opt=needs(Step.REVIEW_BLIND), status_code=HTTPStatus.OK, sync_to_thread=True)
def begin(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Begin to read a file, or give it back where something ties the reader to the firm."""
    typed = {name: words_of(form, name) for name in ("tied", "interest")}
    with visit.reading() as work:
        doubling.held(work, identifier)
    if wrong := undeclared(visit.told, typed["tied"], typed["interest"]):
        return _whole(visit, identifier, typed, wrong)
    try:
        with visit.writing() as work:
            one = doubling.begin(work, identifier, typed["interest"] if typed["tied"] == "yes" else "")
    except Unfit as error:
        return _whole(visit, identifier, typed, told_of(error.problems, visit.language))
    return to(f"/doubles/{identifier}" if one.person else "/doubles")


@get("/doubles/{identifier:str}/sections/{section:str}", opt=needs(Step.REVIEW_BLIND), sync_to_thread=True)
def answers(visit: NamedDependency[Visit], identifier: FromPath[str], section: FromPath[str]) -> Response[str]:
    """Return the answers of a section, those with a paper behind them to be judged."""
    with visit.reading() as work:
        found = doubling.read(work, identifier)
    chapters = view.chapters(found)
    place = next((place for place, one in enumerate(chapters) if one.section.id == section), None)
    if place is None:
        raise NotFound("Nothing was asked in such a section.")
    facts = {
        "file": found,
        "chapters": chapters,
        "chapter": chapters[place],
        "items": view.items(found, chapters[place]),
        "grades": [(str(int(one)), visit.told(f"reviewing.grade_{int(one)}")) for one in doubling.GRADES],
    }
    return visit.page("double_section.html", facts)


@post(
    "/doubles/{identifier:str}/sections/{section:str}",
    opt=needs(Step.REVIEW_BLIND),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def judge(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    section: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Redirect:
    """Keep the grades that were chosen in a section, and lead to the next one."""
    with visit.writing() as work:
        found = doubling.read(work, identifier)
        chosen = {name: words_of(form, f"{name}.grade") for name in found.judged}
        doubling.grade(work, identifier, {name: int(words) for name, words in chosen.items() if words in _GRADES})
    later = view.after(found, section)
    return to(f"/doubles/{identifier}/sections/{later}" if later else f"/doubles/{identifier}")


@post("/doubles/{identifier:str}/end", opt=needs(Step.REVIEW_BLIND), status_code=HTTPStatus.OK, sync_to_thread=True)
def end(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str] | Redirect:
    """Finish the reading of a file; what is left to judge is said."""
    try:
        with visit.writing() as work:
            doubling.finish(work, identifier)
    except Unfit as error:
        return _whole(visit, identifier, {}, told_of(error.problems, visit.language))
    return to("/doubles")


@get("/doubles/{identifier:str}/documents/{document:str}", opt=needs(Step.REVIEW_BLIND), sync_to_thread=True)
def document(visit: NamedDependency[Visit], identifier: FromPath[str], document: FromPath[str]) -> Response[bytes]:
    """Return a document behind an answer that is judged blind."""
    with visit.writing() as work:
        file = doubling.opened(work, identifier, document)
    return sent(visit, file)


def _whole(visit: Visit, identifier: str, typed: Mapping[str, str], wrong: Wrong) -> Response[str]:
    with visit.reading() as work:
        listed, one = doubling.held(work, identifier)
        found = doubling.read(work, identifier) if one.begun else None
    facts = {
        "title": f"{listed.site}, {listed.organisation}",
        "one": listed.engagement,
        "file": found,
        "chapters": view.chapters(found) if found else (),
        "prompts": view.prompts(found, visit.told) if found else (),
        "typed": {"tied": "", "interest": ""} | dict(typed),
        "longest": doubling.LONGEST,
        "wrong": wrong,
    }
    return visit.page("double.html", facts, wrong=wrong)


def _giving(visit: Visit, identifier: str, typed: str, wrong: Wrong) -> Response[str]:
    told = visit.told
    with visit.reading() as work:
        given, candidates = doubling.candidates(work, identifier)
    facts = {
        "one": given,
        "title": f"{given.file.site}, {given.file.organisation}",
        "open": doubling.may_be_given(given),
        "options": [
            (who.person, who.load.name, load_in_words(who.load, told)) for who in candidates if not who.hindrance
        ],
        "cannot": [(who.load.name, told(f"reviewing.cannot_{who.hindrance}")) for who in candidates if who.hindrance],
        "typed": typed,
        "wrong": wrong,
    }
    return visit.page("double_reader.html", facts, wrong=wrong)


_GRADES = frozenset(str(int(one)) for one in doubling.GRADES)

ROUTES = (doubles, reader, give, reading, begin, answers, judge, end, document)
