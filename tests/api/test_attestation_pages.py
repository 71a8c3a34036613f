"""A firm has an assessment attested on its pages: draws it up, consents, gives copies out, withdraws it."""

import re
from datetime import timedelta

import pytest

from duediligence.access import Actor
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.proof.attestation import Attestation, WhyWithdrawn
from duediligence.redaction import Piece, Why
from duediligence.store import attestation as store
from duediligence.workflow import attesting, named_copy
from tests import attested
from tests.api.conftest import Browser, Service
from tests.stages import Parties

NOBODY = "00000000000000000000"
ROW = re.compile(r'href="/attestations/([0-9A-Z]{20})".*?class="tag[^>]*>.*?</svg>([^<]*)<', re.DOTALL)
SECRET = re.compile(r"/copies/([A-Za-z0-9_-]{20,})")


@pytest.fixture(scope="module")
def all_(service: Service) -> Parties:
    firm, site, lead = service.firm()
    body, auditor, second, lead_auditor = service.body()
    return Parties(service.here, firm, site, body, "", lead, auditor, second, lead_auditor)


@pytest.fixture
def lead(service: Service, all_: Parties) -> Browser:
    return service.browser(all_.lead)


@pytest.fixture
def exporter(all_: Parties) -> Actor:
    return all_.here.somebody((all_.firm, Role.EXPORTER))


@pytest.fixture
def stranger(service: Service) -> Browser:
    other = service.here.somebody((service.here.organisation(name="Other"), Role.COMPANY_LEAD))
    return service.browser(other)


@pytest.fixture
def waiting(all_: Parties) -> Attestation:
    return attested.drawn_up(all_.here, all_.lead, all_.at(Stage.SUBMITTED))


@pytest.fixture(scope="module")
def signed(all_: Parties) -> Attestation:
    """Give one that no test changes."""
    return attested.issued(all_.here, all_.lead, all_.at(Stage.SUBMITTED))


@pytest.fixture
def own(all_: Parties) -> Attestation:
    """Give one that a test may change."""
    return attested.issued(all_.here, all_.lead, all_.at(Stage.SUBMITTED))


def kept(all_: Parties, code: str) -> Attestation:
    with all_.here.db.reading() as connection:
        return store.load(connection, code)


def copy_for(one: Attestation, **more: str) -> dict[str, str]:
    return {"reader": "Example Buyer", "purpose": "Purchase", "until": one.expires.isoformat(), **more}


class TestDrawingUp:
    def test_an_assessment_of_another_firm_is_not_found(self, stranger: Browser, all_: Parties) -> None:
        wanted = {"assessment": all_.at(Stage.SUBMITTED), "language": "en"}
        assert stranger.post("/attestations/new", wanted).status_code == 404

    def test_whoever_answers_alone_may_not(self, service: Service, all_: Parties) -> None:
        respondent = service.browser(all_.here.somebody((all_.firm, Role.RESPONDENT)))
        assert respondent.get("/attestations/new").status_code == 403

    def test_what_was_not_handed_in_is_refused(self, lead: Browser, all_: Parties) -> None:
        wanted = {"assessment": all_.at(Stage.ANSWERING), "language": "en"}
        assert lead.post("/attestations/new", wanted).status_code == 409

    def test_a_language_nobody_speaks_here_is_said_beside_the_field(self, lead: Browser, all_: Parties) -> None:
        answer = lead.post("/attestations/new", {"assessment": all_.at(Stage.SUBMITTED), "language": "xx"})
        assert answer.status_code == 422
        assert 'href="#language"' in answer.text

    def test_a_shipment_without_its_regime_loses_nothing_that_was_chosen(self, lead: Browser, all_: Parties) -> None:
        engagement = all_.at(Stage.SUBMITTED)
        goods = attested.shipment(all_.here, all_.lead, all_.firm, engagement)
        wanted = {"assessment": engagement, "shipment": goods, "regime": "", "language": "en"}
        answer = lead.post("/attestations/new", wanted)
        assert answer.status_code == 422
        assert 'href="#regime"' in answer.text
        assert f'<option value="{goods}" selected>' in answer.text

    def test_without_an_assessment_it_is_said_what_is_missing(self, lead: Browser) -> None:
        assert lead.post("/attestations/new", {"language": "en"}).status_code == 422

    def test_an_exporter_is_led_to_what_was_drawn_up(self, service: Service, all_: Parties, exporter: Actor) -> None:
        wanted = {"assessment": all_.at(Stage.SUBMITTED), "language": "tk"}
        answer = service.browser(exporter).post("/attestations/new", wanted)
        one = kept(all_, answer.headers["location"].removeprefix("/attestations/"))
        assert (answer.status_code, one.language, one.consented) == (303, "tk", None)

    def test_the_result_leads_there_with_the_assessment_chosen(self, lead: Browser, all_: Parties) -> None:
        engagement = all_.at(Stage.SUBMITTED)
        page = lead.get(f"/assessments/{engagement}/result").text
        link = re.search(rf'href="(/attestations/new\?assessment={engagement}[^"]*)"', page)
        assert link
        chosen = lead.get(link[1].replace("&amp;", "&")).text
        assert re.search(rf'value="{engagement}"[^>]*checked', chosen)

    def test_a_firm_without_any_assessment_is_told_what_comes_first(self, service: Service) -> None:
        _, _, newcomer = service.firm()
        assert "No assessment was handed in yet" in service.browser(newcomer).get("/attestations/new").text


class TestConsenting:
    def test_another_firm_is_not_told_of_it(self, stranger: Browser, waiting: Attestation) -> None:
        assert stranger.post(f"/attestations/{waiting.id}/consent").status_code == 404
        assert stranger.get(f"/attestations/{waiting.id}").status_code == 404

    @pytest.mark.parametrize("role", [Role.EXPORTER, Role.RESPONDENT, Role.WORKER_REPRESENTATIVE])
    def test_nobody_but_the_lead_may(self, service: Service, all_: Parties, waiting: Attestation, role: Role) -> None:
        somebody = service.browser(all_.here.somebody((all_.firm, role)))
        assert somebody.post(f"/attestations/{waiting.id}/consent").status_code == 403
        assert "We consent" not in somebody.get(f"/attestations/{waiting.id}").text
        assert kept(all_, waiting.id).consented is None

    def test_the_lead_sees_what_will_be_shown(self, lead: Browser, waiting: Attestation) -> None:
        page = lead.get(f"/attestations/{waiting.id}").text
        assert "We consent" in page
        assert "Whose it is" in page
        assert "What it does not say" in page

    def test_a_newer_result_asks_to_draw_it_up_again(self, lead: Browser, all_: Parties) -> None:
        engagement = all_.at(Stage.IN_REVIEW)
        one = attested.drawn_up(all_.here, all_.lead, engagement)
        all_.concluded(engagement)
        page = lead.get(f"/attestations/{one.id}").text
        assert "A newer result has come" in page
        assert "We consent" not in page
        assert lead.post(f"/attestations/{one.id}/consent").status_code == 409

    def test_a_second_consent_is_refused(self, lead: Browser, signed: Attestation) -> None:
        assert lead.post(f"/attestations/{signed.id}/consent").status_code == 409

    def test_it_is_signed_after_the_consent(self, lead: Browser, all_: Parties, waiting: Attestation) -> None:
        answer = lead.post(f"/attestations/{waiting.id}/consent")
        assert answer.headers["location"] == f"/attestations/{waiting.id}"
        assert "Being signed" in lead.get(f"/attestations/{waiting.id}").text
        attested.sign(all_.here)
        assert "Stands" in lead.get(f"/attestations/{waiting.id}").text


class TestDropping:
    def test_one_that_was_consented_to_is_kept(self, lead: Browser, signed: Attestation) -> None:
        assert lead.post(f"/attestations/{signed.id}/drop").status_code == 409

    def test_one_that_waits_is_gone(self, lead: Browser, waiting: Attestation) -> None:
        assert lead.post(f"/attestations/{waiting.id}/drop").headers["location"] == "/attestations"
        assert lead.get(f"/attestations/{waiting.id}").status_code == 404


class TestTakingFiles:
    def test_there_is_no_file_before_it_is_signed(self, lead: Browser, waiting: Attestation) -> None:
        assert lead.get(f"/attestations/{waiting.id}/report").status_code == 404

    def test_a_reviewing_body_does_not_take_the_file_of_a_firm(
        self, service: Service, all_: Parties, signed: Attestation
    ) -> None:
        assert service.browser(all_.lead_auditor).get(f"/attestations/{signed.id}/report").status_code == 403

    def test_the_firm_takes_the_signed_report(self, lead: Browser, signed: Attestation) -> None:
        answer = lead.get(f"/attestations/{signed.id}/report")
        assert answer.content.startswith(b"%PDF")
        assert f'filename="{signed.id}.pdf"' in answer.headers["content-disposition"]


class TestListing:
    def test_a_firm_without_any_is_told_what_comes_first(self, service: Service) -> None:
        _, _, newcomer = service.firm()
        assert "Nothing was attested yet" in service.browser(newcomer).get("/attestations").text

    def test_each_one_says_how_it_stands(self, lead: Browser, waiting: Attestation, signed: Attestation) -> None:
        rows = dict(ROW.findall(lead.get("/attestations").text))
        assert (rows[waiting.id], rows[signed.id]) == ("Waits for consent", "Stands")

    def test_the_file_under_review_names_what_rests_on_it(self, service: Service, all_: Parties) -> None:
        engagement = all_.at(Stage.CONCLUDED)
        one = attested.issued(all_.here, all_.lead, engagement)
        page = f"/files/{engagement}"
        assert one.id in service.browser(all_.lead_auditor).get(page).text
        assert one.id not in service.browser(all_.auditor).get(page).text


class TestCopies:
    def test_another_firm_is_not_told_of_it(self, stranger: Browser, signed: Attestation) -> None:
        assert stranger.post(f"/attestations/{signed.id}/copies", copy_for(signed)).status_code == 404

    def test_whoever_answers_alone_may_not(self, service: Service, all_: Parties, signed: Attestation) -> None:
        respondent = service.browser(all_.here.somebody((all_.firm, Role.RESPONDENT)))
        assert respondent.post(f"/attestations/{signed.id}/copies", copy_for(signed)).status_code == 403

    def test_one_that_waits_has_no_copies(self, lead: Browser, waiting: Attestation) -> None:
        assert lead.post(f"/attestations/{waiting.id}/copies", copy_for(waiting)).status_code == 409

    def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(
        self, lead: Browser, signed: Attestation
    ) -> None:
        answer = lead.post(f"/attestations/{signed.id}/copies", {"reader": "", "purpose": "Purchase", "until": "x"})
        assert answer.status_code == 422
        assert all(f'href="#{name}"' in answer.text for name in ("reader", "until"))
        assert 'value="Purchase"' in answer.text

    def test_no_person_is_a_reader(self, lead: Browser, signed: Attestation) -> None:
        answer = lead.post(f"/attestations/{signed.id}/copies", copy_for(signed, reader="someone@example.test"))
        assert answer.status_code == 422

    def test_its_link_is_shown_once_and_opens_the_file(
        self, service: Service, lead: Browser, all_: Parties, own: Attestation
    ) -> None:
        link = SECRET.search(lead.post(f"/attestations/{own.id}/copies", copy_for(own)).text)
        assert link
        assert link[0] not in lead.get(f"/attestations/{own.id}").text
        reader = service.browser()
        assert "The file is being made" in reader.get(link[0]).text
        attested.sign(all_.here)
        assert "for: Purchase" in reader.get(link[0]).text
        assert reader.post(link[0]).content.startswith(b"%PDF")

    def test_looking_at_the_page_of_a_copy_is_no_opening(
        self, service: Service, lead: Browser, all_: Parties, own: Attestation
    ) -> None:
        secret = made(all_, own)
        service.browser().get(f"/copies/{secret}")
        assert "Opened 0 times" in lead.get(f"/attestations/{own.id}").text
        service.browser().post(f"/copies/{secret}")
        assert "Opened 1 time," in lead.get(f"/attestations/{own.id}").text

    def test_a_closed_one_says_so_and_gives_nothing(
        self, service: Service, lead: Browser, all_: Parties, own: Attestation
    ) -> None:
        secret, reader = made(all_, own), service.browser()
        with all_.here.db.reading() as connection:
            identifier = store.copies(connection, own.id)[0].id
        lead.post(f"/attestations/{own.id}/copies/{identifier}/close")
        assert reader.get(f"/copies/{secret}").status_code == 410
        assert reader.post(f"/copies/{secret}").status_code == 404
        assert lead.post(f"/attestations/{own.id}/copies/{identifier}/close").status_code == 409

    def test_one_that_has_run_out_says_so(self, service: Service, all_: Parties, own: Attestation) -> None:
        secret = made(all_, own)
        all_.here.now += own.expires - all_.here.now.date() + timedelta(days=1)
        try:
            answer = service.browser().get(f"/copies/{secret}")
        finally:
            all_.here.now -= own.expires - all_.here.now.date() + timedelta(days=1)
        assert answer.status_code == 410

    def test_a_link_nobody_gave_out_is_not_known(self, service: Service) -> None:
        assert service.browser().get(f"/copies/{'x' * 43}").status_code == 404

    def test_a_reviewing_body_is_not_told_to_whom_copies_were_given(
        self, service: Service, all_: Parties, own: Attestation
    ) -> None:
        made(all_, own)
        page = service.browser(all_.lead_auditor).get(f"/attestations/{own.id}").text
        assert "Zollamt Hamburg" not in page


class TestWithdrawing:
    def test_another_firm_is_not_told_of_it(self, stranger: Browser, signed: Attestation) -> None:
        assert stranger.post(f"/attestations/{signed.id}/withdraw", {"because": "error"}).status_code == 404

    def test_an_exporter_may_not(self, service: Service, exporter: Actor, signed: Attestation) -> None:
        answer = service.browser(exporter).post(f"/attestations/{signed.id}/withdraw", {"because": "error"})
        assert answer.status_code == 403

    def test_one_that_waits_cannot_be_withdrawn(self, lead: Browser, waiting: Attestation) -> None:
        assert lead.post(f"/attestations/{waiting.id}/withdraw", {"because": "error"}).status_code == 409

    def test_without_a_reason_it_stands(self, lead: Browser, all_: Parties, signed: Attestation) -> None:
        answer = lead.post(f"/attestations/{signed.id}/withdraw")
        assert answer.status_code == 422
        assert kept(all_, signed.id).withdrawn is None

    @pytest.mark.parametrize("who", ["lead", "lead_auditor"])
    def test_the_firm_and_the_lead_auditor_may(
        self, service: Service, all_: Parties, own: Attestation, who: str
    ) -> None:
        somebody = service.browser(getattr(all_, who))
        assert "Withdraw it" in somebody.get(f"/attestations/{own.id}").text
        somebody.post(f"/attestations/{own.id}/withdraw", {"because": "finding"})
        assert kept(all_, own.id).withdrawn_because is WhyWithdrawn.FINDING

    def test_nowhere_does_a_withdrawn_one_seem_to_stand(
        self, service: Service, lead: Browser, all_: Parties, own: Attestation
    ) -> None:
        secret = made(all_, own)
        with all_.here.work(all_.lead) as work:
            attesting.withdraw(work, own.id, WhyWithdrawn.CONSENT)
        pages = [lead.get(f"/attestations/{own.id}").text]
        pages += [service.browser().get(address).text for address in (f"/check/{own.id}", f"/copies/{secret}")]
        assert ["It stands" in page or ">Stands<" in page for page in pages] == [False] * 3
        assert ["ithdrawn" in page for page in pages] == [True] * 3


def made(all_: Parties, one: Attestation) -> str:
    """Return the secret of the link of a copy whose file is ready."""
    with all_.here.work(all_.lead) as work:
        found = named_copy.make(
            work, one.id, "Zollamt Hamburg", "Customs", {Piece.CONSIGNEE: Why.OF_THE_FIRM}, one.expires
        )
    attested.sign(all_.here)
    return found.secret
