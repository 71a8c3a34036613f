"""An organisation, its people and sites, and what an administrator does with all of them."""

import re
from datetime import timedelta

import msgspec
import pytest
from account_people import CHEAP, person

from duediligence.access import Actor
from duediligence.accounts import password
from duediligence.accounts.session import actor_for
from duediligence.database import new_id
from duediligence.organisation import Kind, Role
from duediligence.store import invitation as invitations
from duediligence.store import job as jobs
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import setting
from duediligence.store.invitation import JoinRequest
from duediligence.workflow import arriving
from tests.api.conftest import Browser, Service


@pytest.fixture(autouse=True)
def _fresh(service, monkeypatch):
    """Make passwords cheap to check, forget earlier costs, and leave no cookie behind."""
    monkeypatch.setattr(password, "_HASHER", CHEAP)
    service.here.now += timedelta(hours=1)
    yield
    service.client.cookies.clear()


@pytest.fixture
def firm(service) -> tuple[str, str, Actor]:
    return service.firm()


@pytest.fixture
def lead(service, firm) -> Browser:
    return service.browser(firm[2])


@pytest.fixture
def boss(service) -> Browser:
    return service.browser(service.administrator())


@pytest.fixture
def colleague(service, firm) -> Actor:
    return service.here.somebody((firm[0], Role.RESPONDENT))


def shown_code(answer) -> str:
    """Return the code on a card."""
    return re.search(r'class="code big">([\w-]+)<', answer.text)[1]


def fields_in_fault(answer) -> list[str]:
    return re.findall(r'<a href="#(\w+)">', answer.text)


def asked(service: Service) -> str:
    """Return the id of a request of a firm to take part."""
    one = JoinRequest(
        id=new_id(),
        organisation_name=f"Sample {new_id()}",
        sector="textile",
        region="TM-M",
        email=f"{new_id()}@firm.example",
        name="Sample Person",
        language="ru",
        words="",
        created=service.here.now,
    )
    with service.installation.db.writing() as connection:
        arriving.ask_to_join(connection, service.installation.key, one)
    return one.id


class TestOneOrganisation:
    def test_whoever_belongs_to_one_alone_is_led_to_it(self, lead, firm):
        assert lead.get("/organisations").headers["location"] == f"/organisations/{firm[0]}"

    def test_whoever_belongs_to_several_chooses(self, service):
        places = [service.here.organisation(name=name) for name in ("First Sample", "Second Sample")]
        text = (
            service.browser(service.here.somebody(*((one, Role.EXPORTER) for one in places))).get("/organisations").text
        )
        assert "First Sample" in text
        assert "Second Sample" in text

    def test_another_one_is_not_found(self, service, lead):
        assert lead.get(f"/organisations/{service.here.organisation()}").status_code == 404

    def test_a_colleague_sees_names_and_roles_and_no_address(self, service, firm, colleague):
        text = service.browser(colleague).get(f"/organisations/{firm[0]}").text
        assert "Company lead" in text
        assert "@example.test" not in text

    def test_it_is_changed_by_its_lead(self, service, firm, lead):
        fields = {"name": "New Name", "sector": "wheat", "region": "TM-L"}
        assert lead.post(f"/organisations/{firm[0]}/edit", fields).status_code == 303
        with service.installation.db.reading() as connection:
            found = organisations.load(connection, firm[0])
        assert (found.name, found.sector, found.region) == ("New Name", "wheat", "TM-L")

    def test_it_is_not_changed_by_a_colleague(self, service, firm, colleague):
        fields = {"name": "New Name", "sector": "wheat", "region": "TM-L"}
        assert service.browser(colleague).post(f"/organisations/{firm[0]}/edit", fields).status_code == 403

    def test_all_that_does_not_fit_is_told_at_once(self, firm, lead):
        answer = lead.post(f"/organisations/{firm[0]}/edit", {"name": "", "sector": "x", "region": "x"})
        assert answer.status_code == 422
        assert fields_in_fault(answer) == ["name", "sector", "region"]

    def test_a_lead_does_not_say_whether_it_belongs_to_the_state(self, firm, lead):
        fields = {"name": "New Name", "sector": "wheat", "region": "TM-L", "state_body": "yes"}
        assert lead.post(f"/organisations/{firm[0]}/edit", fields).status_code == 403


class TestSites:
    def test_one_is_added_and_changed(self, firm, lead):
        at = f"/organisations/{firm[0]}"
        assert lead.post(f"{at}/sites/new", {"name": "Field 9", "region": "TM-D"}).status_code == 303
        address = re.findall(rf'href="({at}/sites/\w{{32}})">Field 9', lead.get(at).text)[0]
        assert 'value="Field 9"' in lead.get(address).text
        assert lead.post(address, {"name": "Field 10", "region": "TM-D"}).status_code == 303
        assert "Field 10" in lead.get(at).text

    def test_what_does_not_fit_is_told(self, firm, lead):
        answer = lead.post(f"/organisations/{firm[0]}/sites/new", {"name": "", "region": ""})
        assert (answer.status_code, fields_in_fault(answer)) == (422, ["name", "region"])

    def test_that_of_another_firm_is_not_found_among_ones_own(self, service, firm, lead):
        address = f"/organisations/{firm[0]}/sites/{service.firm()[1]}"
        assert lead.get(address).status_code == 404
        assert lead.post(address, {"name": "Taken", "region": "TM-D"}).status_code == 404

    def test_a_reviewing_body_has_none(self, service, boss):
        body, *_ = service.body()
        assert boss.get(f"/organisations/{body}/sites/new").status_code == 404
        assert boss.post(f"/organisations/{body}/sites/new", {"name": "Field 9", "region": "TM-D"}).status_code == 404


class TestInvitations:
    def test_the_card_bears_link_picture_and_code(self, service, firm, lead):
        answer = lead.post(f"/organisations/{firm[0]}/people/invite", {"role": "exporter"})
        code = shown_code(answer)
        assert f"http://127.0.0.1:8000/invitation/{code}" in answer.text
        assert 'class="qr"' in answer.text
        assert "Altyn Hasyl invites you" in service.browser().get(f"/invitation/{code}").text

    def test_an_address_gets_a_letter_too(self, service, firm, lead):
        email = f"{new_id()}@firm.example"
        lead.post(f"/organisations/{firm[0]}/people/invite", {"role": "respondent", "email": email})
        with service.installation.db.reading() as connection:
            one = invitations.of_organisation(connection, firm[0])[0]
            assert one.email == email
            assert jobs.ordered(connection, [f"invitation {one.id}"])

    def test_a_respondent_is_given_parts_of_the_questionnaire(self, service, firm, lead):
        fields = {"role": "respondent", "sections": ["pro", "wag", "no such part"]}
        lead.post(f"/organisations/{firm[0]}/people/invite", fields)
        with service.installation.db.reading() as connection:
            assert invitations.of_organisation(connection, firm[0])[0].sections == ("pro", "wag")

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({}, "role"),
            ({"role": "auditor"}, "role"),
            ({"role": "respondent", "email": "a b"}, "email"),
            ({"role": "exporter", "sections": ["pro"]}, "sections"),
        ],
    )
    def test_what_does_not_fit_is_told(self, firm, lead, fields, fault):
        answer = lead.post(f"/organisations/{firm[0]}/people/invite", fields)
        assert (answer.status_code, fields_in_fault(answer)) == (422, [fault])

    def test_a_colleague_invites_nobody(self, service, firm, colleague):
        browser = service.browser(colleague)
        assert browser.get(f"/organisations/{firm[0]}/people/invite").status_code == 403
        assert browser.post(f"/organisations/{firm[0]}/people/invite", {"role": "respondent"}).status_code == 403

    def test_nobody_invites_into_another_organisation(self, service, lead):
        address = f"/organisations/{service.here.organisation()}/people/invite"
        assert lead.post(address, {"role": "company_lead"}).status_code == 404

    def test_one_is_taken_back_once(self, service, firm, lead):
        at = f"/organisations/{firm[0]}"
        code = shown_code(lead.post(f"{at}/people/invite", {"role": "exporter"}))
        address = re.search(rf"{at}/invitations/\w+/withdraw", lead.get(at).text)[0]
        assert lead.post(address).headers["location"] == at
        assert service.browser().get(f"/invitation/{code}").status_code == 422
        assert lead.post(address).status_code == 409

    def test_a_lead_auditor_invites_to_their_own_body(self, service):
        body, _, _, chief = service.body()
        answer = service.browser(chief).post(f"/organisations/{body}/people/invite", {"role": "auditor"})
        assert answer.status_code == 200

    def test_an_administrator_without_a_second_step_invites_nobody(self, service, firm):
        boss = service.administrator()
        weak = service.browser(msgspec.structs.replace(boss, second_factor=False))
        assert weak.post(f"/organisations/{firm[0]}/people/invite", {"role": "respondent"}).status_code == 403


class TestPeople:
    def test_a_role_is_ended(self, service, firm, lead, colleague):
        at = f"/organisations/{firm[0]}/people/{colleague.person}"
        assert lead.post(f"{at}/end", {"role": "respondent"}).headers["location"] == f"/organisations/{firm[0]}"
        assert lead.get(at).status_code == 404
        assert service.browser(colleague).get(f"/organisations/{firm[0]}").status_code == 403

    def test_the_only_one_in_charge_stays(self, firm, lead):
        answer = lead.post(f"/organisations/{firm[0]}/people/{firm[2].person}/end", {"role": "company_lead"})
        assert answer.status_code == 422
        assert "the only one in charge" in answer.text

    def test_one_of_two_in_charge_may_go(self, service, firm, lead):
        service.here.somebody((firm[0], Role.COMPANY_LEAD))
        answer = lead.post(f"/organisations/{firm[0]}/people/{firm[2].person}/end", {"role": "company_lead"})
        assert answer.headers["location"] == "/"

    @pytest.mark.parametrize("role", ["auditor", "", "no such role"])
    def test_a_role_that_nobody_has_is_not_found(self, firm, lead, colleague, role):
        address = f"/organisations/{firm[0]}/people/{colleague.person}/end"
        assert lead.post(address, {"role": role}).status_code == 404

    def test_somebody_of_another_organisation_is_not_found(self, service, firm, lead):
        other = service.firm()[2].person
        for step in ("", "/end", "/code"):
            address = f"/organisations/{firm[0]}/people/{other}{step}"
            answer = lead.post(address, {"role": "company_lead"}) if step else lead.get(address)
            assert answer.status_code == 404

    def test_a_code_on_paper_gives_a_new_password(self, service, firm, lead):
        db = service.installation.db
        one = person(db, f"{new_id()}@firm.example", (firm[0], Role.RESPONDENT))
        code = shown_code(lead.post(f"/organisations/{firm[0]}/people/{one.id}/code"))
        answer = service.browser().post("/reset", {"code": code.lower(), "password": "another four words here"})
        assert answer.headers["location"] == "/sign-in?done=password"

    def test_no_lead_prints_a_code_for_somebody_who_has_a_role_elsewhere(self, service, firm, lead):
        both = service.here.somebody((firm[0], Role.RESPONDENT), (service.here.organisation(), Role.RESPONDENT))
        assert lead.post(f"/organisations/{firm[0]}/people/{both.person}/code").status_code == 403

    def test_an_administrator_takes_a_lost_second_step_away(self, service, firm, boss):
        db = service.installation.db
        one = person(db, f"{new_id()}@firm.example", (firm[0], Role.RESPONDENT))
        with db.writing() as connection:
            people.keep_totp(connection, one.id, b"sealed")
            mine = actor_for(connection, one, second_factor=True)
        browser = service.browser(mine)
        address = f"/organisations/{firm[0]}/people/{one.id}/second-factor"
        assert boss.post(address).status_code == 303
        assert browser.get("/account").status_code == 303
        with db.reading() as connection:
            assert people.credentials(connection, one.id).totp is None

    def test_a_lead_takes_no_second_step_away(self, firm, lead, colleague):
        assert lead.post(f"/organisations/{firm[0]}/people/{colleague.person}/second-factor").status_code == 403


class TestAdministration:
    @pytest.fixture(autouse=True)
    def open_door(self, service):
        with service.installation.db.writing() as connection:
            setting.note(connection, setting.CHOICES, setting.Choices(), service.here.now)

    def test_it_is_for_administrators_alone(self, lead):
        assert lead.get("/administration/organisations").status_code == 403

    def test_every_organisation_is_found_by_a_part_of_its_name(self, service, boss):
        name = f"Sample {new_id()}"
        service.here.organisation(name=name)
        assert name in boss.get(f"/administration/organisations?words={name[3:20].upper()}").text
        assert "Nothing found" in boss.get(f"/administration/organisations?words={name}&kind=operator").text

    def test_a_long_list_goes_on_on_another_page(self, service, boss):
        mark = new_id()
        for number in range(26):
            service.here.organisation(name=f"{mark} {number:02}")
        text = boss.get(f"/administration/organisations?words={mark}").text
        assert f"{mark} 00" not in text
        later = re.search(r'<a href="(\?[^"]+)" rel="next"', text)[1].replace("&amp;", "&")
        assert f"{mark} 00" in boss.get(f"/administration/organisations{later}").text

    @pytest.mark.parametrize("kind", list(Kind))
    def test_one_of_any_kind_is_made(self, service, boss, kind):
        fields = {
            "kind": kind,
            "name": f"Sample {new_id()}",
            "sector": "textile",
            "region": "TM-M",
            "state_body": "yes",
        }
        address = boss.post("/administration/organisations/new", fields).headers["location"]
        identifier = re.fullmatch(r"/organisations/(\w+)/people/invite", address)[1]
        with service.installation.db.reading() as connection:
            found = organisations.load(connection, identifier)
        assert (found.kind, found.state_body, bool(found.sector)) == (kind, True, kind is Kind.FIRM)

    def test_what_does_not_fit_is_told(self, boss):
        answer = boss.post("/administration/organisations/new", {"kind": "firm", "name": ""})
        assert (answer.status_code, fields_in_fault(answer)) == (422, ["name", "sector", "region"])

    def test_a_request_is_accepted_once_and_becomes_an_invitation(self, service, boss):
        at = f"/administration/organisations/requests/{asked(service)}"
        assert "Sample Person" in boss.get(at).text
        answer = boss.post(f"{at}/accept")
        assert "Company lead" in answer.text
        assert service.browser().get(f"/invitation/{shown_code(answer)}").status_code == 200
        assert boss.post(f"{at}/decline").status_code == 409
        assert "Accepted: " in boss.get(at).text

    def test_a_request_is_declined(self, service, boss):
        at = f"/administration/organisations/requests/{asked(service)}"
        assert boss.post(f"{at}/decline").headers["location"] == "/administration/organisations"
        assert boss.post(f"{at}/accept").status_code == 409

    def test_one_out_of_use_gives_no_rights_until_it_is_taken_into_use_again(self, firm, lead, boss):
        address = f"/administration/organisations/{firm[0]}/close"
        boss.post(address, {"closed": "yes"})
        assert lead.get("/assessments").status_code == 403
        boss.post(address, {"closed": "no"})
        assert lead.get("/assessments").status_code == 200

    def test_whoever_runs_the_service_stays_in_use(self, service, boss):
        operator = service.here.organisation(Kind.OPERATOR)
        assert boss.post(f"/administration/organisations/{operator}/close", {"closed": "yes"}).status_code == 403
