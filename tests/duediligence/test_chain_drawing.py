"""The chain as a drawing: every word in its box, no box over another, what is unknown drawn as unknown."""

import random
import re
from itertools import combinations

import pytest

from duediligence.chain.drawing import Drawing, Labels, drawn, fitted
from duediligence.chain.party import About, Terms
from duediligence.chain.register import Flow, Register, tiers

WORDS = Labels(
    title="Chain",
    description="A chain",
    firm="You",
    tier=lambda number: f"Tier {number}",
    level={"": "nothing is known", "none": "none", "weak": "weak", "moderate": "moderate", "strong": "strong"},
    more=lambda count, flagged: f"{count} more, {flagged} grave",
    unnamed="Not named",
    unnamed_by=lambda count: f"by {count}",
)
WIDTH, HEIGHT = 184, 38


def drawing(many: int, **given: str) -> Drawing:
    rng = random.Random(7)
    names = [str(place) for place in range(many)]
    flows = [Flow(name, rng.choice([None, *names[:place]][:40]), Terms()) for place, name in enumerate(names)]
    parties = {name: About(name=given.get("name", f"Partner number {name} of a long name")) for name in names}
    one = Register(parties, tuple(flows), {}, {}, {})
    return drawn(one, {party: tier.number for party, tier in tiers(one).items()}, WORDS)


@pytest.mark.parametrize("many", [1, 40, 300])
def test_no_box_lies_over_another_and_all_lie_in_the_drawing(many):
    found = drawing(many)
    assert not any(
        abs(one.x - other.x) < WIDTH and abs(one.y - other.y) < HEIGHT for one, other in combinations(found.boxes, 2)
    )
    assert all(one.x + WIDTH <= found.width and one.y + HEIGHT <= found.height for one in found.boxes)


def test_three_hundred_parties_are_all_drawn_one_by_one():
    found = drawing(300)
    assert found.hidden == 0
    assert len([one for one in found.boxes if one.kind == "party"]) == 300


def test_of_more_the_rest_of_a_tier_is_one_box_that_counts_them():
    found = drawing(900)
    drawn_ones = len([one for one in found.boxes if one.kind == "party"])
    assert drawn_ones + found.hidden == 900
    assert drawn_ones <= 340
    assert any("more" in one.lines[0] for one in found.boxes if one.kind == "rest")


def test_letters_are_large_enough_to_read():
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)"', drawing(300).svg)) >= 11


def test_what_is_not_named_is_drawn():
    assert [one.lines[0] for one in drawing(1).boxes if one.kind == "unnamed"] == ["Not named", "Not named"]


def test_a_firm_without_any_partner_sees_itself_and_what_is_not_named():
    assert [one.kind for one in drawing(0).boxes] == ["firm", "unnamed"]


def test_names_are_words_and_never_marks():
    found = drawing(2, name='<script>alert("x")</script> & Co')
    assert "<script" not in found.svg
    assert "&lt;script" in found.svg


def test_a_long_name_is_cut_and_says_so():
    assert fitted("A" * 100, 13).endswith("…")
    assert fitted("Ak Pagta", 13) == "Ak Pagta"
