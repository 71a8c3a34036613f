"""One request of somebody who is signed in: who asks, when, in which language, on which installation."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeAlias

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.auth import actor, moment
from api.page import language_of
from api.pages.frame import shown
from api.translation import Words, words
from duediligence.access import Actor
from duediligence.workflow.installation import Installation
from duediligence.workflow.work import Work

AnyRequest: TypeAlias = Request[Any, Any, Any]


@dataclass(frozen=True)
class Visit:
    """What a page of somebody who is signed in needs."""

    request: AnyRequest
    installation: Installation
    actor: Actor
    now: datetime
    language: str

    @property
    def told(self) -> Words:
        """The words of the visitor's language."""
        return words(self.language)

    @property
    def part(self) -> str:
        """Which part of a page a script asks for; "" for the whole of it."""
        return str(self.request.headers.get("x-part", ""))

    def reading(self) -> AbstractContextManager[Work]:
        """Give a unit of work that changes nothing in the main database."""
        return self.installation.reading(self.actor, self.now)

    def writing(self) -> AbstractContextManager[Work]:
        """Give a unit of work that is kept as a whole or not at all."""
        return self.installation.writing(self.actor, self.now)

    def page(self, template: str, facts: Mapping[str, object], *, wrong: object = ()) -> Response[str]:
        """Return a page; with the status of something unfit where anything is wrong."""
        status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
        return shown(self.request, template, facts, status=status)


def visit(request: AnyRequest, installation: NamedDependency[Installation]) -> Visit:
    """Return the request as a visit, for routes that a stranger never reaches.

    Raises:
        SignInNeeded: a stranger did.
    """
    return Visit(request, installation, actor(request), moment(request), language_of(request))


def to(address: str) -> Redirect:
    """Return the way to another page, after something was done."""
    return Redirect(address, status_code=303)
