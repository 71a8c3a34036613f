"""A folder of responses: workbooks as they came back, and responses in JSON."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from duediligence.assessment import usable
from duediligence.batch.job import Job, Kind, Part, Source
from duediligence.batch.table import LISTED, Block, Fault, Found
from duediligence.batch.words import problem, unusable
from duediligence.source import take
from questionnaires.check import check
from questionnaires.codebook import Codebook
from questionnaires.problem import Problem
from questionnaires.response import Response, columns
from risk_models.evidence import grades

PART_FILES = 500

_ENDINGS = (".json", ".xlsx")


def opened(path: Path) -> tuple[Source, tuple[Part, ...]]:
    """Return a folder and the parts it is done in; other files than workbooks and JSON are left alone.

    Raises:
        Unfit: nothing in it could be a response.
    """
    with os.scandir(path) as entries:
        files = sorted(
            (one.name, one.stat().st_size, one.stat().st_mtime_ns)
            for one in entries
            if one.name.lower().endswith(_ENDINGS) and not one.name.startswith((".", "~")) and one.is_file()
        )
    if not files:
        raise unusable("EMPTY_FOLDER", path.name)
    source = Source(
        kind=Kind.FOLDER,
        path=str(path),
        size=sum(size for _, size, _ in files),
        digest=hashlib.sha256(msgspec.json.encode(files)).hexdigest(),
    )
    names = [name for name, _, _ in files]
    starts = range(0, len(names), PART_FILES)
    parts = (
        Part(number=number, rows=len(chosen), first=start + 1, files=chosen)
        for number, start in enumerate(starts)
        if (chosen := tuple(names[start : start + PART_FILES]))
    )
    return source, tuple(parts)


def blocks(job: Job, part: Part, book: Codebook) -> Iterator[Block]:
    """Yield the responses of one part."""
    folder, form = Path(job.source.path), book.questionnaire
    nothing = Response(questionnaire=form.id, version=form.version)
    responses: list[Response] = []
    identifiers: list[str] = []
    readable = np.ones(len(part.files), np.bool_)
    of_row = np.zeros(len(part.files), np.int32)
    of_code: Counter[str] = Counter()
    listed: list[Fault] = []
    for place, name in enumerate(part.files):
        response, problems = _one(folder / name, book)
        readable[place] = response is not None
        responses.append(usable(response, book, None) if response else nothing)
        identifiers.append(response.scope.organisation if response else "")
        of_row[place] = len(problems)
        of_code.update(one.code for one in problems)
        listed += [Fault(row=name, column=one.where, problem=one) for one in problems[: LISTED - len(listed)]]
    found = Found(of_row, of_code, listed)
    yield Block(part.files, identifiers, columns(book, responses), grades(book, responses), readable, found)


def _one(path: Path, book: Codebook) -> tuple[Response | None, tuple[Problem, ...]]:
    """Return the response in a file, None where there is none that counts, and what is wrong with it."""
    taken = take(path)
    response, form = taken.response, book.questionnaire
    if response is None:
        return None, taken.problems
    if (response.questionnaire, response.version) != (form.id, form.version):
        theirs = f"{response.questionnaire} {response.version}"
        return None, (problem("OTHER_FORM", path.name, theirs=theirs, ours=f"{form.id} {form.version}"),)
    return response, (*taken.problems, *check(book, response).errors)
