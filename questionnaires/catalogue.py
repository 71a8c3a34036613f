"""The library of questionnaires: every issued version, immutable.

A questionnaire is a folder `library/<id>/<version>`: `questionnaire.yaml` holds
the head, `sections/<id>.yaml` one section each, `sources.yaml` the sources that
questions cite by a short name, `evidence_kinds.yaml` the kinds of proof, and
`cross_checks.yaml` the answers that are hard to hold together. Choice lists and
conditions that recur are named in the head and written out when the form is
read, so that a `Questionnaire` is complete in itself.

A short form is a head alone: it names another form and which of its questions
are asked (`selection.py`).
"""

from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from questionnaires import content
from questionnaires.content import ContentError
from questionnaires.edition import age, digest, verify
from questionnaires.questionnaire import Lifecycle, Questionnaire
from questionnaires.selection import Selection, select

LIBRARY = Path(__file__).parent / "library"

_Raw: TypeAlias = dict[str, object]


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    """What questions may refer to by a short name."""

    lists: _Raw
    conditions: _Raw
    sources: _Raw


class UnknownQuestionnaire(Exception):
    """The library has no questionnaire of this id and version."""


def versions() -> tuple[tuple[str, str], ...]:
    """Return the (id, version) of every questionnaire in the library, oldest version first."""
    return tuple(
        sorted(
            ((head.parent.parent.name, head.parent.name) for head in LIBRARY.glob("*/*/questionnaire.yaml")), key=age
        )
    )


def latest(identifier: str) -> str:
    """Return the newest version of a questionnaire.

    Raises:
        UnknownQuestionnaire: the library has none of this id.
    """
    known = [version for name, version in versions() if name == identifier]
    if not known:
        raise UnknownQuestionnaire(f"no questionnaire is called {identifier!r}")
    return known[-1]


@cache
def load(identifier: str, version: str) -> Questionnaire:
    """Return one questionnaire, read from its files and checked against its digest.

    Raises:
        UnknownQuestionnaire: the library has no such id and version.
        ContentError: a file does not fit the types.
        Tampered: the version was issued and has changed since.
    """
    folder = LIBRARY / identifier / version
    if (identifier, version) not in versions():
        raise UnknownQuestionnaire(f"no questionnaire {identifier!r} in version {version!r}")
    questionnaire = read(folder)
    if questionnaire.lifecycle is Lifecycle.ISSUED:
        verify(LIBRARY, identifier, version, digest(questionnaire))
    return questionnaire


def read(folder: Path) -> Questionnaire:
    """Return the questionnaire that the files of `folder` describe.

    Raises:
        ContentError: a file is missing, unreadable or does not fit the types.
    """
    head = content.read(folder / "questionnaire.yaml", dict[str, object])
    if "selected_from" in head:
        return _selected(head, f"{folder.parent.name}/{folder.name}")
    named = _Named(
        lists=_part(head, "choice_lists"),
        conditions=_part(head, "conditions"),
        sources=content.read(folder / "sources.yaml", _Raw),
    )
    sections = []
    for name in content.convert(head.pop("sections", ()), tuple[str, ...], "questionnaire.yaml"):
        section = content.read(folder / "sections" / f"{name}.yaml", _Raw)
        questions = content.convert(section.get("questions", ()), list[_Raw], f"{name}.yaml")
        section["questions"] = [_complete(question, named) for question in questions]
        sections.append(section)
    head["sections"] = sections
    head["evidence_kinds"] = content.read(folder / "evidence_kinds.yaml", list[object])
    head["cross_checks"] = content.read(folder / "cross_checks.yaml", list[object])
    return content.convert(head, Questionnaire, f"{folder.parent.name}/{folder.name}")


def _selected(head: _Raw, where: str) -> Questionnaire:
    """Return the short form that a head describes."""
    selection = content.convert(head, Selection, where)
    origin = selection.selected_from
    try:
        return select(selection, load(origin.id, origin.version))
    except UnknownQuestionnaire as error:
        raise ContentError(f"{where}: {error}") from error


def _part(head: _Raw, key: str) -> _Raw:
    return content.convert(head.pop(key, {}), _Raw, f"questionnaire.yaml, {key}")


def _complete(question: _Raw, named: _Named) -> _Raw:
    """Return a question with the lists, conditions and sources it names written out."""
    whole = dict(question)
    where = str(question.get("id"))
    if isinstance(choices := question.get("choices"), str):
        whole["choices"] = _known(named.lists, choices, where)
    if "relevant" in question:
        whole["relevant"] = _spell(question["relevant"], named.conditions, where)
    cited = content.convert(question.get("sources", ()), tuple[str, ...], where)
    whole["sources"] = [_known(named.sources, name, where) for name in cited]
    return whole


def _spell(condition: object, conditions: _Raw, where: str) -> object:
    """Return a condition with every named part written out."""
    match condition:
        case str() as name:
            return _spell(_known(conditions, name, where), conditions, where)
        case {"parts": list() as parts, **rest}:
            return {**rest, "parts": [_spell(part, conditions, where) for part in parts]}
        case {"part": part, **rest}:
            return {**rest, "part": _spell(part, conditions, where)}
    return condition


def _known(known: _Raw, name: object, where: str) -> object:
    if name not in known:
        raise ContentError(f"{where}: nothing is called {name!r}; it must be one of {', '.join(sorted(known))}")
    return known[str(name)]
