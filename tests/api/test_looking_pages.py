"""Pages on which reviewers are asked to look again, and on which the lead auditor sees what orders the queue."""

import pytest

from duediligence.engagement import Stage
from duediligence.store import prompt as prompts
from duediligence.store.engagement import Sought
from duediligence.store.prompt import Outcome
from duediligence.workflow import learned_order
from tests.api.conftest import Service
from tests.looking import asked, concluded, waiting, work_off
from tests.served import served
from tests.stages import Parties, parties

WHY = "Both answers can be true. How?"


@pytest.fixture(scope="module")
def service(sqlite, tmp_path_factory):
    with served(sqlite, tmp_path_factory.mktemp("looking") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def around(service: Service) -> Parties:
    return parties(service.here)


@pytest.fixture(scope="module")
def learned(around: Parties) -> Parties:
    """Give an installation in which an order was learned and files wait."""
    concluded(around, 330)
    waiting(around, 60)
    with around.here.db.writing() as connection:
        learned_order.order_now(connection, around.here.now)
    work_off(around.here)
    return around


class TestAFile:
    @pytest.fixture
    def questioned(self, around):
        identifier = around.at(Stage.IN_REVIEW)
        return identifier, asked(around.here, identifier, WHY)

    def outcome(self, around, identifier):
        with around.here.db.reading() as connection:
            return [one.outcome for one in prompts.of_engagement(connection, identifier)]

    def test_says_what_is_asked_why_and_how_often_it_was_right(self, service, around, questioned):
        page = service.browser(around.auditor).get(f"/files/{questioned[0]}").text
        assert WHY in page
        assert "Stands out clearly" in page
        assert "not yet known" in page

    def test_takes_what_a_reviewer_concludes(self, service, around, questioned):
        identifier, prompt = questioned
        fields = {f"{prompt}.outcome": "explained", f"{prompt}.reason": "One adviser helped both."}
        answer = service.browser(around.auditor).post(f"/files/{identifier}/prompts/{prompt}", fields)
        assert answer.headers["location"] == f"/files/{identifier}#second-look"
        assert self.outcome(around, identifier) == [Outcome.EXPLAINED]

    @pytest.mark.parametrize("fields", [{}, {"reason": "Because."}, {"outcome": "explained"}, {"outcome": "guilty"}])
    def test_keeps_what_was_typed_where_something_is_missing(self, service, around, questioned, fields):
        identifier, prompt = questioned
        named = {f"{prompt}.{name}": value for name, value in fields.items()}
        answer = service.browser(around.auditor).post(f"/files/{identifier}/prompts/{prompt}", named)
        assert answer.status_code == 422
        assert fields.get("reason", WHY) in answer.text
        assert self.outcome(around, identifier) == [None]

    def test_is_concluded_on_by_its_auditor_alone(self, service, around, questioned):
        identifier, prompt = questioned
        for actor in (around.second, around.lead_auditor, around.lead):
            answer = service.browser(actor).post(f"/files/{identifier}/prompts/{prompt}", {})
            assert answer.status_code in {403, 404}
        page = service.browser(around.second).get(f"/files/{identifier}").text
        assert f"/prompts/{prompt}" not in page


class TestTheQueue:
    def test_says_which_order_is_in_force_since_when_and_from_how_many_conclusions(self, service, learned):
        page = service.browser(learned.auditor).get("/queue").text
        assert "learned from the conclusions of reviewers on 330 files" in page
        assert "20 % of the places are drawn by chance" in page
        assert "Drawn by chance</span>" in page

    def test_shows_what_a_place_adds_up_to(self, service, learned):
        page = service.browser(learned.auditor).get("/queue").text
        assert "What its place adds up to" in page
        assert "Level of the indicator: " in page

    def test_leads_on_to_the_next_page_and_back(self, service, learned):
        browser = service.browser(learned.auditor)
        first = browser.get("/queue").text
        assert "/queue?after=p39" in first
        second = browser.get("/queue?after=p39").text
        assert "/queue?before=p40" in second
        assert browser.get("/queue?before=p40").text.count("<li><span") == first.count("<li><span")

    def test_is_the_same_to_programs(self, service, learned):
        with learned.here.work(learned.auditor) as work:
            wanted = learned_order.waiting(work, Sought(stages=(Stage.SUBMITTED,)), limit=5)
        found = service.browser(learned.auditor).get("/api/v1/queue?limit=5", accept="application/json").json()
        assert [one["engagement"]["id"] for one in found["items"]] == [row.engagement.id for row in wanted.rows]
        assert found["next"] == "p4"


class TestThePageOnTheOrder:
    def test_shows_the_trial_the_card_the_digests_and_every_attempt(self, service, learned):
        page = service.browser(learned.lead_auditor).get("/reviews/order").text
        for words in ("How it did on later files", "with 95 % certainty", "Model card", "SHA-256", "What weighs in it"):
            assert words in page

    def test_says_what_the_agreement_rests_on(self, service, learned):
        page = service.browser(learned.lead_auditor).get("/reviews/order").text
        assert "a second auditor who knows nothing of the first" in page
        assert "No file was judged by both yet" in page

    def test_switches_off_with_a_reason_and_on_again(self, service, learned):
        browser = service.browser(learned.lead_auditor)
        assert browser.post("/reviews/order/switch", {"off": "yes", "reason": " "}).status_code == 422
        browser.post("/reviews/order/switch", {"off": "yes", "reason": "The season is over."})
        work_off(learned.here)
        assert "The season is over." in service.browser(learned.auditor).get("/queue").text
        browser.post("/reviews/order/switch", {"off": "", "reason": "A new one began."})
        work_off(learned.here)
        assert "330 files" in service.browser(learned.auditor).get("/queue").text

    def test_has_an_order_learned_anew_once_a_day_and_says_so(self, service, learned):
        browser = service.browser(learned.lead_auditor)
        for _ in range(2):
            assert browser.post("/reviews/order/learn").headers["location"] == "/reviews/order?asked=yes"
        work_off(learned.here)
        with learned.here.work(learned.lead_auditor) as work:
            assert len(learned_order.overview(work).attempts) == 2
