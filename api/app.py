"""The whole wiring of the service on one page."""

from collections.abc import Callable
from datetime import UTC, datetime

from litestar import Litestar, Request, Router
from litestar.datastructures import FormMultiDict, State
from litestar.di import Provide
from litestar.types import ASGIApp

from api import operation, page
from api.auth import PROVIDED, Authentication, declared, refuse_undeclared
from api.chosen import Chosen
from api.guest import guest
from api.operation import Meters, measured
from api.pages import (
    account,
    administration,
    administration_choices,
    answering,
    around,
    asking,
    assigning,
    attestations,
    chain,
    chain_doubles,
    chain_export,
    chain_import,
    chain_link,
    chain_own,
    chain_party,
    chain_through,
    checking,
    colleagues,
    copies,
    doubles,
    entrance,
    evidence,
    guidance,
    handing_in,
    home,
    improving,
    joining,
    messages,
    organisations,
    own_sharing,
    partner,
    partner_answers,
    partner_screening,
    people,
    product_lines,
    programs,
    proof_data,
    proofs,
    queue_order,
    regimes,
    registry,
    results,
    reviewing,
    reviewing_file,
    screening_price,
    second_look,
    setting_up,
    shipments,
    shipments_dossier,
    shipments_parts,
    statistics,
    workbooks,
)
from api.pages.frame import problem_page
from api.problems import answering as problem_answers
from api.security import BODY, Limits, enclosed, within
from api.v1.routes import PREFIX
from api.v1.routes import ROUTES as V1
from api.visit import visit
from duediligence import log, tracing
from duediligence.accounts.account import Gate
from duediligence.accounts.brake import Brake
from duediligence.assessment import MODEL, codebook
from duediligence.settings import Settings
from duediligence.workflow.installation import Installation
from duediligence.workflow.installation import opened as opened_installation
from risk_models import catalogue as models

Clock = Callable[[], datetime]

PAGES = (
    *operation.ROUTES,
    *setting_up.ROUTES,
    *around.ROUTES,
    *home.ROUTES,
    *entrance.ROUTES,
    *joining.ROUTES,
    *account.ROUTES,
    *proofs.ROUTES,
    *organisations.ROUTES,
    *people.ROUTES,
    *registry.ROUTES,
    *answering.ROUTES,
    *handing_in.ROUTES,
    *results.ROUTES,
    *evidence.ROUTES,
    *workbooks.ROUTES,
    *colleagues.ROUTES,
    *reviewing.ROUTES,
    *reviewing_file.ROUTES,
    *assigning.ROUTES,
    *second_look.ROUTES,
    *queue_order.ROUTES,
    *doubles.ROUTES,
    *messages.ROUTES,
    *improving.ROUTES,
    *chain.ROUTES,
    *chain_own.ROUTES,
    *chain_party.ROUTES,
    *chain_link.ROUTES,
    *chain_doubles.ROUTES,
    *chain_export.ROUTES,
    *chain_import.ROUTES,
    *chain_through.ROUTES,
    *product_lines.ROUTES,
    *shipments.ROUTES,
    *shipments_parts.ROUTES,
    *shipments_dossier.ROUTES,
    *regimes.ROUTES,
    *programs.ROUTES,
    *asking.ROUTES,
    *own_sharing.ROUTES,
    *partner.ROUTES,
    *partner_answers.ROUTES,
    *partner_screening.ROUTES,
    *screening_price.ROUTES,
    *attestations.ROUTES,
    *copies.ROUTES,
    *checking.ROUTES,
    *proof_data.ROUTES,
    *administration.ROUTES,
    *administration_choices.ROUTES,
    *statistics.ROUTES,
    *guidance.ROUTES,
)
"""Every route beside the programming interface."""


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
    log.guard()
    tracing.set_up(settings.traces)
    page.prepare()
    rules = models.load(*MODEL)
    codebook(rules.questionnaire, rules.questionnaire_version)
    app = litestar(opened_installation(settings))
    return enclosed(measured(app, app.state.meters), settings, clock)


def litestar(installation: Installation) -> Litestar:
    """Return the routes with all that stands before them."""
    settings = installation.settings
    gate = Gate(db=installation.db, key=installation.key, brake=Brake(), settings=settings)
    return Litestar(
        # In a router: handlers of one address that an application registers one after the other are wrapped
        # for their thread twice (Litestar 2.25), and answer with a coroutine.
        route_handlers=[Router("/", route_handlers=PAGES), Router(PREFIX, route_handlers=V1)],
        dependencies={
            **PROVIDED,
            "installation": Provide(lambda: installation, sync_to_thread=False),
            "gate": Provide(lambda: gate, sync_to_thread=False),
            "form": Provide(_form),
            "visit": Provide(visit, sync_to_thread=False),
            "guest": Provide(guest, sync_to_thread=False),
        },
        middleware=[Authentication(gate)],
        guards=[declared, within(Limits())],
        exception_handlers={Exception: problem_answers(problem_page)},
        on_startup=[refuse_undeclared],
        on_shutdown=[installation.close],
        request_max_body_size=BODY,
        state=State({"settings": settings, "meters": Meters(), "chosen": Chosen(installation.db)}),
        openapi_config=None,
        # Said here, because the framework would otherwise ask the environment, and tell whoever asks what went wrong.
        debug=False,
        pdb_on_exception=False,
        logging_config=None,
    )


async def _form(request: Request[object, object, State]) -> FormMultiDict:
    """Return the fields of a posted form, files among them."""
    return await request.form()
