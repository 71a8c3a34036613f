"""What stands around every page: the files it loads, and the choice of a language."""

from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.asset import assets
from api.auth import for_strangers
from api.page import COOKIE, own_path
from questionnaires.text import LANGUAGES

_YEAR = 365 * 24 * 3600


@get("/static/{name:str}", opt=for_strangers(), sync_to_thread=False)
def static(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Return a file under the name of its content, or that the browser's copy is still good."""
    found = next((asset for asset in assets().values() if asset.name == name), None)
    if found is None:
        raise NotFoundException
    tag = f'"{name}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={_YEAR}, immutable"}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    return Response(found.data, media_type=found.kind, headers=headers)


@get("/language/{code:str}", opt=for_strangers(), sync_to_thread=False)
def language(code: FromPath[str], back: FromQuery[str] = "/") -> Redirect:
    """Keep a choice of language and return to the page it was made on."""
    if code not in LANGUAGES:
        raise NotFoundException
    kept = Cookie(key=COOKIE, value=code, max_age=_YEAR, httponly=True, samesite="lax")
    return Redirect(own_path(back), status_code=303, cookies=[kept])


ROUTES = (static, language)
