"""A response out of a file: a workbook, a response in JSON, or an assessment in JSON.

Files come from outside. Nothing is parsed before its size is known, and a
workbook goes through the pre-scan of `questionnaires.intake`.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from duediligence.record_shared import SHARED_FORMAT
from duediligence.terminal import problem
from questionnaires import catalogue, workbook
from questionnaires.catalogue import UnknownQuestionnaire
from questionnaires.problem import Problem
from questionnaires.response import Response

LARGEST = 50_000_000
"""The most bytes a file of answers may have."""

LONGEST_FIELD, LONGEST_TEXT, MOST_REFERENCES = 200, 2000, 50
"""The most characters of a field of the scope and of a text, and the most references of one answer."""

_SHARED = msgspec.Raw(msgspec.json.encode(SHARED_FORMAT))
_MEGABYTE = 1_000_000


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds; without a response nothing could be read, and the problems say why."""

    response: Response | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


class _Envelope(msgspec.Struct, frozen=True):
    """An assessment, of which only the response is wanted here."""

    response: Response
    review: msgspec.Raw | None = None


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
        if names.get("format") == _SHARED:
            return _refused("shared_copy", path)
        envelope = msgspec.json.decode(data, type=_Envelope) if "response" in names else None
        response = envelope.response if envelope else msgspec.json.decode(data, type=Response)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _refused("not_json", path, reason=error)
    try:
        catalogue.load(response.questionnaire, response.version)
    except UnknownQuestionnaire:
        return _refused("unknown_form", path, form=response.questionnaire, version=response.version)
    if long := tuple(_too_long(response)):
        return Taken(problems=long)
    left = (problem("review_left_behind", path.name),) if envelope and envelope.review is not None else ()
    return Taken(response=response, notes=left)


def _too_long(response: Response) -> Iterator[Problem]:
    """Yield texts that are longer than a form has room for."""
    scope = response.scope
    for field in ("organisation", "site", "answered_by"):
        if len(getattr(scope, field)) > LONGEST_FIELD:
            yield problem("text_too_long", f"scope.{field}", longest=LONGEST_FIELD)
    for question, answer in response.answers.items():
        texts = (answer.comment, *answer.evidence, answer.value if isinstance(answer.value, str) else "")
        if max(map(len, texts)) > LONGEST_TEXT or len(answer.evidence) > MOST_REFERENCES:
            yield problem("text_too_long", question[:LONGEST_FIELD], longest=LONGEST_TEXT)


def _refused(name: str, path: Path, **facts: object) -> Taken:
    return Taken(problems=(problem(name, path.name, path=path.name, **facts),))
