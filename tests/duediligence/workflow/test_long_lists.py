"""Long lists of partners are compared and taken by a worker: once, whole, and for whoever sent them alone."""

from datetime import timedelta

import msgspec
import pytest

from duediligence import housekeeping
from duediligence.access import Actor
from duediligence.chain.matching import Decision
from duediligence.chain.party import About
from duediligence.database import new_id
from duediligence.errors import NotAllowed, NotFound
from duediligence.job import Context, Nothing, State, unwatched, watched
from duediligence.key import read_or_make
from duediligence.organisation import Role
from duediligence.store import job as jobs
from duediligence.store import party as parties
from duediligence.store import person as people
from duediligence.workflow import chain, chain_doubles, chain_import, chain_merging, chain_waiting, making, ordering
from duediligence.workflow.chain_doubles import Pairs
from duediligence.workflow.chain_draft import ListDraft
from duediligence.workflow.chain_import import AS_FOUND
from duediligence.workflow.ordering import KEPT, Doubles, ListLook, ListTake, ListTaken
from tests.chain_long import long_list

LINES = 5_000


@pytest.fixture
def waits(here, firm, lead) -> str:
    """Give the name under which a list waits; short, so that only one test is slow."""
    return sent(here, firm, lead, 30)


@pytest.fixture
def look(firm, waits) -> ListLook:
    return ListLook(organisation=firm, name=waits, reading=AS_FOUND)


@pytest.fixture
def take(firm, waits) -> ListTake:
    return ListTake(organisation=firm, name=waits)


def sent(here, firm: str, actor: Actor, lines: int) -> str:
    with here.work(actor) as work:
        return chain_waiting.received(work, firm, "list.csv", long_list(lines))


def ordered(here, actor: Actor, wanted):
    with here.work(actor) as work:
        return ordering.order(work, wanted)


def found(here, actor: Actor, wanted):
    with here.work(actor) as work:
        made = ordering.made(work, wanted)
    return None if made is None else made.data


def fetched(here, actor: Actor, wanted, kind: type):
    ordered(here, actor, wanted)
    here.make_files()
    return msgspec.json.decode(found(here, actor, wanted), type=kind)


def register(here, actor: Actor, firm: str) -> int:
    with here.work(actor) as work:
        return parties.count(work.connection, firm)


def context(here, actor: Actor) -> Context:
    return Context(
        job=new_id(),
        by=actor.person,
        db=here.db,
        settings=here.settings,
        key=read_or_make(here.settings.key_path()),
        clock=lambda: here.now,
        progress=unwatched,
    )


def test_a_list_of_five_thousand_lines_is_looked_at_taken_and_taken_back(here, firm, lead):
    name = sent(here, firm, lead, LINES)
    with here.work(lead) as work:
        assert chain_waiting.found(work, firm, name).long
    seen = fetched(here, lead, ListLook(organisation=firm, name=name, reading=AS_FOUND), ListDraft)
    assert (seen.new, seen.known, seen.left_out_count) == (LINES, 0, 0)
    assert register(here, lead, firm) == 0
    batch = fetched(here, lead, ListTake(organisation=firm, name=name), ListTaken).batch
    assert register(here, lead, firm) == LINES
    with here.work(lead) as work:
        chain_import.undo(work, batch)
    assert register(here, lead, firm) == 0


def test_a_look_at_a_register_that_was_changed_is_taken_anew(here, firm, lead, look):
    assert fetched(here, lead, look, ListDraft).known == 0
    with here.work(lead) as work:
        known = chain_import.preview(work, firm, chain_waiting.found(work, firm, look.name).sent).plan[0]
        chain.add(work, firm, known.draft.about)
    assert found(here, lead, look) is None
    assert fetched(here, lead, look, ListDraft).known == 1


def test_however_it_is_to_be_read_a_list_is_taken_once(here, firm, lead, take):
    otherwise = msgspec.structs.replace(take, reading=msgspec.structs.replace(AS_FOUND, columns={1: None}))
    assert ordered(here, lead, take).id == ordered(here, lead, otherwise).id
    here.make_files()
    assert fetched(here, lead, take, ListTaken) == fetched(here, lead, otherwise, ListTaken)
    with here.work(lead) as work:
        assert len(chain_import.taken(work, firm)) == 1


def test_a_list_is_not_taken_by_a_worker_that_has_lost_its_job(here, firm, lead, take):
    with here.db.reading():
        done = making.make(context(here, lead), take)
    assert register(here, lead, firm) == 0
    with here.db.writing() as connection:
        done.write(connection)
    assert register(here, lead, firm) == 30


def test_what_was_entered_while_a_list_was_compared_is_not_entered_again(here, firm, lead, take):
    done = making.make(context(here, lead), take)
    with here.work(lead) as work:
        plan = chain_import.preview(work, firm, chain_waiting.found(work, firm, take.name).sent).plan
        chain.add(work, firm, plan[0].draft.about)
    with here.db.writing() as connection:
        done.write(connection)
    assert register(here, lead, firm) == 30


def test_what_somebody_may_no_longer_see_is_not_made(here, firm, lead, take):
    ordered(here, lead, take)
    with here.db.writing() as connection:
        people.leave(connection, lead.person, firm, Role.COMPANY_LEAD, here.now)
    here.make_files()
    with here.db.reading() as connection:
        assert {one.state for one in jobs.history(connection, most=5)} == {State.DONE}
        assert parties.count(connection, firm) == 0


def test_a_look_is_for_whoever_sent_the_list(here, firm, lead, look):
    fetched(here, lead, look, ListDraft)
    colleague = here.somebody((firm, Role.COMPANY_LEAD))
    assert found(here, colleague, look) is None


@pytest.mark.parametrize("wanted", ["look", "take"])
def test_another_firm_finds_nothing(here, wanted, request):
    stranger = here.somebody((here.organisation(), Role.COMPANY_LEAD))
    with pytest.raises(NotFound):
        found(here, stranger, request.getfixturevalue(wanted))


def test_whoever_only_reads_has_no_list_taken(here, firm, take):
    exporter = here.somebody((firm, Role.EXPORTER))
    with pytest.raises(NotAllowed):
        ordered(here, exporter, take)


def test_a_look_is_gone_after_a_week(here, lead, look):
    fetched(here, lead, look, ListDraft)
    here.now += KEPT + timedelta(days=1)
    assert found(here, lead, look) is None
    done = housekeeping.tidy(context(here, lead), Nothing())
    with here.db.writing() as connection:
        done.write(connection)
    assert found(here, lead, look) is None


def test_long_work_says_now_and_then_how_far_it_has_come():
    said: list[float] = []
    assert sum(watched(range(1_000), 1_000, said.append)) == 499_500
    assert (len(said), said[0], said[-1]) == (20, 0.05, 1.0)


class TestDoubles:
    @pytest.fixture
    def doubles(self, here, firm, lead) -> Pairs:
        """Give three pairs as a worker found them."""
        with here.work(lead) as work:
            for name in ("Ak Pagta", "Tejen Hasyl", "Gara Nah"):
                chain.add(work, firm, About(name=f"{name} HJ"))
                chain.add(work, firm, About(name=f"{name} LLC"))
        return fetched(here, lead, Doubles(organisation=firm), Pairs)

    def left(self, here, firm: str, lead: Actor, earlier: Pairs) -> list[str]:
        with here.work(lead) as work:
            left = chain_doubles.still_open(work, firm, earlier)
        assert left.count == len(left.pairs)
        return [one.first.name.rpartition(" ")[0] for one in left.pairs]

    def test_all_pairs_are_told(self, here, firm, lead, doubles):
        assert doubles.count == 3
        assert sorted(self.left(here, firm, lead, doubles)) == ["Ak Pagta", "Gara Nah", "Tejen Hasyl"]

    def test_what_was_decided_or_changed_since_is_left_out(self, here, firm, lead, doubles):
        first, second, third = doubles.pairs
        with here.work(lead) as work:
            chain.decide(work, (first.second.id, first.first.id), Decision.DIFFERENT)
            chain_merging.merge(work, second.first.id, second.second.id)
        assert self.left(here, firm, lead, doubles) == [third.first.name.rpartition(" ")[0]]

    def test_a_list_that_was_taken_has_them_looked_for_anew(self, here, firm, lead, doubles, take):
        fetched(here, lead, take, ListTaken)
        assert doubles.count == 3
        assert found(here, lead, Doubles(organisation=firm)) is None

    def test_whoever_only_reads_is_not_asked(self, here, firm, doubles):
        exporter = here.somebody((firm, Role.EXPORTER))
        with pytest.raises(NotAllowed):
            found(here, exporter, Doubles(organisation=firm))
