"""A firm answers: begin, answer, take over, give to colleagues.

Every answer is kept the moment it comes, with a revision and a row of history.
Two people who answer different questions never meet; where both changed the same
answer, the later one is shown the difference and decides. Nothing is overwritten
unseen.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from duediligence.access import Step, Subject, may
from duediligence.assessment import MODEL, codebook
from duediligence.database import new_id
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.store import engagement as store
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.words import problem
from duediligence.workflow.drafting import Saved, drafted, keep, with_protected
from duediligence.workflow.work import Work, subject_of
from questionnaires import catalogue, privacy
from questionnaires import words as wording
from questionnaires.problem import Problem
from questionnaires.progress import progress
from questionnaires.response import Answer, Response, Scope
from risk_models import catalogue as models

LONGEST_DAYS = 366
"""A season, and at most a year: the scope within which the two-part test looks."""


class Beginning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a new assessment is to speak of."""

    site: str
    begins: date
    ends: date  # inclusive
    rehearsal: bool = False  # nobody but the firm ever sees it
    carry_from: str = ""  # an earlier assessment of the firm whose answers are taken over, each to be confirmed


class Opened(NamedTuple):
    """An engagement with its response, as far as the actor may read it."""

    engagement: Engagement
    response: Response


def begin(work: Work, wanted: Beginning) -> Engagement:
    """Return a new assessment of one site in one period.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: the period cannot be.
    """
    site = organisations.load_site(work.connection, wanted.site)
    work.allow(Step.ASSESSMENT_BEGIN, Subject(organisation=site.organisation))
    if wrong := tuple(_period_faults(wanted.begins, wanted.ends, work.day)):
        raise Unfit(wrong)
    firm = organisations.load(work.connection, site.organisation)
    rules = models.load(*MODEL)
    form, version = rules.questionnaire, rules.questionnaire_version
    scope = Scope(organisation=firm.name, site=site.name, begins=wanted.begins, ends=wanted.ends)
    response = Response(
        questionnaire=form, version=version, scope=scope, language=work.actor.language, updated=work.now
    )
    if wanted.carry_from:
        response = msgspec.structs.replace(response, answers=_carried(work, wanted.carry_from, firm.id, response))
    done = progress(codebook(form, version), response)
    one = Engagement(
        id=new_id(),
        organisation=firm.id,
        site=site.id,
        stage=Stage.ANSWERING,
        rehearsal=wanted.rehearsal,
        questionnaire=form,
        questionnaire_version=version,
        begins=wanted.begins,
        ends=wanted.ends,
        revision=0,
        answered=done.answered,
        asked=done.asked,
        created_by=work.actor.person,
        created=work.now,
        changed=work.now,
        carried_from=wanted.carry_from or None,
        sample=firm.sample,
    )
    store.add(work.connection, one, msgspec.json.encode(response))
    store.ask_to_confirm(work.connection, one.id, response.answers)
    if not one.rehearsal:
        work.record(Step.ASSESSMENT_BEGIN, one.id, {"questionnaire": form, "version": version})
    return one


def mine(work: Work, *, limit: int, after: tuple[datetime, str] | None = None) -> tuple[store.Listed, ...]:
    """Return the assessments of the firms in which the actor may see them, the last changed first.

    Args:
        work: who asks.
        limit: at most so many.
        after: `changed` and id of the last one already shown.
    """
    firms = tuple(
        member.organisation
        for member in work.actor.memberships
        if may(work.actor, Step.ASSESSMENT_SEE, Subject(organisation=member.organisation))
    )
    return store.listed(work.connection, store.Sought(organisations=firms), limit=limit, after=after) if firms else ()


def firms(work: Work) -> tuple[str, ...]:
    """Return the organisations in which the actor may begin an assessment."""
    return tuple(
        member.organisation
        for member in work.actor.memberships
        if may(work.actor, Step.ASSESSMENT_BEGIN, Subject(organisation=member.organisation))
    )


def opened(work: Work, identifier: str, step: Step = Step.ASSESSMENT_SEE) -> Opened:
    """Return an engagement of the actor's firm with its response.

    Protected answers are among the rest only for those who may read them.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one, data = store.load_with_response(work.connection, identifier)
    work.allow(step, subject_of(one))
    response = msgspec.json.decode(data, type=Response)
    if may(work.actor, Step.PROTECTED_SEE, subject_of(one)):
        response = with_protected(work, one, response)
    return Opened(one, response)


def save(work: Work, identifier: str, given: Mapping[str, Answer], base: int) -> Saved:
    """Return what came of saving answers: what was kept, what did not fit, what somebody else changed.

    Args:
        work: who answers.
        identifier: of the engagement.
        given: answers by question; an empty one takes the answer away.
        base: the revision the answers were written on.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was handed in, or `base` lies ahead of the present revision.
    """
    return keep(work, drafted(work, identifier), given, base)


def describe(work: Work, identifier: str, *, answered_by: str, workers_consulted: bool | None) -> Engagement:
    """Return an engagement in which stands who answers, by role, and whether workers were asked.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `save`.
        Unfit: the role is missing or looks like a person.
    """
    one, _, response = drafted(work, identifier)
    if wrong := tuple(faults_of_role(answered_by)):
        raise Unfit(wrong)
    scope = msgspec.structs.replace(
        response.scope, answered_by=answered_by.strip(), workers_consulted=workers_consulted
    )
    after = msgspec.structs.replace(one, revision=one.revision + 1, changed=work.now)
    response = msgspec.structs.replace(response, scope=scope, revision=after.revision, updated=work.now)
    store.replace_response(work.connection, one, after, msgspec.json.encode(response))
    return after


def give(work: Work, identifier: str, section: str, to: Iterable[str]) -> None:
    """Give a section to colleagues; to nobody, and everyone may answer it again.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_GIVE, subject_of(one))
    form = catalogue.load(one.questionnaire, one.questionnaire_version)
    if section not in {each.id for each in form.sections}:
        raise NotFound("There is no such section.")
    chosen = frozenset(to)
    if not chosen <= {member.person.id for member in people.members(work.connection, one.organisation)}:
        raise NotFound("Somebody chosen does not belong to the firm.")
    store.give_section(work.connection, identifier, section, sorted(chosen))


def delete(work: Work, identifier: str) -> None:
    """Delete an assessment that was never handed in, protected answers included.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was handed in.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_DELETE, subject_of(one))
    if one.stage is not Stage.ANSWERING:
        raise WrongMoment("What was handed in stays on record. It can be withdrawn, not deleted.")
    work.vault.erase(identifier)
    store.remove(work.connection, identifier)
    if not one.rehearsal:
        work.record(Step.ASSESSMENT_DELETE, identifier, {"revision": one.revision})


def faults_of_role(answered_by: str) -> Iterable[Problem]:
    """Yield what speaks against the role in which somebody answers."""
    if not answered_by.strip():
        yield problem("ROLE_MISSING", "answered_by")
    for trait in privacy.traits(answered_by):
        yield wording.problem("MAY_NAME_A_PERSON", where="answered_by", trait=trait.label)


def _period_faults(begins: date, ends: date, today: date) -> Iterable[Problem]:
    if ends < begins:
        yield problem("PERIOD_TURNED_ROUND", "ends")
    elif ends - begins >= timedelta(days=LONGEST_DAYS):
        yield problem("PERIOD_TOO_LONG", "ends", days=LONGEST_DAYS)
    if begins > today:
        yield problem("PERIOD_IN_THE_FUTURE", "begins")


def _carried(work: Work, identifier: str, organisation: str, response: Response) -> dict[str, Answer]:
    """Return the answers of an earlier assessment that can be taken over: those to the same form, none protected."""
    earlier, data = store.load_with_response(work.connection, identifier)
    if earlier.organisation != organisation:
        raise NotFound("There is no such assessment.")
    old = msgspec.json.decode(data, type=Response)
    if (old.questionnaire, old.version) != (response.questionnaire, response.version):
        return {}
    return {question: answer for question, answer in old.answers.items() if answer.given}
