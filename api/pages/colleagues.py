"""What people of a firm do beside answering: give sections to colleagues, and say for the workers what they think."""

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import NamedTuple, TypeAlias

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import all_of, words_of
from api.page import LEAVE
from api.security import costly
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.assessment import codebook
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound, Unfit
from duediligence.store import engagement as engagements
from duediligence.workflow import answering, colleagues, opinion
from duediligence.workflow.opinion import Said
from duediligence.workflow.work import Work, subject_of
from questionnaires.questionnaire import Section
from questionnaires.text import say

Wrong: TypeAlias = Sequence[tuple[str, str]]
"""What does not fit: the id of a field, and the words beside it."""


class Beside(NamedTuple):
    """What stands beside the sections of an assessment."""

    hints: Mapping[str, str]  # who has a section, in words
    cosigned: tuple[date, ...]  # days on which worker representatives did
    may_give: bool
    may_answer: bool
    may_opine: bool
    may_write: bool  # to the reviewers


@get("/assessments/{identifier:str}/give", opt=needs(Step.ASSESSMENT_GIVE), sync_to_thread=True)
def sections(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the sections of an assessment, each with the colleagues who have it."""
    with visit.reading() as work:
        one, response = answering.opened(work, identifier, Step.ASSESSMENT_GIVE)
        holders = colleagues.holders(work, identifier)
    form = codebook(one.questionnaire, one.questionnaire_version).questionnaire
    rows = [(section, visit.told.in_order(holders.get(section.id, ()))) for section in form.sections]
    return visit.page("give.html", {"one": one, "site": response.scope.site, "rows": rows})


@get("/assessments/{identifier:str}/sections/{section:str}/give", opt=needs(Step.ASSESSMENT_GIVE), sync_to_thread=True)
def choose(visit: NamedDependency[Visit], identifier: FromPath[str], section: FromPath[str]) -> Response[str]:
    """Return the page on which the colleagues are chosen who answer a section."""
    with visit.reading() as work:
        one = answering.opened(work, identifier, Step.ASSESSMENT_GIVE).engagement
        found = _section(one, section)
        people = colleagues.candidates(work, identifier, section)
        given = engagements.sections_given(work.connection, identifier).get(section, ())
    facts = {
        "one": one,
        "section": found,
        "people": [(person.id, person.name, person.email) for person in people],
        "given": given,
    }
    return visit.page("give_section.html", facts)


@post("/assessments/{identifier:str}/sections/{section:str}/give", opt=needs(Step.ASSESSMENT_GIVE), sync_to_thread=True)
def give(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    section: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Redirect:
    """Give a section to the colleagues who were ticked, and lead back to all sections."""
    with visit.writing() as work:
        colleagues.give(work, identifier, section, all_of(form, "person"))
    return to(f"/assessments/{identifier}/give")


@get("/assessments/{identifier:str}/opinion", opt=needs(Step.ASSESSMENT_OPINE), sync_to_thread=True)
def opine(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which a worker representative agrees with an assessment, or does not."""
    return _opinion(visit, identifier, FormMultiDict(), ())


@post(
    "/assessments/{identifier:str}/opinion",
    opt=needs(Step.ASSESSMENT_OPINE) | costly(5),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def keep(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep the opinion of a worker representative; the page that follows does not tell what it was."""
    agrees = {"yes": True, "no": False}.get(words_of(form, "agrees"))
    if agrees is None:
        return _opinion(visit, identifier, form, [("agrees", visit.told("opinion.choose"))])
    said = Said(agrees=agrees, words=words_of(form, "words"), state_may_read=words_of(form, "state") == "yes")
    try:
        with visit.writing() as work:
            opinion.give(work, identifier, said)
    except Unfit as error:
        return _opinion(visit, identifier, form, [("words", say(one.detail, visit.language)) for one in error.problems])
    return to(f"/assessments/{identifier}/opinion/kept")


@get("/assessments/{identifier:str}/opinion/kept", opt=needs(Step.ASSESSMENT_OPINE), sync_to_thread=True)
def kept(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the same words whatever the opinion was, and whether there is one."""
    with visit.reading() as work:
        one = engagements.load(work.connection, identifier)
        work.allow(Step.ASSESSMENT_OPINE, subject_of(one))
    return visit.page("opinion_kept.html", {"one": one, "leave": LEAVE})


def around(visit: Visit, work: Work, one: Engagement) -> Beside:
    """Return what the list of sections says beside them.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    handed_in = one.stage is not Stage.ANSWERING
    subject = subject_of(one)
    told = visit.told
    holders = colleagues.holders(work, one.id)
    return Beside(
        hints={
            section: told("colleague.with", names=told.joined(names)) for section, names in holders.items() if names
        },
        cosigned=opinion.cosigned(work, one) if handed_in else (),
        may_give=not handed_in and may(work.actor, Step.ASSESSMENT_GIVE, subject),
        may_answer=not handed_in and may(work.actor, Step.ASSESSMENT_ANSWER, subject),
        may_opine=handed_in and may(work.actor, Step.ASSESSMENT_OPINE, subject),
        may_write=handed_in and may(work.actor, Step.MESSAGE_WRITE, subject),
    )


def _opinion(visit: Visit, identifier: str, form: FormMultiDict, wrong: Wrong) -> Response[str]:
    with visit.reading() as work:
        one, response = answering.opened(work, identifier, Step.ASSESSMENT_OPINE)
    facts = {
        "one": one,
        "scope": response.scope,
        "typed": {name: words_of(form, name) for name in ("agrees", "words", "state")},
        "longest": opinion.LONGEST,
        "wrong": wrong,
        "leave": LEAVE,
    }
    return visit.page("opinion.html", facts, wrong=wrong)


def _section(one: Engagement, identifier: str) -> Section:
    form = codebook(one.questionnaire, one.questionnaire_version).questionnaire
    found = next((section for section in form.sections if section.id == identifier), None)
    if found is None:
        raise NotFound("The form has no such section.")
    return found


ROUTES = (sections, choose, give, opine, keep, kept)
