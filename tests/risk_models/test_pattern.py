"""The two-part test, against a reckoning by hand over every small combination of signs."""

from collections.abc import Sequence
from itertools import combinations_with_replacement, product

import numpy as np
import pytest

from questionnaires.condition import Equals
from questionnaires.response import Missing
from risk_models.layout import Layout
from risk_models.model import Element, Strength
from risk_models.pattern import Pattern
from risk_models.scoring import score
from tests.conftest import answers
from tests.strategies import BAD, PARTLY, form, lay, reading, rule_set, select_one

STRENGTHS = tuple(Strength)
SIDES = (Element.DURESS, Element.PENALTY)
HANDFULS = [handful for size in range(4) for handful in combinations_with_replacement((1, 2, 3), size)]


def positive(side: Sequence[int]) -> bool:
    """The Delphi rule in so many words; a stronger sign may stand for a weaker one."""
    strong, medium = sum(one == 3 for one in side), sum(one == 2 for one in side)
    return strong >= 2 or (strong == 1 and len(side) >= 2) or medium >= 3 or (medium >= 2 and len(side) >= 3)


def expected(unfree: Sequence[int], penalty: Sequence[int]) -> Pattern:
    if not unfree and not penalty:
        return Pattern.NONE
    both_grave = max(unfree, default=0) >= 2 and max(penalty, default=0) >= 2
    if both_grave and (3 in (*unfree, *penalty) or (positive(unfree) and positive(penalty))):
        return Pattern.C
    return Pattern.B if max((*unfree, *penalty)) >= 2 else Pattern.A


NAMES = {
    (side, strength, copy): f"{side}_{strength}_{copy}"
    for side in (0, 1)
    for strength in (1, 2, 3)
    for copy in range(3)
}
BOOK = form([select_one(name) for name in NAMES.values()])
LAYOUT = Layout(
    rule_set(
        [
            reading(
                name,
                Equals(question=name, value=BAD),
                Equals(question=name, value=PARTLY),
                element=SIDES[side],
                signs={"VUL": STRENGTHS[strength - 1]},
            )
            for (side, strength, _), name in NAMES.items()
        ]
    ),
    BOOK,
    {},
)


def chosen(sides: Sequence[Sequence[int]], value: str | Missing = BAD) -> dict[str, str | Missing]:
    return {
        NAMES[side, strength, handful[:place].count(strength)]: value
        for side, handful in enumerate(sides)
        for place, strength in enumerate(handful)
    }


def found(*given: dict[str, str | Missing]) -> list[int]:
    laid = lay(BOOK, [answers(one) for one in given])
    return score(LAYOUT, laid, np.zeros(laid.codes.shape, np.int8)).profiles.stated.pattern.tolist()


def test_every_combination_of_up_to_three_signs_a_side():
    """f.4/2."""
    pairs = list(product(HANDFULS, repeat=2))
    assert found(*(chosen(pair) for pair in pairs)) == [expected(*pair) for pair in pairs]


@pytest.mark.parametrize(
    ("sides", "pattern"), [(((3,), ()), Pattern.B), (((3,), (3,)), Pattern.B), (((2,), (2,)), Pattern.A)]
)
def test_what_is_partly_so_counts_one_strength_lower(sides: Sequence[Sequence[int]], pattern: Pattern):
    assert found(chosen(sides, PARTLY)) == [pattern]


@pytest.mark.parametrize("missing", list(Missing))
def test_a_missing_answer_never_completes_a_pattern(missing: Missing):
    reported, silent = chosen(((3,), ())), chosen(((), (3,)), missing)
    assert found({**reported, **silent}) == [Pattern.B]
    assert found(silent) == [Pattern.NONE]


def test_controls_and_circumstances_stand_on_neither_side():
    book = form([select_one("control"), select_one("context")])
    readings = [
        reading(
            element.value,
            Equals(question=element.value, value=BAD),
            element=element,
            signs={"VUL": Strength.STRONG},
        )
        for element in (Element.CONTROL, Element.CONTEXT)
    ]
    layout = Layout(rule_set(readings), book, {})
    laid = lay(book, [answers({"control": BAD, "context": BAD})])
    assert score(layout, laid, np.zeros((2, 1), np.int8)).profiles.stated.pattern.tolist() == [Pattern.NONE]


@pytest.mark.parametrize("element", [Element.RECRUITMENT, Element.DURESS, Element.LEAVING])
def test_recruitment_duress_and_leaving_are_one_side(element: Element):
    readings = [
        reading(name, Equals(question=name, value=BAD), element=part, signs={"VUL": Strength.STRONG})
        for name, part in (("unfree", element), ("penalty", Element.PENALTY))
    ]
    book = form([select_one("unfree"), select_one("penalty")])
    layout = Layout(rule_set(readings), book, {})
    laid = lay(book, [answers({"unfree": BAD, "penalty": BAD}), answers({"unfree": BAD, "penalty": "good"})])
    found = score(layout, laid, np.zeros((2, 2), np.int8)).profiles.stated.pattern
    assert found.tolist() == [Pattern.C, Pattern.B]
