"""A second look at one file by itself: contradictions, straight lines, haste.

Straight lines. The questions that offer yes and no (and perhaps "partly") are
read in the order of the form. A run is the same choice again and again; what is
not asked is passed over, and an answer that is missing ends it. Where all
favourable answers of a run are the same choice, a long run is what a good firm
writes. So a run counts only by the number of its turns: places where the
favourable answer changes sides and the choice does not.

Haste. Answers that one person saved one after the other are a sitting; a pause
ends it. The time before a save is the time for the answers in it. The first
save of a sitting has no time before it, and a save of more answers than a page
holds was brought in at once, as from a workbook: neither is counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import NOT_ASKED, Codebook
from questionnaires.condition import questions_of
from questionnaires.program import TRUE, compiled
from questionnaires.questionnaire import Number, Questionnaire, SelectMany, SelectOne
from questionnaires.response import Answers
from questionnaires.text import LANGUAGES, Text, say
from risk_models.integrity import Contradiction, Kind, Prompt, SecondLook, Side, Strength, worded
from risk_models.layout import Layout

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer as it was saved: to which question, when, and by whom."""

    question: str
    at: datetime
    by: str


def contradictions(
    look: SecondLook, answers: Answers, parameters: Mapping[str, float] | None = None
) -> tuple[tuple[Prompt, ...], ...]:
    """Return the answers that are hard to hold together, one entry a response.

    Args:
        look: the contradictions; those that read a question which the form lacks are silent.
        answers: every question that is not asked marked so.
        parameters: dated figures in force; a rule whose figure is not in force is silent.
    """
    rules = [one for one in look.contradictions if questions_of(one.when) <= answers.codebook.row.keys()]
    figures = tuple(sorted((parameters or {}).items()))
    holds = compiled(answers.codebook, tuple(one.when for one in rules), figures).run(answers) == TRUE
    return tuple(
        tuple(_contradiction(look, rules[row], answers, column) for row in rows.nonzero()[0])
        for column, rows in enumerate(holds.T)
    )


def _contradiction(look: SecondLook, rule: Contradiction, answers: Answers, column: int) -> Prompt:
    said = [stated(look, answers, question, column) for question in rule.questions]
    return Prompt(
        kind=Kind.CONTRADICTION,
        strength=rule.strength,
        why=worded(rule.why, **dict(zip(_ORDINALS, said, strict=False))),
        rule=rule.id,
        questions=rule.questions,
        sides=tuple(Side(question=name, answer=worded(text)) for name, text in zip(rule.questions, said, strict=True)),
    )


def stated(look: SecondLook, answers: Answers, question: str, column: int) -> Text:
    """Return in words what one response answers to a question."""
    book = answers.codebook
    code = int(answers.codes[book.row[question], column])
    if code < 0:
        return look.common["no_answer"]
    match book.questions[book.row[question]]:
        case SelectOne(choices=choices):
            return choices[code].label
        case SelectMany(choices=choices):
            bits = int(answers.bits[book.many_row[question], column])
            labels = [choice.label for bit, choice in enumerate(choices) if bits >> bit & 1]
            taken = {language: "; ".join(say(label, language) for label in labels) for language in LANGUAGES}
            return taken if labels else look.common["no_answer"]
        case Number(unit=unit):
            number = answers.numbers[book.number_row[question], column]
            return {language: f"{number:g} {say(unit, language)}".strip() for language in LANGUAGES}
    day = date.fromordinal(int(answers.numbers[book.number_row[question], column])).isoformat()
    return dict.fromkeys(LANGUAGES, day)


Runs: TypeAlias = NDArray[np.intp]
"""Of the run with most turns in each response: how many turns, how many answers, the row where it ends."""


@dataclass(frozen=True, slots=True)
class Sided:
    """The questions whose favourable answer is yes or no, in the order of the form."""

    rows: NDArray[np.intp]  # among all questions
    codes: NDArray[np.int8]  # of yes, partly and no in each, shape (questions, 3); -9 where one is not offered
    yes: NDArray[np.bool_]  # whether yes is favourable


def sided(layout: Layout) -> Sided:
    """Return the questions on which a straight line can be seen; protected ones are left out."""
    book = layout.codebook
    chosen = [
        (row, [book.code[question.id].get(name, -9) for name in ("yes", "partly", "no")], "yes" in favourable)
        for row, question in enumerate(book.questions)
        if isinstance(question, SelectOne)
        and not question.protected
        and book.code[question.id].keys() <= {"yes", "partly", "no"}
        and question.id in layout.changes
        and len(favourable := layout.changes[question.id].choices) == 1
    ]
    rows, codes, yes = zip(*chosen, strict=True) if chosen else ((), (), ())
    return Sided(np.array(rows, np.intp), np.array(codes, np.int8).reshape(-1, 3), np.array(yes, np.bool_))


def runs(questions: Sided, answers: Answers) -> Runs:
    """Return the run with most turns in each response, the longest and first of several, shape (3, responses)."""
    choice, length, turns, side = (np.full(answers.size, start, np.intp) for start in (-1, 0, 0, 0))
    best = np.zeros((3, answers.size), np.intp)
    for place, row in enumerate(questions.rows):
        code = answers.codes[row]
        found = np.select([code == one for one in questions.codes[place]], [0, 1, 2], -1)
        asked = code != NOT_ASKED
        same = asked & (found >= 0) & (found == choice)
        turned = same & (side != questions.yes[place])
        length = np.where(asked, np.where(same, length + 1, found >= 0), length)
        turns = np.where(asked, np.where(same, turns + turned, 0), turns)
        choice, side = np.where(asked, found, choice), np.where(asked, questions.yes[place], side)
        better = asked & ((turns > best[0]) | ((turns == best[0]) & (length > best[1])))
        best = np.where(better, np.stack([turns, length, np.full_like(turns, place)]), best)
    return best


def straight_lines(look: SecondLook, layout: Layout, answers: Answers) -> tuple[tuple[Prompt, ...], ...]:
    """Return the runs of one choice over questions that turn about, one entry a response.

    Args:
        look: the figures.
        layout: the rules that say which answers are favourable.
        answers: every question that is not asked marked so.
    """
    questions = sided(layout)
    found = runs(questions, answers).T.tolist()
    least = look.figure("straight_turns"), look.figure("straight_answers")
    return tuple(
        (_straight_line(look, questions, answers, column, run),) if run[0] >= least[0] and run[1] >= least[1] else ()
        for column, run in enumerate(found)
    )


def _straight_line(look: SecondLook, questions: Sided, answers: Answers, column: int, run: Sequence[int]) -> Prompt:
    turns, length, end = run
    asked = [row for row in questions.rows[: end + 1].tolist() if answers.codes[row, column] != NOT_ASKED]
    names = tuple(answers.codebook.questions[row].id for row in asked[-length:])
    choice = stated(look, answers, names[0], column)
    far = turns // max(1, look.figure("straight_turns"))
    return Prompt(
        kind=Kind.STRAIGHT_LINE,
        strength=(Strength.SLIGHT, Strength.CLEAR, Strength.MARKED)[min(far, 3) - 1],
        why=worded(look.kinds[Kind.STRAIGHT_LINE].says["run"], choice=choice, length=length, turns=turns),
        questions=names,
    )


def haste(look: SecondLook, book: Codebook, changes: Iterable[Change]) -> tuple[Prompt, ...]:
    """Return whether answers came faster than they can be read, for one file.

    Args:
        look: the figures.
        book: of the form; changes of protected and of unknown questions are left out.
        changes: in any order.
    """
    seconds, questions = _pace(look, book.questionnaire, changes)
    if len(questions) < look.figure("haste_answers"):
        return ()
    each = seconds / len(questions)
    if each >= look.figure("haste_seconds"):
        return ()
    facts = {"answers": len(questions), "minutes": round(seconds / 60), "seconds": f"{each:.1f}"}
    return (
        Prompt(
            kind=Kind.HASTE,
            strength=Strength.CLEAR if 2 * each < look.figure("haste_seconds") else Strength.SLIGHT,
            why=worded(look.kinds[Kind.HASTE].says["pace"], **facts),
        ),
    )


def _pace(look: SecondLook, form: Questionnaire, changes: Iterable[Change]) -> tuple[float, set[str]]:
    """Return how many seconds went into the answers that can be timed, and which these are."""
    timed = {question.id for question in form.questions() if not question.protected}
    pause = timedelta(minutes=look.figure("haste_pause"))
    ordered = sorted((change.by, change.at, change.question) for change in changes if change.question in timed)
    seconds, found = 0.0, set[str]()
    for _, own in groupby(ordered, key=lambda change: change[0]):
        saves = [(at, {name for *_, name in part}) for at, part in groupby(own, key=lambda change: change[1])]
        for (before, _), (at, names) in pairwise(saves):
            if at - before <= pause and len(names) <= look.figure("haste_page"):
                seconds += (at - before).total_seconds()
                found |= names
    return seconds, found
