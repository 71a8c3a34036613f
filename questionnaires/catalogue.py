"""The library of questionnaires: every issued version, immutable.

A questionnaire is a folder `library/<id>/<version>`: `questionnaire.yaml` holds
the head, `sections/<id>.yaml` one section each, `sources.yaml` the sources that
questions cite by a short name, `evidence_kinds.yaml` the kinds of proof, and
`cross_checks.yaml` the answers that are hard to hold together. Choice lists and
conditions that recur are named in the head and written out when the form is
read, so that a `Questionnaire` is complete in itself.
"""

from functools import cache
from pathlib import Path
from typing import TypeAlias

from questionnaires import content
from questionnaires.content import ContentError
from questionnaires.edition import digest, verify
from questionnaires.questionnaire import Lifecycle, Questionnaire

LIBRARY = Path(__file__).parent / "library"

_Raw: TypeAlias = dict[str, object]


class UnknownQuestionnaire(Exception):
    """The library has no questionnaire of this id and version."""


def versions() -> tuple[tuple[str, str], ...]:
    """Return the (id, version) of every questionnaire in the library, oldest version first."""
    return tuple(sorted((head.parent.parent.name, head.parent.name) for head in LIBRARY.glob("*/*/questionnaire.yaml")))


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
    head = _mapping(folder / "questionnaire.yaml")
    sources = _mapping(folder / "sources.yaml")
    names = head.pop("sections", [])
    lists = head.pop("choice_lists", {})
    conditions = head.pop("conditions", {})
    assert isinstance(names, list)
    assert isinstance(lists, dict)
    assert isinstance(conditions, dict)
    sections = []
    for name in names:
        section = _mapping(folder / "sections" / f"{name}.yaml")
        questions = section["questions"]
        assert isinstance(questions, list)
        section["questions"] = [_complete(question, lists, conditions, sources) for question in questions]
        sections.append(section)
    head["sections"] = sections
    head["evidence_kinds"] = content.read(folder / "evidence_kinds.yaml", list[object])
    head["cross_checks"] = content.read(folder / "cross_checks.yaml", list[object])
    return content.convert(head, Questionnaire, f"{folder.parent.name}/{folder.name}")


def _complete(question: _Raw, lists: _Raw, conditions: _Raw, sources: _Raw) -> _Raw:
    """Return a question with the lists, conditions and sources it names written out."""
    whole = dict(question)
    where = str(question.get("id"))
    if isinstance(named := question.get("choices"), str):
        whole["choices"] = _named(lists, named, where)
    if "relevant" in question:
        whole["relevant"] = _spell(question["relevant"], conditions, where)
    if cited := question.get("sources"):
        assert isinstance(cited, list)
        whole["sources"] = [_named(sources, name, where) for name in cited]
    return whole


def _spell(condition: object, conditions: _Raw, where: str) -> object:
    """Return a condition with every named part written out."""
    match condition:
        case str() as name:
            return _spell(_named(conditions, name, where), conditions, where)
        case {"parts": list() as parts, **rest}:
            return {**rest, "parts": [_spell(part, conditions, where) for part in parts]}
        case {"part": part, **rest}:
            return {**rest, "part": _spell(part, conditions, where)}
    return condition


def _named(known: _Raw, name: object, where: str) -> object:
    if name not in known:
        raise ContentError(f"{where}: nothing is called {name!r}; it must be one of {', '.join(sorted(known))}")
    return known[str(name)]


def _mapping(path: Path) -> _Raw:
    if not path.is_file():
        raise ContentError(f"{path.parent.name}/{path.name}: the file is missing")
    found = content.parse(path.read_bytes(), path.name)
    if not isinstance(found, dict):
        raise ContentError(f"{path.name}: a mapping is expected")
    return found
