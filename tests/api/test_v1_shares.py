"""The JSON routes of what comes from the firm itself, of shared assessments, and of workbooks that were sent in."""

from datetime import timedelta

import pytest

from duediligence.chain.party import About
from duediligence.chain.request import FORMS, Channel
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.workflow import asking, chain
from duediligence.workflow.asking import Wanted
from duediligence.workflow.work import ASHGABAT
from questionnaires import catalogue, workbook
from questionnaires.response import Answer, Response
from tests.api.programs import program
from tests.stages import Parties, parties


class Buyer:
    """A firm that has asked one partner, and its program."""

    def __init__(self, service) -> None:
        self.service = service
        self.firm, _, self.lead = service.firm()
        self.call = program(service, self.lead)
        with service.here.work(self.lead) as work:
            self.party = chain.add(work, self.firm, About(name="Ak Pagta")).id
            wanted = Wanted(party=self.party, channel=Channel.LINK, language="en")
            issued = asking.invite(work, service.installation.key, wanted)
        self.secret, self.request = issued.link.removeprefix("/partner/"), issued.request.id

    def sees(self):
        return self.call("GET", f"/chain/parties/{self.party}/requests").json()["shared"]


@pytest.fixture
def buyer(service) -> Buyer:
    service.here.now += timedelta(minutes=2)  # costly routes answer again
    return Buyer(service)


@pytest.fixture
def partner(service) -> Parties:
    return parties(service.here)


@pytest.fixture
def call(service, partner):
    return program(service, partner.lead)


def agreed(call, buyer: Buyer, engagement: str, **more: object):
    digest = call("GET", f"/shares/offers/{engagement}").json()["digest"]
    wanted = {"request": buyer.secret, "assessment": engagement, "what": "indicators", "months": 6, "digest": digest}
    return call("POST", "/shares", wanted | more)


class TestShares:
    def test_what_was_looked_at_is_what_the_buyer_reads(self, buyer, call, partner):
        engagement = partner.at(Stage.SUBMITTED)
        offered = call("GET", f"/shares/offers/{engagement}").json()
        assert agreed(call, buyer, engagement).status_code == 201
        assert buyer.sees()["told"] == offered | {"answers": {}}
        assert buyer.sees()["origin"] == "assessment"

    def test_it_is_listed_and_taken_back(self, buyer, call, partner):
        made = agreed(call, buyer, partner.at(Stage.SUBMITTED)).json()
        assert [one["id"] for one in call("GET", "/shares").json()] == [made["id"]]
        assert call("DELETE", f"/shares/{made['id']}").status_code == 204
        assert buyer.sees()["told"] is None
        assert call("DELETE", f"/shares/{made['id']}").status_code == 409

    def test_nothing_is_found_of_another_firm(self, service, buyer, call, partner):
        engagement = partner.at(Stage.SUBMITTED)
        made = agreed(call, buyer, engagement).json()
        stranger = program(service, service.firm()[2])
        assert stranger("GET", f"/shares/offers/{engagement}").status_code == 404
        assert stranger("DELETE", f"/shares/{made['id']}").status_code == 404

    def test_a_respondent_may_not_share(self, service, partner):
        respondent = program(service, service.here.somebody((partner.firm, Role.RESPONDENT)))
        assert respondent("GET", "/shares").status_code == 403

    @pytest.mark.parametrize(("more", "status"), [({"months": 5}, 422), ({"digest": "0" * 64}, 409)])
    def test_what_does_not_fit_is_refused(self, buyer, call, partner, more, status):
        assert agreed(call, buyer, partner.at(Stage.SUBMITTED), **more).status_code == status


class TestOwnShare:
    def test_it_is_told_on_the_revision_that_was_seen(self, buyer):
        place = f"/chain/{buyer.firm}/own"
        first = buyer.call("GET", place)
        assert (first.json(), first.headers["etag"]) == ({"goods": None, "labour": None}, '"0"')
        told = buyer.call("PUT", place, {"goods": 60.0}, **{"if-match": '"0"'})
        assert (told.status_code, told.headers["etag"]) == (200, '"1"')
        assert buyer.call("PUT", place, {"goods": 50.0}, **{"if-match": '"0"'}).status_code == 412
        assert buyer.call("PUT", place, {"goods": 101.0}, **{"if-match": '"1"'}).status_code == 422
        assert buyer.call("GET", place).json() == {"goods": 60.0, "labour": None}

    def test_another_firm_finds_nothing(self, service, buyer):
        assert program(service, service.firm()[2])("GET", f"/chain/{buyer.firm}/own").status_code == 404


class TestSentIn:
    FIELDS = ("role", "consented", "months")

    def send(self, buyer: Buyer, **more: str):
        form = catalogue.load(FORMS[0], catalogue.latest(FORMS[0]))
        answers = {"mov.id_kept": Answer(value="yes")}
        data = workbook.write(form, "en", Response(questionnaire=form.id, version=form.version, answers=answers))
        fields = {
            "role": "Director",
            "consented": buyer.service.here.now.astimezone(ASHGABAT).date().isoformat(),
            "months": "6",
        } | more
        return buyer.service.client.post(
            f"/api/v1/chain/requests/{buyer.request}/workbook",
            data=fields,
            files={"file": ("partner.xlsx", data)},
            headers=buyer.call.headers,
        )

    def test_it_is_marked_and_says_how_much_was_read(self, buyer):
        made = self.send(buyer)
        assert (made.status_code, made.json()["answers"]) == (201, 1)
        assert buyer.sees()["origin"] == "sent_in"

    @pytest.mark.parametrize("field", FIELDS)
    def test_a_consent_is_stated_in_full(self, buyer, field):
        assert self.send(buyer, **{field: ""}).status_code in {400, 422}
        assert buyer.sees() is None
