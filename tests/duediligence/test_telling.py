"""Who is told by letter that something waits for them: the right people, in their language, and not a word of it."""

import email
import email.policy

import msgspec
import pytest

from duediligence import key, ledger, telling, webhook
from duediligence.access import Step
from duediligence.engagement import Part, Stage
from duediligence.job import Context, Job
from duediligence.mail import Posted, Subject, send
from duediligence.organisation import Role
from duediligence.store import job as jobs
from duediligence.store import person as people
from duediligence.telling import TELL, Told
from duediligence.workflow import assigning, calling, colleagues, reviewing
from tests.stages import parties
from tests.world import world

WORDS = "Of which month is the register of returned documents?"


@pytest.fixture
def around(db, settings):
    return parties(world(db, msgspec.structs.replace(settings, private_webhooks=True)))


@pytest.fixture
def secrets(tmp_path):
    return key.read_or_make(tmp_path / "service")


@pytest.fixture
def reviewed(around):
    return around.at(Stage.IN_REVIEW)


@pytest.fixture
def colleague(around):
    return around.here.somebody((around.firm, Role.RESPONDENT))


def ordered(around, kind: str) -> list[Job]:
    with around.here.db.reading() as connection:
        return [one for one in reversed(jobs.history(connection, most=100)) if one.kind == kind]


def told(around, subject: Subject) -> list[Told]:
    """Return what was ordered to be told, oldest first."""
    found = (msgspec.json.decode(one.arguments, type=Told) for one in ordered(around, TELL))
    return [one for one in found if one.subject == subject]


def context(around, secrets, one: Job) -> Context:
    here = around.here
    return Context(
        job=one.id,
        db=here.db,
        settings=here.settings,
        key=secrets,
        clock=lambda: here.now,
        progress=lambda _: None,
    )


def write(around, secrets) -> list[Job]:
    """Write the letters of every order, and return them."""
    for one in ordered(around, TELL):
        done = telling.write_letters(context(around, secrets, one), msgspec.json.decode(one.arguments, type=Told))
        with around.here.db.writing() as connection:
            done.write(connection)
    return ordered(around, "mail")


def ask(around, who, identifier: str, question: str = "") -> None:
    with around.here.work(who) as work:
        reviewing.ask(work, identifier, WORDS, question)


def give(around, identifier: str, section: str, *chosen) -> None:
    with around.here.work(around.lead) as work:
        colleagues.give(work, identifier, section, [one.person for one in chosen])


def test_a_question_is_told_to_those_who_lead_the_firm(around, reviewed):
    ask(around, around.auditor, reviewed)
    assert [one.people for one in told(around, Subject.QUESTION_FROM_REVIEWER)] == [(around.lead.person,)]


def test_a_question_about_an_answer_is_told_to_whoever_was_given_its_section(around, colleague):
    identifier = around.here.answered(around.lead, around.site, "greenhouse_ahal")
    give(around, identifier, "gov", colleague)
    around.brought(identifier, Stage.IN_REVIEW)
    ask(around, around.auditor, identifier, "gov.policy")
    (one,) = told(around, Subject.QUESTION_FROM_REVIEWER)
    assert set(one.people) == {around.lead.person, colleague.person}


def test_an_answer_is_told_to_both_reviewers(around, reviewed):
    ask(around, around.lead, reviewed)
    assert [one.people for one in told(around, Subject.ANSWER_FROM_FIRM)] == [
        (around.auditor.person, around.second.person)
    ]


def test_a_section_is_told_to_those_who_did_not_have_it(around, colleague):
    identifier = around.here.begun(around.lead, around.site)
    give(around, identifier, "gov", colleague)
    give(around, identifier, "gov", colleague, around.lead)
    assert [one.people for one in told(around, Subject.SECTION_GIVEN)] == [(colleague.person,)]


def test_a_file_is_told_to_whom_it_was_given(around):
    identifier = around.at(Stage.SUBMITTED)
    with around.here.work(around.lead_auditor) as work:
        assigning.assign(work, identifier, Part.AUDITOR, around.auditor.person, "It is their turn.")
    assert [one.people for one in told(around, Subject.FILE_GIVEN)] == [(around.auditor.person,)]


def test_a_letter_says_that_there_is_a_question_and_nothing_of_it(around, secrets, reviewed):
    ask(around, around.auditor, reviewed)
    (posted,) = write(around, secrets)
    send(context(around, secrets, posted), msgspec.json.decode(posted.arguments, type=Posted))
    written = (around.here.settings.folder / "mail" / f"{posted.id}.eml").read_bytes()
    body = email.message_from_bytes(written, policy=email.policy.SMTP).get_content()
    assert f"/assessments/{reviewed}/questions" in body
    assert WORDS not in body


def test_many_questions_in_an_hour_are_one_letter(around, secrets, reviewed):
    for _ in range(3):
        ask(around, around.auditor, reviewed)
    assert len(write(around, secrets)) == 1


def test_who_cannot_come_in_any_more_is_told_nothing(around, secrets, reviewed):
    ask(around, around.auditor, reviewed)
    with around.here.db.writing() as connection:
        person = people.load(connection, around.lead.person)
        people.save(connection, msgspec.structs.replace(person, disabled=around.here.now))
    assert write(around, secrets) == []


@pytest.mark.parametrize("subject", [Subject.SECTION_GIVEN, Subject.FILE_GIVEN])
def test_the_name_of_a_letter_fits_its_column(subject):
    assert len(f"{subject}:{'0' * 32}:{'0' * 32}:2026-11-21T09") <= 120


def test_the_ledger_says_that_somebody_wrote_and_not_what(around, reviewed):
    ask(around, around.auditor, reviewed, "gov.policy")
    with around.here.db.reading() as connection:
        last = ledger.entries(connection, reviewed)[-1]
    assert (last.event, last.by, last.facts.keys()) == (
        Step.MESSAGE_WRITE,
        around.auditor.person,
        {"message", "from_firm"},
    )


def test_programs_of_the_firm_are_called_when_somebody_wrote(around, secrets, reviewed):
    with around.here.work(around.lead) as work:
        calling.register(work, secrets, around.firm, calling.Wanted(url="http://127.0.0.1:9/"))
    ask(around, around.auditor, reviewed)
    assert [msgspec.json.decode(one.arguments, type=webhook.Call).assessment for one in ordered(around, "call")] == [
        reviewed
    ]
