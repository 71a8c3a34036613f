"""What somebody can set going who is not signed in; whatever comes of it, the page answers the same."""

from datetime import datetime

from duediligence import mail
from duediligence.accounts import invitation, reset
from duediligence.database import Connection
from duediligence.errors import Unfit, WrongMoment
from duediligence.key import Key
from duediligence.organisation import Kind, Role
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import setting
from duediligence.store.invitation import JoinRequest
from duediligence.workflow.organising import faults_of_firm

_BODIES = 100
"""Organisations that run the service; there is one as a rule."""


def forgotten(connection: Connection, key: Key, email: str, now: datetime) -> None:
    """Send a link to choose a new password, where somebody has the address; at most one in ten minutes.

    Args:
        connection: an open one, for writing.
        key: of the service.
        email: as it was typed.
        now: the moment.
    """
    letter = reset.ask(connection, key, email, now)
    if letter is None:
        # Written for nobody too, so that the time it takes tells little.
        people.count_failure(connection, "")
        return
    one = letter.person
    said = mail.Letter(
        subject=mail.Subject.PASSWORD_RESET, to=one.email, language=one.language, link=f"/reset/{letter.note}"
    )
    # A button that is pressed a hundred times must not fill a mailbox.
    mail.post(connection, key, said, f"reset {one.id} {now:%Y%m%d%H}{now.minute // 10}", now)


def ask_to_join(connection: Connection, key: Key, asked: JoinRequest) -> None:
    """Keep the request of a firm to take part, and tell every administrator that there is one.

    What was written before something unfit was found goes with the transaction.

    Raises:
        WrongMoment: the operator takes no requests at present.
        Unfit: something in it will not do.
    """
    if not setting.choices(connection).requests_open:
        raise WrongMoment("Firms join by invitation at present.")
    faults = tuple(faults_of_firm(asked.sector, asked.region))
    try:
        invitation.ask_to_join(connection, asked)
    except Unfit as error:
        raise Unfit((*error.problems, *faults)) from error
    if faults:
        raise Unfit(faults)
    operators = organisations.listed(connection, limit=_BODIES, kind=Kind.OPERATOR)
    members = [one for operator in operators for one in people.members(connection, operator.id)]
    for one in members:
        if one.membership.role is Role.ADMINISTRATOR:
            letter = mail.Letter(
                subject=mail.Subject.ACCESS_REQUESTED,
                to=one.person.email,
                language=one.person.language,
                link=f"/administration/organisations/requests/{asked.id}",
            )
            mail.post(connection, key, letter, f"request {asked.id} {one.person.id}", asked.created)
