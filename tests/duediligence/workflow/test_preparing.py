"""A firm says who helped it: it is kept, read by its reviewers, and goes nowhere else."""

import pytest

from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.preparer import Help, Preparer
from duediligence.store import preparer as preparers
from duediligence.workflow import answering, preparing, second_look
from tests.stages import Parties, parties

UNION = Preparer(help=Help.ORGANISATION, name="Pagtaçylar birleşigi")


@pytest.fixture
def here(here) -> Parties:
    return parties(here)


@pytest.fixture
def open_one(here) -> str:
    return here.here.begun(here.lead, here.site)


def say(here: Parties, identifier: str, said: Preparer, actor=None) -> Preparer:
    with here.here.work(actor or here.lead) as work:
        return preparing.say(work, identifier, said)


def codes(refused) -> list[str]:
    return [one.code for one in refused.value.problems]


def test_before_anybody_said_anything_it_is_not_stated(here, open_one):
    with here.here.work(here.lead) as work:
        assert preparing.said(work, open_one) == Preparer()


def test_what_is_said_later_takes_the_place_of_what_was_said_before(here, open_one):
    say(here, open_one, UNION)
    say(here, open_one, Preparer(help=Help.NOBODY))
    with here.here.work(here.lead) as work:
        assert preparing.said(work, open_one) == Preparer(help=Help.NOBODY)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Preparer(help=Help.ORGANISATION), "HELPER_MISSING"),
        (Preparer(help=Help.ORGANISATION, name="«»"), "HELPER_MISSING"),
        (Preparer(help=Help.NOBODY, name="Union"), "HELPER_NOT_WANTED"),
        (Preparer(help=Help.ORGANISATION, name="Union " * 50), "HELPER_TOO_LONG"),
        (Preparer(help=Help.ORGANISATION, name="+993 65 12 34 56"), "MAY_NAME_A_PERSON"),
    ],
)
def test_what_does_not_fit_is_said(here, open_one, said, code):
    with pytest.raises(Unfit) as refused:
        say(here, open_one, said)
    assert codes(refused) == [code]


def test_only_whoever_hands_in_says_it(here, open_one):
    with pytest.raises(NotAllowed):
        say(here, open_one, UNION, here.here.somebody((here.firm, Role.RESPONDENT)))


def test_after_handing_in_nothing_is_changed(here):
    with pytest.raises(WrongMoment):
        say(here, here.at(Stage.SUBMITTED), UNION)


def test_spellings_of_one_name_are_one_helper(here):
    spellings = ("Ak Altyn Maslahat HJ", "«Ак Алтын Маслахат»", "ak altyn  maslahat")
    assert len({Preparer(help=Help.ORGANISATION, name=name).mark for name in spellings}) == 1


def test_reviewers_read_it(here):
    identifier = here.here.answered(here.lead, here.site, "greenhouse_ahal")
    say(here, identifier, UNION)
    here.brought(identifier, Stage.IN_REVIEW)
    with here.here.work(here.auditor) as work:
        assert second_look.second_look(work, identifier).helped == UNION


def test_a_deleted_assessment_leaves_none_behind(here, open_one):
    say(here, open_one, UNION)
    with here.here.work(here.lead) as work:
        answering.delete(work, open_one)
    with here.here.db.reading() as connection:
        assert preparers.marks(connection) == {}
