"""A firm's register of suppliers: entered, changed, linked, merged and split; seen by nobody else."""

import msgspec
import pytest

from duediligence import ledger
from duediligence.access import Actor, Step
from duediligence.chain.identifier import Identifier, Scheme
from duediligence.chain.matching import Decision
from duediligence.chain.party import About, Basis, Party, PartyRole, PartySite, Terms, Tier
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Kind, Role
from duediligence.store.party import Sought
from duediligence.workflow import chain, chain_merging
from duediligence.workflow.chain import Chain, Entry
from tests.world import World, world

MARY = PartySite(country="TM", region="TM-M", town="Mary")


class Here:
    """A firm with a register, and somebody who looks after it."""

    def __init__(self, made: World) -> None:
        self.world = made
        self.firm = made.organisation()
        self.lead = made.somebody((self.firm, Role.COMPANY_LEAD))

    def add(self, name: str, **more: object) -> Party:
        with self.world.work(self.lead) as work:
            return chain.add(work, self.firm, About(name=name, **more))

    def link(self, supplier: Party, buyer: Party | None = None, terms: Terms | None = None) -> str:
        with self.world.work(self.lead) as work:
            return chain.link(work, supplier.id, buyer and buyer.id, terms or Terms()).id

    def chain(self, actor: Actor | None = None) -> Chain:
        with self.world.work(actor or self.lead) as work:
            return chain.chain(work, self.firm)

    def entry(self, one: Party, actor: Actor | None = None) -> Entry:
        with self.world.work(actor or self.lead) as work:
            return chain.entry(work, one.id)

    def names(self, **sought: object) -> list[str]:
        with self.world.work(self.lead) as work:
            return [one.about.name for one in chain.register(work, self.firm, Sought(**sought))]

    def merge(self, kept: Party, gone: Party) -> str:
        with self.world.work(self.lead) as work:
            return chain_merging.merge(work, kept.id, gone.id).id

    def split(self, merge: str) -> tuple[Party, Party]:
        with self.world.work(self.lead) as work:
            return chain_merging.split(work, merge)


@pytest.fixture
def here(db, settings) -> Here:
    return Here(world(db, settings))


def codes(refused: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_party_is_kept_as_it_was_entered(here):
    lei = Identifier(scheme=Scheme.LEI, value="5493 001K JTII GC8Y 1R12")
    added = here.add("  Ak  Pagta ", roles=(PartyRole.GIN,), sites=(MARY,), identifiers=(lei,), goods=("52.01",))
    found = here.entry(added).party
    assert found.about == About(
        name="Ak Pagta",
        roles=(PartyRole.GIN,),
        sites=(MARY,),
        identifiers=(Identifier(scheme=Scheme.LEI, value="5493001KJTIIGC8Y1R12"),),
        goods=("5201",),
    )
    assert (found.revision, found.retired) == (1, None)


def test_every_fault_of_a_party_is_told_at_once(here):
    wrong = Identifier(scheme=Scheme.GLN, value="1234567890123")
    with pytest.raises(Unfit) as refused:
        here.add("", identifiers=(wrong,), goods=("9999",), heads=-1, months=(13,), tier=0)
    assert codes(refused) == [
        "PARTY_NAME_MISSING",
        "IDENTIFIER_CHECK",
        "GOOD_UNKNOWN",
        "HEADS_OUT_OF_RANGE",
        "MONTH_UNKNOWN",
        "TIER_OUT_OF_RANGE",
    ]


def test_a_party_is_not_entered_with_a_persons_number(here):
    with pytest.raises(Unfit) as refused:
        here.add("Brigade 4", note="call +993 65 12 34 56")
    assert codes(refused) == ["PARTY_POINTS_TO_PERSON"]


def test_a_change_is_kept_beside_what_was_said_before(here):
    added = here.add("Ak Pagta")
    with here.world.work(here.lead) as work:
        after = chain.change(work, added.id, About(name="Ak Pagta", heads=40), added.revision)
    assert after.about.heads == 40
    assert [(one.kind, one.before.heads) for one in here.entry(added).changes] == [("change", None)]


def test_a_change_of_what_somebody_else_has_changed_is_refused(here):
    added = here.add("Ak Pagta")
    with here.world.work(here.lead) as work:
        chain.change(work, added.id, About(name="Ak Altyn"), 1)
    with pytest.raises(WrongMoment), here.world.work(here.lead) as work:
        chain.change(work, added.id, About(name="Gok Altyn"), 1)


def test_a_party_out_of_use_leaves_lists_and_chain_but_stays(here):
    added = here.add("Ak Pagta")
    here.link(added)
    with here.world.work(here.lead) as work:
        gone = chain.retire(work, added.id, 1)
    assert (here.names(), here.names(retired=True)) == ([], ["Ak Pagta"])
    assert here.chain() == Chain({}, (), {}, ())
    with here.world.work(here.lead) as work:
        back = chain.restore(work, added.id, gone.revision)
    assert (back.about, back.retired) == (added.about, None)


def test_a_list_goes_on_after_the_last_one_shown(here):
    for name in ("Çemen", "Ak Pagta", "Çemen", "Bahar", "Ýyldyz"):
        here.add(name)
    shown: list[str] = []
    after = ""
    with here.world.work(here.lead) as work:
        while page := chain.register(work, here.firm, limit=2, after=after):
            shown += [one.about.name for one in page]
            after = page[-1].id
    assert sorted(shown) == sorted(["Ak Pagta", "Bahar", "Çemen", "Çemen", "Ýyldyz"])
    assert shown[:2] == ["Ak Pagta", "Bahar"]


@pytest.mark.parametrize("words", ["Гёкдепе", "geokdepe pagta", "PAGTA gökdepe", "«Gökdepe» HJ", "okdep", "12345"])
def test_a_party_is_found_by_any_spelling_or_number(here, words):
    number = Identifier(scheme=Scheme.REGISTRY, value="12345678", country="TM")
    here.add("Gökdepe Pagta HJ", identifiers=(number,))
    here.add("Tejen Un")
    assert here.names(words=words) == ["Gökdepe Pagta HJ"]


def test_a_list_is_narrowed_by_role_and_country(here):
    here.add("Ak Pagta", roles=(PartyRole.GIN, PartyRole.BROKER), sites=(MARY,))
    here.add("Bahar", roles=(PartyRole.FARM,))
    assert here.names(role=PartyRole.BROKER) == ["Ak Pagta"]
    assert here.names(country="TM") == ["Ak Pagta"]


def test_tiers_count_the_links_to_the_firm(here):
    mill, gin, farm = here.add("Mill"), here.add("Gin"), here.add("Farm", tier=7)
    stated, lost = here.add("Stated", tier=4), here.add("Lost")
    for supplier, buyer in ((mill, None), (gin, mill), (farm, gin), (gin, None)):
        here.link(supplier, buyer)
    assert here.chain().tiers == {
        mill.id: Tier(1, Basis.LINKS),
        gin.id: Tier(1, Basis.LINKS),
        farm.id: Tier(2, Basis.LINKS),
        stated.id: Tier(4, Basis.STATED),
        lost.id: Tier(None, Basis.UNKNOWN),
    }


def test_a_chain_that_runs_in_a_circle_is_told(here):
    first, second, third = here.add("First"), here.add("Second"), here.add("Third")
    for supplier, buyer in ((first, None), (second, first), (first, second), (third, second)):
        here.link(supplier, buyer)
    found = here.chain()
    assert found.circles == (frozenset({first.id, second.id}),)
    assert found.tiers[third.id].number == 3


def test_a_link_keeps_what_is_unknown_apart_from_nothing(here):
    added = here.add("Ak Pagta")
    here.link(added, terms=Terms(share_of_spend=0.0, goods=("5201.00",)))
    (link,) = here.chain().links
    assert link.terms == Terms(share_of_spend=0.0, share_of_labour=None, goods=("520100",))


@pytest.mark.parametrize(
    ("terms", "code"),
    [(Terms(share_of_spend=101.0), "SHARE_OUT_OF_RANGE"), (Terms(goods=("x",)), "GOOD_UNKNOWN")],
)
def test_a_link_that_cannot_be_is_refused(here, terms, code):
    added = here.add("Ak Pagta")
    with pytest.raises(Unfit) as refused:
        here.link(added, terms=terms)
    assert codes(refused) == [code]


def test_a_party_supplies_neither_itself_nor_twice(here):
    added = here.add("Ak Pagta")
    with pytest.raises(Unfit) as refused:
        here.link(added, added)
    assert codes(refused) == ["LINK_TO_ITSELF"]
    here.link(added)
    with pytest.raises(Unfit) as refused:
        here.link(added)
    assert codes(refused) == ["LINK_TWICE"]


def test_a_link_that_ended_may_be_made_again(here):
    added = here.add("Ak Pagta")
    link = here.link(added)
    with here.world.work(here.lead) as work:
        chain.change_link(work, link, Terms(share_of_labour=20.0), 1)
    with here.world.work(here.lead) as work:
        chain.end_link(work, link, 2)
    assert here.chain().links == ()
    assert here.link(added) != link


def test_entries_that_may_be_one_are_told_until_somebody_decides(here):
    first, second = here.add("Gökdepe Pagta HJ"), here.add("ХО «Гёкдепе пагта»")
    here.add("Tejen Un")
    with here.world.work(here.lead) as work:
        (double,) = chain.doubles(work, here.firm)
    assert {double.party.id, double.candidate.party} == {first.id, second.id}
    with here.world.work(here.lead) as work:
        chain.decide(work, (second.id, first.id), Decision.LATER)
    with here.world.work(here.lead) as work:
        assert len(chain.doubles(work, here.firm)) == 1
        chain.decide(work, (second.id, first.id), Decision.DIFFERENT)
    with here.world.work(here.lead) as work:
        assert chain.doubles(work, here.firm) == ()


def two_with_links(here: Here) -> tuple[Party, Party, Party, Party]:
    kept = here.add("Gökdepe Pagta", heads=10)
    gone = here.add("Geokdepe Pagta LLC", heads=12, peak_heads=90, sites=(MARY,))
    mill, farm = here.add("Mill"), here.add("Farm")
    for supplier, buyer in ((kept, mill), (gone, mill), (gone, kept), (farm, gone)):
        here.link(supplier, buyer)
    return kept, gone, mill, farm


def test_a_merge_joins_what_is_known_and_moves_the_links(here):
    kept, gone, mill, farm = two_with_links(here)
    here.merge(kept, gone)
    found = here.chain()
    about = found.parties[kept.id].about
    assert (about.name, about.other_names, about.heads, about.peak_heads) == (
        "Gökdepe Pagta",
        ("Geokdepe Pagta LLC",),
        10,
        90,
    )
    assert {(link.supplier, link.buyer) for link in found.links} == {(kept.id, mill.id), (farm.id, kept.id)}
    assert gone.id not in found.parties
    assert here.entry(gone).party.merged_into == kept.id
    assert here.names(words="Geokdepe LLC") == ["Gökdepe Pagta"]


def test_a_split_brings_everything_back(here):
    kept, gone, *_ = two_with_links(here)
    before = here.chain()
    merge = here.merge(kept, gone)
    here.split(merge)
    after = here.chain()
    assert {one.id: one.about for one in after.parties.values()} == {
        one.id: one.about for one in before.parties.values()
    }
    assert {(one.id, one.supplier, one.buyer) for one in after.links} == {
        (one.id, one.supplier, one.buyer) for one in before.links
    }
    with here.world.work(here.lead) as work:
        assert chain.doubles(work, here.firm) == ()


def test_a_split_is_refused_when_something_was_built_on_the_merge(here):
    kept, gone, *_ = two_with_links(here)
    merge = here.merge(kept, gone)
    now = here.entry(kept)
    with here.world.work(here.lead) as work:
        chain.change(work, kept.id, msgspec.structs.replace(now.party.about, heads=11), now.party.revision)
    moved = next(link for link in now.links if link.revision == 2)
    with here.world.work(here.lead) as work:
        chain.change_link(work, moved.id, Terms(heads=4), moved.revision)
    with pytest.raises(Unfit) as refused:
        here.split(merge)
    assert codes(refused) == ["SPLIT_CHANGED", "SPLIT_LINKED"]


def test_a_merge_is_split_once(here):
    merge = here.merge(here.add("Gökdepe Pagta"), here.add("Geokdepe Pagta"))
    here.split(merge)
    with pytest.raises(WrongMoment):
        here.split(merge)


def test_every_step_is_in_the_ledger(here):
    kept, gone = here.add("Gökdepe Pagta"), here.add("Geokdepe Pagta")
    here.split(here.merge(kept, gone))
    with here.world.work(here.lead) as work:
        found = ledger.entries(work.connection, kept.id)
    assert [(one.event, one.facts["done"]) for one in found] == [
        (Step.CHAIN_EDIT, "add"),
        (Step.CHAIN_EDIT, "merge"),
        (Step.CHAIN_EDIT, "split"),
    ]


def test_no_other_firm_sees_or_touches_a_register(here):
    one, other = here.add("Ak Pagta"), here.add("Gok Pagta")
    stranger = here.world.somebody((here.world.organisation(), Role.COMPANY_LEAD))
    link = here.link(one)
    merge = here.merge(one, other)
    steps = (
        lambda work: chain.register(work, here.firm),
        lambda work: chain.chain(work, here.firm),
        lambda work: chain.doubles(work, here.firm),
        lambda work: chain.entry(work, one.id),
        lambda work: chain.add(work, here.firm, About(name="X")),
        lambda work: chain.change(work, one.id, About(name="X"), 2),
        lambda work: chain.retire(work, one.id, 2),
        lambda work: chain.restore(work, one.id, 2),
        lambda work: chain.link(work, one.id, None, Terms()),
        lambda work: chain.change_link(work, link, Terms(), 1),
        lambda work: chain.end_link(work, link, 1),
        lambda work: chain.decide(work, (one.id, other.id), Decision.DIFFERENT),
        lambda work: chain_merging.merge(work, one.id, other.id),
        lambda work: chain_merging.split(work, merge),
    )
    for step in steps:
        with pytest.raises(NotFound), here.world.work(stranger) as work:
            step(work)


def test_registers_of_two_firms_do_not_mix(here):
    mine = here.add("Ak Pagta")
    theirs = Here(here.world)
    yours = theirs.add("Ak Pagta")
    both = here.world.somebody((here.firm, Role.COMPANY_LEAD), (theirs.firm, Role.COMPANY_LEAD))
    assert here.names(words="Ak Pagta") == ["Ak Pagta"]
    with here.world.work(both) as work:
        assert chain.doubles(work, here.firm) == ()
    with pytest.raises(NotFound), here.world.work(both) as work:
        chain.link(work, mine.id, yours.id, Terms())
    with pytest.raises(NotFound), here.world.work(both) as work:
        chain_merging.merge(work, mine.id, yours.id)


@pytest.mark.parametrize(
    ("kind", "role", "reads"),
    [
        (Kind.FIRM, Role.RESPONDENT, True),
        (Kind.FIRM, Role.EXPORTER, True),
        (Kind.FIRM, Role.WORKER_REPRESENTATIVE, False),
        (Kind.REVIEWING_BODY, Role.AUDITOR, False),
        (Kind.OPERATOR, Role.ADMINISTRATOR, False),
    ],
)
def test_who_reads_a_register(here, kind, role, reads):
    own = here.firm if kind is Kind.FIRM else here.world.organisation(kind)
    actor = here.world.somebody((own, role))
    if reads:
        assert here.chain(actor).parties == {}
        return
    with pytest.raises((NotFound, NotAllowed)):
        here.chain(actor)


def test_whoever_only_reads_changes_nothing(here):
    exporter = here.world.somebody((here.firm, Role.EXPORTER))
    with pytest.raises(NotAllowed), here.world.work(exporter) as work:
        chain.add(work, here.firm, About(name="X"))
