"""A worker representative speaks in confidence: a dissent leaves nothing to be seen by whoever could take it ill."""

import pytest

from duediligence import ledger
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Kind, Role
from duediligence.store import engagement as engagements
from duediligence.store import opinion as store
from duediligence.workflow import handing_in, opinion, reviewing
from duediligence.workflow.opinion import Said

DISSENT = Said(agrees=False, words="Hours are longer in autumn.")
CONSENT = Said(agrees=True, words="It is as they say.")


@pytest.fixture
def representative(here, firm):
    return here.somebody((firm, Role.WORKER_REPRESENTATIVE))


@pytest.fixture
def handed_in(here, lead, site):
    identifier = here.answered(lead, site)
    with here.work(lead) as work:
        handing_in.submit(work, identifier)
    return identifier


def given(here, by, identifier, said: Said) -> None:
    with here.work(by) as work:
        opinion.give(work, identifier, said)


def cosigned(here, by, identifier) -> int:
    with here.work(by) as work:
        return len(opinion.cosigned(work, engagements.load(work.connection, identifier)))


def read(here, identifier, *, state_body: bool, role: Role = Role.AUDITOR) -> list[Said]:
    """Return what a reviewer of a body reads after taking the file."""
    body = here.organisation(Kind.REVIEWING_BODY, name="Body", state_body=state_body)
    somebody = here.somebody((body, role))
    if role is Role.AUDITOR:
        with here.work(somebody) as work:
            reviewing.take(work, identifier, "")
    with here.work(somebody) as work:
        one = engagements.load(work.connection, identifier)
        return [found.said for found in opinion.for_reviewers(work, one)]


def test_management_sees_a_co_signature(here, lead, representative, handed_in):
    given(here, representative, handed_in, CONSENT)
    assert cosigned(here, lead, handed_in) == 1


def test_retaliation_management_sees_nothing_of_a_dissent(here, lead, representative, handed_in):
    given(here, representative, handed_in, DISSENT)
    assert cosigned(here, lead, handed_in) == 0


def test_retaliation_no_opinion_is_in_the_ledger(here, lead, representative, handed_in):
    with here.work(lead) as work:
        before = ledger.newest(work.connection)
    given(here, representative, handed_in, DISSENT)
    given(here, representative, handed_in, CONSENT)
    with here.work(lead) as work:
        assert ledger.newest(work.connection) == before


def test_retaliation_rows_of_consent_and_dissent_cannot_be_told_apart(here, lead, representative, handed_in):
    given(here, representative, handed_in, DISSENT)
    given(here, representative, handed_in, CONSENT)
    with here.work(lead) as work:
        rows = store.listed(work.connection, handed_in)
    assert len({(row.kind, len(row.sealed), row.at) for row in rows}) == 1
    assert not any(b"autumn" in row.sealed for row in rows)


def test_a_reviewer_of_no_state_body_reads_a_dissent(here, representative, handed_in):
    given(here, representative, handed_in, DISSENT)
    assert read(here, handed_in, state_body=False) == [DISSENT]


def test_retaliation_a_reviewer_of_the_state_learns_of_no_dissent(here, representative, handed_in):
    given(here, representative, handed_in, DISSENT)
    assert read(here, handed_in, state_body=True) == []


def test_a_reviewer_of_the_state_learns_of_a_co_signature_without_its_words(here, representative, handed_in):
    given(here, representative, handed_in, CONSENT)
    assert read(here, handed_in, state_body=True) == [Said(agrees=True)]


def test_a_reviewer_of_the_state_reads_what_the_representative_allows(here, representative, handed_in):
    said = Said(agrees=False, words="Hours are longer in autumn.", state_may_read=True)
    given(here, representative, handed_in, said)
    assert read(here, handed_in, state_body=True) == [said]


def test_a_lead_auditor_reads_no_opinion(here, representative, handed_in):
    given(here, representative, handed_in, DISSENT)
    with pytest.raises(NotAllowed):
        read(here, handed_in, state_body=False, role=Role.LEAD_AUDITOR)


def test_the_firm_reads_no_opinion(here, lead, representative, handed_in):
    given(here, representative, handed_in, DISSENT)
    with here.work(lead) as work, pytest.raises(NotAllowed):
        opinion.for_reviewers(work, engagements.load(work.connection, handed_in))


def test_nobody_but_a_representative_gives_one(here, lead, colleague, handed_in):
    for somebody in (lead, colleague):
        with pytest.raises(NotAllowed):
            given(here, somebody, handed_in, CONSENT)


def test_nobody_speaks_for_workers_and_management_at_once(here, firm, handed_in):
    both = here.somebody((firm, Role.WORKER_REPRESENTATIVE), (firm, Role.COMPANY_LEAD))
    with pytest.raises(NotAllowed):
        given(here, both, handed_in, CONSENT)


def test_a_representative_of_another_firm_finds_nothing(here, handed_in):
    stranger = here.somebody((here.organisation(name="Other"), Role.WORKER_REPRESENTATIVE))
    with pytest.raises(NotFound):
        given(here, stranger, handed_in, CONSENT)


def test_nothing_is_co_signed_that_may_still_change(here, lead, site, representative):
    identifier = here.begun(lead, site)
    with pytest.raises(WrongMoment):
        given(here, representative, identifier, CONSENT)


@pytest.mark.parametrize("words", ["x" * 2001, "call +993 65 123456"])
def test_words_that_are_too_long_or_may_name_a_person_are_refused(here, representative, handed_in, words):
    with pytest.raises(Unfit):
        given(here, representative, handed_in, Said(agrees=False, words=words))


def test_the_longest_opinion_fits_under_its_seal(here, representative, handed_in):
    said = Said(agrees=False, words="\x01ž" * 1000)
    given(here, representative, handed_in, said)
    assert read(here, handed_in, state_body=False) == [said]
