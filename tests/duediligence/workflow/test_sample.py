"""Samples to look around with: at every stage, marked, and taken out again without a trace elsewhere."""

from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from duediligence import ledger
from duediligence.accounts import password
from duediligence.database import new_id
from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, WrongMoment
from duediligence.organisation import Kind, Membership, Organisation, Person, Role
from duediligence.store import installation as whole
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import table
from duediligence.workflow import improving, sample
from duediligence.workflow.installation import opened

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def here(settings):
    with closing(opened(settings)) as found:
        yield found


@pytest.fixture
def made(here):
    return sample.make(here, NOW, "tk")


def rows(here, *columns) -> list[tuple]:
    with here.db.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def left(here) -> set[str]:
    """Return the tables of either database that hold a row."""
    found = set()
    with here.db.reading() as connection:
        for kept in table.metadata.sorted_tables:
            found |= {kept.name} if connection.execute(select(kept).limit(1)).first() else set()
    with here.db.vault.begin() as connection:
        for name in ("protected_answer", "protected_document"):
            found |= {name} if connection.execute(text(f"SELECT 1 FROM {name}")).first() else set()
    return found


def test_there_is_an_assessment_at_every_stage_and_a_rehearsal(here, made):
    found = rows(here, table.engagement.c.stage, table.engagement.c.rehearsal)
    assert {stage for stage, _ in found} == set(Stage)
    assert any(rehearsal for _, rehearsal in found)


def test_yarn_goes_to_the_united_states_and_tomatoes_to_germany(here, made):
    made_by = dict(rows(here, table.product_line.c.organisation, table.product_line.c.hs))
    goes_to = dict(rows(here, table.shipment.c.organisation, table.shipment.c.destination))
    assert {(made_by[firm], goes_to[firm]) for firm in goes_to} == {("520512", "US"), ("070200", "DE")}


def test_everything_is_marked_as_a_sample(here, made):
    for kept in (table.organisation, table.person, table.engagement, table.product_line, table.shipment):
        assert {marked for (marked,) in rows(here, kept.c.sample)} == {True}


def test_whoever_is_shown_can_come_in_with_the_password_shown(here, made):
    one = made[0]
    with here.db.reading() as connection:
        found = people.by_email(connection, one.sign_in)
    assert found
    assert password.matches(found.password, one.password)


def test_every_role_but_that_of_an_administrator_is_there(here, made):
    assert {one.role for one in made} == set(Role) - {Role.ADMINISTRATOR}
    with here.db.reading() as connection:
        assert not whole.has_administrator(connection)


def test_the_ledger_reads_as_if_the_months_had_passed(here, made):
    found = [at for _, at in sorted(rows(here, table.ledger.c.number, table.ledger.c.at))]
    assert found == sorted(found)
    assert found[-1] <= NOW
    with here.db.reading() as connection:
        ledger.verify(connection)


def test_work_was_done_on_a_plan(here, made):
    (concluded,) = [
        one for one, stage in rows(here, table.engagement.c.id, table.engagement.c.stage) if stage == "concluded"
    ]
    with here.db.reading() as connection:
        statuses = [one.status for one in improving.in_the_open(connection, concluded)]
    assert {"verified", "evidence_sent", "agreed"} <= set(statuses)


def test_no_answer_of_a_sample_is_refused(here, made):
    handed_in = rows(here, table.engagement.c.stage, table.engagement.c.answered, table.engagement.c.asked)
    assert all(answered == asked for stage, answered, asked in handed_in if stage != "answering")


def test_samples_are_made_once(here, made):
    with pytest.raises(WrongMoment):
        sample.make(here, NOW, "tk")


def test_samples_never_come_to_stand_beside_real_firms(here):
    firm = Organisation(id=new_id(), name="A firm", kind=Kind.FIRM, state_body=False, sector="", region="", created=NOW)
    with here.db.writing() as connection:
        organisations.add(connection, firm)
    with pytest.raises(NotAllowed):
        sample.make(here, NOW, "tk")


def test_taken_out_nothing_is_left_but_the_ledger(here, made):
    entries = len(rows(here, table.ledger.c.number))
    gone = sample.remove(here, NOW)
    assert (gone.organisations, gone.people, gone.kept) == (5, len(made), 0)
    assert left(here) <= {"ledger", "schema_version"}
    assert len(rows(here, table.ledger.c.number)) == entries


def test_taking_out_what_is_not_there_does_nothing(here):
    assert sample.remove(here, NOW) == sample.Removed(organisations=0, people=0, assessments=0, kept=0)


def test_what_is_no_sample_stays(here, made):
    firm = Organisation(id=new_id(), name="A firm", kind=Kind.FIRM, state_body=False, sector="", region="", created=NOW)
    one = Person(id=new_id(), email="somebody", name="Somebody", language="en", created=NOW)
    with here.db.writing() as connection:
        organisations.add(connection, firm)
        people.add(connection, one, password="")
        people.join(connection, one.id, Membership(organisation=firm.id, role=Role.COMPANY_LEAD), NOW)
    sample.remove(here, NOW)
    assert rows(here, table.organisation.c.id) == [(firm.id,)]
    assert rows(here, table.person.c.id) == [(one.id,)]
    assert len(rows(here, table.membership.c.id)) == 1


def test_a_sample_person_whom_others_rely_on_stays_by_name_and_cannot_come_in(here, made):
    firm = Organisation(id=new_id(), name="A firm", kind=Kind.FIRM, state_body=False, sector="", region="", created=NOW)
    (who,) = [one for one, name in rows(here, table.person.c.id, table.person.c.email) if name == "sample-lead"]
    with here.db.writing() as connection:
        organisations.add(connection, firm)
        connection.execute(
            table.contact.insert().values(
                id=new_id(), name="n", reach="r", languages="tk", hours="h", checked=NOW.date(), checked_by=who
            )
        )
    assert sample.remove(here, NOW).kept == 1
    assert rows(here, table.person.c.id, table.person.c.password) == [(who, "")]
    assert rows(here, table.person.c.disabled) == [(NOW,)]
