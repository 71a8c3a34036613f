"""Circuits made ready to run, by the small C program `machine.c`.

Only what is wanted is worked out, and each bit is kept no longer than it is
needed. The program knows no rule: it takes the steps written down here, for
4,096 responses at a time. It is compiled when the package is installed.
"""

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from questionnaires.circuit import ARITY, CARRY, Bit, Circuit, Digits, Node, Operation

Bits: TypeAlias = NDArray[np.uint8]
"""One bit a response, the first in the lowest place of a byte; spare bits at the end say nothing."""

LIBRARY = Path(__file__).with_name("libmachine.so")
"""`machine.c`, compiled."""

_LOT = 4096
"""Responses that are gone through at a time; as in `machine.c`."""

_WORD = 64
"""So few are gone through in a shorter way; as in `machine.c`."""

_BYTE = 8
"""Bits in a byte, and binary digits in a number of one byte."""

_READ, _WRITE, _COUNT, _ADD = map(int, (Operation.READ, Operation.WRITE, Operation.COUNT, Operation.ADD))


@dataclass(frozen=True, slots=True)
class Found:
    """What a machine wrote."""

    size: int  # the number of responses
    bits: Bits  # shape (bits, bytes)
    numbers: NDArray[np.uint8]  # shape (bytes of numbers, responses)

    def one(self, response: int) -> "Found":
        """Return what was written of one of the responses."""
        byte, place = divmod(response, _BYTE)
        return Found(1, self.bits[:, byte : byte + 1] >> np.uint8(place), self.numbers[:, response : response + 1])


@dataclass(frozen=True, slots=True)
class Block:
    """Where a machine writes bits that belong together, or numbers by their binary digits, the lowest first."""

    first: int
    digits: int
    shape: tuple[int, ...]

    def bits(self, found: Found) -> Bits:
        """Return the lowest digits, shape (*shape, bytes)."""
        return found.bits[self.first : self.first + prod(self.shape)].reshape(*self.shape, found.bits.shape[1])

    def holds(self, found: Found) -> NDArray[np.bool_]:
        """Return which bits are set, shape (*shape, responses)."""
        return unpack(self.bits(found), found.size).view(np.bool_)

    def numbers(self, found: Found) -> NDArray[np.uint8]:
        """Return the numbers, shape (*shape, responses)."""
        count = prod(self.shape)
        rows = found.bits[self.first : self.first + self.digits * count].reshape(
            self.digits, count, found.bits.shape[1]
        )
        numbers = np.zeros((count, found.size), np.uint8)
        for place, row in enumerate(rows):
            numbers |= unpack(row, found.size) << np.uint8(place)
        return numbers.reshape(*self.shape, found.size)


@dataclass(frozen=True, slots=True)
class Sums:
    """Where a machine writes numbers as bytes, the low ones first; each byte for all of them."""

    first: int
    bytes: int
    shape: tuple[int, ...]

    def numbers(self, found: Found) -> NDArray[np.uint8] | NDArray[np.int32]:
        """Return the numbers, shape (*shape, responses)."""
        rows = found.numbers[self.first : self.first + self.bytes * prod(self.shape)]
        rows = rows.reshape(self.bytes, *self.shape, found.size)
        low: NDArray[np.uint8] = rows[0]
        if self.bytes == 1:
            return low
        numbers = np.zeros(rows.shape[1:], np.int32)
        for row in rows[::-1]:
            numbers <<= _BYTE
            numbers |= row
        return numbers


class Wanted:
    """What a machine is to write."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.bits: list[Bit] = []
        self.counts: list[tuple[Bit, int, int]] = []
        """A digit, the row of the number it is a part of, and its place."""
        self.numbers = 0
        """How many rows of numbers there are."""

    def block(self, numbers: Sequence[Digits], shape: tuple[int, ...] | None = None) -> Block:
        """Ask for bits or short numbers that belong together, and return where they will lie.

        Args:
            numbers: in the order of their places in an array of that shape.
            shape: all in one line when left out.
        """
        digits = max(map(len, numbers), default=0)
        block = Block(len(self.bits), digits, (len(numbers),) if shape is None else shape)
        for place in range(digits):
            self.bits.extend(one[place] if place < len(one) else one[0].circuit.never for one in numbers)
        return block

    def sums(self, numbers: Sequence[Digits], shape: tuple[int, ...] | None = None) -> Sums:
        """Ask for numbers of which every one will be looked at, and return where they will lie."""
        high = max((len(one) - 1) // _BYTE for one in numbers) + 1
        sums = Sums(self.numbers, high, (len(numbers),) if shape is None else shape)
        for byte in range(high):
            for one in numbers:
                for place, digit in enumerate(one[byte * _BYTE : (byte + 1) * _BYTE]):
                    self.counts.append((digit, self.numbers, place))
                self.numbers += 1
        return sums


class Rows:
    """The rows that a machine reads, one byte a response each."""

    def __init__(self, rows: int, size: int) -> None:
        """Begin with rows that are nowhere yet."""
        self.size = size
        self.addresses = np.zeros(rows, np.uintp)
        self._kept: list[NDArray[np.generic]] = []

    def put(self, places: slice | NDArray[np.intp], rows: NDArray[np.generic]) -> None:
        """Say which array holds some rows, shape (rows, responses), each item of it one byte.

        Raises:
            ValueError: the array has another shape, or wider items.
        """
        if rows.itemsize != 1 or rows.shape != (len(self.addresses[places]), self.size):
            raise ValueError("a row has one byte for each response, and each place one row")
        if rows.strides[1] != 1 and self.size > 1:
            rows = np.ascontiguousarray(rows)
        self._kept.append(rows)
        self.addresses[places] = rows.ctypes.data + np.arange(len(rows)) * rows.strides[0]


class Machine:
    """A circuit made ready to run."""

    def __init__(self, circuit: Circuit, wanted: Wanted) -> None:
        """Put the steps in order, and find a slot for each for as long as it is needed."""
        self._rows, self._bits, self._numbers = circuit.rows, len(wanted.bits), wanted.numbers
        self._steps, self._slots = _steps(circuit.nodes, wanted)

    def run(self, rows: Rows) -> Found:
        """Return what is wanted of every response.

        Raises:
            ValueError: a row that the circuit reads was not put.
        """
        if len(rows.addresses) != self._rows or not rows.addresses.all():
            raise ValueError("a row that the circuit reads is missing")
        size, width = rows.size, -(-rows.size // _BYTE)
        bits, numbers = np.empty((self._bits, width), np.uint8), np.zeros((self._numbers, size), np.uint8)
        slots = np.empty(self._slots * (_WORD if size <= _WORD else _LOT) // _BYTE, np.uint8)
        _library().run_circuit(
            *(self._steps.ctypes.data, len(self._steps), slots.ctypes.data, rows.addresses.ctypes.data),
            *(bits.ctypes.data, numbers.ctypes.data, size, width),
        )
        return Found(size, bits, numbers)


def unpack(bits: Bits, size: int) -> NDArray[np.uint8]:
    """Return 0 or 1 for each of the first `size` responses, one byte each."""
    return np.unpackbits(bits, axis=-1, count=size, bitorder="little")


def _steps(nodes: Sequence[Node], wanted: Wanted) -> tuple[NDArray[np.int32], int]:
    """Return the steps, shape (steps, numbers that make a step), and how many slots they need."""
    written = [(_WRITE, bit.number, row, 0) for row, bit in enumerate(wanted.bits)]
    written += [(_COUNT, bit.number, row, place) for bit, row, place in wanted.counts]
    last = _last_use(nodes, {one[1] for one in written})
    found, slots = _slots(last)
    slot, every = np.array(found), np.array(nodes)
    kept = np.flatnonzero((np.array(last) >= 0) & (every[:, 0] != CARRY))
    table = every[kept]
    joins = np.array(ARITY)[table[:, 0], None] > np.arange(table.shape[1] - 1)
    table[:, 1:] = np.where(joins, slot[table[:, 1:] * joins], table[:, 1:])
    _name_next(table)
    writes = np.array(written, np.int64).reshape(-1, table.shape[1])
    steps = np.zeros((len(kept) + len(writes), 6), np.int32)  # operation, to, a, b, c, carry: as in `machine.c`
    steps[:, [0, 2, 3, 4]] = np.concatenate([table, writes])
    steps[: len(kept), 1] = slot[kept]
    steps[: len(kept), 5] = np.where(table[:, 0] == _ADD, slot[(kept + 1) % len(slot)], 0)
    steps[len(kept) :, 2] = slot[writes[:, 1]]
    # Each bit is written right after it was found.
    order = np.concatenate([kept, writes[:, 1]]).argsort(kind="stable")
    return steps[order], slots


def _last_use(nodes: Sequence[Node], written: Iterable[int]) -> list[int]:
    """Return the last node that reads each; itself where it is only written, and -1 where nothing needs it."""
    last = [-1] * len(nodes)
    for number in written:
        last[number] = number
    for number in range(len(nodes) - 1, -1, -1):
        operation, end = nodes[number][0], number
        if operation == _ADD and max(last[number : number + 2]) >= 0:  # both its bits are found in one step
            end = number + 1
            last[number], last[end] = max(last[number], end), max(last[end], end)
        if last[number] >= 0 and operation != CARRY:
            for part in nodes[number][1 : 1 + ARITY[operation]]:
                if last[part] <= part:  # not read so far, and later nodes were looked at before
                    last[part] = end
    return last


def _slots(last: Sequence[int]) -> tuple[list[int], int]:
    """Return a slot for each node, and how many there are.

    A slot is free again after the last step that reads it; what a step fills is
    never what it reads.
    """
    ending = sorted(range(len(last)), key=last.__getitem__, reverse=True)
    slot, free, slots = [0] * len(last), list[int](), 0
    for number, end in enumerate(last):
        if end >= 0:
            if not free:
                free.append(slots)
                slots += 1
            slot[number] = free.pop()
            while last[ending[-1]] < number:  # of no use, or given up before
                ending.pop()
            while ending and last[ending[-1]] == number:
                free.append(slot[ending.pop()])
    return slot, slots


def _name_next(table: NDArray[np.int64]) -> None:
    """Let every node that reads name the row that is read after it, so that memory brings that row in time."""
    reads = np.flatnonzero(table[:, 0] == _READ)
    rows = table[reads, 1]
    table[reads, 3] = np.append(rows[1:], rows[-1:])


@cache
def _library() -> ctypes.CDLL:
    """Return the program, loaded once."""
    if not LIBRARY.exists():
        raise RuntimeError(
            f"{LIBRARY.name} is missing: it is compiled when the package is installed (pip install -e .)"
        )
    library = ctypes.CDLL(str(LIBRARY))
    pointer, whole = ctypes.c_void_p, ctypes.c_int64
    library.run_circuit.argtypes = [pointer, whole, pointer, pointer, pointer, pointer, whole, whole]
    library.run_circuit.restype = None
    return library
