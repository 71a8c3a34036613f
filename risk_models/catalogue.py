"""The library of rule sets: every issued version, immutable.

A model is a folder `library/models/<id>/<version>`: `model.yaml` holds the head
and the rules that are few, `readings.yaml` what each answer means, and
`sources.yaml` the sources that both cite by a short name.
"""

from functools import cache
from pathlib import Path

from questionnaires import content
from questionnaires.content import ContentError
from questionnaires.edition import age, digest, verify
from questionnaires.questionnaire import Lifecycle
from risk_models.model import RiskModel

LIBRARY = Path(__file__).parent / "library"


class UnknownModel(Exception):
    """The library has no rule set of this id and version."""


def versions() -> tuple[tuple[str, str], ...]:
    """Return the (id, version) of every model in the library, oldest version first."""
    return tuple(
        sorted(((head.parent.parent.name, head.parent.name) for head in LIBRARY.glob("models/*/*/model.yaml")), key=age)
    )


@cache
def load(identifier: str, version: str) -> RiskModel:
    """Return one model, read from its files and checked against its digest.

    Raises:
        UnknownModel: the library has no such id and version.
        ContentError: a file does not fit the types.
        Tampered: the version was issued and has changed since.
    """
    if (identifier, version) not in versions():
        raise UnknownModel(f"no rule set {identifier!r} in version {version!r}")
    model = read(LIBRARY / "models" / identifier / version)
    if model.lifecycle is Lifecycle.ISSUED:
        verify(LIBRARY, identifier, version, digest(model))
    return model


def read(folder: Path) -> RiskModel:
    """Return the model that the files of `folder` describe.

    Raises:
        ContentError: a file is missing, unreadable or does not fit the types.
    """
    head = content.read(folder / "model.yaml", dict[str, object])
    sources = content.read(folder / "sources.yaml", dict[str, object])
    head["readings"] = content.read(folder / "readings.yaml", list[object])
    return content.convert(_cite(head, sources), RiskModel, f"{folder.parent.name}/{folder.name}")


def _cite(value: object, sources: dict[str, object]) -> object:
    """Return `value` with the sources it names written out, at any depth."""
    match value:
        case dict():
            return {
                key: [_source(name, sources) for name in part] if key == "sources" else _cite(part, sources)
                for key, part in value.items()
            }
        case list():
            return [_cite(part, sources) for part in value]
    return value


def _source(name: object, sources: dict[str, object]) -> object:
    if name not in sources:
        raise ContentError(f"no source is called {name!r}; it must be one of {', '.join(sorted(sources))}")
    return sources[str(name)]
