"""An administrator looks after the service: its work, its ledger, its choices and its list of contacts.

Nothing here shows an answer, a result or a file of a firm. Every change is in the
ledger; words are not, only that they were changed.
"""

from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from duediligence import ledger
from duediligence.access import Step, Subject
from duediligence.database import new_id
from duediligence.errors import NotFound, Unfit
from duediligence.housekeeping import LEDGER
from duediligence.job import Job, Nothing, Order, State
from duediligence.ledger import Entry
from duediligence.store import administration as store
from duediligence.store import job as jobs
from duediligence.store import safety, setting
from duediligence.store.administration import InUse
from duediligence.store.safety import Contact
from duediligence.store.setting import Backup, Checked, Choices
from duediligence.words import problem
from duediligence.workflow.rescoring import RESCORE, Candidate, Compared, noted_as
from duediligence.workflow.work import Work
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES
from risk_models import catalogue

LONGEST_ANNOUNCEMENT = 300
_LONGEST = {"name": 200, "reach": 200, "languages": 20, "hours": 120}
_EVERYTHING = Subject(organisation="")


class Overview(NamedTuple):
    """How the service stands."""

    jobs: dict[State, int]
    checked: Checked | None  # None before the ledger was looked through for the first time
    backup: Backup | None  # None where none is known of
    contacts: int  # on the list
    contacts_shown: int  # of these, called and reached lately


class Tried(NamedTuple):
    """What is known of one rule set."""

    model: str
    version: str
    outcome: Compared | None  # None where nobody has tried it


def overview(work: Work) -> Overview:
    """Return how the service stands.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
    """
    _administrator(work)
    return Overview(
        jobs=jobs.counts(work.connection),
        checked=setting.noted(work.connection, setting.LEDGER, Checked),
        backup=setting.noted(work.connection, setting.BACKUP, Backup),
        contacts=len(safety.all_contacts(work.connection)),
        contacts_shown=len(safety.contacts(work.connection, work.day)),
    )


def jobs_of(work: Work, state: State | None, before: str, most: int) -> tuple[Job, ...]:
    """Return jobs, the newest first; see `store.job.history`.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
    """
    _administrator(work)
    return jobs.history(work.connection, state=state, before=before, most=most)


def job(work: Work, identifier: str) -> Job:
    """Return one job.

    Raises:
        NotFound, SecondFactorNeeded: there is none, or see `Work.allow`.
    """
    _administrator(work)
    return jobs.load(work.connection, identifier)


def try_again(work: Work, identifier: str) -> None:
    """Queue a job that failed or was cancelled once more.

    Raises:
        NotFound, SecondFactorNeeded: there is none, or see `Work.allow`.
        WrongMoment: it is under way or done.
    """
    _administrator(work)
    jobs.try_again(work.connection, identifier)
    work.record(Step.ADMINISTER, identifier, {"job": "try_again"})


def cancel(work: Work, identifier: str) -> None:
    """Cancel a job that has not ended.

    Raises:
        NotFound, SecondFactorNeeded: there is none, or see `Work.allow`.
        WrongMoment: it has ended already.
    """
    _administrator(work)
    jobs.cancel(work.connection, identifier, work.now)
    work.record(Step.ADMINISTER, identifier, {"job": "cancel"})


def check_ledger(work: Work) -> str:
    """Return the id of the job that looks through the ledger; ordered twice in a minute it is one.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
    """
    _administrator(work)
    return _order(work, LEDGER, Nothing(), LEDGER)


def entries(work: Work, before: int, most: int) -> tuple[Entry, ...]:
    """Return the last entries of the ledger, the newest first.

    Args:
        work: who asks.
        before: number of the last entry of the page before, 0 for the first page.
        most: how many at most.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
    """
    _administrator(work)
    return ledger.latest(work.connection, most, before=before)


def in_use(work: Work) -> tuple[InUse, ...]:
    """Return how many assessments answer each version of a questionnaire.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
    """
    _administrator(work)
    return store.in_use(work.connection)


def rule_sets(work: Work) -> tuple[Tried, ...]:
    """Return every rule set of the library with what trying it has shown, the newest first.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
    """
    _administrator(work)
    return tuple(
        Tried(model, version, setting.noted(work.connection, noted_as(model, version), Compared))
        for model, version in reversed(catalogue.versions())
    )


def try_rules(work: Work, model: str, version: str) -> str:
    """Return the id of the job that computes the newest results again by a rule set, and keeps none of them.

    Raises:
        NotFound, SecondFactorNeeded: the library has no such rule set, or see `Work.allow`.
    """
    _administrator(work)
    if (model, version) not in catalogue.versions():
        raise NotFound("The library has no such rule set.")
    return _order(work, RESCORE, Candidate(model=model, version=version), noted_as(model, version))


def choices(work: Work) -> Choices:
    """Return what was chosen for everybody.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
    """
    _administrator(work)
    return setting.choices(work.connection)


def choose(work: Work, wanted: Choices) -> None:
    """Write what holds for everybody from now on.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
        Unfit: the announcement lacks a language, or is too long.
    """
    _administrator(work)
    said = {language: wanted.announcement.get(language, "").strip() for language in LANGUAGES}
    missing = [language for language, words in said.items() if not words]
    wrong = [problem("ANNOUNCEMENT_MISSING", f"announcement_{one}") for one in missing if any(said.values())]
    wrong += [
        problem("TOO_LONG", f"announcement_{language}", most=LONGEST_ANNOUNCEMENT)
        for language, words in said.items()
        if len(words) > LONGEST_ANNOUNCEMENT
    ]
    if wrong:
        raise Unfit(tuple(wrong))
    kept = msgspec.structs.replace(wanted, announcement={} if missing else said)
    setting.note(work.connection, setting.CHOICES, kept, work.now, work.actor.person)
    facts = {
        "announcement": bool(kept.announcement),
        "requests_open": kept.requests_open,
        "statistics_open": kept.statistics_open,
    }
    work.record(Step.ADMINISTER, "choices", facts)


def contacts(work: Work) -> tuple[Contact, ...]:
    """Return every confidential contact on the list, also those that are not shown to anybody else.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
    """
    _administrator(work)
    return safety.all_contacts(work.connection)


def add_contact(work: Work, name: str, reach: str, languages: str, hours: str) -> None:
    """Put a contact on the list; it is shown once somebody has called it.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
        Unfit: something is missing or too long; everything is listed.
    """
    _administrator(work)
    given = {"name": name.strip(), "reach": reach.strip(), "languages": languages.strip(), "hours": hours.strip()}
    if wrong := tuple(_unfit(field, words) for field, words in given.items() if not _fits(field, words)):
        raise Unfit(wrong)
    one = Contact(id=new_id(), checked=None, **given)
    safety.add_contact(work.connection, one)
    work.record(Step.ADMINISTER, one.id, {"contact": "add"})


def confirm_contact(work: Work, identifier: str, day: date | None) -> None:
    """Write on which day somebody called a contact and it answered.

    Raises:
        NotFound, SecondFactorNeeded: there is none, or see `Work.allow`.
        Unfit: the day is missing, ahead, or so long ago that the contact would not be shown.
    """
    _contact(work, identifier)
    if day is None or not work.day - timedelta(days=safety.CONTACT_HOLDS_DAYS) <= day <= work.day:
        raise Unfit((problem("CALL_DAY", f"day-{identifier}", days=safety.CONTACT_HOLDS_DAYS),))
    safety.confirm_contact(work.connection, identifier, day, work.actor.person)
    work.record(Step.ADMINISTER, identifier, {"contact": "confirm", "day": day.isoformat()})


def withdraw_contact(work: Work, identifier: str) -> None:
    """Take a contact off the list.

    Raises:
        NotFound, SecondFactorNeeded: there is none, or see `Work.allow`.
    """
    _contact(work, identifier)
    safety.withdraw_contact(work.connection, identifier, work.now)
    work.record(Step.ADMINISTER, identifier, {"contact": "withdraw"})


def _administrator(work: Work) -> None:
    work.allow(Step.ADMINISTER, _EVERYTHING)


def _contact(work: Work, identifier: str) -> None:
    _administrator(work)
    if identifier not in {one.id for one in safety.all_contacts(work.connection)}:
        raise NotFound("There is no such contact on the list.")


def _order(work: Work, kind: str, arguments: msgspec.Struct, name: str) -> str:
    """Return the id of a job that is the same for everybody who orders it within a minute."""
    once = f"{name}:{work.now:%Y-%m-%dT%H:%M}"
    identifier = jobs.enqueue(
        work.connection, Order(kind=kind, arguments=arguments, once=once, by=work.actor.person), work.now
    )
    work.record(Step.ADMINISTER, identifier, {"job": kind})
    return identifier


def _fits(field: str, words: str) -> bool:
    return 0 < len(words) <= _LONGEST[field]


def _unfit(field: str, words: str) -> Problem:
    return problem("TOO_LONG", field, most=_LONGEST[field]) if words else problem("CONTACT_INCOMPLETE", field)
