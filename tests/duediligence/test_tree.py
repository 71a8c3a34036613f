"""The tree over the ledger, against a second way of computing it and against those who lie."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from duediligence.proof import tree

SIZES = st.integers(0, 70)


def seals(count: int) -> list[str]:
    return [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]


def nodes(count: int) -> dict[tuple[int, int], bytes]:
    kept: dict[tuple[int, int], bytes] = {}
    leaves = [tree.leaf(seal) for seal in seals(count)]
    kept.update({(level, place): hashed for level, place, hashed in tree.completed(0, leaves, lambda *_: b"")})
    return kept


def reader(count: int):
    kept = nodes(count)
    return lambda level, place: kept[level, place]


def plainly(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plainly(leaves[:split]) + plainly(leaves[split:])).digest()


def test_the_roots_of_the_certificate_transparency_project_are_ours() -> None:
    """Test vectors of the reference implementation: eight leaves, and their roots."""
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest() for text in data]
    kept = {(level, place): hashed for level, place, hashed in tree.completed(0, leaves, lambda *_: b"")}
    found = {size: tree.root(size, lambda *at: kept[at]).hex() for size in (0, 1, 2, 8)}
    assert found == {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }


@given(SIZES)
def test_the_root_is_the_one_of_the_definition(size: int) -> None:
    assert tree.root(size, reader(size)) == plainly([tree.leaf(seal) for seal in seals(size)])


@given(st.integers(1, 60), st.integers(0, 60))
def test_a_tree_that_grows_keeps_the_nodes_it_would_have_had_at_once(first: int, more: int) -> None:
    kept = nodes(first)
    added = [tree.leaf(seal) for seal in seals(first + more)[first:]]
    for level, place, hashed in tree.completed(first, added, lambda level, place: kept[level, place]):
        kept[level, place] = hashed
    assert kept == nodes(first + more)


@given(st.integers(1, 60), st.data())
def test_every_entry_is_proved_to_be_in_every_later_tree(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    read = reader(size)
    proof = tree.inclusion(place, size, read)
    assert tree.includes(place, size, tree.leaf(seals(size)[place]), proof, tree.root(size, read))


@given(st.integers(2, 60), st.data())
def test_an_entry_that_was_changed_is_in_no_tree(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    read = reader(size)
    proof = tree.inclusion(place, size, read)
    assert not tree.includes(place, size, tree.leaf("00" * 32), proof, tree.root(size, read))


@given(st.integers(2, 60), st.data())
def test_a_proof_with_one_changed_hash_proves_nothing(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    read = reader(size)
    proof = list(tree.inclusion(place, size, read))
    changed = data.draw(st.integers(0, len(proof) - 1))
    proof[changed] = bytes(32)
    assert not tree.includes(place, size, tree.leaf(seals(size)[place]), proof, tree.root(size, read))


@given(st.integers(2, 60), st.data())
def test_a_proof_holds_for_no_other_place(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size + 1).filter(lambda number: number != place))
    read = reader(size)
    proof = tree.inclusion(place, size, read)
    assert not tree.includes(other, size, tree.leaf(seals(size)[place]), proof, tree.root(size, read))


@given(st.integers(0, 60), st.integers(0, 60))
def test_every_earlier_root_is_proved_to_be_the_beginning_of_a_later_one(earlier: int, more: int) -> None:
    size = earlier + more
    read = reader(size)
    proof = tree.consistency(earlier, size, read)
    assert tree.extends(earlier, size, tree.root(earlier, read), tree.root(size, read), proof)


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_rewritten_history_does_not_follow_from_an_earlier_root(earlier: int, more: int) -> None:
    size = earlier + more
    kept = nodes(earlier)
    published = tree.root(earlier, lambda *at: kept[at])
    rewritten = [tree.leaf("11" * 32), *(tree.leaf(seal) for seal in seals(size)[1:])]
    other = {(level, place): hashed for level, place, hashed in tree.completed(0, rewritten, lambda *_: b"")}
    proof = tree.consistency(earlier, size, lambda *at: other[at])
    assert not tree.extends(earlier, size, published, tree.root(size, lambda *at: other[at]), proof)
