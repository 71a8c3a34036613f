"""The lead auditor's page on the order of the queue: what it rests on, how it did, and whether it is used."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.pages import queue_order_view as view
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.errors import Unfit
from duediligence.workflow import agreeing, learned_order, second_look

_ADDRESS = "/reviews/order"


@get("/reviews/order", opt=needs(Step.REVIEW_ORDER), sync_to_thread=True)
def order(visit: NamedDependency[Visit]) -> Response[str]:
    """Return what the order of the queue rests on."""
    return _shown(visit, "", ())


@post("/reviews/order/switch", opt=needs(Step.REVIEW_ORDER), status_code=HTTPStatus.OK, sync_to_thread=True)
def switch(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Take a learned order out of use, or let it be used again."""
    reason = words_of(form, "reason")
    try:
        with visit.writing() as work:
            learned_order.turn(work, off=words_of(form, "off") == "yes", reason=reason)
    except Unfit as error:
        return _shown(visit, reason, told_of(error.problems, visit.language))
    return to(_ADDRESS)


@post("/reviews/order/learn", opt=needs(Step.REVIEW_ORDER), status_code=HTTPStatus.OK, sync_to_thread=True)
def learn(visit: NamedDependency[Visit]) -> Redirect:
    """Have an order learned from everything that was concluded."""
    with visit.writing() as work:
        learned_order.learn(work)
    return to(f"{_ADDRESS}?asked=yes")


def _shown(visit: Visit, reason: str, wrong: list[tuple[str, str]] | tuple[()]) -> Response[str]:
    told = visit.told
    with visit.reading() as work:
        found = learned_order.overview(work)
        short = view.in_short(work, told)
        agreed = agreeing.agreeing(work)
        records = second_look.records(work)
    model = found.model
    tried = model.learned.trial if model else None
    facts = {
        "order": short,
        "off": bool(found.switch and found.switch.off),
        "may_switch": model is not None,
        "concluded": found.concluded,
        "asked": visit.request.query_params.get("asked") == "yes",
        "trial": view.trial(tried, told) if tried else None,
        "difference": view.difference(tried, told) if tried else "",
        "model": model,
        "card": view.card(model, told) if model else (),
        "drifts": view.drifts(found.ordered, told),
        "agreed": agreed,
        "agreement": view.agreement(agreed, told) if agreed.sections else None,
        "moved": view.moved(agreed, told),
        "records": view.records(records, told),
        "attempts": view.attempts(found.attempts, told),
        "reason": reason,
        "longest": second_look.LONGEST,
        "wrong": wrong,
    }
    return visit.page("queue_order.html", facts, wrong=wrong)


ROUTES = (order, switch, learn)
