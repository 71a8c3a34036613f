"""A list is looked at, taken whole and taken back whole; what was decided once is not asked again."""

import msgspec
import pytest
from sqlalchemy import func, select

from duediligence import ledger
from duediligence.access import Step
from duediligence.chain.mapping import Basis, Field
from duediligence.chain.matching import Decision
from duediligence.chain.party import About, PartyRole, PartySite, Terms
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.store import organisation as organisations
from duediligence.store import sample as samples
from duediligence.store.party_import import Batch
from duediligence.store.table import party, supply_link
from duediligence.workflow import chain, chain_import, chain_merging, chain_waiting
from duediligence.workflow.chain import Chain
from duediligence.workflow.chain_import import LineDecision, ListReading, Preview, Sent
from tests import chain_lists
from tests.world import World, world


def text(*lines: str) -> bytes:
    return "\n".join(lines).encode()


LIST = text("name,town,role,supplies to", "Ak Pagta,Mary,gin,", "Tejen Hasyl,Tejen,farm,Ak Pagta")


class Here:
    """A firm with a register, and somebody who takes lists into it."""

    def __init__(self, made: World) -> None:
        self.world = made
        self.firm = made.organisation()
        self.lead = made.somebody((self.firm, Role.COMPANY_LEAD))

    def add(self, name: str, **more: object) -> str:
        with self.world.work(self.lead) as work:
            return chain.add(work, self.firm, About(name=name, **more)).id

    def preview(self, data: bytes, **wanted: object) -> Preview:
        with self.world.work(self.lead) as work:
            return chain_import.preview(work, self.firm, Sent("list.csv", data), ListReading(**wanted))

    def take(self, data: bytes, **wanted: object) -> Batch:
        with self.world.work(self.lead) as work:
            return chain_import.take(work, self.firm, Sent("list.csv", data), ListReading(**wanted))

    def undo(self, batch: Batch) -> Batch:
        with self.world.work(self.lead) as work:
            return chain_import.undo(work, batch.id)

    def refused(self, batch: Batch) -> list[str]:
        with pytest.raises(Unfit) as refused:
            self.undo(batch)
        return [problem.code for problem in refused.value.problems]

    def chain(self) -> Chain:
        with self.world.work(self.lead) as work:
            return chain.chain(work, self.firm)

    def ids(self) -> dict[str, str]:
        return {one.about.name: identifier for identifier, one in self.chain().parties.items()}


@pytest.fixture
def here(db, settings) -> Here:
    return Here(world(db, settings))


def test_looking_at_a_list_writes_nothing(here):
    found = here.preview(LIST)
    assert [one.draft.about.name for one in found.plan] == ["Ak Pagta", "Tejen Hasyl"]
    assert here.chain() == Chain({}, (), {}, ())


def test_a_list_taken_is_a_chain(here):
    batch = here.take(LIST)
    found, ids = here.chain(), here.ids()
    assert (batch.added, batch.joined, batch.left_out) == (2, 0, 0)
    assert {(link.supplier, link.buyer) for link in found.links} == {
        (ids["Ak Pagta"], None),
        (ids["Tejen Hasyl"], ids["Ak Pagta"]),
    }
    assert {found.parties[one].about.name: tier.number for one, tier in found.tiers.items()} == {
        "Ak Pagta": 1,
        "Tejen Hasyl": 2,
    }


def test_whoever_stands_further_off_gets_no_link_to_the_firm(here):
    here.take(text("name,tier", "Ak Pagta,1", "Tejen Hasyl,3"))
    found = here.chain()
    assert [found.parties[link.supplier].about.name for link in found.links] == ["Ak Pagta"]
    assert sorted(tier.number or 0 for tier in found.tiers.values()) == [1, 3]


def test_a_customer_that_is_in_the_register_is_linked_and_not_entered_again(here):
    known = here.add("Ak Pagta HJ", sites=(PartySite(town="Mary"),))
    here.take(text("name,supplies to", "Tejen Hasyl,Ak Pagta"))
    found = here.chain()
    assert ([link.buyer for link in found.links], len(found.parties)) == ([known], 2)


@pytest.mark.parametrize(("share", "links"), [("", 2), ("5", 3)])
def test_a_list_that_says_not_whom_a_known_party_supplies_links_it_only_where_it_has_a_share(here, share, links):
    here.take(LIST)
    here.take(text("name,town,% of spend", f"Tejen Hasyl,Tejen,{share}", "Ak Pagta,Mary,"))
    assert len(here.chain().links) == links


def test_a_list_without_names_is_not_taken(here):
    data = text("town,heads", "Mary,5", "Tejen,7")
    assert [problem.code for problem in here.preview(data).problems] == ["LIST_WITHOUT_NAMES"]
    with pytest.raises(Unfit):
        here.take(data)
    assert here.take(data, columns={0: Field.NAME}).added == 2


def test_what_columns_mean_is_remembered_for_the_firm_alone(here):
    data = text("Name,Ref", "Ak Pagta,12")
    here.take(data, columns={1: Field.REGISTRY})
    again = here.preview(text("Ref,Name", "13,Tejen Hasyl"))
    assert [(one.field, one.basis) for one in again.meanings] == [
        (Field.REGISTRY, Basis.REMEMBERED),
        (Field.NAME, Basis.REMEMBERED),
    ]
    assert {one.basis for one in Here(here.world).preview(data).meanings} == {Basis.HEADING, Basis.NONE}


def test_a_list_taken_twice_adds_nothing_and_asks_nothing(here):
    here.take(chain_lists.RUSSIAN)
    before = here.chain()
    again = here.preview(chain_lists.RUSSIAN)
    assert all(one.settled and one.party for one in again.plan)
    assert here.take(chain_lists.RUSSIAN).added == 0
    assert here.chain() == before


def test_a_list_fills_in_what_the_register_does_not_know_and_replaces_nothing(here):
    known = here.add("Ak Pagta", sites=(PartySite(town="Mary"),), heads=40)
    batch = here.take(text("name,town,heads,role", "AK PAGTA,Мары,50,gin"))
    about = here.chain().parties[known].about
    assert (batch.added, batch.joined) == (0, 1)
    assert (about.name, about.heads, about.roles) == ("Ak Pagta", 40, (PartyRole.GIN,))


def test_another_spelling_is_asked_about_with_reasons(here):
    known = here.add("Gökdepe Pagta HJ", sites=(PartySite(town="Gökdepe"),))
    (plan,) = here.preview("название;город\nХО «Гёкдепе пагта»;Гёкдепе\n".encode("cp1251")).plan
    (candidate,) = plan.candidates
    assert (plan.party, candidate.party) == (None, known)
    assert [reason.told()["en"] for reason in candidate.reasons] == [
        "the same name in another spelling: Gökdepe Pagta HJ",
        "the same town: Gökdepe",
    ]


def only_mark(here: Here, data: bytes) -> str:
    (plan,) = here.preview(data).plan
    return plan.draft.mark


OTHER = text("name", "Geokdepe Pagta LLC")


def test_what_is_said_to_be_the_same_is_joined_and_not_asked_again(here):
    known = here.add("Gökdepe Pagta HJ")
    here.take(OTHER, decisions={only_mark(here, OTHER): LineDecision(decision=Decision.SAME, party=known)})
    assert list(here.ids().values()) == [known]
    (plan,) = here.preview(OTHER).plan
    assert (plan.party, plan.settled) == (known, True)


def test_what_is_said_to_be_different_comes_in_and_is_not_asked_again(here):
    here.add("Gökdepe Pagta HJ")
    here.take(OTHER, decisions={only_mark(here, OTHER): LineDecision(decision=Decision.DIFFERENT)})
    assert len(here.ids()) == 2
    with here.world.work(here.lead) as work:
        assert chain.doubles(work, here.firm) == ()


def test_what_nobody_decided_comes_in_and_stays_an_open_question(here):
    here.add("Gökdepe Pagta HJ")
    here.take(OTHER)
    with here.world.work(here.lead) as work:
        assert len(chain.doubles(work, here.firm)) == 1
    (plan,) = here.preview(OTHER).plan
    assert plan.settled


def test_a_line_known_as_an_entry_that_was_merged_is_known_as_the_one_that_stayed(here):
    here.take(OTHER)
    kept, gone = here.add("Gökdepe Pagta"), here.ids()["Geokdepe Pagta LLC"]
    with here.world.work(here.lead) as work:
        chain_merging.merge(work, kept, gone)
    (plan,) = here.preview(OTHER).plan
    assert (plan.party, plan.settled) == (kept, True)


def test_an_import_taken_back_leaves_the_register_as_it_was(here):
    known = here.add("Ak Pagta", sites=(PartySite(town="Mary"),))
    before = here.chain()
    batch = here.take(LIST)
    assert len(here.chain().parties) == 2
    undone = here.undo(batch)
    after = here.chain()
    assert undone.undone_by == here.lead.person
    assert {one.id: one.about for one in after.parties.values()} == {known: before.parties[known].about}
    assert (after.links, after.tiers) == (before.links, before.tiers)
    with pytest.raises(WrongMoment):
        here.undo(batch)


def test_an_import_taken_back_may_be_taken_again(here):
    here.undo(here.take(LIST))
    assert here.take(LIST).added == 2


def test_taking_one_import_back_leaves_the_others(here):
    first, _ = here.take(LIST), here.take(text("name", "Something else"))
    here.undo(first)
    assert list(here.ids()) == ["Something else"]


def test_all_later_work_that_stands_on_an_import_is_named(here):
    batch = here.take(LIST)
    ids = here.ids()
    other = here.add("Other")
    with here.world.work(here.lead) as work:
        chain.change(work, ids["Ak Pagta"], About(name="Ak Pagta", heads=4), 1)
    with here.world.work(here.lead) as work:
        chain.link(work, other, ids["Tejen Hasyl"], Terms())
    with here.world.work(here.lead) as work:
        link = next(one for one in chain.chain(work, here.firm).links if one.buyer is None)
        chain.change_link(work, link.id, Terms(heads=4), 1)
    with here.world.work(here.lead) as work:
        chain.decide(work, (other, ids["Tejen Hasyl"]), Decision.DIFFERENT)
    assert here.refused(batch) == ["UNDO_CHANGED", "UNDO_DECIDED", "UNDO_LINK_CHANGED", "UNDO_LINKED"]
    assert len(here.ids()) == 3


def test_a_merge_stands_on_an_import(here):
    batch = here.take(LIST)
    kept, gone = here.add("Other"), here.ids()["Ak Pagta"]
    with here.world.work(here.lead) as work:
        chain_merging.merge(work, kept, gone)
    assert "UNDO_MERGED" in here.refused(batch)


def test_a_change_of_what_an_import_joined_stands_on_it(here):
    known = here.add("Ak Pagta", sites=(PartySite(town="Mary"),))
    batch = here.take(LIST)
    with here.world.work(here.lead) as work:
        chain.change(work, known, About(name="Ak Pagta"), 2)
    assert here.refused(batch) == ["UNDO_CHANGED"]


def test_an_import_is_in_the_ledger_and_names_no_partner(here):
    batch = here.take(LIST)
    here.undo(batch)
    with here.world.work(here.lead) as work:
        found = ledger.entries(work.connection, batch.id)
    assert [(one.event, one.facts["done"]) for one in found] == [
        (Step.CHAIN_IMPORT, "import"),
        (Step.CHAIN_IMPORT, "undo"),
    ]
    assert found[0].facts == {"done": "import", "list": batch.sha256, "added": 2, "joined": 0}


def test_a_list_waits_for_whoever_sent_it(here):
    with here.world.work(here.lead) as work:
        name = chain_waiting.received(work, here.firm, "../sanaw.csv", LIST)
        assert chain_waiting.found(work, here.firm, name) == (("sanaw.csv", LIST), 3)
    colleague = here.world.somebody((here.firm, Role.COMPANY_LEAD))
    with pytest.raises(NotFound), here.world.work(colleague) as work:
        chain_waiting.found(work, here.firm, name)


def test_a_file_that_is_no_list_does_not_wait(here):
    with pytest.raises(Unfit), here.world.work(here.lead) as work:
        chain_waiting.received(work, here.firm, "list.csv", b"PK nothing")


def test_imports_are_listed_the_newest_first(here):
    first, second = here.take(LIST), here.take(OTHER)
    with here.world.work(here.lead) as work:
        assert [one.id for one in chain_import.taken(work, here.firm)] == [second.id, first.id]
        assert [one.id for one in chain_import.taken(work, here.firm, after=second.id)] == [first.id]


def test_no_other_firm_takes_lists_into_a_register_or_out_of_it(here):
    batch = here.take(LIST)
    stranger = here.world.somebody((here.world.organisation(), Role.COMPANY_LEAD))
    steps = (
        lambda work: chain_waiting.received(work, here.firm, "list.csv", LIST),
        lambda work: chain_waiting.found(work, here.firm, "0" * 64),
        lambda work: chain_import.preview(work, here.firm, Sent("list.csv", LIST)),
        lambda work: chain_import.take(work, here.firm, Sent("list.csv", LIST)),
        lambda work: chain_import.taken(work, here.firm),
        lambda work: chain_import.in_the_way(work, batch.id),
        lambda work: chain_import.undo(work, batch.id),
    )
    for step in steps:
        with pytest.raises(NotFound), here.world.work(stranger) as work:
            step(work)


def test_whoever_only_reads_takes_no_list(here):
    exporter = here.world.somebody((here.firm, Role.EXPORTER))
    with pytest.raises(NotAllowed), here.world.work(exporter) as work:
        chain_import.take(work, here.firm, Sent("list.csv", LIST))


def test_a_list_is_compared_with_the_own_register_alone(here):
    other = Here(here.world)
    other.add("Gökdepe Pagta HJ")
    (plan,) = here.preview(OTHER).plan
    assert (plan.party, plan.candidates) == (None, ())


def test_the_register_of_a_sample_goes_with_the_sample(here):
    here.undo(here.take(OTHER))
    here.take(LIST)
    kept, gone = here.add("Gökdepe Pagta"), here.add("Geokdepe Pagta")
    with here.world.work(here.lead) as work:
        chain_merging.merge(work, kept, gone)
        own = organisations.load(work.connection, here.firm)
        organisations.save(work.connection, msgspec.structs.replace(own, sample=True))
    with here.world.work(here.lead) as work:
        samples.remove(work.connection)
        assert [work.connection.scalar(select(func.count()).select_from(one)) for one in (party, supply_link)] == [0, 0]
