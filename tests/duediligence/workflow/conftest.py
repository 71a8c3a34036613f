"""A firm with a site and its people, and a state reviewing body with its own."""

import pytest

from duediligence.organisation import Kind, Role
from tests.world import World, world


@pytest.fixture
def here(db, settings) -> World:
    return world(db, settings)


@pytest.fixture
def firm(here):
    return here.organisation()


@pytest.fixture
def site(here, firm):
    return here.site(firm)


@pytest.fixture
def lead(here, firm):
    return here.somebody((firm, Role.COMPANY_LEAD))


@pytest.fixture
def colleague(here, firm):
    return here.somebody((firm, Role.RESPONDENT))


@pytest.fixture
def body(here):
    return here.organisation(Kind.REVIEWING_BODY, name="Reviewing body", state_body=True)


@pytest.fixture
def auditor(here, body):
    return here.somebody((body, Role.AUDITOR))


@pytest.fixture
def second(here, body):
    return here.somebody((body, Role.SECOND_REVIEWER))


@pytest.fixture
def lead_auditor(here, body):
    return here.somebody((body, Role.LEAD_AUDITOR))
