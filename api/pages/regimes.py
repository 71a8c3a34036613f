"""What each regime asks, for anybody to read: where it comes from, who has to act, and what this service can supply."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from api.auth import moment, open_to_all
from api.page import language_of
from api.pages.frame import AnyRequest, shown
from api.pages.shipments_dossier_view import timings
from api.pages.shipments_view import countries
from duediligence.workflow.work import ASHGABAT
from risk_models import dossier_asks, requirements


@get("/regimes", opt=open_to_all(), sync_to_thread=False)
def listed(request: AnyRequest) -> Response[str]:
    """Return all regimes, the full ones first."""
    edition = dossier_asks.read()
    names = countries(language_of(request))
    facts = {
        "full": [one for one in edition.regimes if one.full],
        "others": [one for one in edition.regimes if not one.full],
        "places": {one.id: [names[code] for code in one.destinations] for one in edition.regimes},
        "edition": edition,
    }
    return shown(request, "shipping/regimes.html", facts)


@get("/regimes/{identifier:str}", opt=open_to_all(), sync_to_thread=False)
def one(request: AnyRequest, identifier: FromPath[str]) -> Response[str]:
    """Return what one regime asks, with its laws as they stand today."""
    found = dossier_asks.regime(identifier)
    if found is None:
        raise NotFoundException
    edition, language = dossier_asks.read(), language_of(request)
    today = moment(request).astimezone(ASHGABAT).date()
    known = {each.id: each for each in requirements.read().instruments}
    laws = [known[each] for each in found.instruments]
    groups = {each: [ask for ask in found.asks if ask.group == each] for each in edition.words.groups}
    facts = {
        "one": found,
        "groups": [(edition.words.groups[name].title, asks) for name, asks in groups.items() if asks],
        "laws": [(law, requirements.timing(law, today)) for law in laws],
        "words": edition.words,
        "edition": edition,
        "timings": timings(language),
        "answered": sum(not ask.outside for ask in found.asks),
    }
    return shown(request, "shipping/regime.html", facts)


ROUTES = (listed, one)
