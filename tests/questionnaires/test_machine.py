"""Circuits and the machine that runs them, against the same worked out one response at a time."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatch_build import compile_to
from questionnaires import machine
from questionnaires.circuit import Bit, Circuit, Operation, Total, all_of, any_of, at_least, capped, total
from questionnaires.machine import Machine, Rows, Wanted, unpack

SIZES = (1, 7, 8, 63, 64, 65, 4095, 4096, 4097, 9001)
BYTES = 3

Formula = tuple
"""A place to read, or a word and the formulas that it joins."""

formulas = st.recursive(
    st.tuples(st.just("read"), st.integers(0, BYTES - 1), st.integers(0, 7))
    | st.just(("always",))
    | st.just(("never",)),
    lambda parts: st.tuples(st.sampled_from(("and", "or")), parts, parts) | st.tuples(st.just("not"), parts),
    max_leaves=20,
)


def built(circuit: Circuit, rows: slice, formula: Formula) -> Bit:
    """Return a formula as a bit of a circuit."""
    match formula:
        case ("read", row, place):
            return circuit.read(rows.start + row, place)
        case ("not", part):
            return ~built(circuit, rows, part)
        case (word, first, second):
            one, two = built(circuit, rows, first), built(circuit, rows, second)
            return {"and": one & two, "or": one | two}[word]
    return circuit.always if formula == ("always",) else circuit.never


def reckoned(formula: Formula, given: list[int]) -> bool:
    """Return what a formula comes to in one response."""
    match formula:
        case ("read", row, place):
            return bool(given[row] >> place & 1)
        case ("not", part):
            return not reckoned(part, given)
        case (word, first, second):
            one, two = reckoned(first, given), reckoned(second, given)
            return {"and": one and two, "or": one or two, "xor": one != two}[word]
    return formula == ("always",)


@pytest.fixture(scope="module", params=["as it is", "without wide registers"], autouse=True)
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """Run everything here a second time with the program as it is compiled for other processors."""
    kept = machine.LIBRARY
    if request.param != "as it is":
        machine.LIBRARY = tmp_path_factory.mktemp("plain") / kept.name
        compile_to(machine.LIBRARY, kept.with_name("machine.c"), "-U__SSE2__")
    machine._library.cache_clear()
    yield
    machine.LIBRARY = kept
    machine._library.cache_clear()


def test_a_program_that_was_not_compiled_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "LIBRARY", tmp_path / "libmachine.so")
    with pytest.raises(RuntimeError, match="when the package is installed"):
        machine._library.__wrapped__()


def random_bytes(size: int, rows: int = BYTES) -> np.ndarray:
    return np.random.default_rng(size).integers(0, 256, (rows, size), np.uint8)


def run(rows: np.ndarray, build: Callable[[Circuit, slice], Wanted]) -> machine.Found:
    circuit = Circuit()
    places = circuit.take(len(rows))
    wanted = build(circuit, places)
    laid = Rows(circuit.rows, rows.shape[1])
    laid.put(places, rows)
    return Machine(circuit, wanted).run(laid)


@given(st.lists(formulas, min_size=1, max_size=5), st.sampled_from((1, 9, 64, 70)))
def test_a_circuit_finds_what_its_formulas_say(several: list[Formula], size: int):
    rows, blocks = random_bytes(size), []

    def build(circuit: Circuit, places: slice) -> Wanted:
        wanted = Wanted()
        blocks.append(wanted.block([[built(circuit, places, formula)] for formula in several]))
        return wanted

    found = run(rows, build)
    expected = [[reckoned(formula, given) for given in rows.T.tolist()] for formula in several]
    assert blocks[0].holds(found).tolist() == expected


@pytest.mark.parametrize("size", SIZES)
def test_every_response_is_gone_through_once(size: int):
    rows = random_bytes(size)

    def build(circuit: Circuit, places: slice) -> Wanted:
        wanted = Wanted()
        bits = [circuit.read(place, 3) for place in range(circuit.rows)[places]]
        wanted.block([[all_of(circuit, bits)], [any_of(circuit, bits)]])
        wanted.sums([total(circuit, bits)])
        return wanted

    found, bits = run(rows, build), rows >> 3 & 1
    assert (unpack(found.bits, size) == [bits.all(axis=0), bits.any(axis=0)]).all()
    assert (found.numbers[0] == bits.sum(axis=0)).all()


@given(st.lists(st.tuples(st.integers(0, BYTES - 1), st.integers(0, 7), st.integers(0, 300)), max_size=30))
def test_numbers_are_added_up_from_bits(parts: list[tuple[int, int, int]]):
    rows, blocks = random_bytes(70), []

    def build(circuit: Circuit, places: slice) -> Wanted:
        added, wanted = Total(circuit), Wanted()
        for row, place, worth in parts:
            added.add(circuit.read(places.start + row, place), worth)
        blocks.append(wanted.sums([added.digits(), [circuit.never]]))
        return wanted

    found = run(rows, build)
    expected = sum((worth * (rows[row] >> place & 1).astype(int) for row, place, worth in parts), np.zeros(70, int))
    assert blocks[0].numbers(found).tolist() == [expected.tolist(), [0] * 70]


@pytest.mark.parametrize("wanted", [(0,), (1,), (0, 1), (1, 0)])
@pytest.mark.parametrize("parts", [2, 3])
def test_of_what_is_added_up_either_digit_may_be_left_out(parts: int, wanted: tuple[int, ...]):
    rows, blocks = random_bytes(70), []

    def build(circuit: Circuit, places: slice) -> Wanted:
        bits = [circuit.read(place) for place in range(circuit.rows)[places]][:parts]
        digits, asked = total(circuit, bits), Wanted()
        blocks.append(asked.block([[digits[place]] for place in wanted]))
        return asked

    found, sums = run(rows, build), (rows[:parts] & 1).sum(axis=0)
    assert blocks[0].holds(found).tolist() == [(sums >> place & 1 == 1).tolist() for place in wanted]


@given(st.integers(0, 300))
def test_a_number_is_compared_and_capped(figure: int):
    rows, blocks = random_bytes(300, 1), []

    def build(circuit: Circuit, places: slice) -> Wanted:
        digits, wanted = [circuit.read(places.start, place) for place in range(8)], Wanted()
        blocks.append(wanted.block([[at_least(circuit, digits, figure)]]))
        blocks.append(wanted.sums([capped(circuit, digits, figure)]))
        return wanted

    found = run(rows, build)
    assert (blocks[0].holds(found)[0] == (rows[0] >= figure)).all()
    assert (blocks[1].numbers(found)[0] == np.minimum(rows[0].astype(int), figure)).all()


@pytest.mark.parametrize("response", [0, 7, 8, 69])
def test_what_was_found_of_one_response_can_be_taken_out(response: int):
    rows, blocks = random_bytes(70), []

    def build(circuit: Circuit, places: slice) -> Wanted:
        wanted = Wanted()
        digits = [circuit.read(places.start, place) for place in range(8)]
        blocks.extend((wanted.block([digits]), wanted.sums([digits])))
        return wanted

    found = run(rows, build).one(response)
    assert [block.numbers(found).tolist() for block in blocks] == [[[rows[0, response]]]] * 2


@pytest.mark.parametrize("rows", [random_bytes(90)[:, 5:75], random_bytes(140)[:, ::2], random_bytes(70).T.copy().T])
def test_rows_may_lie_anywhere_in_memory(rows: np.ndarray):
    def build(circuit: Circuit, places: slice) -> Wanted:
        wanted = Wanted()
        wanted.block([[circuit.read(place)] for place in range(circuit.rows)[places]])
        return wanted

    assert (unpack(run(rows, build).bits, rows.shape[1]) == (rows & 1)).all()


def test_a_circuit_that_nothing_is_wanted_of_runs():
    found = run(random_bytes(10), lambda *_: Wanted())
    assert found.bits.shape == (0, 2)


def test_no_response_is_no_trouble():
    found = run(random_bytes(0), _one)
    assert found.bits.shape == (1, 0)


def _one(circuit: Circuit, places: slice) -> Wanted:
    wanted = Wanted()
    wanted.block([[circuit.read(places.start)]])
    return wanted


def test_a_row_that_was_not_put_is_missed():
    circuit = Circuit()
    wanted = _one(circuit, circuit.take(2))
    rows = Rows(2, 10)
    rows.put(slice(0, 1), random_bytes(10, 1))
    with pytest.raises(ValueError, match="missing"):
        Machine(circuit, wanted).run(rows)


@pytest.mark.parametrize("rows", [random_bytes(9, 1), random_bytes(10, 2), random_bytes(10, 1).astype(np.int16)])
def test_rows_of_another_size_are_refused(rows: np.ndarray):
    with pytest.raises(ValueError, match="one byte for each response"):
        Rows(1, 10).put(slice(0, 1), rows)


def test_what_is_joined_alike_is_built_once():
    circuit = Circuit()
    places = circuit.take(2)
    one, two = circuit.read(places.start), circuit.read(places.start + 1)
    before = len(circuit.nodes)
    assert len({(one & two).number, (two & one).number, ((one & two) & two).number}) == 1
    assert len(circuit.nodes) == before + 1


def test_the_program_in_c_knows_the_same_operations_and_sizes():
    source = Path(machine.__file__).with_name("machine.c").read_text(encoding="utf-8")
    names = re.search(r"enum operation \{ (.*?) \};", source)
    assert names is not None
    assert names[1].split(", ") == [operation.name for operation in Operation]
    assert f"LOT = {machine._LOT}, WORD = {machine._WORD}" in source
