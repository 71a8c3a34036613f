"""How people come to have a role."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest
from account_people import NOW, PHRASE, acting, enter, gate, organisation, person

from duediligence.access import Actor
from duediligence.accounts import invitation
from duediligence.accounts.invitation import Issued, NewPerson, Wanted
from duediligence.database import new_id
from duediligence.errors import NotAllowed, SecondFactorNeeded, Unfit, WrongMoment
from duediligence.organisation import Kind, Membership, Role
from duediligence.store import invitation as store
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store.invitation import JoinRequest

LEYLI = NewPerson(email="leyli@firm.example", name="Leýli", language="tk", password=PHRASE)
ASKED = JoinRequest(
    id=new_id(),
    organisation_name="Sample Weaving",
    sector="textile",
    region="TM-A",
    email="leyli@firm.example",
    name="Leýli",
    language="tk",
    words="",
    created=NOW,
)


@pytest.fixture
def here(db, settings, monkeypatch):
    return gate(db, settings, monkeypatch)


@pytest.fixture
def firm(here):
    return organisation(here.db)


@pytest.fixture
def lead(here, firm):
    return acting(here.db, person(here.db, "maral@firm.example", (firm, Role.COMPANY_LEAD)))


@pytest.fixture
def administrator(here):
    operator = organisation(here.db, Kind.OPERATOR)
    one = person(here.db, "jeren@service.example", (operator, Role.ADMINISTRATOR))
    return acting(here.db, one, second_factor=True)


def invited(here, actor: Actor, place: str, role: Role = Role.RESPONDENT, **fields: object) -> Issued:
    with here.db.writing() as connection:
        return invitation.invite(connection, actor, Wanted(organisation=place, role=role, **fields), NOW)


def accepted(here, actor: Actor, code: str) -> Membership:
    with here.db.writing() as connection:
        return invitation.accept(connection, actor, code, NOW)


def roles(here, one: str) -> list[Role]:
    with here.db.reading() as connection:
        return [membership.role for membership in people.memberships(connection, one)]


def codes(error: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [problem.code for problem in error.value.problems]


class TestInviting:
    def test_a_lead_invites_into_the_own_firm(self, here, lead, firm):
        assert invited(here, lead, firm).invitation.expires == NOW + timedelta(days=14)

    def test_a_lead_invites_nobody_into_another_firm(self, here, lead):
        with pytest.raises(NotAllowed):
            invited(here, lead, organisation(here.db))

    def test_a_respondent_invites_nobody(self, here, firm):
        one = acting(here.db, person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT)))
        with pytest.raises(NotAllowed):
            invited(here, one, firm)

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEAD_AUDITOR, Role.OBSERVER])
    def test_a_firm_gives_only_the_roles_of_a_firm(self, here, lead, firm, role):
        with pytest.raises(Unfit) as error:
            invited(here, lead, firm, role)
        assert codes(error) == ["ROLE_NOT_HERE"]

    def test_a_firm_makes_no_administrator(self, here, lead, firm):
        with pytest.raises(NotAllowed):
            invited(here, lead, firm, Role.ADMINISTRATOR)

    def test_making_an_administrator_takes_a_second_factor(self, here, administrator):
        operator = administrator.memberships[0].organisation
        weaker = msgspec.structs.replace(administrator, second_factor=False)
        with pytest.raises(SecondFactorNeeded):
            invited(here, weaker, operator, Role.ADMINISTRATOR)
        assert invited(here, administrator, operator, Role.ADMINISTRATOR)

    def test_an_administrator_invites_anywhere_after_a_second_factor(self, here, administrator, firm):
        weaker = msgspec.structs.replace(administrator, second_factor=False)
        with pytest.raises(SecondFactorNeeded):
            invited(here, weaker, firm, Role.COMPANY_LEAD)
        assert invited(here, administrator, firm, Role.COMPANY_LEAD)

    def test_the_code_is_not_kept(self, here, lead, firm):
        code = invited(here, lead, firm).code
        with here.db.reading() as connection:
            assert code not in str(connection.exec_driver_sql("SELECT * FROM invitation").all())


class TestAccepting:
    def test_somebody_new_gets_an_account_and_the_role(self, here, lead, firm):
        one = invitation.accept_as_new(here, invited(here, lead, firm).code, LEYLI, NOW)
        assert roles(here, one.id) == [Role.RESPONDENT]
        assert enter(here).person == one.id

    def test_somebody_who_is_there_gets_the_role(self, here, lead, firm):
        one = person(here.db)
        accepted(here, acting(here.db, one), invited(here, lead, firm).code)
        assert roles(here, one.id) == [Role.RESPONDENT]

    def test_the_sections_come_with_the_role(self, here, lead, firm):
        one = person(here.db)
        issued = invited(here, lead, firm, sections=("wag", "acc"))
        assert accepted(here, acting(here.db, one), issued.code).sections == ("wag", "acc")
        assert acting(here.db, one).memberships[0].sections == ("wag", "acc")

    def test_an_invitation_serves_once(self, here, lead, firm):
        code = invited(here, lead, firm).code
        accepted(here, acting(here.db, person(here.db)), code)
        with pytest.raises(Unfit) as error:
            accepted(here, acting(here.db, person(here.db, "maya@firm.example")), code)
        assert codes(error) == ["INVITATION_VOID"]

    def test_of_two_who_accept_at_once_one_is_refused(self, here, lead, firm):
        code = invited(here, lead, firm).code
        actors = [acting(here.db, person(here.db, f"person{number}")) for number in range(2)]

        def tried(actor: Actor) -> bool:
            try:
                return bool(accepted(here, actor, code))
            except Unfit:
                return False

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(tried, actors)) == [False, True]

    def test_an_invitation_ends_after_a_fortnight(self, here, lead, firm):
        code = invited(here, lead, firm).code
        with here.db.reading() as connection, pytest.raises(Unfit):
            invitation.opened(connection, code, NOW + timedelta(days=14))

    def test_an_invitation_taken_back_is_void(self, here, lead, firm):
        issued = invited(here, lead, firm)
        with here.db.writing() as connection:
            invitation.withdraw(connection, lead, firm, issued.invitation.id, NOW)
        with here.db.reading() as connection, pytest.raises(Unfit):
            invitation.opened(connection, issued.code, NOW)

    def test_nobody_takes_back_the_invitation_of_another_firm(self, here, lead, firm, administrator):
        other = organisation(here.db)
        issued = invited(here, administrator, other)
        with here.db.writing() as connection, pytest.raises(WrongMoment):
            invitation.withdraw(connection, lead, firm, issued.invitation.id, NOW)

    def test_an_invitation_to_an_address_is_for_that_address(self, here, lead, firm):
        code = invited(here, lead, firm, email="Maya@Firm.example").code
        with pytest.raises(Unfit) as error:
            invitation.accept_as_new(here, code, LEYLI, NOW)
        assert codes(error) == ["INVITATION_FOR_ANOTHER"]
        with here.db.reading() as connection:
            assert people.by_email(connection, LEYLI.email) is None

    def test_whoever_has_an_account_is_asked_to_sign_in(self, here, lead, firm):
        person(here.db)
        with pytest.raises(Unfit) as error:
            invitation.accept_as_new(here, invited(here, lead, firm).code, LEYLI, NOW)
        assert codes(error) == ["EMAIL_HAS_ACCOUNT"]

    def test_every_fault_of_the_form_is_told_at_once(self, here, lead, firm):
        new = NewPerson(email="no address", name=" ", language="de", password="short")
        with pytest.raises(Unfit) as error:
            invitation.accept_as_new(here, invited(here, lead, firm).code, new, NOW)
        assert codes(error) == ["NAME_MISSING", "LANGUAGE_UNKNOWN", "EMAIL_UNFIT", "PASSWORD_SHORT"]

    def test_a_role_that_had_ended_begins_anew(self, here, lead, firm):
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        with here.db.writing() as connection:
            membership = Membership(organisation=firm, role=Role.RESPONDENT)
            invitation.end_membership(connection, lead, one.id, membership, NOW)
        assert roles(here, one.id) == []
        accepted(here, acting(here.db, one), invited(here, lead, firm).code)
        assert roles(here, one.id) == [Role.RESPONDENT]


class TestAskingToJoin:
    @pytest.fixture(autouse=True)
    def asked(self, here):
        with here.db.writing() as connection:
            invitation.ask_to_join(connection, ASKED)

    def admitted(self, here, administrator: Actor) -> Issued:
        with here.db.writing() as connection:
            return invitation.admit(connection, administrator, ASKED.id, NOW)

    def test_a_request_waits_until_somebody_decides(self, here):
        with here.db.reading() as connection:
            assert store.waiting_requests(connection, limit=10) == (ASKED,)

    def test_accepting_makes_a_firm_and_invites_its_lead(self, here, administrator):
        issued = self.admitted(here, administrator)
        with here.db.reading() as connection:
            firm = organisations.load(connection, issued.invitation.organisation)
        assert (firm.name, firm.kind, issued.invitation.role) == ("Sample Weaving", Kind.FIRM, Role.COMPANY_LEAD)

    def test_whoever_asked_becomes_the_lead(self, here, administrator):
        one = invitation.accept_as_new(here, self.admitted(here, administrator).code, LEYLI, NOW)
        assert roles(here, one.id) == [Role.COMPANY_LEAD]

    def test_a_request_is_decided_once(self, here, administrator):
        with here.db.writing() as connection:
            invitation.decline(connection, administrator, ASKED.id, NOW)
        with pytest.raises(WrongMoment):
            self.admitted(here, administrator)

    def test_it_takes_an_administrator(self, here, lead):
        with pytest.raises(NotAllowed):
            self.admitted(here, lead)

    def test_every_fault_is_told_at_once(self, here):
        faulty = msgspec.structs.replace(ASKED, organisation_name="", email="@", words="x" * 3000)
        with here.db.writing() as connection, pytest.raises(Unfit) as error:
            invitation.ask_to_join(connection, faulty)
        assert codes(error) == ["EMAIL_UNFIT", "NAME_MISSING", "WORDS_LONG"]
