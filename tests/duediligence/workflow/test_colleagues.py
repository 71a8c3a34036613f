"""Sections are given to those who can answer them, and the firm sees who has which."""

import pytest

from duediligence.errors import NotAllowed, NotFound
from duediligence.organisation import Role
from duediligence.workflow import colleagues


@pytest.fixture
def begun(here, lead, site):
    return here.begun(lead, site)


def test_those_who_answer_can_be_given_a_section(here, firm, lead, colleague, begun):
    here.somebody((firm, Role.EXPORTER))
    with here.work(lead) as work:
        found = {person.id for person in colleagues.candidates(work, begun, "pro")}
    assert found == {lead.person, colleague.person}


def test_a_section_is_with_whom_it_was_given_to(here, lead, colleague, begun):
    with here.work(lead) as work:
        colleagues.give(work, begun, "pro", [colleague.person])
        assert colleagues.holders(work, begun) == {"pro": ("Somebody",)}


def test_given_to_nobody_everyone_answers_it_again(here, lead, colleague, begun):
    with here.work(lead) as work:
        colleagues.give(work, begun, "pro", [colleague.person])
        colleagues.give(work, begun, "pro", [])
        assert colleagues.holders(work, begun) == {}


def test_nothing_is_given_to_somebody_who_cannot_answer(here, firm, lead, begun):
    exporter = here.somebody((firm, Role.EXPORTER))
    with here.work(lead) as work, pytest.raises(NotFound):
        colleagues.give(work, begun, "pro", [exporter.person])


def test_a_colleague_gives_nothing_away(here, colleague, begun):
    with here.work(colleague) as work, pytest.raises(NotAllowed):
        colleagues.give(work, begun, "pro", [colleague.person])
