"""Which answers to each question are good, partly adverse and adverse: found by asking the rules.

Every choice, or a number of quantities, is tried for each question that the
rules read. A practice for which no such answer exists is stated as the next
better one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.truth import ADVERSE, GOOD, PARTLY
from questionnaires.codebook import Codebook
from questionnaires.program import FALSE, TRUE, Program
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany, SelectOne
from questionnaires.response import Answers
from risk_models.layout import Layout
from risk_models.model import Reading

QUANTITIES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 44, 48, 50, 55, 60, 65, 70, 80, 90, 95, 100)
DAY = 739_500
"""A day in 2025, for questions that ask for one."""

KNOWN = {"pro.headcount": 40.0, "pro.peak": 60.0}
"""What answers stand beside those that are tried."""


@dataclass(frozen=True, slots=True)
class Options:
    """Answers to one question that mean the same to the rules: codes, quantities or sets of choices as bits."""

    values: NDArray[np.float64] | NDArray[np.uint64] | NDArray[np.int8]


def options(layout: Layout) -> dict[str, tuple[Options, Options, Options]]:
    """Return, for each question that the rules read, its good, partly adverse and adverse answers."""
    return {reading.question: _of(layout, reading) for reading in layout.model.readings}


def anything(question: AnyQuestion) -> Options:
    """Return answers to a question, whatever they mean."""
    match question:
        case SelectOne(choices=choices):
            return Options(np.arange(len(choices), dtype=np.int8))
        case SelectMany(choices=choices):
            plain = [np.uint64(1) << np.uint64(bit) for bit, choice in enumerate(choices) if not choice.exclusive]
            alone = [np.uint64(1) << np.uint64(bit) for bit, choice in enumerate(choices) if choice.exclusive]
            every = np.bitwise_or.reduce(np.array(plain, np.uint64))
            return Options(np.array([*plain, *alone, every, *(every ^ one for one in plain)], np.uint64))
        case Number(minimum=least, maximum=most):
            within = [one for one in QUANTITIES if (least or 0) <= one <= (most if most is not None else one)]
            return Options(np.array(within, np.float64))
        case Date():
            return Options(np.arange(DAY, DAY + 300, 10, dtype=np.float64))
    return Options(np.zeros(1, np.int8))


def empty(book: Codebook, size: int) -> Answers:
    """Return responses in which every question has the first of its choices and no quantity."""
    codes = np.zeros((len(book.questions), size), np.int8)
    numbers = np.zeros((len(book.number_row), size))
    bits = np.ones((len(book.many_row), size), np.uint64)
    return Answers(book, codes, numbers, bits)


def put(answers: Answers, question: str, values: NDArray[np.generic]) -> None:
    """Write one question's answers into responses."""
    book = answers.codebook
    if question in book.number_row:
        answers.numbers[book.number_row[question]] = values
    elif question in book.many_row:
        answers.bits[book.many_row[question]] = values
    else:
        answers.codes[book.row[question]] = values


def _of(layout: Layout, reading: Reading) -> tuple[Options, Options, Options]:
    book = layout.codebook
    tried = anything(book.questions[book.row[reading.question]]).values
    answers = empty(book, len(tried))
    for name, value in KNOWN.items():
        put(answers, name, np.full(len(tried), value))
    put(answers, reading.question, tried)
    conditions = (reading.adverse, *([reading.partly] if reading.partly else []))
    adverse, *rest = Program(book, conditions, layout.parameters).run(answers)
    partly = rest[0] if rest else np.full(len(tried), FALSE)
    kinds = np.select([adverse == TRUE, partly == TRUE], [ADVERSE, PARTLY], GOOD)
    found = [tried[kinds == kind] for kind in (GOOD, PARTLY, ADVERSE)]
    good = found[GOOD] if len(found[GOOD]) else tried
    so_so = found[PARTLY] if len(found[PARTLY]) else good
    bad = found[ADVERSE] if len(found[ADVERSE]) else so_so
    return Options(good), Options(so_so), Options(bad)
