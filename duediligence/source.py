"""A response out of a file: a workbook, a response in JSON, or an assessment in JSON.

Files come from outside. Nothing is parsed before its size is known, and a
workbook goes through the pre-scan of `questionnaires.intake`.
"""

from pathlib import Path

import msgspec

from duediligence.terminal import problem
from questionnaires import catalogue, workbook
from questionnaires.catalogue import UnknownQuestionnaire
from questionnaires.problem import Problem
from questionnaires.response import Response

LARGEST = 50_000_000
"""The most bytes a file of answers may have."""

_MEGABYTE = 1_000_000


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds; without a response nothing could be read, and the problems say why."""

    response: Response | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


class _Envelope(msgspec.Struct, frozen=True):
    """An assessment, of which only the response is wanted here."""

    response: Response


def take(path: Path) -> Taken:
    """Return the response in a file, with everything that could not be read."""
    try:
        if path.stat().st_size > LARGEST:
            return _refused("too_large", path, limit=LARGEST // _MEGABYTE)
        data = path.read_bytes()
    except OSError:
        return _refused("unreadable", path)
    if data.lstrip()[:1] == b"{":
        return _from_json(data, path)
    reading = workbook.read(data, catalogue.load)
    return Taken(response=reading.response, problems=reading.problems, notes=reading.notes)


def _from_json(data: bytes, path: Path) -> Taken:
    """Return the response in a JSON file: a response itself, or the one in an assessment."""
    try:
        names = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        response = (
            msgspec.json.decode(data, type=_Envelope).response
            if "response" in names
            else msgspec.json.decode(data, type=Response)
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _refused("not_json", path, reason=error)
    try:
        catalogue.load(response.questionnaire, response.version)
    except UnknownQuestionnaire:
        return _refused("unknown_form", path, form=response.questionnaire, version=response.version)
    return Taken(response=response)


def _refused(name: str, path: Path, **facts: object) -> Taken:
    return Taken(problems=(problem(name, path.name, path=path.name, **facts),))
