"""Made-up responses: random answers to the questions that are asked.

They show how a rule set behaves, never how firms do. Each made-up firm draws
how often it answers adversely, leaves a gap and shows evidence, so that firms
differ as a whole and not only question by question. Most answer most questions
well, as respondents of self-assessments do.
"""

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import NOT_KNOWN, UNANSWERED
from questionnaires.condition import Relation
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany, SelectOne
from questionnaires.response import Answers
from risk_models.counterfactual import Change
from risk_models.layout import Layout

_LARGEST = 100.0


def population(layout: Layout, size: int, seed: int) -> tuple[Answers, NDArray[np.int8]]:
    """Return random responses, and random evidence grades of shape (questions, responses).

    Args:
        layout: the rules that say which answers are adverse.
        size: how many responses.
        seed: the same seed gives the same responses.
    """
    random = np.random.default_rng(seed)
    book = layout.codebook
    ill, gaps, proof = random.beta(1, 25, size), random.beta(1, 20, size), random.beta(1, 2, size)
    codes = np.zeros((len(book.questions), size), np.int8)
    numbers = np.full((len(book.number_row), size), np.nan)
    bits = np.zeros((len(book.many_row), size), np.uint64)
    for row, question in enumerate(book.questions):
        adverse = random.random(size) < ill
        fine = layout.changes.get(question.id, Change(question=question.id))
        match question:
            case SelectOne():
                codes[row] = _choice(random, question, fine, adverse)
            case SelectMany():
                bits[book.many_row[question.id]] = _several(random, question, ill)
            case Number() | Date():
                numbers[book.number_row[question.id]] = _quantity(random, question, fine, adverse)
        missing = random.random(size) < gaps
        codes[row, missing] = random.choice(np.array([UNANSWERED, NOT_KNOWN], np.int8), int(missing.sum()))
    grades = random.binomial(4, proof, codes.shape).astype(np.int8)
    return Answers(book, codes, numbers, bits), grades


def _choice(
    random: np.random.Generator, question: SelectOne, fine: Change, adverse: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return favourable choices, and any choice where the answer is to be adverse."""
    codes = [code for code, choice in enumerate(question.choices) if choice.id in fine.choices]
    anything = random.integers(0, len(question.choices), len(adverse))
    return np.where(adverse, anything, random.choice(codes or list(range(len(question.choices))), len(adverse)))


def _several(random: np.random.Generator, question: SelectMany, ill: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return sets of choices as bits; each choice is taken about as often as an adverse answer, tripled."""
    plain = [code for code, choice in enumerate(question.choices) if not choice.exclusive]
    taken = random.random((len(plain), len(ill))) < 3 * ill
    values = np.uint64(1) << np.array(plain, np.uint64)[:, None]
    bits: NDArray[np.uint64] = np.where(taken, values, np.uint64(0)).sum(axis=0, dtype=np.uint64)
    return bits


def _quantity(
    random: np.random.Generator, question: AnyQuestion, fine: Change, adverse: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return quantities on the favourable side of the figure, and on the other where adverse."""
    low, high = 0.0, _LARGEST
    if isinstance(question, Number):
        low, high = question.minimum or low, min(question.maximum or high, high)
    figure = fine.figure if fine.figure is not None else high
    upper = random.uniform(figure, high, len(adverse))
    lower = random.uniform(low, figure, len(adverse))
    wants_more = fine.relation in (Relation.AT_LEAST, Relation.ABOVE)
    quantity: NDArray[np.float64] = np.where(adverse != wants_more, upper, lower).round()
    return quantity
