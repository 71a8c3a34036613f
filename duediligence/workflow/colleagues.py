"""Sections given to colleagues: who can take one, and who has which."""

from collections.abc import Collection

from duediligence.access import Step
from duediligence.errors import NotFound
from duediligence.mail import Subject
from duediligence.organisation import Person, Role
from duediligence.store import engagement as engagements
from duediligence.store import person as people
from duediligence.telling import Told, tell
from duediligence.workflow import answering
from duediligence.workflow.work import Work, subject_of


def candidates(work: Work, identifier: str, section: str) -> tuple[Person, ...]:
    """Return the people of the firm who can answer a section, by name.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = engagements.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_GIVE, subject_of(one))
    found = {}
    for member in people.members(work.connection, one.organisation):
        own = member.membership
        answers = own.role is Role.RESPONDENT and (not own.sections or section in own.sections)
        if (answers or own.role is Role.COMPANY_LEAD) and member.person.disabled is None:
            found[member.person.id] = member.person
    return tuple(found.values())


def give(work: Work, identifier: str, section: str, chosen: Collection[str]) -> None:
    """Give a section to colleagues, and tell those who did not have it; to nobody, and everyone may answer it again.

    Raises:
        NotFound: there is no such section, somebody cannot answer it, or see `Work.allow`.
        NotAllowed: see `Work.allow`.
    """
    if not set(chosen) <= {person.id for person in candidates(work, identifier, section)}:
        raise NotFound("Somebody who was chosen cannot answer this section.")
    before = engagements.sections_given(work.connection, identifier).get(section, ())
    answering.give(work, identifier, section, dict.fromkeys(chosen))
    new = tuple(person for person in dict.fromkeys(chosen) if person not in (*before, work.actor.person))
    link = f"/assessments/{identifier}/sections/{section}"
    told = Told(subject=Subject.SECTION_GIVEN, engagement=identifier, people=new, link=link, at=work.now)
    tell(work.connection, engagements.load(work.connection, identifier), told)


def holders(work: Work, identifier: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the people to whom each section was given, as the firm sees them.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = engagements.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_SEE, subject_of(one))
    given = engagements.sections_given(work.connection, identifier)
    if not given:
        return {}
    names = {member.person.id: member.person.name for member in people.members(work.connection, one.organisation)}
    return {
        section: tuple(sorted(names[person] for person in holding if person in names))
        for section, holding in given.items()
    }
