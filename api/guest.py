"""One request of a partner without an account: which answers it may open, when, in which language.

A cookie holds the party key, sealed with the key of the service. It opens nothing
but what stands under that key, and ends by itself.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeAlias

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency

from api.auth import moment, partner_cookie, partner_cookie_name
from api.page import INVITED_IN, language_of
from api.pages.frame import shown
from api.translation import Words, words
from duediligence.access import Actor
from duediligence.accounts import token
from duediligence.workflow.installation import Installation
from duediligence.workflow.partner_door import anonymous
from duediligence.workflow.work import Work

AnyRequest: TypeAlias = Request[Any, Any, Any]

STAYS = timedelta(days=30)
"""How long a browser opens answers without the code being typed again."""

_PURPOSE = "partner"


class PartyKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the cookie holds."""

    key: str


@dataclass(frozen=True)
class Guest:
    """What a page of a partner needs."""

    request: AnyRequest
    installation: Installation
    now: datetime
    key: str  # "" for whoever has shown none

    @property
    def language(self) -> str:
        """The language of the page."""
        return language_of(self.request)

    @property
    def told(self) -> Words:
        """The words of the guest's language."""
        return words(self.language)

    @property
    def part(self) -> str:
        """Which part of a page a script asks for; "" for the whole of it."""
        return str(self.request.headers.get("x-part", ""))

    def invited_in(self, language: str) -> None:
        """Speak a language unless the guest has chosen another."""
        self.request.scope["state"][INVITED_IN] = language

    @property
    def visitor(self) -> Actor | None:
        """Who is signed in; None for nobody. What a partner answers is never noted by their name."""
        found = self.request.scope.get("user")
        return found if isinstance(found, Actor) else None

    def reading(self) -> AbstractContextManager[Work]:
        """Give a unit of work that changes nothing."""
        return self.installation.reading(anonymous(self.visitor), self.now)

    def writing(self) -> AbstractContextManager[Work]:
        """Give a unit of work that is kept as a whole or not at all."""
        return self.installation.writing(anonymous(self.visitor), self.now)

    def page(self, template: str, facts: Mapping[str, object], *, status: int = HTTPStatus.OK) -> Response[str]:
        """Return a page."""
        return shown(self.request, template, facts, status=status)

    def remembered(self, answer: Response[Any], key: str) -> Response[Any]:
        """Return an answer that has the browser keep a key; "" has it forget."""
        note = token.note(self.installation.key, _PURPOSE, PartyKey(key), self.now + STAYS) if key else ""
        seconds = int(STAYS.total_seconds()) if key else 0
        answer.set_cookie(partner_cookie(self.installation.settings, note, seconds))
        return answer


def guest(request: AnyRequest, installation: NamedDependency[Installation]) -> Guest:
    """Return the request as one of a partner."""
    now = moment(request)
    note = request.cookies.get(partner_cookie_name(installation.settings), "")
    found = token.read(installation.key, _PURPOSE, note, PartyKey, now) if note else None
    return Guest(request, installation, now, found.key if found else "")
