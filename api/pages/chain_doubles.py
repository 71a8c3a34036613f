"""Entries that may be one, each pair with what speaks for and against, until somebody has decided."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from api import long_list
from api.auth import needs
from api.awaited import waiting_page
from api.form import words_of
from api.pages import chain_view as view
from api.security import costly
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.chain.matching import Decision
from duediligence.job import Job
from duediligence.workflow import chain, looking_through
from questionnaires.text import say

_MOST = 50


@get("/chain/doubles", opt=needs(Step.CHAIN_EDIT) | costly(), sync_to_thread=True)
def doubles(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the entries that may be one; of a large register once a worker has compared them."""
    with visit.reading() as work:
        firms = looking_through.firms(work)
        found = looking_through.firm(work, firm, Step.CHAIN_EDIT)
    pairs = long_list.pairs(visit, found.id)
    if isinstance(pairs, Job):
        return waiting_page(visit, pairs, view.address("/chain", firm))
    facts = view.frame(visit, found, firms, "list")
    facts |= {
        "pairs": [(one, [say(why, visit.language) for why in one.reasons]) for one in pairs.pairs[:_MOST]],
        "more": max(pairs.count - _MOST, 0),
    }
    return visit.page("chain/doubles.html", facts)


@post("/chain/doubles", opt=needs(Step.CHAIN_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True)
def decide(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Note that two entries are different, or that it is looked into later."""
    decision = Decision.DIFFERENT if words_of(form, "decision") == Decision.DIFFERENT else Decision.LATER
    with visit.writing() as work:
        chain.decide(work, (words_of(form, "first"), words_of(form, "second")), decision)
    return to(view.address("/chain/doubles", words_of(form, "firm")))


ROUTES = (doubles, decide)
