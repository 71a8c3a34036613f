"""How much of what a firm works with comes from itself: own fields and own work, own staff."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.form import number_of, told_of, words_of
from api.pages import chain_view as view
from api.pages.chain_party import revision_of
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.chain.own_place import OwnShare
from duediligence.errors import Unfit
from duediligence.workflow import looking_through, own_part

_NO_SHARE = -1.0
"""Stands for what is no number; the rules refuse it at its field."""


@get("/chain/own", opt=needs(Step.CHAIN_EDIT), sync_to_thread=True)
def ask(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the page on which a firm tells how much comes from itself."""
    with visit.reading() as work:
        found = looking_through.firm(work, firm, Step.CHAIN_EDIT)
        share, revision = own_part.told(work, found.id)
    typed = {"own_goods": visit.told.typed(share.goods), "own_labour": visit.told.typed(share.labour)}
    return _page(visit, found.id, typed | {"revision": str(revision)}, ())


@post("/chain/own", opt=needs(Step.CHAIN_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True)
def tell(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Keep how much comes from the firm itself; a blank field is unknown."""
    typed = {name: words_of(form, name) for name in ("own_goods", "own_labour", "revision")}
    share = OwnShare(goods=_share(typed["own_goods"]), labour=_share(typed["own_labour"]))
    with visit.reading() as work:
        firm = looking_through.firm(work, words_of(form, "firm"), Step.CHAIN_EDIT).id
    try:
        with visit.writing() as work:
            own_part.tell(work, firm, share, revision_of(form))
    except Unfit as error:
        return _page(visit, firm, typed, told_of(error.problems, visit.language))
    return to(view.address("/chain", words_of(form, "firm")) + "#whole")


def _share(words: str) -> float | None:
    """Return a share as it was typed, None for a blank."""
    if not words:
        return None
    found = number_of(words)
    return _NO_SHARE if found is None else found


def _page(visit: Visit, firm: str, typed: Mapping[str, str], wrong: Sequence[tuple[str, str]]) -> Response[str]:
    return visit.page("chain/own.html", {"firm": firm, "typed": typed, "wrong": wrong}, wrong=wrong)


ROUTES = (ask, tell)
