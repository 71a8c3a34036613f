"""Whom every address is for: the one table that the tests of access go by.

A route is open to everybody, treats everybody as a stranger, is for whoever is signed in, for people in a browser, for
the owner of a thing, or for those who may take a step on it. `at` names the things
(see `tests.api.cast`) that it is asked for, `finds` those of them at which there is
something to find for all who may.
"""

from dataclasses import dataclass, field
from enum import Enum

from duediligence.access import Step
from duediligence.engagement import Stage

BEFORE = ("an assessment at answering", "a rehearsal")
AFTER = tuple(f"an assessment at {stage}" for stage in Stage if stage is not Stage.ANSWERING)
ASSESSMENTS = (*BEFORE, *AFTER)
HANDED_IN = ("an assessment at submitted",)
UNDER_REVIEW = ("an assessment at in_review",)
FIRM = ("the firm",)
PLACES = ("the firm", "the operator")
DOCUMENT = ("a document",)
ASKED = ("a partner that was asked",)
SUPPLY, MERGED, TAKEN = ("a link of the chain",), ("a merge of partners",), ("a list that was taken",)
LINK = ("a link to a partner",)
LINE, SHIPMENT = ("a product line",), ("a shipment",)
WAITING, SIGNED = ("an attestation drawn up",), ("an attestation that was signed",)
COPY = ("a copy for a named reader",)
DRAWN = ("a file to be judged blind",)
LIST = ("",)
NONE: tuple[str, ...] = ()


class For(Enum):
    """Whom a route is for when it is not those who may take a step."""

    EVERYBODY = "everybody"
    ALIKE = "everybody, none of whom is looked up"
    SIGNED_IN = "whoever is signed in"
    IN_PERSON = "people in a browser"
    OWNER = "the owner of a thing, in a browser"


@dataclass(frozen=True)
class Whom:
    """Whom a route is for, and how to ask it."""

    who: For | tuple[Step, ...]
    at: tuple[str, ...] = LIST
    finds: tuple[str, ...] | None = None  # None: everywhere
    door: Step | None = None  # needed as such too, whatever the thing
    query: str = ""
    body: dict[str, object] = field(default_factory=dict)

    def found(self, thing: str) -> bool:
        """Return whether there is something to find at a thing."""
        return self.finds is None or thing in self.finds


def _open(**more) -> Whom:
    return Whom(For.EVERYBODY, **more)


def _alike(**more) -> Whom:
    return Whom(For.ALIKE, **more)


def _mine(**more) -> Whom:
    return Whom(For.IN_PERSON, **more)


def _on(*steps: Step, at: tuple[str, ...] = ASSESSMENTS, **more) -> Whom:
    return Whom(steps, at, **more)


def _list(*steps: Step, **more) -> Whom:
    return Whom(steps, **more)


_PERIOD = {"site": "{site}", "begins": "2026-08-01", "ends": "2026-10-31"}
_PLACE = {"name": "Field 2", "region": "TM-M"}
_REASON = {"reason": "It is of another month."}
_UNTIED = {"tied": "no"}
_WORDS = {"words": "Of which month is it?"}
_ANSWERS = {"revision": "0", "gov.policy": "no", "gov.policy.comment": ""}

AROUND = {
    "GET /": _open(),
    "GET /health": _open(),
    "GET /metrics": _open(finds=NONE),
    "GET /static/{name}": _open(finds=NONE),
    "GET /language/{code}": _open(finds=NONE),
    "GET /limits": _open(),
    "GET /method": _open(),
    "GET /help": _open(),
    "GET /help/{role}": _open(finds=NONE),
    "GET /ledger-roots": _open(),
    "GET /safeguarding": _open(),
    "GET /set-up/{note}": _open(finds=NONE),
    "POST /set-up/{note}": _open(finds=NONE),
}

AT_THE_DOOR = {
    "GET /sign-in": _open(),
    "POST /sign-in": _open(),
    "GET /sign-in/code": _open(finds=NONE),
    "POST /sign-in/code": _open(),
    "GET /sign-in/passkey": _open(),
    "POST /sign-in/passkey": _open(finds=NONE),
    "POST /sign-out": _open(),
    "GET /forgotten": _open(),
    "POST /forgotten": _open(),
    "GET /reset": _open(),
    "GET /reset/{code}": _open(),
    "POST /reset": _open(),
    "GET /invitation": _open(),
    "POST /invitation": _open(),
    "GET /invitation/{code}": _open(at=("an invitation",)),
    "POST /invitation/{code}": _open(at=("an invitation",), finds=NONE),
    "POST /invitation/{code}/accept": _mine(at=("an invitation",), finds=NONE),
    "GET /join": _open(),
    "POST /join": _open(),
}

ACCOUNT = {
    "GET /account": _mine(),
    "GET /account/language": _mine(),
    "POST /account/language": _mine(),
    "GET /account/password": _mine(),
    "POST /account/password": _mine(),
    "GET /account/keys": _mine(),
    "POST /account/keys": _mine(),
    "POST /account/keys/{identifier}/revoke": Whom(For.OWNER, at=("a key of the lead",)),
    "GET /account/sessions": _mine(),
    "POST /account/sessions/{digest}/end": Whom(For.OWNER, at=("a session of the lead",)),
    "POST /account/sessions/end": _mine(),
    "GET /account/second-factor": _mine(),
    "POST /account/second-factor": _mine(),
    "POST /account/second-factor/show": _mine(finds=NONE),
    "POST /account/second-factor/passkey": _mine(finds=NONE),
    "POST /account/second-factor/remove": _mine(finds=NONE),
    "GET /account/recovery-codes": _mine(finds=NONE),
    "POST /account/recovery-codes": _mine(finds=NONE),
    "GET /account/passkeys": _mine(finds=NONE),
    "GET /account/passkeys/new": _mine(finds=NONE),
    "POST /account/passkeys": _mine(finds=NONE),
    "POST /account/passkeys/{identifier}/remove": Whom(For.OWNER, at=("a key of the lead",), finds=NONE),
}

ORGANISATIONS = {
    "GET /organisations": _list(Step.ORGANISATION_SEE),
    "GET /organisations/{identifier}": _on(Step.ORGANISATION_SEE, at=PLACES),
    "GET /organisations/{identifier}/edit": _on(Step.ORGANISATION_EDIT, at=PLACES, finds=NONE),
    "POST /organisations/{identifier}/edit": _on(Step.ORGANISATION_EDIT, at=PLACES, finds=NONE),
    "GET /organisations/{identifier}/sites/new": _on(Step.ORGANISATION_EDIT, at=FIRM, finds=NONE),
    "POST /organisations/{identifier}/sites/new": _on(Step.ORGANISATION_EDIT, at=FIRM, finds=NONE, body=_PLACE),
    "GET /organisations/{identifier}/sites/{site}": _on(Step.ORGANISATION_EDIT, at=FIRM, finds=NONE),
    "POST /organisations/{identifier}/sites/{site}": _on(Step.ORGANISATION_EDIT, at=FIRM, finds=NONE, body=_PLACE),
    "GET /organisations/{identifier}/people/invite": _on(Step.MEMBER_INVITE, at=PLACES, finds=NONE),
    "POST /organisations/{identifier}/people/invite": _on(Step.MEMBER_INVITE, at=PLACES, finds=NONE),
    "POST /organisations/{identifier}/invitations/{invitation}/withdraw": _on(Step.MEMBER_INVITE, at=FIRM, finds=NONE),
    "GET /organisations/{identifier}/people/{person}": _on(Step.MEMBER_END, at=FIRM, finds=NONE),
    "POST /organisations/{identifier}/people/{person}/end": _on(Step.MEMBER_END, at=FIRM, finds=NONE),
    "POST /organisations/{identifier}/people/{person}/code": _on(Step.MEMBER_END, at=FIRM, finds=NONE),
    "POST /organisations/{identifier}/people/{person}/second-factor": _on(Step.ADMINISTER, at=FIRM),
}

ANSWERING = {
    "GET /assessments": _list(Step.ASSESSMENT_SEE),
    "GET /assessments/new": _list(Step.ASSESSMENT_BEGIN),
    "POST /assessments/new": _on(Step.ASSESSMENT_BEGIN, at=FIRM, body=_PERIOD),
    "GET /assessments/{identifier}": _on(Step.ASSESSMENT_SEE),
    "GET /assessments/{identifier}/sections/{section}": _on(Step.ASSESSMENT_SEE),
    "POST /assessments/{identifier}/sections/{section}": _on(Step.ASSESSMENT_ANSWER, body=_ANSWERS),
    "GET /assessments/{identifier}/check": _on(Step.ASSESSMENT_SEE),
    "POST /assessments/{identifier}/about": _on(Step.ASSESSMENT_ANSWER, body={"answered_by": "Accountant"}),
    "POST /assessments/{identifier}/submit": _on(Step.ASSESSMENT_SUBMIT),
    "POST /assessments/{identifier}/delete": _on(Step.ASSESSMENT_DELETE),
    "GET /assessments/{identifier}/result": _on(Step.ASSESSMENT_SEE, finds=AFTER),
    "GET /assessments/{identifier}/report": _on(Step.ASSESSMENT_SEE, finds=AFTER, query="?kind=json"),
    "GET /assessments/{identifier}/questions": _on(Step.MESSAGE_WRITE),
    "POST /assessments/{identifier}/questions": _on(Step.MESSAGE_WRITE, body=_WORDS),
}

COLLEAGUES = {
    "GET /assessments/{identifier}/workbook": _on(Step.ASSESSMENT_ANSWER, finds=BEFORE),
    "POST /assessments/{identifier}/workbook": _on(Step.ASSESSMENT_ANSWER, finds=BEFORE),
    "GET /assessments/{identifier}/workbook/{name}": _on(Step.ASSESSMENT_ANSWER, finds=NONE),
    "POST /assessments/{identifier}/workbook/{name}": _on(Step.ASSESSMENT_ANSWER, finds=NONE),
    "GET /assessments/{identifier}/give": _on(Step.ASSESSMENT_GIVE),
    "GET /assessments/{identifier}/sections/{section}/give": _on(Step.ASSESSMENT_GIVE),
    "POST /assessments/{identifier}/sections/{section}/give": _on(Step.ASSESSMENT_GIVE),
    "GET /assessments/{identifier}/opinion": _on(Step.ASSESSMENT_OPINE),
    "POST /assessments/{identifier}/opinion": _on(Step.ASSESSMENT_OPINE),
    "GET /assessments/{identifier}/opinion/kept": _on(Step.ASSESSMENT_OPINE, finds=NONE),
}

DOCUMENTS = {
    "GET /documents": _list(Step.FILE_ADD),
    "GET /documents/new": _list(Step.FILE_ADD),
    "POST /documents/new": _list(Step.FILE_ADD),
    "GET /documents/waiting/{name}": _list(Step.FILE_ADD, finds=NONE),
    "POST /documents/waiting/{name}": _list(Step.FILE_ADD, finds=NONE),
    "GET /documents/{identifier}": _on(Step.FILE_ADD, at=DOCUMENT),
    "POST /documents/{identifier}": _on(Step.FILE_ADD, at=DOCUMENT),
    "GET /documents/{identifier}/content": _on(Step.FILE_ADD, at=DOCUMENT),
    "GET /documents/{identifier}/answers": _on(Step.FILE_ADD, at=DOCUMENT),
    "POST /documents/{identifier}/answers": _on(Step.FILE_ADD, at=DOCUMENT, finds=NONE),
    "POST /documents/{identifier}/erase": _on(Step.FILE_ERASE, at=DOCUMENT, body=_REASON),
    "GET /assessments/{engagement}/documents/{identifier}": _on(
        Step.FILE_SEE, at=("a document under review",), door=Step.REVIEW_SEE
    ),
}

PLAN = {
    "GET /assessments/{identifier}/plan": _on(Step.PLAN_SEE, finds=AFTER),
    "GET /assessments/{identifier}/plan/what-if": _on(Step.PROTECTED_SEE, finds=AFTER),
    "GET /assessments/{identifier}/plan/{remedy}": _on(Step.PLAN_SEE, finds=AFTER),
    "POST /assessments/{identifier}/plan/{remedy}": _on(Step.PLAN_WORK, Step.PLAN_EXTEND, Step.PLAN_VERIFY, finds=NONE),
}

REVIEWING = {
    "GET /queue": _list(Step.REVIEW_QUEUE),
    "GET /queue/{identifier}": _on(Step.REVIEW_QUEUE),
    "POST /queue/{identifier}/take": _on(Step.REVIEW_TAKE, body=_UNTIED),
    "POST /queue/{identifier}/join": _on(Step.REVIEW_QUEUE, door=Step.REVIEW_CONFIRM, body=_UNTIED, finds=NONE),
    "GET /files/{identifier}": _on(Step.REVIEW_SEE),
    "GET /files/{identifier}/sections/{section}": _on(Step.REVIEW_SEE),
    "GET /files/{identifier}/reviewers": _on(Step.REVIEW_ASSIGN),
    "POST /files/{identifier}/reviewers": _on(Step.REVIEW_ASSIGN, body={"part": "auditor"}),
    "GET /files/{identifier}/nonconformity": _on(Step.REVIEW_JUDGE, finds=UNDER_REVIEW),
    "POST /files/{identifier}/decisions": _on(
        Step.REVIEW_JUDGE,
        Step.REVIEW_CONFIRM,
        Step.REVIEW_RESOLVE,
        finds=NONE,
        body={"kind": "false_statement", "false_statement.reason": _REASON["reason"]},
    ),
    "POST /files/{identifier}/questions": _on(
        Step.MESSAGE_WRITE, door=Step.REVIEW_SEE, finds=UNDER_REVIEW, body={"firm.ask": _WORDS["words"]}
    ),
    "POST /files/{identifier}/withdraw": _on(
        Step.REVIEW_WITHDRAW, body={"kind": "withdraw", "withdraw.reason": _REASON["reason"]}
    ),
    "POST /files/{identifier}/prompts/{prompt}": _on(Step.REVIEW_JUDGE, finds=NONE),
    "GET /reviews/order": _list(Step.REVIEW_ORDER),
    "POST /reviews/order/switch": _list(Step.REVIEW_ORDER),
    "POST /reviews/order/learn": _list(Step.REVIEW_ORDER),
    "GET /doubles": _list(Step.REVIEW_DOUBLE, Step.REVIEW_BLIND),
    "GET /doubles/{identifier}/reader": _on(Step.REVIEW_DOUBLE, at=DRAWN),
    "POST /doubles/{identifier}/reader": _on(Step.REVIEW_DOUBLE, at=DRAWN, finds=NONE),
    "GET /doubles/{identifier}": _on(Step.REVIEW_BLIND, at=DRAWN),
    "POST /doubles/{identifier}/begin": _on(Step.REVIEW_BLIND, at=DRAWN, finds=NONE),
    "GET /doubles/{identifier}/sections/{section}": _on(Step.REVIEW_BLIND, at=DRAWN),
    "POST /doubles/{identifier}/sections/{section}": _on(Step.REVIEW_BLIND, at=DRAWN),
    "POST /doubles/{identifier}/end": _on(Step.REVIEW_BLIND, at=DRAWN, finds=NONE),
    "GET /doubles/{identifier}/documents/{document}": _on(Step.REVIEW_BLIND, at=DRAWN, finds=NONE),
    "GET /safety-checks/{identifier}": _on(Step.SAFETY_CHECK),
    "POST /safety-checks/{identifier}": _on(Step.SAFETY_CHECK, finds=NONE),
}

ADMINISTRATION = {
    route: _list(Step.ADMINISTER, finds=NONE if "{" in route else None)
    for route in (
        "GET /administration",
        "GET /administration/jobs",
        "GET /administration/jobs/{identifier}",
        "POST /administration/jobs/{identifier}/again",
        "POST /administration/jobs/{identifier}/cancel",
        "GET /administration/versions",
        "POST /administration/versions/{model}/{version}/try",
        "GET /administration/ledger",
        "POST /administration/ledger/check",
        "GET /administration/choices",
        "POST /administration/choices",
        "GET /administration/contacts",
        "POST /administration/contacts",
        "POST /administration/contacts/{identifier}/called",
        "POST /administration/contacts/{identifier}/withdraw",
        "GET /administration/organisations",
        "GET /administration/organisations/new",
        "POST /administration/organisations/new",
        "GET /administration/organisations/requests/{identifier}",
        "POST /administration/organisations/requests/{identifier}/accept",
        "POST /administration/organisations/requests/{identifier}/decline",
        "POST /administration/organisations/{identifier}/close",
    )
}

CHAIN = {
    "GET /chain": _list(Step.CHAIN_SEE),
    "GET /chain/export": _list(Step.CHAIN_SEE),
    "GET /chain/own": _list(Step.CHAIN_EDIT),
    "POST /chain/own": _list(Step.CHAIN_EDIT, body={"own_goods": "40", "revision": "0"}),
    "GET /chain/exports/{what}": _list(Step.CHAIN_SEE, finds=NONE),
    "GET /chain/season": _list(Step.CHAIN_SEE),
    "GET /chain/drawing": _list(Step.CHAIN_SEE),
    "GET /chain/exposure": _list(Step.CHAIN_SEE),
    "GET /chain/doubles": _list(Step.CHAIN_EDIT),
    "POST /chain/doubles": _list(Step.CHAIN_EDIT, finds=NONE),
    "GET /chain/parties/new": _list(Step.CHAIN_EDIT),
    "POST /chain/parties/new": _list(Step.CHAIN_EDIT, body={"name": "Ak Nah"}),
    "GET /chain/parties/{identifier}": _on(Step.CHAIN_SEE, at=ASKED),
    "GET /chain/parties/{identifier}/edit": _on(Step.CHAIN_EDIT, at=ASKED),
    "POST /chain/parties/{identifier}/edit": _on(Step.CHAIN_EDIT, at=ASKED, body={"name": "Ak Nah", "revision": "1"}),
    "POST /chain/parties/{identifier}/retire": _on(Step.CHAIN_EDIT, at=ASKED, body={"revision": "1"}),
    "POST /chain/parties/{identifier}/restore": _on(Step.CHAIN_EDIT, at=ASKED, body={"revision": "1"}),
    "GET /chain/parties/{identifier}/links/new": _on(Step.CHAIN_EDIT, at=ASKED),
    "POST /chain/parties/{identifier}/links/new": _on(
        Step.CHAIN_EDIT, at=ASKED, body={"other": "us", "way": "down", "share_of_spend": "40"}
    ),
    "GET /chain/parties/{identifier}/merge": _on(Step.CHAIN_EDIT, at=ASKED),
    "POST /chain/parties/{identifier}/merge": _on(Step.CHAIN_EDIT, at=ASKED, finds=NONE),
    "GET /chain/links/{identifier}": _on(Step.CHAIN_EDIT, at=SUPPLY),
    "POST /chain/links/{identifier}": _on(Step.CHAIN_EDIT, at=SUPPLY, body={"revision": "1", "goods": "5201"}),
    "POST /chain/merges/{identifier}/split": _on(Step.CHAIN_EDIT, at=MERGED),
    "GET /chain/import": _list(Step.CHAIN_IMPORT),
    "POST /chain/import": _list(Step.CHAIN_IMPORT),
    "GET /chain/import/{name}": _list(Step.CHAIN_IMPORT, finds=NONE),
    "POST /chain/import/{name}": _list(Step.CHAIN_IMPORT, finds=NONE),
    "GET /chain/import/{name}/taken": _list(Step.CHAIN_IMPORT, finds=NONE),
    "GET /chain/imports/{identifier}": _on(Step.CHAIN_IMPORT, at=TAKEN),
    "POST /chain/imports/{identifier}/undo": _on(Step.CHAIN_IMPORT, at=TAKEN),
    "GET /api/v1/chain/{identifier}": _on(Step.CHAIN_SEE, at=FIRM),
    "GET /api/v1/chain/{identifier}/parties": _on(Step.CHAIN_SEE, at=FIRM),
    "POST /api/v1/chain/{identifier}/parties": _on(Step.CHAIN_EDIT, at=FIRM, body={"name": "Ak Nah"}),
    "GET /api/v1/chain/{identifier}/exposure": _on(Step.CHAIN_SEE, at=FIRM),
    "GET /api/v1/chain/{identifier}/exposure/{indicator}": _on(Step.CHAIN_SEE, at=FIRM, finds=NONE),
    "GET /api/v1/chain/{identifier}/season": _on(Step.CHAIN_SEE, at=FIRM),
    "GET /api/v1/chain/{identifier}/imports": _on(Step.CHAIN_SEE, at=FIRM),
    "POST /api/v1/chain/{identifier}/lists": _on(Step.CHAIN_IMPORT, at=FIRM, finds=NONE),
    "GET /api/v1/chain/{identifier}/lists/{waits}": _on(Step.CHAIN_IMPORT, at=FIRM, finds=NONE),
    "POST /api/v1/chain/{identifier}/lists/{waits}/look": _on(Step.CHAIN_IMPORT, at=FIRM, finds=NONE),
    "POST /api/v1/chain/{identifier}/lists/{waits}/taking": _on(Step.CHAIN_IMPORT, at=FIRM, finds=NONE),
    "DELETE /api/v1/chain/{identifier}/lists/{waits}": _on(Step.CHAIN_IMPORT, at=FIRM, finds=NONE),
    "GET /api/v1/chain/{identifier}/doubles": _on(Step.CHAIN_EDIT, at=FIRM),
    "GET /api/v1/chain/{identifier}/exports/{what}": _on(Step.CHAIN_SEE, at=FIRM, finds=NONE),
    "GET /api/v1/chain/{identifier}/screenings": _on(Step.CHAIN_SEE, at=FIRM),
    "GET /api/v1/chain/imports/{identifier}": _on(Step.CHAIN_IMPORT, at=TAKEN),
    "DELETE /api/v1/chain/imports/{identifier}": _on(Step.CHAIN_IMPORT, at=TAKEN),
    "GET /api/v1/chain/parties/{identifier}": _on(Step.CHAIN_SEE, at=ASKED),
    "PUT /api/v1/chain/parties/{identifier}": _on(Step.CHAIN_EDIT, at=ASKED, body={"name": "Ak Nah"}),
    "DELETE /api/v1/chain/parties/{identifier}": _on(Step.CHAIN_EDIT, at=ASKED),
    "POST /api/v1/chain/parties/{identifier}/merges": _on(
        Step.CHAIN_EDIT, at=ASKED, finds=NONE, body={"gone": "0" * 32}
    ),
    "DELETE /api/v1/chain/merges/{identifier}": _on(Step.CHAIN_EDIT, at=MERGED),
    "POST /api/v1/chain/links": _on(Step.CHAIN_EDIT, at=ASKED, body={"supplier": "{identifier}", "terms": {}}),
    "PUT /api/v1/chain/links/{identifier}": _on(Step.CHAIN_EDIT, at=SUPPLY, body={"goods": ["5201"]}),
    "DELETE /api/v1/chain/links/{identifier}": _on(Step.CHAIN_EDIT, at=SUPPLY),
}

PARTNERS = {
    "GET /chain/parties/{identifier}/requests": _on(Step.CHAIN_SEE, at=ASKED),
    "GET /chain/parties/{identifier}/requests/new": _on(Step.PARTNER_ASK, at=ASKED),
    "POST /chain/parties/{identifier}/requests/new": _on(
        Step.PARTNER_ASK, at=ASKED, body={"channel": "link", "form": "partner", "language": "tk"}
    ),
    "POST /chain/parties/{identifier}/requests/{request_id}/withdraw": _on(Step.PARTNER_ASK, at=ASKED),
    "GET /chain/parties/{identifier}/requests/{request_id}/workbook": _on(Step.PARTNER_ASK, at=ASKED),
    "GET /chain/parties/{identifier}/requests/{request_id}/read-in": _on(Step.PARTNER_ASK, at=ASKED),
    "POST /chain/parties/{identifier}/requests/{request_id}/workbook": _on(Step.PARTNER_ASK, at=ASKED),
    "GET /chain/screenings": _list(Step.CHAIN_SEE),
    "GET /chain/parties/{identifier}/screening": _on(Step.CHAIN_SEE, at=ASKED),
    "POST /chain/parties/{identifier}/screening": _on(Step.SCREENING_WORK, at=ASKED, body={"risk": "high"}),
    "GET /chain/parties/{identifier}/screening/steps/{step}": _on(Step.SCREENING_WORK, at=ASKED),
    "POST /chain/parties/{identifier}/screening/steps/{step}": _on(
        Step.SCREENING_WORK, at=ASKED, body={"revision": "1", "state": "done", "proof": "Paper 12"}
    ),
    "GET /chain/parties/{identifier}/screening/price": _on(Step.CHAIN_SEE, at=ASKED),
    "POST /chain/parties/{identifier}/screening/price": _on(
        Step.SCREENING_WORK, at=ASKED, body={"revision": "1", "price": "100"}
    ),
    "POST /chain/parties/{identifier}/screening/decision": _on(Step.SCREENING_WORK, at=ASKED),
    "POST /chain/parties/{identifier}/screening/confirmation": _on(
        Step.SCREENING_CONFIRM, at=ASKED, body={"revision": "1", "agrees": "yes", "second_reason": "Seen"}
    ),
    "POST /chain/parties/{identifier}/screening/events": _on(
        Step.SCREENING_WORK, at=ASKED, body={"revision": "1", "happened": "incident"}
    ),
    "GET /chain/parties/{identifier}/screening/clauses": _on(Step.CHAIN_SEE, at=ASKED, finds=NONE),
    "GET /api/v1/chain/parties/{identifier}/requests": _on(Step.CHAIN_SEE, at=ASKED),
    "POST /api/v1/chain/parties/{identifier}/requests": _on(Step.PARTNER_ASK, at=ASKED, body={"channel": "link"}),
    "POST /api/v1/chain/requests/{request_id}/withdrawal": _on(Step.PARTNER_ASK, at=ASKED),
    "GET /api/v1/chain/parties/{identifier}/screening": _on(Step.CHAIN_SEE, at=ASKED),
    "POST /api/v1/chain/parties/{identifier}/screening": _on(Step.SCREENING_WORK, at=ASKED, body={"risk": "high"}),
    "PUT /api/v1/chain/screenings/{screening}/steps/{step}": _on(
        Step.SCREENING_WORK, at=ASKED, body={"state": "done", "proof": "Paper 12"}
    ),
    "POST /api/v1/chain/screenings/{screening}/prices": _on(
        Step.SCREENING_WORK, at=ASKED, body={"price": 1000.0, "labour": []}
    ),
    "POST /api/v1/chain/screenings/{screening}/events": _on(
        Step.SCREENING_WORK, at=ASKED, body={"happened": {"incident": True}}
    ),
    "GET /api/v1/chain/screenings/{screening}/clauses": _on(Step.CHAIN_SEE, at=ASKED, finds=NONE),
    "POST /api/v1/chain/screenings/{screening}/proposal": _on(
        Step.SCREENING_WORK, at=ASKED, body={"outcome": "go", "reason": "Seen"}
    ),
    "POST /api/v1/chain/screenings/{screening}/confirmation": _on(
        Step.SCREENING_CONFIRM, at=ASKED, body={"agrees": True, "reason": "Seen"}
    ),
    "GET /partner": _open(),
    "POST /partner": _open(),
    "POST /partner/leave": _open(),
    "GET /partner/own": _open(),
    "POST /partner/own/{buyer}": _open(),
    "GET /partner/{secret}": _open(at=LINK),
    "POST /partner/{secret}/code": _open(at=LINK, finds=NONE),  # whoever asked may not answer
    "POST /partner/{secret}/begin": _open(at=LINK, finds=NONE),  # the same
    "POST /partner/{secret}/share": _open(at=LINK, finds=NONE),
    "POST /partner/{secret}/code/lost": _open(at=LINK, finds=NONE),
    "POST /partner/{secret}/read-in": _open(at=LINK, finds=NONE),
    "GET /partner/renew/{note}": _open(finds=NONE),
    "POST /partner/renew/{note}": _open(finds=NONE),
    "GET /api/v1/chain/{identifier}/own": _on(Step.CHAIN_SEE, at=FIRM),
    "PUT /api/v1/chain/{identifier}/own": _on(Step.CHAIN_EDIT, at=FIRM, body={"goods": 60.0}),
    "POST /api/v1/chain/requests/{request_id}/workbook": _on(Step.PARTNER_ASK, at=ASKED, finds=NONE),
    "GET /api/v1/shares": _list(Step.ASSESSMENT_SHARE),
    "GET /api/v1/shares/offers/{identifier}": _on(Step.ASSESSMENT_SHARE, finds=AFTER),
    "POST /api/v1/shares": _list(
        Step.ASSESSMENT_SHARE,
        finds=NONE,
        body={"request": "0" * 32, "assessment": "0" * 32, "what": "numbers", "months": 6, "digest": "0" * 64},
    ),
    "DELETE /api/v1/shares/{identifier}": _list(Step.ASSESSMENT_SHARE, finds=NONE),
    "GET /shares": _list(Step.ASSESSMENT_SHARE),
    "GET /shares/{place}": _list(Step.ASSESSMENT_SHARE, finds=NONE),
    "POST /shares/{place}": _list(Step.ASSESSMENT_SHARE, finds=NONE),
    "POST /shares/given/{identifier}/withdraw": _list(Step.ASSESSMENT_SHARE, finds=NONE),
    "GET /partner/{secret}/sections/{section}": _open(at=LINK),
    "POST /partner/{secret}/sections/{section}": _open(at=LINK, finds=NONE),
    "GET /partner/{secret}/check": _open(at=LINK),
    "POST /partner/{secret}/check": _open(at=LINK, finds=NONE),
    "GET /partner/{secret}/workbook": _open(at=LINK),
    "POST /partner/{secret}/workbook": _open(at=LINK, finds=NONE),
}

SHIPPING = {
    "GET /product-lines": _list(Step.SHIPMENT_SEE),
    "GET /product-lines/new": _list(Step.SHIPMENT_EDIT),
    "POST /product-lines/new": _list(Step.SHIPMENT_EDIT, body={"name": "Melons", "hs": "0807"}),
    "GET /product-lines/{identifier}": _on(Step.SHIPMENT_SEE, at=LINE),
    "GET /product-lines/{identifier}/edit": _on(Step.SHIPMENT_EDIT, at=LINE),
    "POST /product-lines/{identifier}/edit": _on(
        Step.SHIPMENT_EDIT, at=LINE, body={"name": "Melons", "hs": "0807", "revision": "1"}
    ),
    "POST /product-lines/{identifier}/retire": _on(Step.SHIPMENT_EDIT, at=LINE, body={"revision": "1"}),
    "POST /product-lines/{identifier}/restore": _on(Step.SHIPMENT_EDIT, at=LINE, body={"revision": "1"}),
    "GET /shipments": _list(Step.SHIPMENT_SEE),
    "GET /shipments/new": _list(Step.SHIPMENT_EDIT),
    "POST /shipments/new": _list(Step.SHIPMENT_EDIT, body={"reference": "T-27", "destination": "DE"}),
    "GET /shipments/{identifier}": _on(Step.SHIPMENT_SEE, at=SHIPMENT),
    "GET /shipments/{identifier}/edit": _on(Step.SHIPMENT_EDIT, at=SHIPMENT),
    "POST /shipments/{identifier}/edit": _on(
        Step.SHIPMENT_EDIT, at=SHIPMENT, body={"reference": "T-28", "destination": "AT", "revision": "1"}
    ),
    "POST /shipments/{identifier}/remove": _on(Step.SHIPMENT_EDIT, at=SHIPMENT, body={"revision": "1"}),
    "GET /shipments/{identifier}/lots/{number}": _on(Step.SHIPMENT_EDIT, at=SHIPMENT),
    "POST /shipments/{identifier}/lots/{number}": _on(
        Step.SHIPMENT_EDIT, at=SHIPMENT, body={"line": "{line}", "mark": "2"}
    ),
    "GET /shipments/{identifier}/documents/{number}": _on(Step.SHIPMENT_EDIT, at=SHIPMENT),
    "POST /shipments/{identifier}/documents/{number}": _on(
        Step.SHIPMENT_EDIT, at=SHIPMENT, body={"kind": "invoice", "number": "7"}
    ),
    "GET /shipments/{identifier}/dossier": _on(Step.SHIPMENT_SEE, at=SHIPMENT),
    "GET /shipments/{identifier}/dossier/file": _on(Step.SHIPMENT_SEE, at=SHIPMENT),
    "GET /regimes": _open(),
    "GET /regimes/{identifier}": _open(finds=NONE),
    "GET /api/v1/organisations/{identifier}/product-lines": _on(Step.SHIPMENT_SEE, at=FIRM),
    "POST /api/v1/organisations/{identifier}/product-lines": _on(
        Step.SHIPMENT_EDIT, at=FIRM, body={"name": "Melons", "hs": "0807"}
    ),
    "GET /api/v1/product-lines/{identifier}": _on(Step.SHIPMENT_SEE, at=LINE),
    "PUT /api/v1/product-lines/{identifier}": _on(Step.SHIPMENT_EDIT, at=LINE, body={"name": "Melons", "hs": "0807"}),
    "DELETE /api/v1/product-lines/{identifier}": _on(Step.SHIPMENT_EDIT, at=LINE),
    "GET /api/v1/organisations/{identifier}/shipments": _on(Step.SHIPMENT_SEE, at=FIRM),
    "POST /api/v1/organisations/{identifier}/shipments": _on(
        Step.SHIPMENT_EDIT, at=FIRM, body={"reference": "T-27", "destination": "DE"}
    ),
    "GET /api/v1/shipments/{identifier}": _on(Step.SHIPMENT_SEE, at=SHIPMENT),
    "PUT /api/v1/shipments/{identifier}": _on(
        Step.SHIPMENT_EDIT, at=SHIPMENT, body={"reference": "T-28", "destination": "AT"}
    ),
    "DELETE /api/v1/shipments/{identifier}": _on(Step.SHIPMENT_EDIT, at=SHIPMENT),
    "GET /api/v1/shipments/{identifier}/dossier": _on(Step.SHIPMENT_SEE, at=SHIPMENT),
    "GET /api/v1/shipments/{identifier}/dossier/workbook": _on(Step.SHIPMENT_SEE, at=SHIPMENT),
}

_WANTED = {"assessment": "{identifier}", "language": "en"}
_COPY = {"reader": "Example Buyer", "purpose": "Purchase", "until": "{until}"}
_BECAUSE = {"because": "consent"}

ATTESTING = {
    "GET /attestations": _list(Step.SHIPMENT_SEE),
    "GET /attestations/new": _list(Step.ATTESTATION_ISSUE),
    "POST /attestations/new": _on(Step.ATTESTATION_ISSUE, at=HANDED_IN, body=_WANTED),
    "GET /attestations/{code}": _on(Step.SHIPMENT_SEE, Step.ATTESTATION_WITHDRAW, at=WAITING + SIGNED),
    "POST /attestations/{code}/consent": _on(Step.ATTESTATION_CONSENT, at=WAITING),
    "POST /attestations/{code}/drop": _on(Step.ATTESTATION_ISSUE, at=WAITING),
    "POST /attestations/{code}/withdraw": _on(Step.ATTESTATION_WITHDRAW, at=SIGNED, body=_BECAUSE),
    "POST /attestations/{code}/copies": _on(Step.COPY_MAKE, at=SIGNED, body=_COPY),
    "POST /attestations/{code}/copies/{identifier}/close": _on(Step.COPY_MAKE, at=COPY),
    "GET /attestations/{code}/report": _on(Step.CHAIN_SEE, at=WAITING + SIGNED, finds=SIGNED),
    "GET /copies/{secret}": _alike(at=COPY),
    "POST /copies/{secret}": _alike(at=COPY),
    "GET /check": _alike(),
    "POST /check": _alike(),
    "GET /check/{code}": _alike(at=WAITING + SIGNED, finds=SIGNED),
    "GET /check/{code}/credential": _alike(at=WAITING + SIGNED, finds=SIGNED),
    "GET /check/{code}/ledger": _alike(at=WAITING + SIGNED, finds=SIGNED),
    "GET /.well-known/did.json": _alike(),
    "GET /status/{purpose}": _alike(finds=NONE),
    "GET /vocabulary/{path}": _alike(finds=NONE),
    "GET /contexts/{name}": _alike(finds=NONE),
    "GET /ledger/heads": _alike(),
    "GET /ledger/consistency": _alike(query="?earlier=1&size=1", finds=NONE),
    "GET /api/v1/organisations/{identifier}/attestations": _on(Step.SHIPMENT_SEE, at=FIRM),
    "POST /api/v1/attestations": _on(Step.ATTESTATION_ISSUE, at=HANDED_IN, body=_WANTED),
    "GET /api/v1/attestations/{code}": _on(Step.SHIPMENT_SEE, Step.ATTESTATION_WITHDRAW, at=WAITING + SIGNED),
    "DELETE /api/v1/attestations/{code}": _on(Step.ATTESTATION_ISSUE, at=WAITING),
    "POST /api/v1/attestations/{code}/consent": _on(Step.ATTESTATION_CONSENT, at=WAITING),
    "POST /api/v1/attestations/{code}/withdraw": _on(Step.ATTESTATION_WITHDRAW, at=SIGNED, body=_BECAUSE),
    "GET /api/v1/attestations/{code}/report": _on(Step.CHAIN_SEE, at=WAITING + SIGNED, finds=SIGNED),
    "GET /api/v1/attestations/{code}/credential": _on(Step.SHIPMENT_SEE, at=WAITING + SIGNED, finds=SIGNED),
    "GET /api/v1/attestations/{code}/copies": _on(Step.CHAIN_SEE, at=WAITING + SIGNED),
    "POST /api/v1/attestations/{code}/copies": _on(Step.COPY_MAKE, at=SIGNED, body=_COPY),
    "DELETE /api/v1/attestations/{code}/copies/{identifier}": _on(Step.COPY_MAKE, at=COPY),
}

STATISTICS = {
    # As long as an administrator has not opened them to all.
    "GET /statistics": _list(Step.STATISTICS_SEE),
    "GET /statistics/table": _list(Step.STATISTICS_SEE, finds=NONE),
    "GET /statistics/table.csv": _list(Step.STATISTICS_SEE, finds=NONE),
}

FOR_PROGRAMS = {
    "GET /api": _open(),
    "GET /api/v1/openapi.json": _open(),
    "GET /api/v1/ledger/roots": _open(),
    "GET /api/v1/me": Whom(For.SIGNED_IN),
    "GET /api/v1/questionnaires": Whom(For.SIGNED_IN),
    "GET /api/v1/questionnaires/{name}/{version}": Whom(For.SIGNED_IN, finds=NONE),
    "GET /api/v1/statistics": _list(Step.STATISTICS_SEE, finds=NONE),
    "GET /api/v1/jobs/{identifier}": Whom(For.SIGNED_IN, finds=NONE),
    "GET /api/v1/doubles": _list(Step.REVIEW_DOUBLE, Step.REVIEW_BLIND),
    "GET /api/v1/doubles/{identifier}/candidates": _on(Step.REVIEW_DOUBLE, at=DRAWN),
    "PUT /api/v1/doubles/{identifier}/reader": _on(Step.REVIEW_DOUBLE, at=DRAWN, finds=NONE, body={"person": "0" * 32}),
    "POST /api/v1/doubles/{identifier}/beginning": _on(Step.REVIEW_BLIND, at=DRAWN, finds=NONE, body={"interest": ""}),
    "GET /api/v1/doubles/{identifier}": _on(Step.REVIEW_BLIND, at=DRAWN),
    "PUT /api/v1/doubles/{identifier}/grades": _on(Step.REVIEW_BLIND, at=DRAWN, body={"grades": {}}),
    "POST /api/v1/doubles/{identifier}/end": _on(Step.REVIEW_BLIND, at=DRAWN, finds=NONE),
    "GET /api/v1/agreement": _list(Step.REVIEW_ORDER),
    "GET /api/v1/documents": _list(Step.FILE_SEE),
    "POST /api/v1/documents": _list(Step.FILE_ADD),
    "GET /api/v1/documents/{identifier}": _on(Step.FILE_SEE, at=DOCUMENT),
    "GET /api/v1/documents/{identifier}/content": _on(Step.FILE_SEE, at=DOCUMENT),
    "PUT /api/v1/documents/{identifier}/about": _on(
        Step.FILE_ADD, at=DOCUMENT, body={"dated": None, "valid_until": None, "shared": True}
    ),
    "PUT /api/v1/documents/{identifier}/answers/{assessment}": _on(Step.FILE_ADD, at=DOCUMENT, body={"questions": []}),
    "POST /api/v1/documents/{identifier}/erasure": _on(Step.FILE_ERASE, at=DOCUMENT, body=_REASON),
    "GET /api/v1/files/{identifier}/documents": _on(Step.FILE_SEE),
    "GET /api/v1/files/{identifier}/documents/{document}/content": _on(Step.FILE_SEE, finds=NONE),
    "GET /api/v1/organisations": Whom(For.SIGNED_IN),
    "GET /api/v1/organisations/{identifier}": _on(Step.ORGANISATION_SEE, at=PLACES),
    "POST /api/v1/organisations/{identifier}/sites": _on(Step.ORGANISATION_EDIT, at=FIRM, finds=NONE, body=_PLACE),
    "PUT /api/v1/organisations/{identifier}/sites/{site}": _on(
        Step.ORGANISATION_EDIT, at=FIRM, finds=NONE, body=_PLACE
    ),
    "GET /api/v1/organisations/{identifier}/webhooks": _on(Step.ORGANISATION_EDIT, at=PLACES, finds=NONE),
    "POST /api/v1/organisations/{identifier}/webhooks": _on(
        Step.ORGANISATION_EDIT, at=PLACES, finds=NONE, body={"url": "ftp://example.test"}
    ),
    "DELETE /api/v1/organisations/{identifier}/webhooks/{webhook}": _on(Step.ORGANISATION_EDIT, at=PLACES, finds=NONE),
    "GET /api/v1/assessments": _list(Step.ASSESSMENT_SEE),
    "POST /api/v1/assessments": _on(Step.ASSESSMENT_BEGIN, at=FIRM, body=_PERIOD),
    "GET /api/v1/assessments/{identifier}": _on(Step.ASSESSMENT_SEE),
    "DELETE /api/v1/assessments/{identifier}": _on(Step.ASSESSMENT_DELETE),
    "PUT /api/v1/assessments/{identifier}/preparer": _on(Step.ASSESSMENT_SUBMIT, finds=BEFORE, body={"help": "nobody"}),
    "PUT /api/v1/assessments/{identifier}/about": _on(Step.ASSESSMENT_ANSWER, body={"answered_by": "Accountant"}),
    "PUT /api/v1/assessments/{identifier}/sections/{section}/people": _on(Step.ASSESSMENT_GIVE, body={"people": []}),
    "GET /api/v1/assessments/{identifier}/check": _on(Step.ASSESSMENT_SEE),
    "POST /api/v1/assessments/{identifier}/submission": _on(Step.ASSESSMENT_SUBMIT),
    "GET /api/v1/assessments/{identifier}/answers": _on(Step.ASSESSMENT_SEE),
    "PATCH /api/v1/assessments/{identifier}/answers": _on(Step.ASSESSMENT_ANSWER, body={"answers": {}}),
    "GET /api/v1/assessments/{identifier}/result": _on(Step.ASSESSMENT_SEE, finds=AFTER),
    "GET /api/v1/assessments/{identifier}/report": _on(Step.ASSESSMENT_SEE, finds=AFTER, query="?kind=json"),
    "POST /api/v1/assessments/{identifier}/release": _on(Step.PROTECTED_RELEASE),
    "GET /api/v1/assessments/{identifier}/plan": _on(Step.PLAN_SEE, finds=AFTER),
    "POST /api/v1/assessments/{identifier}/plan/{remedy}/steps": _on(
        Step.PLAN_WORK, Step.PLAN_EXTEND, Step.PLAN_VERIFY, finds=NONE, body={"step": {"kind": "reopened"}}
    ),
    "GET /api/v1/assessments/{identifier}/messages": _on(Step.MESSAGE_WRITE),
    "POST /api/v1/assessments/{identifier}/messages": _on(Step.MESSAGE_WRITE, body=_WORDS),
    "GET /api/v1/queue": _list(Step.REVIEW_QUEUE),
    "GET /api/v1/files/{identifier}": _on(Step.REVIEW_SEE),
    "POST /api/v1/files/{identifier}/reviewers": _on(
        Step.REVIEW_TAKE, body={"part": "auditor", "interest": ""}, finds=NONE
    ),
    "GET /api/v1/files/{identifier}/candidates": _on(Step.REVIEW_ASSIGN),
    "PUT /api/v1/files/{identifier}/reviewers/{part}": _on(
        Step.REVIEW_ASSIGN, body={"person": "0" * 32, **_REASON}, finds=NONE
    ),
    "POST /api/v1/files/{identifier}/decisions": _on(
        Step.REVIEW_JUDGE,
        Step.REVIEW_CONFIRM,
        Step.REVIEW_RESOLVE,
        finds=NONE,
        body={"decision": {"kind": "falsestatement"}, **_REASON},
    ),
    "GET /api/v1/files/{identifier}/prompts": _on(Step.REVIEW_SEE),
    "POST /api/v1/files/{identifier}/prompts/{prompt}/conclusion": _on(
        Step.REVIEW_JUDGE, finds=NONE, body={"outcome": "explained", "reason": "Both belong to one association."}
    ),
    "POST /api/v1/files/{identifier}/withdrawal": _on(Step.REVIEW_WITHDRAW, body=_REASON),
}

WHOM: dict[str, Whom] = (
    AROUND
    | AT_THE_DOOR
    | ACCOUNT
    | ORGANISATIONS
    | ANSWERING
    | COLLEAGUES
    | DOCUMENTS
    | PLAN
    | REVIEWING
    | ADMINISTRATION
    | CHAIN
    | PARTNERS
    | SHIPPING
    | ATTESTING
    | STATISTICS
    | FOR_PROGRAMS
)
"""Whom each method of each address is for."""
