"""A second look at files that are unlike others of their activity and size.

An isolation forest (Liu, Ting and Zhou, 2008) splits a group at random answers
and random values; what is soon alone is unusual. Its score is between 0 and 1.
A file stands out when its score lies beyond the far fence of its own group:

    score > Q3 + fence * (Q3 - Q1)           quartiles of the group, fence 3 (Tukey, 1977)

A forest can rank any handful of firms, and the ranking would mean nothing. So
a group of fewer than `unusual_firms` firms is not looked at, and that is said.

scikit-learn takes seconds to import, so it is imported where the forest grows:
this module belongs in workers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from questionnaires.questionnaire import Number
from risk_models.integrity import Kind, Looked, NotLooked, Prompt, SecondLook, Strength, not_looked, worded
from risk_models.integrity_together import Files, group_of, named, size_of
from risk_models.reading import Outcome

_TREES = 200
_SHOWN = 5
"""Answers that are shown as those that stand out most."""


@dataclass(frozen=True, slots=True)
class Features:
    """What a forest sees, files in the order of their names: one column a question."""

    questions: tuple[str, ...]
    values: NDArray[np.float64]  # shape (files, questions), NaN where there is no answer


def features(files: Files) -> Features:
    """Return the answers of files as numbers: how far each falls short of the best, and quantities.

    Numbers of people are taken by their logarithm. Protected answers, and those
    that may name an authority, are left out.
    """
    book = files.layout.codebook
    questions, columns = [], []
    for row, reading in enumerate(files.readings):
        question = book.questions[files.layout.question[reading]]
        if question.travels and not isinstance(question, Number):
            outcome = files.outcomes[row]
            column = np.select(
                [outcome == Outcome.MET, outcome == Outcome.PARTLY, outcome == Outcome.ADVERSE], [0.0, 1.0, 2.0], np.nan
            )
            questions.append(question.id)
            columns.append(column)
    for question in book.questions:
        if isinstance(question, Number) and question.travels:
            known = files.answers.codes[book.row[question.id]] >= 0
            number = np.where(known, files.answers.numbers[book.number_row[question.id]], np.nan)
            questions.append(question.id)
            columns.append(np.log1p(np.maximum(number, 0)) if question.people else number)
    values = np.array(columns, np.float64).reshape(len(questions), len(files.names)).T
    return Features(tuple(questions), values[files.order])


def unusual(look: SecondLook, files: Files, seed: int = 1) -> Looked:
    """Return which files are unlike the others of their activity and size.

    Args:
        look: the groups, figures and sentences.
        files: of one version of the form, in any order.
        seed: the same seed gives the same prompts.
    """
    prompts: list[tuple[Prompt, ...]] = [()] * len(files.names)
    missed: list[NotLooked | None] = [None] * len(files.names)
    seen, need = features(files), look.figure("unusual_firms")
    groups, sizes = group_of(look, files.answers)[files.order], size_of(look, files.answers)[files.order]
    for group, size in sorted(set(zip(groups.tolist(), sizes.tolist(), strict=True))):
        places = np.flatnonzero((groups == group) & (sizes == size))
        rows = files.order[places].tolist()
        known = group >= 0 and size >= 0
        firms = len({files.organisations[row] for row in rows}) if known else 0
        if firms < need:
            for row in rows:
                missed[row] = not_looked(look, Kind.UNUSUAL, firms, need)
            continue
        called = named(look, look.groups[group], size)
        for place, prompt in _outside(look, Features(seen.questions, seen.values[places]), seed, called):
            prompts[rows[place]] = (prompt,)
    return Looked(prompts=tuple(prompts), not_looked=tuple(missed))


def _outside(look: SecondLook, seen: Features, seed: int, group: dict[str, str]) -> list[tuple[int, Prompt]]:
    """Return the prompts of one group, each with the place of its file in the group."""
    answered = np.flatnonzero((~np.isnan(seen.values)).any(axis=0))
    values = seen.values[:, answered]
    filled = np.where(np.isnan(values), np.nanmedian(values, axis=0), values)
    questions = [seen.questions[column] for column in answered]
    score = scores(filled, seed)
    low, middle, high = np.quantile(score, [0.25, 0.5, 0.75])
    fence, far = (high + look.figure(name) / 10 * (high - low) for name in ("unusual_fence", "unusual_far_fence"))
    spread = filled.std(axis=0)
    away = np.abs(filled - np.median(filled, axis=0)) / np.where(spread > 0, spread, np.inf)
    found = []
    for place in np.flatnonzero(score > fence).tolist():
        first = np.argsort(-away[place], kind="stable")[:_SHOWN]
        facts = {"size": len(score), "score": f"{score[place]:.2f}", "median": f"{middle:.2f}", "fence": f"{fence:.2f}"}
        prompt = Prompt(
            kind=Kind.UNUSUAL,
            strength=Strength.CLEAR if score[place] > far else Strength.SLIGHT,
            why=worded(look.kinds[Kind.UNUSUAL].says["outside"], **facts, group=group),
            questions=tuple(questions[column] for column in first if away[place, column] > 0),
        )
        found.append((place, prompt))
    return found


def scores(values: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return how unusual each row is, 0 to 1.

    Args:
        values: one row a file, without gaps.
        seed: of the forest.
    """
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415

    forest = IsolationForest(n_estimators=_TREES, max_samples=min(256, len(values)), random_state=seed)
    score: NDArray[np.float64] = -forest.fit(values).score_samples(values)
    return score.round(9)
