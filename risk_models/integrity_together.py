"""A second look at files beside each other: too good for their exposure, and papers shown twice.

    short = weight of readings that fall short of the best / weight of readings that apply      0 to 1

A reading falls short when its answer is adverse, partly so, not known, declined
or not given. What the workforce and the place bring with them is exposure, not
an answer, and is left out; so are protected questions.

A file with an inherent risk of at least `good_inherent` is held against files
of other organisations with the same group of activities and an inherent risk
within `good_near` points. It stands out if at most `good_percent` of them fall
as little short. Where there are fewer than `good_files`, the rule set's number
is the reference: with that much inherent risk, nearly nothing that falls short
is worth a question.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import Codebook
from questionnaires.response import Answers
from questionnaires.text import Text, filled
from risk_models.integrity import Group, Kind, Looked, Prompt, SecondLook, Strength, worded
from risk_models.layout import Layout
from risk_models.model import Element
from risk_models.reading import Outcome
from risk_models.scoring import Scored

_BESIDE = (Outcome.NOT_ASKED, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True)
class Files:
    """Files that are looked at together; entry i of each field speaks of one of them.

    All answer the same version of one form.
    """

    names: tuple[str, ...]  # no two alike
    organisations: tuple[str, ...]  # whose each is
    preparers: tuple[frozenset[str], ...]  # who is declared to have helped with it
    layout: Layout
    scored: Scored

    @cached_property
    def answers(self) -> Answers:
        """The answers, with every question that is not asked marked so."""
        return self.scored.seen

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The files in the order of their names, so that the order in which they are given changes nothing."""
        return np.array(sorted(range(len(self.names)), key=self.names.__getitem__), np.intp)

    @cached_property
    def organisation(self) -> NDArray[np.intp]:
        """The number of the organisation of each file."""
        return np.unique(np.array(self.organisations, np.str_), return_inverse=True)[1].astype(np.intp)

    @cached_property
    def outcomes(self) -> NDArray[np.int8]:
        """What each reading that may be looked at finds, as stated, shape (readings, files)."""
        return self.scored.outcomes[self.readings]

    @cached_property
    def readings(self) -> NDArray[np.intp]:
        """The readings that may be looked at: none of a protected question, none of context."""
        questions, model = self.layout.codebook.questions, self.layout.model
        open_ones = [
            row
            for row, reading in enumerate(model.readings)
            if reading.element is not Element.CONTEXT and not questions[self.layout.question[row]].protected
        ]
        return np.array(open_ones, np.intp)

    @cached_property
    def short(self) -> NDArray[np.float64]:
        """The share of the readings that fall short of the best, by weight, 0 to 1; 0 where none applies."""
        weight = np.array(self.layout.weight)[self.readings, None]
        applies = ~np.isin(self.outcomes, _BESIDE)
        less = applies & (self.outcomes != Outcome.MET)
        share: NDArray[np.float64] = (weight * less).sum(0) / np.maximum((weight * applies).sum(0), 1)
        return share


def group_of(look: SecondLook, answers: Answers) -> NDArray[np.intp]:
    """Return the place of each response among the groups of activities, -1 where it is not known."""
    book = answers.codebook
    if look.activity not in book.row:
        return np.full(answers.size, -1)
    place = {value: number for number, group in enumerate(look.groups) for value in group.values}
    codes = answers.codes[book.row[look.activity]]
    table = np.array([place.get(value, -1) for value in book.code[look.activity]], np.intp)
    return np.where(codes >= 0, table[codes], -1)


def too_good(look: SecondLook, files: Files) -> Looked:
    """Return which files fall less short of the best than their exposure leads one to expect."""
    inherent, groups = files.scored.profiles.stated.inherent, group_of(look, files.answers)
    found = []
    for row in range(len(files.names)):
        near = np.abs(inherent - inherent[row]) <= look.figure("good_near")
        beside = near & (groups == groups[row]) & (groups[row] >= 0) & (files.organisation != files.organisation[row])
        enough = inherent[row] >= look.figure("good_inherent")
        prompt = _too_good(look, files, row, files.short[beside]) if enough else None
        found.append((prompt,) if prompt else ())
    return Looked(prompts=tuple(found), not_looked=(None,) * len(found))


def _too_good(look: SecondLook, files: Files, row: int, others: NDArray[np.float64]) -> Prompt | None:
    """Return the prompt for one file, if it stands out from the others or, where these are few, from the rules."""
    says, own = look.kinds[Kind.TOO_GOOD].says, files.short[row]
    applies = int((~np.isin(files.outcomes[:, row], _BESIDE)).sum())
    shown = int((files.scored.grades[files.layout.question[files.readings], row] > 0).sum())
    facts: dict[str, object] = {
        "inherent": f"{files.scored.profiles.stated.inherent[row]:g}",
        "short": _percent(own),
        "answers": applies,
        "papers": shown,
        "others": len(others),
    }
    if applies < look.figure("good_answers"):
        return None
    if len(others) >= look.figure("good_files"):
        as_good = int((others <= own).sum())
        if 100 * as_good > look.figure("good_percent") * len(others):
            return None
        strength = Strength.CLEAR if shown else Strength.MARKED
        why = worded(says["beside_others"], **facts, as_good=as_good, median=_percent(float(np.median(others))))
    else:
        if 100 * own > look.figure("good_short"):
            return None
        strength = Strength.SLIGHT if shown else Strength.CLEAR
        why = worded(says["beside_rules"], **facts, need=look.figure("good_files"))
    return Prompt(kind=Kind.TOO_GOOD, strength=strength, why=why)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper that one file shows for one answer."""

    file: str
    organisation: str
    question: str
    digest: str  # of its bytes


def same_papers(look: SecondLook, book: Codebook, papers: Iterable[Paper]) -> Mapping[str, tuple[Prompt, ...]]:
    """Return the prompts of each file that shows a paper which another organisation shows too.

    Papers for protected questions are left out. A declared common preparer does
    not excuse a paper: the prompt asks what it is.
    """
    shown: defaultdict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        if paper.question in book.row and not book.questions[book.row[paper.question]].protected:
            shown[paper.digest].append(paper)
    prompts: defaultdict[str, list[Prompt]] = defaultdict(list)
    for _, alike in sorted(shown.items()):
        if len({paper.organisation for paper in alike}) > 1:
            for file in sorted({paper.file for paper in alike}):
                prompts[file].append(_same_paper(look, book, file, alike))
    return {file: tuple(found) for file, found in sorted(prompts.items())}


def _same_paper(look: SecondLook, book: Codebook, file: str, alike: list[Paper]) -> Prompt:
    """Return the prompt of one file for one paper; what many firms may have word for word stands out less."""
    own = {paper.question for paper in alike if paper.file == file}
    holder = {paper.organisation for paper in alike if paper.file == file}
    kinds = {kind for paper in alike for kind in book.questions[book.row[paper.question]].evidence}
    return Prompt(
        kind=Kind.SAME_PAPER,
        strength=Strength.SLIGHT if kinds & set(look.shared_papers) else Strength.MARKED,
        why=worded(
            look.kinds[Kind.SAME_PAPER].says["shown"], firms=len({paper.organisation for paper in alike}), own=len(own)
        ),
        questions=tuple(name for name in book.row if name in own),
        files=tuple(sorted({paper.file for paper in alike if paper.organisation not in holder})),
        papers=(alike[0].digest,),
    )


def size_of(look: SecondLook, answers: Answers) -> NDArray[np.intp]:
    """Return the class of size of each response, from the smallest; -1 where it is not known."""
    if look.size not in answers.codebook.row:
        return np.full(answers.size, -1)
    people = answers.numbers[answers.codebook.number_row[look.size]]
    known = answers.codes[answers.codebook.row[look.size]] >= 0
    return np.where(known, np.searchsorted(np.array(look.sizes), people), -1)


def named(look: SecondLook, group: Group, size: int) -> Text:
    """Return a group and a class of size in words."""
    bounds = (0, *look.sizes)
    low, last = bounds[size] + 1, size == len(look.sizes)
    text = look.common["group_above" if last else "group_to"]
    high = low if last else bounds[size + 1]
    return filled(text, group=group.label, low=low, high=high)
