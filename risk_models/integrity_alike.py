"""Answer sets of different firms that are more alike than chance makes them.

    alike(i, j) = sum over questions that i and j answer the same way of
                  log2((m - 1) / (c - 1))        in m answers the rules find the same, c of them are this one

That is in bits: agreeing with one's neighbour on what nearly all say counts
nearly nothing, agreeing on a rare figure much. Only the detail counts, not what
the rules find in it: firms with the same troubles are alike in these without
having shared a hand, and so are firms without any. The nearest neighbour of a
firm is the one most alike, among those that should not share a hand: not of its
organisation, no declared preparer in common.

What chance does is found by shuffling. For each section, firms that are asked
most of it are put in blocks of `alike_block` that are about equally alike to all
others on the average, and so are those that are not; and the answers of the
whole section are dealt out anew within a block. So who is asked what stays as it
is, good firms stay as good as they were, those that leave gaps keep leaving
them, and answers that go together stay together; only who filled in which
sections is lost. With T(i) the likeness of firm i to its nearest neighbour,

    Z(i)  = (T(i) - mean of T(i)) / spread of T(i)      over all rounds, the true one among them
    p(i)  = share of rounds in which any firm has as large a Z                 (Westfall and Young)

The comparison is with the largest Z of *all* firms in each round. So of looks at
firms that answered by themselves, at most `alike_percent` in a hundred raise
any prompt, however many firms there are: nothing needs correcting for many tests.
This holds as far as details are dealt out as chance would, once it is known what
the rules find: a habit of details that runs through all sections of a firm would
raise more. `docs/second-look.md` says what was measured.

The neighbours are found exactly, by one product of matrices a round. Weights are
whole hundredths of a bit, so that no sum depends on the order of firms.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from questionnaires.codebook import NOT_ASKED
from risk_models.integrity import Kind, Looked, NotLooked, Prompt, SecondLook, Strength, not_looked, worded
from risk_models.integrity_together import Files
from risk_models.reading import Outcome

Said: TypeAlias = NDArray[np.intp]
"""What each firm answers, as a number for each different answer, -1 for none, shape (questions, firms)."""

_HUNDREDTHS = 100
_DIGITS = 9
"""Decimals of Z: further ones are errors of rounding, and would tell rounds apart that are alike."""
_ROWS = 1024
"""Firms that are compared with all others at a time."""

_HALF = 0.5
_FEW = 16
"""An answer of fewer than one firm in so many is kept in a sparse matrix."""

_KIN = np.float32(-1)
"""The likeness of firms that are not compared."""


@dataclass(frozen=True)
class Compared:
    """Everything that stays the same from one round to the next; firms in the order of their names."""

    questions: tuple[str, ...]
    said: Said
    section: NDArray[np.intp]  # of each question
    block: NDArray[np.intp]  # of each firm in each section, shape (sections, firms)
    kin: NDArray[np.bool_]  # who is not compared with whom, shape (firms, firms)
    column: NDArray[np.intp]  # of an answer among those that can be shared, -1 for others, by its running number
    starts: NDArray[np.intp]  # the running number of the first answer to each question
    weight: NDArray[np.float32]  # hundredths of a bit, one for each answer that can be shared

    common: int  # how many of these answers, the first ones, so many firms give that a full matrix is quicker


@dataclass(frozen=True, slots=True)
class Nearest:
    """How alike each firm is to its nearest neighbour, and how often chance brings forth as much."""

    likeness: NDArray[np.float64]  # bits
    probability: NDArray[np.float64]  # of as much anywhere, if nobody shared a hand
    beyond: NDArray[np.float64]  # the likeness, in bits, from which on a neighbour stands out
    rounds: int


def alike(look: SecondLook, files: Files, seed: int = 1) -> Looked:
    """Return which files are more like that of another firm than chance makes them.

    Args:
        look: the figures and sentences.
        files: of one version of the form, in any order.
        seed: the same seed gives the same prompts.
    """
    firms, need = len(set(files.organisations)), look.figure("alike_firms")
    if firms < need:
        return Looked(prompts=((),) * len(files.names), not_looked=_too_few(look, len(files.names), firms))
    compared = _compared(look, files)
    found = nearest(compared, look.figure("alike_rounds"), look.figure("alike_percent"), seed)
    prompts: list[tuple[Prompt, ...]] = [()] * len(files.names)
    missed: list[NotLooked | None] = [None] * len(files.names)
    for place, row in enumerate(files.order.tolist()):
        if compared.kin[place].all():
            missed[row] = not_looked(look, Kind.ALIKE, 1, need)
        elif found.probability[place] <= look.figure("alike_percent") / 100 and found.likeness[place] > 0:
            prompts[row] = (_prompt(look, files, compared, found, place),)
    return Looked(prompts=tuple(prompts), not_looked=tuple(missed))


def _too_few(look: SecondLook, size: int, firms: int) -> tuple[NotLooked, ...]:
    return (not_looked(look, Kind.ALIKE, firms, look.figure("alike_firms")),) * size


def nearest(compared: Compared, rounds: int, percent: int, seed: int) -> Nearest:
    """Return how alike each firm is to its nearest neighbour, held against shuffled rounds.

    Args:
        compared: the answers.
        rounds: how many, the true one among them.
        percent: of the rounds that may have as large a Z.
        seed: of the shuffles.
    """
    random = np.random.default_rng(seed)
    likeness = np.empty((rounds, compared.said.shape[1]))
    likeness[0] = _likeness(compared, compared.said)
    for number in range(1, rounds):
        likeness[number] = _likeness(compared, _shuffled(compared, random))
    mean, spread = likeness.mean(axis=0), likeness.std(axis=0)
    varies = spread > 0
    standing = np.where(varies, (likeness - mean) / np.where(varies, spread, 1), 0).round(_DIGITS)
    largest = standing.max(axis=1)
    limit = np.sort(largest)[::-1][percent * rounds // 100]
    return Nearest(
        likeness=likeness[0] / _HUNDREDTHS,
        probability=(largest[:, None] >= standing[0]).mean(axis=0),
        beyond=(mean + limit * spread) / _HUNDREDTHS,
        rounds=rounds,
    )


def _compared(look: SecondLook, files: Files) -> Compared:
    """Return the answers that may be held beside those of other firms, ready to be compared."""
    questions, said, fellows = _said(files)
    said = said[:, files.order]
    section = np.unique([files.layout.codebook.section[name] for name in questions], return_inverse=True)[1]
    starts = np.concatenate([[0], np.cumsum(said.max(axis=1, initial=-1) + 1)]).astype(np.intp)
    counts = np.bincount((said + starts[:-1, None])[said >= 0], minlength=int(starts[-1]))
    usual = np.maximum(fellows - 1, 1) / np.maximum(counts - 1, 1)
    hundredths = np.where(counts > 1, (_HUNDREDTHS * np.log2(usual)).round(), 0)
    with_others = np.append(hundredths * np.maximum(counts - 1, 0), 0)
    on_average = with_others[np.where(said >= 0, said + starts[:-1, None], -1)].sum(axis=0)
    ranked = np.argsort(-counts, kind="stable")
    ranked = ranked[hundredths[ranked] > 0]
    column = np.full(len(counts) + 1, -1, np.intp)  # the last one stands for no answer
    column[ranked] = np.arange(len(ranked))
    return Compared(
        questions=questions,
        said=said,
        section=section,
        block=_blocks(_asked(files, questions, section), on_average, look.figure("alike_block")),
        kin=_kin(files),
        column=column,
        starts=starts[:-1],
        weight=hundredths[ranked].astype(np.float32),
        common=int((counts[ranked] * _FEW > said.shape[1]).sum()),
    )


def _said(files: Files) -> tuple[tuple[str, ...], Said, NDArray[np.intp]]:
    """Return the questions whose answers travel and can be compared, the answers as numbers, and their fellows.

    Fellows of an answer are all to its question in which the rules find the same, itself among them; how many
    there are stands once for each answer, by its running number.
    """
    answers = files.answers
    book = answers.codebook
    outcomes, question_of = files.scored.outcomes, np.array(files.layout.question)
    questions, said, fellows = [], [], [np.zeros(0, np.intp)]
    for row, question in enumerate(book.questions):
        if not question.travels:
            continue
        if question.id in book.number_row:
            values = answers.numbers[book.number_row[question.id]]
        elif question.id in book.many_row:
            values = answers.bits[book.many_row[question.id]]
        elif question.id in book.code:
            values = answers.codes[row]
        else:
            continue
        told = answers.codes[row] >= 0
        numbers = np.full(answers.size, -1, np.intp)
        numbers[told], sharing = _numbered(values[told], outcomes[question_of == row][:, told])
        questions.append(question.id)
        said.append(numbers)
        fellows.append(sharing)
    return tuple(questions), np.array(said, np.intp).reshape(len(questions), answers.size), np.concatenate(fellows)


def _numbered(values: NDArray[np.generic], outcomes: NDArray[np.int8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return a number for each different answer to a question, and how many fellows each of these numbers has.

    Two are the same answer if the same was said and every reading finds the same in it.
    """
    found = len(Outcome) ** np.arange(len(outcomes)) @ outcomes
    kind, sharing = np.unique(found, return_inverse=True, return_counts=True)[1:]
    same = np.unique(values, return_inverse=True)[1]
    first, numbers = np.unique(kind * (len(values) + 1) + same, return_index=True, return_inverse=True)[1:]
    return numbers, sharing[kind[first]]


def _asked(files: Files, questions: tuple[str, ...], section: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which sections each firm is asked at least half of, shape (sections, firms)."""
    rows = [files.layout.codebook.row[name] for name in questions]
    asked = files.answers.codes[rows][:, files.order] != NOT_ASKED
    parts = [asked[section == number].mean(axis=0) for number in range(int(section.max(initial=-1)) + 1)]
    most: NDArray[np.bool_] = np.array(parts).reshape(len(parts), asked.shape[1]) >= _HALF
    return most


def _blocks(asked: NDArray[np.bool_], on_average: NDArray[np.float64], size: int) -> NDArray[np.intp]:
    """Return blocks of about `size` firms for each section: alike in being asked, and equally alike to all others."""
    block = np.zeros(asked.shape, np.intp)
    order = np.argsort(on_average, kind="stable")
    for row, most in enumerate(asked):
        for firms in (order[~most[order]], order[most[order]]):
            first = int(block[row].max()) + 1
            for number, part in enumerate(np.array_split(firms, max(1, round(len(firms) / size)))):
                block[row, part] = first + number
    return block


def _kin(files: Files) -> NDArray[np.bool_]:
    """Return who is of one organisation or has a declared preparer in common, in the order of names."""
    organisation = files.organisation[files.order]
    kin: NDArray[np.bool_] = organisation[:, None] == organisation
    helped: dict[str, list[int]] = {}
    for place, row in enumerate(files.order.tolist()):
        for preparer in files.preparers[row]:
            helped.setdefault(preparer, []).append(place)
    for places in helped.values():
        kin[np.ix_(places, places)] = True
    return kin


def _shuffled(compared: Compared, random: np.random.Generator) -> Said:
    """Return the answers with every section dealt out anew within the blocks."""
    to = np.argsort(compared.block, axis=1, kind="stable")
    source = np.argsort(compared.block + random.random(compared.block.shape), axis=1)
    dealt = np.empty_like(source)
    np.put_along_axis(dealt, to, source, axis=1)
    return np.take_along_axis(compared.said, dealt[compared.section], axis=1)


def _likeness(compared: Compared, said: Said) -> NDArray[np.float32]:
    """Return how alike each firm is to its nearest neighbour, in hundredths of a bit; -1 where it has none."""
    size, common = said.shape[1], compared.common
    firm, column = _shared(compared, said)
    many = column < common
    often = np.zeros((size, common), np.float32)
    often[firm[many], column[many]] = 1
    place = firm[~many], column[~many] - common
    rare = csr_array((np.ones(len(place[0]), np.float32), place), shape=(size, len(compared.weight) - common))
    best = np.empty(size, np.float32)
    for start in range(0, size, _ROWS):
        part = slice(start, start + _ROWS)
        found = (often[part] * compared.weight[:common]) @ often.T
        found += (rare[part].multiply(compared.weight[None, common:]).tocsr() @ rare.T).toarray()
        found[compared.kin[part]] = _KIN
        best[part] = found.max(axis=1)
    return best


def _shared(compared: Compared, said: Said) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return who gave which of the answers that can be shared: firms, and the columns of their answers."""
    column = np.where(said >= 0, compared.column[np.where(said >= 0, said + compared.starts[:, None], -1)], -1)
    question, firm = np.nonzero(column >= 0)
    return firm, column[question, firm]


def _prompt(look: SecondLook, files: Files, compared: Compared, found: Nearest, place: int) -> Prompt:
    """Return the prompt of one firm: its neighbours that stand out, and the answers that say most."""
    bits = _beside(compared, place)
    limit = min(found.beyond[place], found.likeness[place])
    near = sorted(np.flatnonzero(bits >= limit).tolist(), key=lambda other: (-bits[other], other))
    one, other = compared.said[:, place], compared.said[:, near[0]]
    both, same = int(((one >= 0) & (other >= 0)).sum()), (one >= 0) & (one == other)
    percent = 100 * same.sum() / both
    facts = {"both": both, "same": int(same.sum()), "rounds": found.rounds}
    strength = Strength.CLEAR if percent >= look.figure("alike_clear") else Strength.SLIGHT
    return Prompt(
        kind=Kind.ALIKE,
        strength=Strength.MARKED if percent >= look.figure("alike_marked") else strength,
        why=worded(look.kinds[Kind.ALIKE].says["near"], **facts, often=round(found.probability[place] * found.rounds)),
        questions=_telling(compared, same, place)[: look.figure("alike_questions")],
        files=tuple(files.names[files.order[row]] for row in near[: look.figure("alike_named")]),
    )


def _beside(compared: Compared, place: int) -> NDArray[np.float64]:
    """Return how alike one firm is to each, in bits; -1 for those it is not compared with."""
    own = compared.said[:, place, None]
    worth = _worth(compared, place)[:, None]
    bits: NDArray[np.float64] = np.where((compared.said == own) & (own >= 0), worth, 0).sum(axis=0) / _HUNDREDTHS
    bits[compared.kin[place]] = _KIN
    return bits


def _worth(compared: Compared, place: int) -> NDArray[np.float32]:
    """Return what it is worth to agree with a firm on each question, in hundredths of a bit."""
    own = compared.said[:, place]
    column = compared.column[np.where(own >= 0, own + compared.starts, -1)]
    worth: NDArray[np.float32] = np.where((own >= 0) & (column >= 0), np.append(compared.weight, 0)[column], 0)
    return worth


def _telling(compared: Compared, same: NDArray[np.bool_], place: int) -> tuple[str, ...]:
    """Return the questions on which an agreement says anything, those first on which it says most."""
    worth = np.where(same, _worth(compared, place), 0)
    first = np.argsort(-worth, kind="stable")
    return tuple(compared.questions[row] for row in first if worth[row] > 0)
