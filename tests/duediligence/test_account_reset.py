"""A new password for somebody who forgot the old one."""

from datetime import timedelta

import pytest
from account_people import KEY, NOW, PHRASE, acting, enter, gate, organisation, person

from duediligence.accounts import api_key, reset, session
from duediligence.errors import NotAllowed, NotFound, SecondFactorNeeded, Unfit
from duediligence.organisation import Kind, Role
from duediligence.store.session import Scope

NEW = "other words of no meaning"


@pytest.fixture
def here(db, settings, monkeypatch):
    return gate(db, settings, monkeypatch)


@pytest.fixture
def firm(here):
    return organisation(here.db)


@pytest.fixture
def operator(here):
    return organisation(here.db, Kind.OPERATOR)


def codes(error: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def link(here, email: str = "leyli@firm.example") -> str:
    with here.db.reading() as connection:
        return reset.ask(connection, KEY, email, NOW).note


def printed(here, actor, one) -> str:
    with here.db.writing() as connection:
        return reset.print_code(connection, actor, one.id, NOW)


class TestByMail:
    def test_the_link_lets_a_new_password_be_chosen(self, here):
        person(here.db)
        reset.choose(here, link(here), NEW, NOW)
        assert enter(here, given=NEW)

    def test_the_link_serves_once(self, here):
        person(here.db)
        note = link(here)
        reset.choose(here, note, NEW, NOW)
        with pytest.raises(Unfit) as error:
            reset.choose(here, note, PHRASE, NOW)
        assert codes(error) == ["RESET_VOID"]

    def test_the_link_ends_after_an_hour(self, here):
        person(here.db)
        with pytest.raises(Unfit):
            reset.choose(here, link(here), NEW, NOW + timedelta(hours=1))

    def test_a_password_that_will_not_do_leaves_the_link_good(self, here):
        person(here.db)
        note = link(here)
        with pytest.raises(Unfit) as error:
            reset.choose(here, note, "short", NOW)
        assert codes(error) == ["PASSWORD_SHORT"]
        reset.choose(here, note, NEW, NOW)

    @pytest.mark.parametrize("email", ["nobody@firm.example", "gone@firm.example"])
    def test_nothing_is_mailed_where_nobody_would_read_it(self, here, email):
        person(here.db, "gone@firm.example", disabled=NOW)
        with here.db.reading() as connection:
            assert reset.ask(connection, KEY, email, NOW) is None

    def test_every_session_and_key_ends(self, here):
        one = person(here.db)
        given = enter(here).token
        wanted = ("a program", Scope.READ, NOW + timedelta(days=30))
        with here.db.writing() as connection:
            _, words = api_key.make(connection, one.id, wanted, NOW)
        reset.choose(here, link(here), NEW, NOW)
        with here.db.reading() as connection:
            assert session.find(connection, given, here.settings, NOW) is None
            assert api_key.find(connection, words, NOW) is None


class TestOnPaper:
    def test_a_lead_prints_a_code_for_somebody_of_the_firm(self, here, firm):
        lead = person(here.db, "maral@firm.example", (firm, Role.COMPANY_LEAD))
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        reset.choose(here, printed(here, acting(here.db, lead), one).lower(), NEW, NOW)
        assert enter(here, given=NEW)

    def test_the_code_serves_once_and_no_longer_than_three_days(self, here, firm):
        lead = person(here.db, "maral@firm.example", (firm, Role.COMPANY_LEAD))
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        code = printed(here, acting(here.db, lead), one)
        with pytest.raises(Unfit):
            reset.choose(here, code, NEW, NOW + timedelta(days=3))
        reset.choose(here, code, NEW, NOW)
        with pytest.raises(Unfit):
            reset.choose(here, code, PHRASE, NOW)

    def test_a_second_code_makes_the_first_void(self, here, firm):
        lead = person(here.db, "maral@firm.example", (firm, Role.COMPANY_LEAD))
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        first = printed(here, acting(here.db, lead), one)
        printed(here, acting(here.db, lead), one)
        with pytest.raises(Unfit):
            reset.choose(here, first, NEW, NOW)

    def test_the_code_is_no_key_for_a_program(self, here, firm):
        lead = person(here.db, "maral@firm.example", (firm, Role.COMPANY_LEAD))
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        code = printed(here, acting(here.db, lead), one)
        with here.db.reading() as connection:
            assert api_key.find(connection, code, NOW) is None
            assert api_key.find(connection, f"dd_{code}", NOW) is None

    def test_a_key_for_a_program_chooses_no_password(self, here):
        one = person(here.db)
        with here.db.writing() as connection:
            _, words = api_key.make(connection, one.id, ("a program", Scope.WRITE, NOW + timedelta(days=30)), NOW)
        with pytest.raises(Unfit):
            reset.choose(here, words, NEW, NOW)

    def test_a_lead_cannot_take_over_somebody_who_also_has_a_role_elsewhere(self, here, firm, operator):
        lead = person(here.db, "maral@firm.example", (firm, Role.COMPANY_LEAD))
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT), (operator, Role.ADMINISTRATOR))
        with pytest.raises(NotAllowed):
            printed(here, acting(here.db, lead), one)

    def test_a_lead_does_not_learn_of_people_of_other_firms(self, here, firm):
        lead = person(here.db, "maral@firm.example", (firm, Role.COMPANY_LEAD))
        one = person(here.db, "leyli@firm.example", (organisation(here.db), Role.RESPONDENT))
        with pytest.raises(NotFound):
            printed(here, acting(here.db, lead), one)

    def test_a_colleague_prints_no_code(self, here, firm):
        colleague = person(here.db, "maral@firm.example", (firm, Role.RESPONDENT))
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        with pytest.raises(NotFound):
            printed(here, acting(here.db, colleague), one)

    def test_an_administrator_does_it_for_anybody_after_a_second_factor(self, here, firm, operator):
        administrator = person(here.db, "maral@service.example", (operator, Role.ADMINISTRATOR))
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        with pytest.raises(SecondFactorNeeded):
            printed(here, acting(here.db, administrator), one)
        assert printed(here, acting(here.db, administrator, second_factor=True), one)


def test_only_an_administrator_takes_a_second_factor_away(here, firm, operator):
    lead = person(here.db, "maral@firm.example", (firm, Role.COMPANY_LEAD))
    administrator = person(here.db, "jeren@service.example", (operator, Role.ADMINISTRATOR))
    one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
    with here.db.writing() as connection:
        with pytest.raises(NotAllowed):
            reset.remove_second_factor(connection, acting(here.db, lead, second_factor=True), one.id, NOW)
        reset.remove_second_factor(connection, acting(here.db, administrator, second_factor=True), one.id, NOW)
