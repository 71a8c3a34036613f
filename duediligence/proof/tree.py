"""A Merkle tree over the entries of the ledger, as RFC 6962 and RFC 9162 (section 2.1) have it.

    leaf      SHA-256(0x00 + seal of an entry, 32 bytes)
    node      SHA-256(0x01 + left + right)
    root(n)   of n > 1 leaves: node(root of the first k, root of the rest), k the largest power of two below n
              of one leaf: the leaf; of none: SHA-256 of nothing

An inclusion proof is the hashes beside the way from one leaf up to the root; it shows
that an entry is one of those a root stands for and says nothing of any other entry. A
consistency proof shows that an earlier root stands for the first of the same entries:
whoever kept a root finds out an operator that changed, dropped or put in an entry before it.

A node is named by its level and place: level 0 are the leaves, and the node at level
l and place p covers the leaves from p * 2^l on. Only nodes with all their leaves are kept;
they never change.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

Read = Callable[[int, int], bytes]
"""Gives the hash of the complete node at a level and place."""

EMPTY = hashlib.sha256().digest()
"""The root of no entries."""


def leaf(seal: str) -> bytes:
    """Return the hash of the leaf of an entry, by its seal in hexadecimal."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(seal)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of what stands above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(size: int, leaves: Sequence[bytes], read: Read) -> Iterator[tuple[int, int, bytes]]:
    """Yield level, place and hash of each node that is complete once leaves are added to a tree of some size.

    Args:
        size: leaves there are already.
        leaves: hashes of the leaves added.
        read: for nodes of the tree as it was.
    """
    fresh: dict[tuple[int, int], bytes] = {}
    for place, hashed in enumerate(leaves, start=size):
        level, at, found = 0, place, hashed
        fresh[level, at] = found
        yield level, at, found
        while at % 2:
            left = fresh.get((level, at - 1)) or read(level, at - 1)
            level, at, found = level + 1, at // 2, node(left, found)
            fresh[level, at] = found
            yield level, at, found


def root(size: int, read: Read) -> bytes:
    """Return the root of the first `size` entries."""
    return _over(0, size, read) if size else EMPTY


def inclusion(place: int, size: int, read: Read) -> tuple[bytes, ...]:
    """Return the proof that the entry at a place (from 0) is among the first `size`, from the leaf upwards."""
    if not 0 <= place < size:
        raise ValueError(f"entry {place} is not among the first {size}")
    return tuple(_beside(place, 0, size, read))


def consistency(earlier: int, size: int, read: Read) -> tuple[bytes, ...]:
    """Return the proof that the first `earlier` entries are the same in the tree of `size`."""
    if not 0 <= earlier <= size:
        raise ValueError(f"a tree of {size} has no earlier one of {earlier}")
    return tuple(_common(earlier, 0, size, read, whole=True)) if 0 < earlier < size else ()


def includes(place: int, size: int, hashed: bytes, proof: Sequence[bytes], expected: bytes) -> bool:
    """Return whether a proof leads from a leaf at a place (from 0) to the root of a tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= place < size:
        return False
    low, last, found = place, size - 1, hashed
    for sibling in proof:
        if last == 0:
            return False
        if low % 2 or low == last:
            found = node(sibling, found)
            while low % 2 == 0 and low:
                low, last = low // 2, last // 2
        else:
            found = node(found, sibling)
        low, last = low // 2, last // 2
    return last == 0 and found == expected


def extends(earlier: int, size: int, before: bytes, now: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof leads from an earlier root and to a later one (RFC 9162, 2.1.4.2)."""
    if earlier == size:
        return not proof and before == now
    if earlier == 0:
        return not proof and before == EMPTY
    if not 0 < earlier < size:
        return False
    rest = [before, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    if not rest:
        return False
    low, last = earlier - 1, size - 1
    while low % 2:
        low, last = low // 2, last // 2
    old = new = rest[0]
    for sibling in rest[1:]:
        if last == 0:
            return False
        if low % 2 or low == last:
            old, new = node(sibling, old), node(sibling, new)
            while low % 2 == 0 and low:
                low, last = low // 2, last // 2
        else:
            new = node(new, sibling)
        low, last = low // 2, last // 2
    return last == 0 and old == before and new == now


def _over(begin: int, end: int, read: Read) -> bytes:
    """Return the root of the leaves from `begin` to before `end`."""
    count = end - begin
    if count & (count - 1) == 0 and begin % count == 0:
        return read(count.bit_length() - 1, begin // count)
    middle = begin + _split(count)
    return node(_over(begin, middle, read), _over(middle, end, read))


def _beside(place: int, begin: int, end: int, read: Read) -> Iterator[bytes]:
    if end - begin == 1:
        return
    middle = begin + _split(end - begin)
    if place < middle:
        yield from _beside(place, begin, middle, read)
        yield _over(middle, end, read)
    else:
        yield from _beside(place, middle, end, read)
        yield _over(begin, middle, read)


def _common(earlier: int, begin: int, end: int, read: Read, *, whole: bool) -> Iterator[bytes]:
    """Yield what both trees share; `earlier` is a place, `whole` whether the earlier root is known to the reader."""
    if earlier == end:
        if not whole:
            yield _over(begin, end, read)
        return
    middle = begin + _split(end - begin)
    if earlier <= middle:
        yield from _common(earlier, begin, middle, read, whole=whole)
        yield _over(middle, end, read)
    else:
        yield from _common(earlier, middle, end, read, whole=False)
        yield _over(begin, middle, read)


def _split(count: int) -> int:
    """Return the largest power of two below a count of two or more."""
    return 1 << (count - 1).bit_length() - 1
