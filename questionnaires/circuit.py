"""Truths as circuits: what follows from many bits, for any number of responses at once.

A circuit reads bits, one a response, and joins them; what is joined alike is
built once. Whole numbers are added up from bits as well, each kept as the bits
of its binary digits:

    a + b + c = parity(a, b, c) + 2 * majority(a, b, c)        one step, ADD

A circuit knows nothing of questions or rules. `machine.py` runs it, one response
and a million in the same steps.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import reduce
from typing import NamedTuple, TypeAlias

_ALL = 255
"""A byte in which every bit is set."""


class Operation(IntEnum):
    """What one step does; the numbers are those of `machine.c`."""

    FILL = 0
    READ = 1
    WRITE = 2
    COUNT = 3
    NOT = 4
    AND = 5
    AND_NOT = 6
    OR = 7
    ADD = 8


CARRY = len(Operation)
"""The second bit that ADD gives, always the next one; it needs no step of its own."""

ARITY = (0, 0, 1, 1, 1, 2, 2, 3, 3, 3)
"""How many bits each operation joins."""

# Plain numbers, because members of an enumeration are slow to look up.
_FILL, _READ, _, _, _NOT, _AND, _AND_NOT, _OR, _ADD = map(int, Operation)

Node: TypeAlias = tuple[int, int, int, int]
"""An operation, and what it joins; or the byte that fills; or the row that is read, and the place in its bytes."""

_NEVER, _ALWAYS = 0, 1
"""The first two bits of a circuit: those that are the same for everybody."""

_PAIR = 2
"""So many bits may wait at one place of a total; a third is added up with them."""


class Circuit:
    """Joints of bits, each built from earlier ones."""

    def __init__(self) -> None:
        """Begin with the two bits that are the same for everybody."""
        self.nodes: list[Node] = []
        self._known: dict[Node, int] = {}
        self.rows = 0
        """How many rows are read."""
        self.join(_FILL, 0)
        self.join(_FILL, _ALL)

    # A bit knows its circuit. Were these two kept, a circuit would lie about until a search for cycles finds it.

    @property
    def never(self) -> "Bit":
        """The bit that nobody has."""
        return Bit(self, _NEVER)

    @property
    def always(self) -> "Bit":
        """The bit that everybody has."""
        return Bit(self, _ALWAYS)

    def take(self, rows: int) -> slice:
        """Return the next rows that are to be read, one byte a response each."""
        self.rows += rows
        return slice(self.rows - rows, self.rows)

    def read(self, row: int, place: int = 0) -> "Bit":
        """Return the bit at one place of the bytes in a row, 0 for the lowest."""
        return self.join(_READ, row, place)

    def join(self, operation: int, a: int = 0, b: int = 0, c: int = 0) -> "Bit":
        """Return the bit that an operation makes of others, given by number; what was built is not built again."""
        node = (operation, a, b, c)
        number = self._known.get(node)
        if number is None:
            number = self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return Bit(self, number)

    def either(self, *bits: "Bit") -> "Bit":
        """Return where at least one of up to three bits holds."""
        parts = sorted({bit.number for bit in bits} - {_NEVER})
        if len(parts) > 1 and parts[0] != _ALWAYS:
            return self.join(_OR, *parts)
        return Bit(self, parts[0] if parts else _NEVER)

    def add(self, *bits: "Bit") -> tuple["Bit", "Bit"]:
        """Return the lower and the higher binary digit of how many of up to three bits hold."""
        parts = [bit.number for bit in bits]
        return self.join(_ADD, *parts), self.join(CARRY, *parts)


class Bit:
    """One truth in a circuit."""

    __slots__ = ("circuit", "number")

    def __init__(self, circuit: Circuit, number: int) -> None:
        """Name a joint of a circuit."""
        self.circuit = circuit
        self.number = number

    def __and__(self, other: "Bit") -> "Bit":
        """Return where both hold."""
        circuit, a, b = self.circuit, self.number, other.number
        if a > b:
            a, b = b, a
        if a in (b, _NEVER):
            return Bit(circuit, a)
        if a == _ALWAYS:
            return Bit(circuit, b)
        nodes = circuit.nodes
        for one, two in ((a, b), (b, a)):
            operation, first, second, _ = nodes[two]
            if operation == _AND and one in (first, second):
                return Bit(circuit, two)
            if operation == _NOT:
                return circuit.never if first == one else circuit.join(_AND_NOT, one, first)
        return circuit.join(_AND, a, b)

    def __or__(self, other: "Bit") -> "Bit":
        """Return where at least one holds."""
        return self.circuit.either(self, other)

    def __invert__(self) -> "Bit":
        """Return where it does not hold."""
        circuit, number = self.circuit, self.number
        if number in (_NEVER, _ALWAYS):
            return circuit.always if number == _NEVER else circuit.never
        operation, part, _, _ = circuit.nodes[number]
        return Bit(circuit, part) if operation == _NOT else circuit.join(_NOT, number)


class Truth(NamedTuple):
    """A three-valued truth: where it is TRUE, and where it is not FALSE."""

    sure: Bit
    may: Bit

    def within(self, other: "Truth") -> "Truth":
        """Return a truth that is no truer than another."""
        return Truth(self.sure & other.sure, self.may & other.may)


Digits: TypeAlias = Sequence[Bit]
"""A whole number as the bits of its binary digits, the lowest first."""


class Total:
    """A whole number that is added up from bits."""

    def __init__(self, circuit: Circuit) -> None:
        """Begin with nothing."""
        self._circuit = circuit
        self._places: list[list[Bit]] = []

    def add(self, bit: Bit, worth: int = 1) -> None:
        """Add `worth` wherever a bit holds."""
        if bit.number == _NEVER:
            return
        for place in range(worth.bit_length()):
            if worth >> place & 1:
                self._put(bit, place)

    def add_number(self, digits: Digits) -> None:
        """Add a number."""
        for place, digit in enumerate(digits):
            self.add(digit, 1 << place)

    def digits(self) -> Digits:
        """Return the total; there is one digit at least."""
        place = 0
        while place < len(self._places):
            if len(self._places[place]) > 1:
                self._reckon(place)
            place += 1
        return [next(iter(bits), self._circuit.never) for bits in self._places] or [self._circuit.never]

    def _put(self, bit: Bit, place: int) -> None:
        while len(self._places) <= place:
            self._places.append([])
        waiting = self._places[place]
        waiting.append(bit)
        if len(waiting) > _PAIR:
            self._reckon(place)

    def _reckon(self, place: int) -> None:
        """Leave one bit at a place, and carry the other to the next."""
        bit, carried = self._circuit.add(*self._places[place])
        self._places[place] = [bit]
        self._put(carried, place + 1)


def capped(circuit: Circuit, digits: Digits, most: int) -> Digits:
    """Return the smaller of a number and another, which is the same for everybody."""
    full = at_least(circuit, digits, most)
    return [digit | full if most >> place & 1 else digit & ~full for place, digit in enumerate(digits)]


def total(circuit: Circuit, bits: Iterable[Bit]) -> Digits:
    """Return how many bits hold."""
    found = Total(circuit)
    for bit in bits:
        found.add(bit)
    return found.digits()


def at_least(circuit: Circuit, digits: Digits, number: int) -> Bit:
    """Return where a number is not below another, which is the same for everybody."""
    if number >> len(digits):
        return circuit.never
    found = circuit.always
    for place, digit in enumerate(digits):
        found = digit & found if number >> place & 1 else digit | found
    return found


def all_of(circuit: Circuit, bits: Iterable[Bit]) -> Bit:
    """Return where every bit holds."""
    return reduce(Bit.__and__, bits, circuit.always)


def any_of(circuit: Circuit, bits: Iterable[Bit]) -> Bit:
    """Return where at least one bit holds."""
    several = iter(bits)
    found = next(several, circuit.never)
    for one in several:
        found = circuit.either(found, one, next(several, found))
    return found
