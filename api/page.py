"""Pages: templates filled in with facts, in the language of whoever asks.

There is one environment for each language, so that the parts of a page reach
its words (`t`) without being handed them. Every fact is escaped; a fact that a
template names and nobody gave is an error, never a gap.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import urlsplit

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from litestar import MediaType, Request, Response

from api.asset import address
from api.translation import chosen, words
from questionnaires.questionnaire import AnyQuestion
from questionnaires.text import LANGUAGES

FOLDER = Path(__file__).parent / "templates"

COOKIE = "language"
"""Keeps the language that somebody chose on a page."""

INVITED_IN = "invited_in"
"""Under which name the state of a request says in which language a stranger was invited."""

LEAVE = "https://turkmenportal.com/"
"""Where the leave-quickly button leads: a site of news that everybody may be seen reading."""


_FIRST = ("questions.html", "saved_part.html")
"""The pages on which answers are given."""


class _Compiled(BytecodeCache):
    """Templates compiled once for all languages."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template what it was compiled to, if it was."""
        bucket.code = self._codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        if bucket.code:
            self._codes[bucket.key] = bucket.code


_COMPILED = _Compiled()


def prepare() -> None:
    """Read all words, and compile what is needed most, before many ask for it at once."""
    for language in LANGUAGES:
        for name in _FIRST:
            environment(language).get_template(name)


@cache
def environment(language: str) -> Environment:
    """Return the templates as they speak in one language."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_COMPILED,
    )
    made.globals |= {"t": words(language), "language": language, "languages": LANGUAGES, "static": address}
    made.filters["kind"] = _kind
    return made


def rendered(template: str, language: str, facts: Mapping[str, object]) -> str:
    """Return a whole page.

    Args:
        template: its path below `templates`.
        language: tk, ru or en.
        facts: what the template names. For the frame of the page: `here` (its
            own address, to come back to after choosing a language), `menu`
            (`Link`s), `person` (who signed in), `leave` (where to leave to
            quickly), `announcement` and `failures` (to sign in); each of them may be left out.
    """
    frame: dict[str, object] = {"here": "/", "menu": (), "person": "", "person_id": "", "leave": ""}
    frame |= {"announcement": "", "failures": 0}
    return environment(language).get_template(template).render(frame | dict(facts))


def page(
    request: Request[Any, Any, Any],
    template: str,
    facts: Mapping[str, object],
    *,
    status: int = 200,
) -> Response[str]:
    """Return a page as an answer, in the language of whoever asks; see `rendered` for the facts."""
    language = language_of(request)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    actor = request.scope.get("user")
    frame = {"here": here, "person": getattr(actor, "name", ""), "person_id": getattr(actor, "person", "")}
    return Response(
        rendered(template, language, frame | dict(facts)),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Content-Language": language, "Vary": "Cookie, Accept-Language", "Cache-Control": "no-store"},
    )


def language_of(request: Request[Any, Any, Any]) -> str:
    """Return the language in which to answer; the settings are found at `app.state.settings`.

    A request that was refused before it reached the application has no settings;
    it is answered in what the reader asks for, else in Turkmen.
    """
    actor = request.scope.get("user")
    app = request.scope.get("litestar_app")
    return chosen(
        request.cookies.get(COOKIE, ""),
        getattr(actor, "language", "") or str(request.scope.get("state", {}).get(INVITED_IN, "")),
        request.headers.get("accept-language", ""),
        app.state.settings.language if app else LANGUAGES[0],
    )


def own_path(target: str) -> str:
    """Return `target` when it leads to a page of this service, else the first page."""
    parts = urlsplit(target)
    own = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if own and target.isprintable() else "/"


def _kind(question: AnyQuestion) -> str:
    """Return which of the five kinds a question is, as content names it."""
    return str(question.__struct_config__.tag)
