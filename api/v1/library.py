"""The questionnaires in the library."""

from datetime import date
from functools import cache

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from api.auth import signed_in
from api.v1.contract import Name, marked, shown
from api.visit import Visit
from duediligence.errors import NotFound
from questionnaires import catalogue
from questionnaires.catalogue import UnknownQuestionnaire
from questionnaires.edition import digest
from questionnaires.questionnaire import Lifecycle, Questionnaire
from questionnaires.text import Text


class Edition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a questionnaire, without its questions."""

    id: str
    version: str
    lifecycle: Lifecycle
    issued: date
    languages: tuple[str, ...]
    title: Text
    digest: str  # SHA-256 of its content


@get("/questionnaires", opt=signed_in(), sync_to_thread=True)
def questionnaires() -> tuple[Edition, ...]:
    """Return every version of every questionnaire, the oldest first."""
    return tuple(_edition(*one) for one in catalogue.versions())


@get("/questionnaires/{name:str}/{version:str}", opt=signed_in() | marked(), sync_to_thread=True)
def questionnaire(visit: NamedDependency[Visit], name: Name, version: Name) -> Response[Questionnaire]:
    """Return one version of a questionnaire; once issued, it never changes."""
    try:
        found = catalogue.load(name, version)
    except UnknownQuestionnaire as error:
        raise NotFound("There is no such questionnaire.") from error
    return shown(visit, found, _edition(name, version).digest)


@cache
def _edition(name: str, version: str) -> Edition:
    found = catalogue.load(name, version)
    return Edition(
        id=found.id,
        version=found.version,
        lifecycle=found.lifecycle,
        issued=found.issued,
        languages=found.languages,
        title=found.title,
        digest=digest(found),
    )


ROUTES = (questionnaires, questionnaire)
