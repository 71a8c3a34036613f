"""The page on which a lead auditor gives a file to a reviewer, with what everybody has in hand."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.translation import Words
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.engagement import Part
from duediligence.errors import NotFound, Unfit
from duediligence.workflow import assigning, queueing
from duediligence.workflow.queueing import Load

Wrong = Sequence[tuple[str, str]]


@get("/files/{identifier:str}/reviewers", opt=needs(Step.REVIEW_ASSIGN), sync_to_thread=True)
def reviewers(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return who can be given a file, and to whom it was given so far."""
    return _shown(visit, identifier, {}, ())


@post(
    "/files/{identifier:str}/reviewers",
    opt=needs(Step.REVIEW_ASSIGN),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def assign(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Give a file to a reviewer."""
    named = words_of(form, "part")
    if named not in list(Part):
        raise NotFound("There is no such part.")
    part = Part(named)
    typed = {field: words_of(form, f"{part}.{field}") for field in ("person", "reason")}
    try:
        with visit.writing() as work:
            # Before anything else: whoever may not assign is not told what a form lacks.
            assigning.choice(work, identifier)
            if not typed["person"]:
                return _shown(
                    visit, identifier, typed, [(f"{part}.person", visit.told("reviewing.assign_choose"))], part
                )
            assigning.assign(work, identifier, part, typed["person"], typed["reason"])
    except Unfit as error:
        wrong = [(f"{part}.{where}", words) for where, words in told_of(error.problems, visit.language)]
        return _shown(visit, identifier, typed, wrong, part)
    return to(f"/files/{identifier}/reviewers")


def _shown(
    visit: Visit, identifier: str, typed: Mapping[str, str], wrong: Wrong, part: Part | None = None
) -> Response[str]:
    with visit.reading() as work:
        found = assigning.choice(work, identifier)
        scope = queueing.one_waiting(work, identifier)
    told, one = visit.told, found.engagement
    parts = [
        {
            "part": each,
            "held": one.reviewer if each is Part.AUDITOR else one.second_reviewer,
            "options": [
                (who.person, who.load.name, load_in_words(who.load, told)) for who in candidates if not who.hindrance
            ],
            "cannot": [
                (who.load.name, told(f"reviewing.cannot_{who.hindrance}")) for who in candidates if who.hindrance
            ],
            "typed": {"person": "", "reason": ""} | (dict(typed) if each is part else {}),
        }
        for each, candidates in found.candidates.items()
    ]
    facts = {
        "one": one,
        "title": f"{scope.site}, {scope.organisation}",
        "parts": parts,
        "given": found.given,
        "names": found.names,
        "longest": assigning.LONGEST,
        "wrong": wrong,
    }
    return visit.page("assign.html", facts, wrong=wrong)


def load_in_words(load: Load, told: Words) -> str:
    """Return what somebody has in hand, as one sentence or two."""
    held = told("reviewing.load", first=load.first, second=load.second)
    return f"{held}. {told('reviewing.load_oldest', day=told.day(load.oldest))}" if load.oldest else held


ROUTES = (reviewers, assign)
