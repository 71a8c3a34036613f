"""The whole wiring of the service on one page."""

from collections.abc import Callable
from datetime import UTC, datetime

from litestar import Litestar, Request, Router
from litestar.datastructures import FormMultiDict, State
from litestar.di import Provide
from litestar.types import ASGIApp

from api.auth import PROVIDED, Authentication, declared, refuse_undeclared
from api.pages import answering, around, home, results
from api.pages.frame import problem_page
from api.problems import answering as problem_answers
from api.security import BODY, Limits, enclosed, within
from api.visit import visit
from duediligence.account import Gate
from duediligence.brake import Brake
from duediligence.settings import Settings
from duediligence.workflow.installation import Installation
from duediligence.workflow.installation import opened as opened_installation

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the moment; the only clock of the web service."""
    return datetime.now(UTC)


def create_app(settings: Settings, clock: Clock = utc_now) -> ASGIApp:
    """Return the service, ready to be served; its databases are brought up to date first.

    Args:
        settings: of the installation.
        clock: tells the moment, aware.

    Raises:
        Unusable: a setting cannot be.
        Unavailable: a database does not answer.
    """
    installation = opened_installation(settings)
    return enclosed(litestar(installation), settings, clock)


def litestar(installation: Installation) -> Litestar:
    """Return the routes with all that stands before them."""
    settings = installation.settings
    gate = Gate(db=installation.db, key=installation.key, brake=Brake(), settings=settings)
    return Litestar(
        # In a router: handlers of one address that an application registers one after the other are wrapped
        # for their thread twice (Litestar 2.25), and answer with a coroutine.
        route_handlers=[Router("/", route_handlers=[*around.ROUTES, *home.ROUTES, *answering.ROUTES, *results.ROUTES])],
        dependencies={
            **PROVIDED,
            "installation": Provide(lambda: installation, sync_to_thread=False),
            "gate": Provide(lambda: gate, sync_to_thread=False),
            "form": Provide(_form),
            "visit": Provide(visit, sync_to_thread=False),
        },
        middleware=[Authentication(gate)],
        guards=[declared, within(Limits())],
        exception_handlers={Exception: problem_answers(problem_page)},
        on_startup=[refuse_undeclared],
        on_shutdown=[installation.close],
        request_max_body_size=BODY,
        state=State({"settings": settings}),
        openapi_config=None,
    )


async def _form(request: Request[object, object, State]) -> FormMultiDict:
    """Return the fields of a posted form, files among them."""
    return await request.form()
