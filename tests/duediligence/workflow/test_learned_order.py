"""The order of the queue is learned from conclusions, used while it helps, and switched off with a reason."""

import subprocess
import sys

import pytest

from duediligence import ledger
from duediligence.engagement import Stage
from duediligence.errors import NotFound, Unfit
from duediligence.store import engagement as engagements
from duediligence.store import queue_model as orders
from duediligence.store.engagement import Sought
from duediligence.workflow import learned_order
from risk_models import priority_file
from risk_models.priority_outcome import Standing
from risk_models.priority_queue import How
from tests.looking import concluded, waiting, work_off
from tests.stages import Parties, parties

ENOUGH = 330
FEW = 40
SUBMITTED = Sought(stages=(Stage.SUBMITTED,))


@pytest.fixture
def here(here) -> Parties:
    return parties(here)


def drawn_up(here: Parties) -> None:
    with here.here.db.writing() as connection:
        learned_order.order_now(connection, here.here.now)
    work_off(here.here)


def queue(here: Parties, limit: int = 100) -> learned_order.Waiting:
    with here.here.work(here.lead_auditor) as work:
        return learned_order.waiting(work, SUBMITTED, limit=limit)


def overview(here: Parties) -> learned_order.Overview:
    with here.here.work(here.lead_auditor) as work:
        return learned_order.overview(work)


class TestAfterEnoughConclusions:
    @pytest.fixture
    def telling(self, here):
        concluded(here, ENOUGH)
        telling = waiting(here, FEW)
        drawn_up(here)
        return telling

    def test_the_queue_orders_itself(self, here, telling):
        found = overview(here)
        assert found.ordered
        assert found.ordered.how is How.LEARNED
        assert found.model
        assert found.model.learned.standing is Standing.ON
        assert f"{ENOUGH} files" in found.ordered.says["en"]

    def test_files_stand_by_what_gave_cases_away_before(self, here, telling):
        found = queue(here)
        chosen = [row.engagement.id for row in found.rows if not found.places[row.engagement.id].by_chance]
        first, last = chosen[: len(chosen) // 4], chosen[-len(chosen) // 4 :]
        assert min(telling[one] for one in first) > max(telling[one] for one in last)

    def test_at_least_a_fifth_of_the_first_places_is_drawn_by_chance(self, here, telling):
        found = queue(here)
        by_chance = [found.places[row.engagement.id].by_chance for row in found.rows]
        assert all(sum(by_chance[:size]) >= size / 5 for size in range(1, FEW + 1))

    def test_a_file_says_what_its_place_is_made_of(self, here, telling):
        found = queue(here)
        with here.here.work(here.lead_auditor) as work:
            reasons = learned_order.reasons(work, found.places)
        assert reasons.keys() == {name for name, place in found.places.items() if not place.by_chance}
        for one in reasons.values():
            assert one.log_odds == pytest.approx(sum(part.log_odds for part in one.parts))
            assert "level.DEB" in {part.name for part in one.parts}

    def test_what_was_learned_is_kept_with_its_digests_and_opens_without_pickle(self, here, telling):
        model = overview(here).model
        assert model
        assert model.file
        assert model.learned.model
        assert orders.digest(model.file) == model.file_digest
        assert orders.digest(orders.encoded(model.learned)) == model.digest
        priority_file.read(model.file, model.learned.model)

    def test_no_number_of_any_file_moves(self, here, telling):
        with here.here.db.reading() as connection:
            stated = [engagements.load(connection, one).stated for one in telling]
        assert len({one.residual for one in stated if one}) > FEW / 2
        assert {one.band for one in stated if one} == {"medium"}

    def test_switched_off_with_a_reason_the_rule_set_gives_the_order(self, here, telling):
        with here.here.work(here.lead_auditor) as work:
            learned_order.turn(work, off=True, reason="The season is over.")
        work_off(here.here)
        found = overview(here)
        assert found.ordered
        assert found.ordered.how is How.RULES
        with here.here.db.reading() as connection:
            assert ledger.newest(connection).event == "review:order"
        with here.here.work(here.lead_auditor) as work:
            learned_order.turn(work, off=False, reason="A new season began.")
        work_off(here.here)
        assert overview(here).ordered.how is How.LEARNED

    def test_it_is_not_learned_again_before_as_many_were_concluded_again(self, here, telling):
        drawn_up(here)
        drawn_up(here)
        assert len(overview(here).attempts) == 1


def test_with_few_conclusions_the_rule_set_gives_the_order_and_the_attempt_says_why(here):
    concluded(here, FEW)
    waiting(here, FEW)
    with here.here.work(here.lead_auditor) as work:
        learned_order.learn(work)
    work_off(here.here)
    found = overview(here)
    assert found.ordered
    assert found.ordered.how is How.RULES
    assert found.attempts[0].learned.standing is Standing.TOO_FEW_FILES
    assert f"{FEW} files were concluded" in found.ordered.why["en"]


def test_under_the_rule_set_what_chance_did_not_draw_stands_by_residual_risk(here):
    waiting(here, FEW)
    drawn_up(here)
    found = queue(here)
    chosen = [row.engagement.stated for row in found.rows if not found.places[row.engagement.id].by_chance]
    residuals = [one.residual for one in chosen if one]
    assert residuals == sorted(residuals, reverse=True)


def test_before_the_first_morning_the_queue_stands_by_residual_risk(here):
    waiting(here, FEW)
    residuals = [row.engagement.stated.residual for row in queue(here).rows if row.engagement.stated]
    assert residuals == sorted(residuals, reverse=True)


def test_what_was_handed_in_since_stands_behind_all_places(here):
    waiting(here, FEW)
    drawn_up(here)
    late = waiting(here, 3, seed=9)
    rows = [row.engagement.id for row in queue(here).rows]
    assert set(rows[-3:]) == set(late)
    assert len(rows) == len(set(rows)) == FEW + 3


@pytest.mark.parametrize("size", [1, 7, 20])
def test_pages_of_the_queue_lead_on_and_back_without_gap(here, size):
    waiting(here, 17)
    drawn_up(here)
    waiting(here, 6, seed=9)
    whole = [row.engagement.id for row in queue(here).rows]
    found, after, pages = [], None, []
    with here.here.work(here.lead_auditor) as work:
        while True:
            page = learned_order.waiting(work, SUBMITTED, limit=size, after=after)
            pages.append(tuple(row.engagement.id for row in page.rows))
            found += pages[-1]
            if page.later is None:
                break
            after = page.later
        assert found == whole
        for before in reversed(pages[:-1]):
            assert page.earlier is not None
            page = learned_order.waiting(work, SUBMITTED, limit=size, before=page.earlier)
            assert tuple(row.engagement.id for row in page.rows) == before
        assert page.earlier is None


def test_chance_is_remembered_when_a_file_it_drew_is_taken(here):
    identifier = here.at(Stage.SUBMITTED)
    drawn_up(here)
    with here.here.db.reading() as connection:
        assert orders.places(connection, [identifier])[identifier].by_chance  # the first place always is
    here.reviewed(identifier)
    drawn_up(here)
    with here.here.db.reading() as connection:
        assert orders.places(connection, [identifier]) == {}


def test_only_who_leads_a_reviewing_body_sees_or_changes_the_order(here):
    for actor in (here.lead, here.auditor, here.second):
        with here.here.work(actor) as work:
            with pytest.raises(NotFound):
                learned_order.overview(work)
            with pytest.raises(NotFound):
                learned_order.turn(work, off=True, reason="No.")
            with pytest.raises(NotFound):
                learned_order.learn(work)


def test_without_a_reason_nothing_is_switched(here):
    with here.here.work(here.lead_auditor) as work, pytest.raises(Unfit):
        learned_order.turn(work, off=True, reason=" ")


def test_the_web_process_starts_without_scikit_learn():
    program = "import sys, api.app, duediligence.worker; print({'sklearn', 'skops'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
