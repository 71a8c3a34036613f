"""The example that the documentation computes by hand is what the engine gives."""

import ast

import numpy as np
import pytest

from risk_models.network import Own, Web, exposure
from risk_models.network_path import End, openings, paths, summands, worst_path
from tests.risk_models.chains import GOODS, LABOUR, network
from tests.risk_models.test_network_rules import INDICATORS, SHIPPED
from tests.test_docs import SUM, page, value_of

MILL, GIN, FARM, BROKER, LEADER = range(5)
DEBT = INDICATORS.index("DEB")
LINES = {name: (expression, float(value)) for name, expression, value in SUM.findall(page("chain.md"))}

EDGES = [
    (MILL, GIN, GOODS, 0.6),
    (MILL, BROKER, LABOUR, 0.1),
    (GIN, FARM, GOODS, 0.8),
    (FARM, LEADER, LABOUR, 0.5),
]
UNNAMED = np.zeros((2, 5))
UNNAMED[GOODS, [MILL, GIN]] = 0.4, 0.2
CHAIN = network(EDGES, UNNAMED)
LOW, HIGH = (np.tile(np.array(row, np.int8), (len(INDICATORS), 1)) for row in ([0, 1, 0, 0, 3], [0, 1, 3, 3, 3]))
OWN = Own(LOW, HIGH)
WEB = Web(CHAIN, SHIPPED)
SEEN = exposure(WEB, OWN)
GAPS = openings(WEB, summands(WEB, OWN, MILL, DEBT))


def handed(party: int) -> float:
    unknown = SHIPPED.unknown
    own = (1 - unknown) * SHIPPED.points[LOW[DEBT, party]] + unknown * SHIPPED.points[HIGH[DEBT, party]]
    return float(own + SEEN.stated[DEBT, party]) / 2


def engine() -> dict[str, float]:
    """Return the numbers of the engine, by their names on the page."""
    added = {(path.parties[-1], path.end): path.stated for path in paths(WEB, OWN, MILL, DEBT, most=9)}
    return {
        "leader_handed": handed(LEADER),
        "farm_chain": SEEN.stated[DEBT, FARM],
        "farm_handed": handed(FARM),
        "gin_chain": SEEN.stated[DEBT, GIN],
        "gin_handed": handed(GIN),
        "broker_handed": handed(BROKER),
        "stated": SEEN.stated[DEBT, MILL],
        "low": SEEN.low[DEBT, MILL],
        "high": SEEN.high[DEBT, MILL],
        "path_unnamed": added[MILL, End.UNNAMED],
        "path_gin": added[GIN, End.PLACE],
        "path_farm": added[FARM, End.PLACE],
        "path_broker": added[BROKER, End.PLACE],
        "path_gin_unnamed": added[GIN, End.UNNAMED],
        "path_leader": added[LEADER, End.PLACE],
        "paths_together": sum(added.values()),
        "naming_closes": GAPS.points[0],
        "at_once": GAPS.at_once[0],
    }


ENGINE = engine()


def test_the_page_tells_every_number():
    assert set(LINES) == set(ENGINE)


@pytest.mark.parametrize("name", LINES)
def test_each_line_of_the_example_is_the_sum_it_says(name):
    expression, value = LINES[name]
    assert value_of(ast.parse(expression, mode="eval").body) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("name", LINES)
def test_each_line_of_the_example_is_what_the_engine_gives(name):
    assert LINES[name][1] == pytest.approx(ENGINE[name], abs=1e-9)


def test_the_worst_of_the_example_is_reached_by_the_way_that_is_told():
    assert SEEN.worst[DEBT, MILL] == 3
    assert worst_path(WEB, OWN, SEEN, MILL, DEBT) == (MILL, GIN, FARM, LEADER)
