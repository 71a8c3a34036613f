"""How often a look for firms that are alike raises a false alarm, and how many copies it finds.

python -m benchmarks.alike --looks 400 --firms 100

Nobody shares a hand in these made-up firms, so that every prompt is a false alarm:

    independent   each question is dealt out anew among firms, so that nothing hangs together
    as a whole    firms of `risk_models.population`, which differ as a whole
    troubled      firms of `benchmarks.simulation`, honest and careless: troubles go together
    rounding      firms as a whole, of which every third says every quantity in tens

For copies one firm takes over the answers of another, and a part of the questions
keeps its own. Prints Markdown and writes `alike.json` beside this file.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.assumptions import CARELESS, HONEST
from benchmarks.simulation.ground import ground
from benchmarks.simulation.respondents import respond
from benchmarks.simulation.truth import firms as drawn_firms
from questionnaires.response import Answers
from risk_models import integrity
from risk_models.integrity import wilson
from risk_models.integrity_alike import alike
from risk_models.integrity_together import Files
from risk_models.population import population
from risk_models.scoring import score

KEPT = (0.0, 0.15, 0.3, 0.5)
"""The part of the questions in which a copy keeps an answer of its own."""

CARELESS_SHARE, ROUNDS_EVERY, TENS = 0.35, 3, 10
SURE = 0.95

Drawn: TypeAlias = Callable[[int, int], Answers]


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was seen, with the interval of its share."""

    name: str
    seen: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the 95 % interval, 0 to 1."""
        return wilson(self.seen, self.of, SURE)


def independent(size: int, seed: int) -> Answers:
    """Return answers of which none depends on another."""
    found, random = as_a_whole(size, seed), np.random.default_rng([seed, 1])
    for row, question in enumerate(found.codebook.questions):
        order = random.permutation(size)
        for part, place in _places(found, row, question.id):
            part[place] = part[place, order]
    return found


def as_a_whole(size: int, seed: int) -> Answers:
    """Return answers of firms that are better or worse, and leave more gaps or fewer, throughout."""
    return population(ground().layout, size, seed)[0]


def troubled(size: int, seed: int) -> Answers:
    """Return answers of firms whose troubles go together, by honest and careless people."""
    rules, random = ground(), np.random.default_rng(seed)
    people = drawn_firms(rules.layout, rules.said, rules.tables, size, random)
    kind = np.where(random.random(size) < CARELESS_SHARE, CARELESS, HONEST)
    return respond(rules, people, kind, random).answers


def rounding(size: int, seed: int) -> Answers:
    """Return answers of firms of which every third says every quantity in tens."""
    found = as_a_whole(size, seed)
    found.numbers[:, ::ROUNDS_EVERY] = (found.numbers[:, ::ROUNDS_EVERY] / TENS).round() * TENS
    return found


WORLDS: dict[str, Drawn] = {
    "independent": independent,
    "as a whole": as_a_whole,
    "troubled": troubled,
    "rounding": rounding,
}
COPIED = ("as a whole", "troubled")


def asked_about(answers: Answers) -> NDArray[np.bool_]:
    """Return which firms a look at one file each asks about."""
    size, rules = answers.size, ground().layout
    names = tuple(f"{number:06}" for number in range(size))
    scored = score(rules, answers, np.zeros(answers.codes.shape, np.int8))
    prompts = alike(integrity.read(), Files(names, names, (frozenset(),) * size, rules, scored)).prompts
    return np.array([bool(one) for one in prompts])


def false_alarm(world: str, size: int, seed: int) -> bool:
    """Return whether a look at firms that share no hand asks about any."""
    return bool(asked_about(WORLDS[world](size, seed)).any())


def found_copy(world: str, kept: float, size: int, seed: int) -> bool:
    """Return whether a look asks about a firm that took over the answers of another."""
    answers, random = WORLDS[world](size, seed), np.random.default_rng([seed, 2])
    copy, source = random.permutation(size)[:2]
    for row, question in enumerate(answers.codebook.questions):
        if random.random() >= kept:
            for part, place in _places(answers, row, question.id):
                part[place, copy] = part[place, source]
    return bool(asked_about(answers)[copy])


def measured(looks: int, size: int, seed: int) -> Iterator[Rate]:
    """Yield how often each world raised a false alarm, then how many copies were found."""
    seeds = range(seed, seed + looks)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for world in WORLDS:
            seen = pool.map(partial(false_alarm, world, size), seeds, chunksize=8)
            yield Rate(name=f"false alarms, {world}", seen=sum(seen), of=looks)
        for world in COPIED:
            for kept in KEPT:
                seen = pool.map(partial(found_copy, world, kept, size), seeds[: looks // 4], chunksize=8)
                name = f"copies found, {world}, {kept:.0%} their own"
                yield Rate(name=name, seen=sum(seen), of=looks // 4)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print and write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=400)
    parser.add_argument("--firms", type=int, default=100)
    parser.add_argument("--seed", type=int, default=500_000)
    asked = parser.parse_args(argv)
    for library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[library] = "1"  # read by the processes that do the work
    print(f"{asked.firms} firms in a look, seeds from {asked.seed}\n\n| what | seen | 95 % interval |\n|---|---|---|")
    rows = []
    for rate in measured(asked.looks, asked.firms, asked.seed):
        low, high = rate.interval
        print(f"| {rate.name} | {rate.seen} of {rate.of} | {100 * low:.1f} to {100 * high:.1f} % |", flush=True)
        rows.append({**msgspec.to_builtins(rate), "low": round(low, 4), "high": round(high, 4)})
    told = {"firms": asked.firms, "seed": asked.seed, "rates": rows}
    target = Path(__file__).with_name(f"alike_{asked.firms}.json")
    target.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _places(answers: Answers, row: int, question: str) -> Iterator[tuple[NDArray[np.generic], int]]:
    """Yield where the answers to a question stand."""
    book = answers.codebook
    yield answers.codes, row
    if question in book.number_row:
        yield answers.numbers, book.number_row[question]
    if question in book.many_row:
        yield answers.bits, book.many_row[question]


if __name__ == "__main__":
    main()
