"""The labour-cost test of a screening: a price, what it has to pay for, and what to ask the partner after it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import words_of
from api.pages.partner_screening import current
from api.pages.screening_form import RANGES, bid_of, revision_of
from api.translation import Words
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.chain import wage_question
from duediligence.chain.clause import conditions
from duediligence.chain.screening_file import Tested
from duediligence.chain.words import sentence
from duediligence.workflow import partner_screening
from questionnaires.text import say
from risk_models.labour_cost import Range

_SUMS = ("wages", "social", "housing", "other", "needed")
_TYPED = ("price", "wage", *(f"{name}_{end}" for name in RANGES for end in ("low", "high")))


class Told(NamedTuple):
    """A test in the words of a language."""

    tested: Tested
    questions: tuple[str, ...]
    sums: tuple[tuple[str, str, str], ...]
    figures: tuple[tuple[str, str, str], ...]
    calls_for: tuple[str, ...]


@get("/chain/parties/{identifier:str}/screening/price", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def price(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the prices that were tested, the newest first, and the form in which another one is."""
    return _price(visit, identifier, {}, ())


@post(
    "/chain/parties/{identifier:str}/screening/price",
    opt=needs(Step.SCREENING_WORK),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def try_price(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Put a price to the test, and lead to what came of it."""
    typed = {name: words_of(form, name) for name in _TYPED}
    with visit.reading() as work:
        found = current(partner_screening.screened(work, identifier))
    unfit, needed = (say(sentence(f"labour_cost_{one}"), visit.language) for one in ("number", "needed"))
    bid, wrong = bid_of(form, unfit, needed)
    if bid is None:
        return _price(visit, identifier, typed, wrong)
    with visit.writing() as work:
        partner_screening.try_price(work, found.id, revision_of(form), bid)
    return to(f"/chain/parties/{identifier}/screening/price")


def _price(visit: Visit, identifier: str, typed: dict[str, str], wrong: Sequence[tuple[str, str]]) -> Response[str]:
    with visit.reading() as work:
        found = partner_screening.screened(work, identifier)
    one = current(found)
    works = may(visit.actor, Step.SCREENING_WORK, Subject(organisation=found.party.organisation))
    facts = {
        "found": found,
        "one": one,
        "works": works and not one.content.screening.closed,
        "tests": tuple(told(each, visit.told) for each in reversed(one.content.tests)),
        "ranges": RANGES,
        "typed": dict.fromkeys(_TYPED, "") | typed,
        "wrong": wrong,
    }
    return visit.page("screening/price.html", facts, wrong=wrong)


def told(tested: Tested, words: Words) -> Told:
    """Return a test in words: what to ask, the sums with both ends, and what every figure of law rests on."""
    result = tested.result
    return Told(
        tested=tested,
        questions=tuple(words.say(one) for one in wage_question.questions(result)),
        sums=tuple(
            (words(f"partner_screening.price_{name}"), _ends(getattr(result, name), words), "") for name in _SUMS
        ),
        figures=tuple(
            (
                words(f"partner_screening.figure_{figure.id.removeprefix('tm.')}"),
                f"{_ends(figure.range, words)}. {words.say(wage_question.basis(figure))}",
                "",
            )
            for figure in result.figures
        ),
        calls_for=tuple(words.say(conditions()[name].words) for name in wage_question.called_for(result)),
    )


def _ends(found: Range, words: Words) -> str:
    low = words.number(found.low, 2)
    if found.high is None:
        return words("partner_screening.price_row_open", low=low)
    return (
        low
        if found.high == found.low
        else words("partner_screening.price_row", low=low, high=words.number(found.high, 2))
    )


ROUTES = (price, try_price)
