"""The plan of an assessment, and the steps by which its actions are closed."""

from http import HTTPStatus

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs
from api.v1.contract import Identifier, Name, taken, takes
from api.visit import Visit
from duediligence.access import Step
from duediligence.closure import AnyStep, Worked
from duediligence.engagement import Engagement
from duediligence.improvement import ImprovementPlan
from duediligence.workflow import improving


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan as one may see it: as it was drawn up, and how far each action has come."""

    engagement: Engagement
    drawn_up: ImprovementPlan
    actions: tuple[Worked, ...]


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step on one action."""

    step: AnyStep
    reason: str = ""  # needed to put off and to reopen


@get("/assessments/{identifier:str}/plan", opt=needs(Step.PLAN_SEE), sync_to_thread=True)
def plan(visit: NamedDependency[Visit], identifier: Identifier) -> Plan:
    """Return the plan; what protected answers alone call for is in it only for those who may read them."""
    with visit.reading() as work:
        found = improving.plan(work, identifier)
    return Plan(engagement=found.engagement, drawn_up=found.plan, actions=found.actions)


# Not repeatable: what is answered to a step on a confidential action must not lie in the main database. Nothing
# is done twice all the same, for a step that was taken does not fit where the action stands then.
@post(
    "/assessments/{identifier:str}/plan/{remedy:str}/steps",
    opt=needs(Step.PLAN_WORK, Step.PLAN_EXTEND, Step.PLAN_VERIFY) | takes(Taken),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def act(visit: NamedDependency[Visit], identifier: Identifier, remedy: Name, body: RawBody) -> Worked:
    """Take a step on an action: take it on, send evidence, verify, reopen, put off."""
    wanted = taken(visit, body, Taken)
    with visit.writing() as work:
        return improving.act(work, identifier, remedy, wanted.step, wanted.reason)


ROUTES = (plan, act)
