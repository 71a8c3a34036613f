"""Small chains of suppliers for property tests: with cycles, two kinds of edge, several goods and gaps."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from risk_models.network import UNTOLD, Exposure, Network, Own, Web, exposure
from risk_models.network_rules import Rules

GOODS, LABOUR = 0, 1
KINDS = 2
INDICATORS = 3
STRONG = 3
CODES = ("52", "5201", "520942", "0702")
RULES = Rules(
    weight=np.array([[1, 0], [0.5, 0.5], [0, 1]], float),
    points=np.array([0, 25, 50, 75], float),
    reach=0.5,
    unknown=2 / 3,
    tiers=10,
)
CLOSE = {"rtol": 0, "atol": 1e-9}  # of sums that are the same but for the order of their parts


@dataclass(frozen=True)
class Chain:
    """A network and what is known of its parties."""

    network: Network
    own: Own

    def seen(self, rules=RULES) -> Exposure:
        return exposure(self.web(rules), self.own)

    def web(self, rules=RULES) -> Web:
        return Web(self.network, rules)


def network(edges, unnamed, codes=()) -> Network:
    """Return a network of edges (buyer, supplier, kind, share) or (…, place of the good)."""
    rows = [(*edge, UNTOLD)[:5] for edge in edges]
    columns = list(zip(*rows, strict=True)) or [()] * 5
    types = (np.int32, np.int32, np.int8, np.float64, np.int32)
    arrays = [np.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return Network(*arrays, tuple(codes), np.array(unnamed, float))


def found(*levels) -> Own:
    """Return parties of whom the level of every indicator is known."""
    return between(*((level, level) for level in levels))


def between(*bounds) -> Own:
    """Return parties of whom every indicator lies between two levels."""
    low, high = (np.tile(np.array(one, np.int8), (INDICATORS, 1)) for one in zip(*bounds, strict=True))
    return Own(low, high)


@st.composite
def chains(draw, *, most=5, cycles=True) -> Chain:
    """Draw a chain; of what a party takes in, some may come from somebody unnamed and some from nobody."""
    parties = draw(st.integers(1, most))
    party, part = st.integers(0, parties - 1), st.integers(0, 4)
    drawn = draw(st.lists(st.tuples(party, party, st.integers(0, KINDS - 1), st.integers(1, 8)), max_size=7))
    drawn = [edge for edge in drawn if cycles or edge[0] < edge[1]]
    unnamed, nobody = (np.array(draw(st.lists(part, min_size=n, max_size=n))) for n in [KINDS * parties] * 2)
    unnamed, nobody = unnamed.reshape(KINDS, parties), nobody.reshape(KINDS, parties)
    whole = (unnamed + nobody).astype(float)
    for buyer, _, kind, weight in drawn:
        whole[kind, buyer] += weight
    whole = np.maximum(whole, 1)
    edges = [
        (buyer, supplier, kind, weight / whole[kind, buyer], draw(st.integers(UNTOLD, len(CODES) - 1)))
        for buyer, supplier, kind, weight in drawn
    ]
    level = st.integers(0, STRONG)
    pairs = [sorted(draw(st.tuples(level, level))) for _ in range(INDICATORS * parties)]
    bounds = [(low, low) if draw(st.booleans()) else (low, high) for low, high in pairs]
    low, high = (np.array(one, np.int8).reshape(INDICATORS, parties) for one in zip(*bounds, strict=True))
    return Chain(network(edges, unnamed / whole, CODES), Own(low, high))


def with_party(chain: Chain, low: int, high: int, unnamed: float) -> tuple[Chain, int]:
    """Return the chain with one more party, from whom nobody takes anything yet, and its number."""
    before, own = chain.network, chain.own
    new = np.full((KINDS, 1), unnamed)
    levels = [
        np.hstack([old, np.full((INDICATORS, 1), one, np.int8)]) for old, one in ((own.low, low), (own.high, high))
    ]
    return Chain(replace(before, unnamed=np.hstack([before.unnamed, new])), Own(*levels)), before.parties


def with_edge(before: Network, buyer: int, supplier: int, kind: int, share: float) -> Network:
    added = {"buyer": buyer, "supplier": supplier, "kind": kind, "share": share, "good": UNTOLD}
    arrays = {
        name: np.append(getattr(before, name), one).astype(getattr(before, name).dtype) for name, one in added.items()
    }
    return replace(before, **arrays)


def named(chain: Chain, buyer: int, kind: int, low: int, high: int, unnamed: float = 0) -> Chain:
    """Return the chain with one party named in place of all that `buyer` has not named of a kind."""
    larger, new = with_party(chain, low, high, unnamed)
    share = larger.network.unnamed[kind, buyer]
    left = larger.network.unnamed.copy()
    left[kind, buyer] = 0
    return replace(larger, network=with_edge(replace(larger.network, unnamed=left), buyer, new, kind, share))
