"""The first page, and what anybody may read: what this is, how the score is made, what it cannot show."""

from litestar import Response, get
from litestar.response import Redirect

from api.auth import open_to_all
from api.pages.frame import AnyRequest, shown
from duediligence.access import Actor, Step, may

_FIRST = (
    (Step.ASSESSMENT_SEE, "/assessments"),
    (Step.REVIEW_QUEUE, "/queue"),
    (Step.ADMINISTER, "/administration"),
    (Step.STATISTICS_SEE, "/statistics"),
)


@get("/", opt=open_to_all(), sync_to_thread=False)
def first(request: AnyRequest) -> Response[str] | Redirect:
    """Return the welcome page, or lead whoever is signed in to their own work."""
    actor = request.scope.get("user")
    if not isinstance(actor, Actor):
        return shown(request, "welcome.html", {})
    place = next((address for step, address in _FIRST if may(actor, step)), "/account")
    return Redirect(place, status_code=303)


@get("/limits", opt=open_to_all(), sync_to_thread=False)
def limits(request: AnyRequest) -> Response[str]:
    """Return what no report of this service can show."""
    return shown(request, "limits.html", {})


ROUTES = (first, limits)
