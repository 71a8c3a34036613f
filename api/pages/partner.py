"""A partner opens the link it was sent: who asks and for what, and where it goes from there; no account is needed."""

from collections.abc import Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import open_to_all
from api.form import told_of, words_of
from api.guest import Guest
from api.pages.asking import shown
from api.part import Task
from api.security import costly
from api.visit import to
from duediligence.access import Step, may
from duediligence.chain.request import MONTHS, Granted, PartnerResponse, Seen, Standing, What
from duediligence.errors import NotFound, Unfit
from duediligence.workflow import partner_answering, partner_code, partner_door, partner_sent_in, partner_sharing
from duediligence.workflow.partner_door import Door
from duediligence.workflow.partner_sharing import Sharing
from duediligence.workflow.work import ASHGABAT
from questionnaires import catalogue
from questionnaires.questionnaire import Questionnaire
from questionnaires.text import say

_CLOSED = (Standing.EXPIRED, Standing.WITHDRAWN, Standing.FORM_GONE)


@get("/partner", opt=open_to_all(), sync_to_thread=False)
def type_code(guest: NamedDependency[Guest]) -> Response[str]:
    """Return the page on which a partner comes back with its code."""
    return guest.page("partner/code.html", {"code": "", "wrong": ()})


@post("/partner", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def use_code(guest: NamedDependency[Guest], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Open what is kept under a code."""
    try:
        with guest.reading() as work:
            key = partner_door.returned(work, words_of(form, "code"))
    except Unfit as error:
        facts = {"code": words_of(form, "code"), "wrong": told_of(error.problems, guest.language)}
        return guest.page("partner/code.html", facts, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return guest.remembered(to("/partner/own"), key)


@post("/partner/leave", opt=open_to_all(), sync_to_thread=False)
def leave(guest: NamedDependency[Guest]) -> Response[str] | Redirect:
    """Have this browser forget the key of the answers."""
    return guest.remembered(to("/partner"), "")


@get("/partner/own", opt=open_to_all(), sync_to_thread=True)
def own(guest: NamedDependency[Guest]) -> Response[str] | Redirect:
    """Return what a partner has answered, who asked for it, and who sees what."""
    if not guest.key:
        return to("/partner")
    return _own(guest, "", ())


@post("/partner/own/{buyer:str}", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def change(
    guest: NamedDependency[Guest], buyer: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Have a buyer see less, more, shorter, longer or nothing from now on."""
    if not guest.key:
        return to("/partner")
    try:
        with guest.writing() as work:
            partner_sharing.change_consent(work, guest.key, buyer, sharing_of(form))
    except Unfit as error:
        return _own(guest, buyer, told_of(error.problems, guest.language))
    return to("/partner/own")


@get("/partner/{secret:str}", opt=open_to_all(), sync_to_thread=True)
def opened(guest: NamedDependency[Guest], secret: FromPath[str]) -> Response[str]:
    """Return what stands behind a link: the request, the answers that were begun, or what is missing and a way out."""
    try:
        with guest.reading() as work:
            found = partner_door.door(work, secret, guest.key)
    except NotFound:
        facts = {"reason": "unknown", "buyer": "", "day": None}
        return guest.page("partner/closed.html", facts, status=HTTPStatus.NOT_FOUND)
    return _door(guest, secret, found, (), {})


@post("/partner/{secret:str}/code", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def come_back(
    guest: NamedDependency[Guest], secret: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Go on behind a link with the code of earlier answers."""
    with guest.reading() as work:
        found = partner_door.door(work, secret, guest.key)
    try:
        with guest.reading() as work:
            key = partner_door.returned(work, words_of(form, "code"))
    except Unfit as error:
        typed = {"code": words_of(form, "code")}
        return _door(guest, secret, found, told_of(error.problems, guest.language), typed)
    return guest.remembered(to(f"/partner/{secret}"), key)


@post("/partner/{secret:str}/begin", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def begin(
    guest: NamedDependency[Guest], secret: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Begin to answer and lead to the questions; a new code is shown this once."""
    with guest.reading() as work:
        found = partner_door.door(work, secret, guest.key)
    if found.of_buyer:
        return _door(guest, secret, found, (), {})
    update, recovery = (words_of(form, name) == "yes" for name in ("update", "recovery"))
    with guest.writing() as work:
        begun = partner_answering.begin(work, secret, guest.key, update=update, recovery=recovery)
    if not begun.code:
        return to(f"/partner/{secret}")
    guest.invited_in(begun.response.sheet.response.language)
    made = guest.page("partner/code_new.html", {"on": f"/partner/{secret}", "code": begun.code})
    return guest.remembered(made, begun.key)


@post("/partner/{secret:str}/share", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def share(
    guest: NamedDependency[Guest], secret: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Share answers that were handed in before."""
    try:
        with guest.writing() as work:
            partner_sharing.share(work, secret, guest.key, sharing_of(form))
    except Unfit as error:
        with guest.reading() as work:
            found = partner_door.door(work, secret, guest.key)
        return _door(guest, secret, found, told_of(error.problems, guest.language), {})
    return to("/partner/own")


@post("/partner/{secret:str}/code/lost", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def lost(guest: NamedDependency[Guest], secret: FromPath[str]) -> Response[str]:
    """Have a letter that leads to a new code sent to the address of the request."""
    with guest.writing() as work:
        partner_code.send(work, guest.installation.key, secret)
    return guest.page("partner/code_sent.html", {"secret": secret})


@post("/partner/{secret:str}/read-in", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def take_out(guest: NamedDependency[Guest], secret: FromPath[str]) -> Redirect:
    """Have taken out what the buyer read in of a workbook."""
    with guest.writing() as work:
        partner_sent_in.object_to(work, secret)
    return to(f"/partner/{secret}")


@get("/partner/renew/{note:str}", opt=open_to_all(), sync_to_thread=True)
def renewing(guest: NamedDependency[Guest], note: FromPath[str]) -> Response[str]:
    """Return the page to which the letter for a lost code leads, or that it has served."""
    try:
        with guest.reading() as work:
            one = partner_code.renewal(work, guest.installation.key, note)
    except NotFound:
        facts = {"reason": "unknown", "buyer": "", "day": None}
        return guest.page("partner/closed.html", facts, status=HTTPStatus.NOT_FOUND)
    guest.invited_in(one.language)
    return guest.page("partner/renew.html", {"note": note})


@post("/partner/renew/{note:str}", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def renew(guest: NamedDependency[Guest], note: FromPath[str]) -> Response[str]:
    """Make a new code, which is shown this once; the old one opens nothing any more."""
    with guest.writing() as work:
        begun = partner_code.renew(work, guest.installation.key, note)
    guest.invited_in(begun.response.sheet.response.language)
    made = guest.page("partner/code_new.html", {"on": "/partner/own", "code": begun.code})
    return guest.remembered(made, begun.key)


def sharing_of(form: FormMultiDict) -> Sharing:
    """Return what was chosen to be shared; None where that is nothing."""
    what = next((one for one in What if one == words_of(form, "what")), None)
    months = words_of(form, "months")
    return Sharing(what, int(months) if months in map(str, MONTHS) else 0)


def _door(
    guest: Guest, secret: str, found: Door, wrong: Sequence[tuple[str, str]], typed: dict[str, str]
) -> Response[str]:
    one = found.request
    guest.invited_in(one.language)
    if found.standing in _CLOSED:
        day = one.expires.astimezone(ASHGABAT).date()
        facts = {"reason": str(found.standing), "buyer": found.buyer.name, "day": day}
        return guest.page("partner/closed.html", facts, status=HTTPStatus.GONE)
    facts = {
        "secret": secret,
        "found": found,
        "months": MONTHS,
        "wrong": wrong,
        "typed": {"code": ""} | typed,
        "renewable": partner_code.renewable(found),
        "shares": guest.visitor is None or may(guest.visitor, Step.ASSESSMENT_SHARE),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    if found.of_buyer:
        # Reading is no fault; sending an answer for somebody else is.
        read = guest.request.method == "GET"
        return guest.page("partner/of_buyer.html", facts, status=HTTPStatus.OK if read else HTTPStatus.FORBIDDEN)
    if found.standing is Standing.ANSWERED:
        return guest.page("partner/done.html", facts, status=status)
    form = catalogue.load(one.form, one.form_version)
    facts |= {"form": form, "until": one.expires.astimezone(ASHGABAT).date()}
    if found.mine and found.draft:
        return guest.page("partner/tasks.html", facts | _tasks(guest, secret, form), status=status)
    return guest.page("partner/door.html", facts, status=status)


def _tasks(guest: Guest, secret: str, form: Questionnaire) -> dict[str, object]:
    with guest.reading() as work:
        draft = partner_answering.draft(work, secret, guest.key)
    parts = partner_answering.by_section(draft)
    tasks = tuple(
        Task(
            title=say(section.title, guest.language),
            address=f"/partner/{secret}/sections/{section.id}",
            done=parts[section.id].answered,
            asked=parts[section.id].asked,
        )
        for section in form.sections
        if section.id in parts
    )
    return {"tasks": tasks, "done": sum(one.done for one in tasks), "asked": sum(one.asked for one in tasks)}


def _own(guest: Guest, buyer: str, wrong: Sequence[tuple[str, str]]) -> Response[str]:
    with guest.reading() as work:
        held = partner_door.held(work, guest.key)
        today = work.day
    doors = {each.buyer.id: each for each in reversed(held.doors)}
    facts = {
        "doors": tuple(reversed(doors.values())),
        "responses": tuple((one, shown(_whole(one), guest.told)) for one in held.responses),
        "months": MONTHS,
        "today": today,
        "wrong": wrong,
        "wrong_at": buyer,
    }
    return guest.page("partner/own.html", facts, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _whole(one: PartnerResponse) -> Seen | None:
    """Return what a buyer sees with whom all is shared, so that a partner knows before it chooses; None of a draft."""
    if one.sealed is None or one.told is None:
        return None
    until = one.sealed.astimezone(ASHGABAT).date()
    return Seen(
        granted=Granted.RUNS, what=What.ANSWERS, given=one.sealed, until=until, answered=one.sealed, told=one.told
    )


ROUTES = (
    type_code,
    use_code,
    leave,
    own,
    change,
    opened,
    come_back,
    begin,
    share,
    lost,
    take_out,
    renewing,
    renew,
)
