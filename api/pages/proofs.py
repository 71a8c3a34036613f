"""By what somebody proves who they are beside the password: an authenticator, recovery codes and passkeys."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from litestar import MediaType, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import in_person, session_cookie
from api.form import told_of, words_of
from api.page import own_path
from api.pages.entrance import answer_of
from api.visit import Visit, to
from duediligence.accounts import account, passkey
from duediligence.accounts.account import Gate
from duediligence.accounts.brake import Slowed
from duediligence.accounts.passkey import Ceremony
from duediligence.accounts.session import Visitor
from duediligence.errors import Unfit
from duediligence.reports.qr import qr
from duediligence.workflow import own_account
from questionnaires.problem import Problem

_GROUP = 4  # letters of a secret that is typed by hand


@get("/account/second-factor", opt=in_person(), sync_to_thread=True)
def second_factor(
    visit: NamedDependency[Visit],
    gate: NamedDependency[Gate],
    back: FromQuery[str] = "/account",
    anew: FromQuery[bool] = False,  # noqa: FBT002  a query
) -> Response[str]:
    """Return what there is of a second factor; how to show it, or how to set one up."""
    with visit.reading() as work:
        mine = own_account.proofs(work)
        if not mine.enough:
            return _show(visit, mine, back, ())
        if mine.app and not anew:
            return visit.page("account/second_factor.html", {"mine": mine})
        offer = own_account.offer(work, gate.key)
    secret = " ".join(offer.secret[at : at + _GROUP] for at in range(0, len(offer.secret), _GROUP))
    facts = {"note": offer.note, "secret": secret, "picture": qr(offer.address), "wrong": ()}
    return visit.page("account/second_factor_new.html", facts)


@post("/account/second-factor", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def set_up(
    visit: NamedDependency[Visit],
    visitor: NamedDependency[Visitor],
    gate: NamedDependency[Gate],
    form: NamedDependency[FormMultiDict],
) -> Response[str]:
    """Set the second factor up and return the recovery codes, which are shown this once."""
    note = words_of(form, "note")
    try:
        with visit.writing() as work:
            codes, token = own_account.set_up(work, gate.key, visitor, (note, words_of(form, "code")))
    except Unfit as error:
        # Without the picture: it was scanned already, and the next code of the app is all that is needed.
        wrong = told_of(error.problems, visit.language)
        facts = {"note": note, "secret": "", "picture": "", "wrong": wrong}
        return visit.page("account/second_factor_new.html", facts, wrong=wrong)
    page = visit.page("account/recovery_codes_new.html", {"codes": codes, "first": True})
    page.set_cookie(session_cookie(gate.settings, token))
    return page


@post("/account/second-factor/show", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def show_code(
    visit: NamedDependency[Visit],
    visitor: NamedDependency[Visitor],
    gate: NamedDependency[Gate],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Make the session a strong one by a code, and lead back to where it was wanted."""
    back = words_of(form, "back")
    try:
        token = account.confirm(gate, visitor, words_of(form, "code"), visit.now)
    except Unfit as error:
        return _shown_wrong(visit, back, told_of(error.problems, visit.language))
    except Slowed as error:
        return _shown_wrong(visit, back, [("code", visit.told("entrance.slowed", count=error.seconds))])
    return _stronger(gate, token, back)


@post("/account/second-factor/passkey", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def show_passkey(
    visit: NamedDependency[Visit],
    visitor: NamedDependency[Visitor],
    gate: NamedDependency[Gate],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Make the session a strong one by a passkey, and lead back to where it was wanted."""
    back = words_of(form, "back")
    try:
        with visit.writing() as work:
            token = own_account.show_passkey(work, visitor, answer_of(gate, form))
    except Unfit as error:
        return _shown_wrong(visit, back, told_of(error.problems, visit.language))
    return _stronger(gate, token, back)


@post("/account/second-factor/remove", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def take_away(visit: NamedDependency[Visit]) -> Redirect:
    """Remove the second factor and the recovery codes."""
    with visit.writing() as work:
        own_account.take_away(work)
    return to("/account?done=second_factor")


@get("/account/recovery-codes", opt=in_person(), sync_to_thread=True)
def recovery_codes(visit: NamedDependency[Visit]) -> Response[str] | Redirect:
    """Return how many recovery codes are left."""
    with visit.reading() as work:
        mine = own_account.proofs(work)
    if not mine.app or not mine.enough:
        return to("/account/second-factor?back=/account/recovery-codes")
    return visit.page("account/recovery_codes.html", {"left": mine.codes_left})


@post("/account/recovery-codes", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def new_codes(visit: NamedDependency[Visit]) -> Response[str]:
    """Return new recovery codes, which are shown this once."""
    with visit.writing() as work:
        codes = own_account.new_codes(work)
    return visit.page("account/recovery_codes_new.html", {"codes": codes, "first": False})


@get("/account/passkeys", opt=in_person(), sync_to_thread=True)
def passkeys(visit: NamedDependency[Visit]) -> Response[str] | Redirect:
    """Return the passkeys of whoever asks, and the way to add one."""
    return _passkeys(visit, ())


@get("/account/passkeys/new", opt=in_person(), sync_to_thread=True)
def ask_passkey(visit: NamedDependency[Visit], gate: NamedDependency[Gate]) -> Response[Ceremony]:
    """Return what to ask a browser in order to make a passkey."""
    with visit.reading() as work:
        asked = own_account.ask_for_passkey(work, gate.key)
    return Response(asked, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})


@post("/account/passkeys", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def add_passkey(
    visit: NamedDependency[Visit],
    visitor: NamedDependency[Visitor],
    gate: NamedDependency[Gate],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Keep a new passkey."""
    try:
        with visit.writing() as work:
            token = own_account.add_passkey(work, visitor, words_of(form, "name"), answer_of(gate, form))
    except Unfit as error:
        return _passkeys(visit, error.problems)
    return _stronger(gate, token, "/account/passkeys")


@post("/account/passkeys/{identifier:str}/remove", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def remove_passkey(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Redirect:
    """Forget a passkey."""
    with visit.writing() as work:
        own_account.remove_passkey(work, identifier)
    return to("/account/passkeys")


def _show(visit: Visit, mine: own_account.Proofs, back: str, wrong: Sequence[tuple[str, str]]) -> Response[str]:
    facts = {"mine": mine, "back": own_path(back), "wrong": wrong}
    return visit.page("account/second_factor_show.html", facts, wrong=wrong)


def _shown_wrong(visit: Visit, back: str, wrong: Sequence[tuple[str, str]]) -> Response[str]:
    with visit.reading() as work:
        return _show(visit, own_account.proofs(work), back, wrong)


def _passkeys(visit: Visit, problems: Sequence[Problem]) -> Response[str] | Redirect:
    with visit.reading() as work:
        mine = own_account.proofs(work)
        address = work.settings.address
    if not mine.enough:
        return to(f"/account/second-factor?back={quote('/account/passkeys')}")
    wrong = told_of(problems, visit.language)
    facts = {"mine": mine, "possible": passkey.possible(address), "wrong": wrong}
    return visit.page("account/passkeys.html", facts, wrong=wrong)


def _stronger(gate: Gate, token: str, back: str) -> Redirect:
    return Redirect(own_path(back), status_code=303, cookies=[session_cookie(gate.settings, token)])


ROUTES = (
    second_factor,
    set_up,
    show_code,
    show_passkey,
    take_away,
    recovery_codes,
    new_codes,
    passkeys,
    ask_passkey,
    add_passkey,
    remove_passkey,
)
