"""Answers out of cells: a column of a table holds the answers to one question.

A cell goes the way of any other answer: it is made a `Response`, checked and laid out
by the questionnaire's own functions. That is done once for each different thing that a
column says and not once a row, since a million rows say few things.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from duediligence.batch.job import Columns, Reading
from duediligence.batch.words import problem, unusable
from questionnaires import words as wording
from questionnaires.check import faults
from questionnaires.codebook import NOT_ASKED, UNANSWERED, Codebook
from questionnaires.problem import Problem
from questionnaires.questionnaire import AnyQuestion, Number, SelectMany
from questionnaires.relevance import relevance
from questionnaires.response import Answer, Answers, Missing, Response, Value, columns
from risk_models.evidence import EvidenceGrade

EVIDENCE = ":evidence"
"""What a heading ends in where the column holds references to documents, behind the id of the question."""

MOST_COLUMNS = 5_000
LONGEST_CELL = 2_000

MOST_KNOWN = 4_096
"""Different cells of a column that are known from one block to the next, and from one part to the next."""

LISTED = 1_000
"""How many faults of a block are told one by one; beyond that they are counted."""

_LISTED_OF_COLUMN = 200
_PERSONAL = "MAY_NAME_A_PERSON"  # to be mended, but it moves no result
_IDENTIFIER = "id"
_NUMERAL = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_SHOWN = 60

Cell: TypeAlias = str | float | None


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong in one row."""

    row: str  # the line of a CSV, the number of a row of a Parquet file, the name of a file
    column: str  # "" where it is the whole row
    problem: Problem


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of one column: the different things they say, and which of them each row says."""

    said: Sequence[Cell]
    places: NDArray[np.intp]  # one entry a row


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong in a block: counted throughout, listed up to a limit."""

    of_row: NDArray[np.int32]  # how much, in each row
    of_code: Counter[str]
    listed: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Block:
    """Responses that are held at once; a row that could not be read has no answers."""

    rows: Sequence[str]
    identifiers: Sequence[str]
    answers: Answers
    grades: NDArray[np.int8]
    readable: NDArray[np.bool_]
    found: Found


class _Decoded(NamedTuple):
    """What one cell says, as it is laid out."""

    code: int
    number: float
    bits: int
    counts: bool  # whether it is an answer; what does not fit is none
    wrong: str  # code of what is wrong with it, "" where nothing is


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Where the answers to one question have one thing wrong."""

    question: str
    code: str
    said: NDArray[np.intp]  # of each row, what it says
    where: NDArray[np.bool_]  # the rows in which that is wrong
    problems: Mapping[int, Problem]  # by what is said; not all


def understood(headings: Sequence[str], book: Codebook, reading: Reading, where: str) -> Columns:
    """Return which column holds what.

    Raises:
        Unfit: no column is a question, two have one name, or a column that was named is not there.
    """
    if len(headings) > MOST_COLUMNS:
        raise unusable("TOO_MANY_COLUMNS", where, limit=MOST_COLUMNS)
    choices = {choice for known in book.code.values() for choice in known}
    if word := next((one for one in reading.missing if one in choices), None):
        raise unusable("CHOICE_IS_REASON", where, word=word[:_SHOWN])
    place = {heading.strip(): number for number, heading in enumerate(headings)}
    if len(place) < len(headings):
        twice = next(one for number, one in enumerate(headings) if place[one.strip()] != number)
        raise unusable("COLUMN_TWICE", where, column=twice[:_SHOWN])
    if reading.identifier and (reading.identifier not in place or reading.identifier in book.row):
        raise unusable("NO_IDENTIFIER", where, column=reading.identifier[:_SHOWN])
    answers = {name: number for name, number in place.items() if name in book.row}
    if not answers:
        form = book.questionnaire
        raise unusable("NO_QUESTION", where, form=f"{form.id} {form.version}", example=book.questions[0].id)
    proof = {name.removesuffix(EVIDENCE): number for name, number in place.items() if name.endswith(EVIDENCE)}
    evidence = {name: number for name, number in proof.items() if name in answers}
    identifier = reading.identifier or _IDENTIFIER
    known = {*answers, *(name + EVIDENCE for name in evidence), identifier, *reading.ignored}
    return Columns(
        width=len(headings),
        answers=answers,
        evidence=evidence,
        identifier=place.get(identifier),
        unknown=tuple(name for name in place if name not in known),
    )


class Decoder:
    """Decodes cells as answers to the questions of a form; what a column has said before is known already."""

    def __init__(self, book: Codebook, reading: Reading) -> None:
        """Know nothing yet.

        Args:
            book: of the questionnaire that was answered.
            reading: how cells are to be understood.
        """
        self.book, self.reading = book, reading
        self._known: dict[str, dict[Cell, _Decoded]] = defaultdict(dict)

    def decoded(self, question: AnyQuestion, said: Sequence[Cell]) -> list[_Decoded]:
        """Return cells as answers to a question, in their order."""
        known = self._known[question.id]
        if len(known) > MOST_KNOWN:
            known = self._known[question.id] = {}  # other threads go on with the one they hold
        new = [cell for cell in said if cell not in known]
        if new:
            known.update(zip(new, _decoded(self.book, question, new, self.reading), strict=True))
        return [known[cell] for cell in said]

    def problem(self, question: str, cell: Cell) -> Problem:
        """Return what is wrong with a cell that does not fit."""
        asked = self.book.questions[self.book.row[question]]
        answer = _answer(asked, cell, self.reading)
        assert answer
        return _faults(asked, answer)[0]


def block(decoder: Decoder, rows: Sequence[str], identifiers: Sequence[str], cells: Mapping[str, Column]) -> Block:
    """Return rows of a table as answers.

    Args:
        decoder: of the cells; one for many blocks.
        rows: what each row is called.
        identifiers: what its firm is called, "" where nothing says so.
        cells: by heading; a question without a column is unanswered.
    """
    size, book = len(rows), decoder.book
    answers = Answers(
        book,
        np.full((len(book.questions), size), UNANSWERED, np.int8),
        np.full((len(book.number_row), size), np.nan),
        np.zeros((len(book.many_row), size), np.uint64),
    )
    grades = np.zeros(answers.codes.shape, np.int8)
    wrong: list[_Wrong] = []
    for question, row in book.row.items():
        if (column := cells.get(question)) is None:
            continue
        decoded = decoder.decoded(book.questions[row], column.said)
        _lay(answers, decoded, question, column.places)
        wrong += _wrong(decoder, question, column, decoded)
        if proof := cells.get(question + EVIDENCE):
            named = np.array([bool(words) and str(words).strip() != "" for words in proof.said], np.bool_)
            counts = np.array([one.counts for one in decoded], np.bool_)
            grades[row, named.take(proof.places) & counts.take(column.places)] = EvidenceGrade.E1
    return Block(rows, identifiers, answers, grades, np.ones(size, np.bool_), _found(answers, rows, wrong))


def unreadable(block: Block, rows: Mapping[int, Problem]) -> Block:
    """Return a block in which some rows, by place, could not be read, and why."""
    if not rows:
        return block
    readable = block.readable.copy()
    readable[list(rows)] = False
    of_row = np.where(readable, block.found.of_row, np.int32(1))
    faults = [Fault(row=block.rows[place], column="", problem=one) for place, one in rows.items()]
    codes = block.found.of_code + Counter(one.code for one in rows.values())
    found = Found(of_row, codes, [*faults, *block.found.listed][:LISTED])
    return replace(block, readable=readable, found=found)


def _lay(answers: Answers, decoded: Sequence[_Decoded], question: str, places: NDArray[np.intp]) -> None:
    """Write what a column says into the arrays."""
    book = answers.codebook
    answers.codes[book.row[question]] = np.array([one.code for one in decoded], np.int8).take(places)
    if (row := book.number_row.get(question)) is not None:
        answers.numbers[row] = np.array([one.number for one in decoded], np.float64).take(places)
    if (row := book.many_row.get(question)) is not None:
        answers.bits[row] = np.array([one.bits for one in decoded], np.uint64).take(places)


def _wrong(decoder: Decoder, question: str, column: Column, decoded: Sequence[_Decoded]) -> Iterator[_Wrong]:
    """Yield what is wrong with the cells of a column, one thing after the other."""
    faulty = [number for number, one in enumerate(decoded) if one.wrong]
    told = {number: decoder.problem(question, column.said[number]) for number in faulty[:_LISTED_OF_COLUMN]}
    for code in dict.fromkeys(decoded[number].wrong for number in faulty):
        alike = [number for number in faulty if decoded[number].wrong == code]
        yield _Wrong(question, code, column.places, np.isin(column.places, alike), told)


def _decoded(book: Codebook, question: AnyQuestion, said: Sequence[Cell], reading: Reading) -> Iterator[_Decoded]:
    """Yield cells as answers to one question: each is a response of its own, laid out as any other."""
    form, row = book.questionnaire, book.row[question.id]
    number_row, many_row = book.number_row.get(question.id), book.many_row.get(question.id)
    given = [_answer(question, cell, reading) for cell in said]
    found = [() if answer is None else _faults(question, answer) for answer in given]
    counts = [
        answer is not None and all(one.code == _PERSONAL for one in faults)
        for answer, faults in zip(given, found, strict=True)
    ]
    responses = [
        Response(
            questionnaire=form.id,
            version=form.version,
            answers={question.id: answer} if answer is not None and each else {},
        )
        for answer, each in zip(given, counts, strict=True)
    ]
    laid = columns(book, responses)
    for number in range(len(said)):
        yield _Decoded(
            code=int(laid.codes[row, number]),
            number=float("nan") if number_row is None else float(laid.numbers[number_row, number]),
            bits=0 if many_row is None else int(laid.bits[many_row, number]),
            counts=counts[number],
            wrong=found[number][0].code if found[number] else "",
        )


def _faults(question: AnyQuestion, answer: Answer) -> tuple[Problem, ...]:
    """Return what is wrong with an answer; to set a question aside is for reviewers alone."""
    if answer.missing is Missing.NOT_APPLICABLE:
        return (wording.problem("NOT_APPLICABLE_NOT_ACCEPTED", where=question.id, question=question.id),)
    if isinstance(answer.value, str) and len(answer.value) > LONGEST_CELL:
        return (problem("CELL_TOO_LONG", question.id, limit=LONGEST_CELL),)
    return faults(question, answer)


def _answer(question: AnyQuestion, cell: Cell, reading: Reading) -> Answer | None:
    """Return what a cell says, None where it says nothing."""
    if cell is None or (isinstance(cell, float) and isnan(cell)):
        return None
    if isinstance(cell, float):
        return Answer(value=cell if isinstance(question, Number) else f"{cell:g}")
    words = cell.strip()
    if not words:
        return None
    if words in reading.missing:
        return Answer(missing=reading.missing[words])
    return Answer(value=_value(question, words, reading.separator))


def _value(question: AnyQuestion, words: str, separator: str) -> Value:
    if isinstance(question, SelectMany) and len(words) <= LONGEST_CELL:
        return tuple(one for one in map(str.strip, words.split(separator)) if one)
    if isinstance(question, Number) and _NUMERAL.fullmatch(words):
        return float(words)
    return words


def _found(answers: Answers, rows: Sequence[str], wrong: Sequence[_Wrong]) -> Found:
    """Return what is wrong in answers to questions that are asked; the others are left alone."""
    of_row, of_code, listed = np.zeros(len(rows), np.int32), Counter[str](), list[tuple[int, Fault]]()
    if wrong:
        codes = relevance(answers.codebook).apply(answers).codes
        for one in wrong:
            places = np.flatnonzero(one.where & (codes[answers.codebook.row[one.question]] != NOT_ASKED))
            of_row[places] += 1
            of_code[one.code] += len(places)
            for place in places[:LISTED].tolist():
                if told := one.problems.get(int(one.said[place])):
                    listed.append((place, Fault(row=rows[place], column=one.question, problem=told)))
    return Found(of_row, of_code, [fault for _, fault in sorted(listed, key=itemgetter(0))[:LISTED]])
