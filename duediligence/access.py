"""Who may take which step: one table, and one question put to it.

A step is allowed when a person holds one of the roles named for it and stands in
the relation that goes with the role. What is not in the table is refused.

    own       in the organisation that the subject belongs to
    assigned  named as its reviewer or second reviewer
    blind     named as whoever judges it a second time, knowing nothing of the first
    body      in a reviewing body, of a subject that was handed in
    anyone    wherever the subject belongs

Two rules stand above the table: nobody reviews the organisation they belong to,
and nobody has two parts in the review of one file. A rehearsal and answers
not handed in are seen by the firm alone.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from duediligence.engagement import Stage
from duediligence.organisation import Membership, Role


class Step(StrEnum):
    """Everything a person can do; named in the ledger by the same words."""

    ORGANISATION_SEE = "organisation:see"
    ORGANISATION_EDIT = "organisation:edit"
    MEMBER_INVITE = "member:invite"
    MEMBER_END = "member:end"
    ASSESSMENT_BEGIN = "assessment:begin"
    ASSESSMENT_SEE = "assessment:see"
    ASSESSMENT_ANSWER = "assessment:answer"
    ASSESSMENT_GIVE = "assessment:give"
    ASSESSMENT_SUBMIT = "assessment:submit"
    ASSESSMENT_DELETE = "assessment:delete"
    ASSESSMENT_OPINE = "assessment:opine"
    ASSESSMENT_SHARE = "assessment:share"
    PROTECTED_SEE = "protected:see"
    PROTECTED_RELEASE = "protected:release"
    FILE_ADD = "file:add"
    FILE_SEE = "file:see"
    FILE_ERASE = "file:erase"
    MESSAGE_WRITE = "message:write"
    REVIEW_QUEUE = "review:queue"
    REVIEW_TAKE = "review:take"
    REVIEW_ASSIGN = "review:assign"
    REVIEW_ORDER = "review:order"
    REVIEW_DOUBLE = "review:double"
    REVIEW_BLIND = "review:blind"
    REVIEW_SEE = "review:see"
    REVIEW_JUDGE = "review:judge"
    REVIEW_PROPOSE = "review:propose"
    REVIEW_CONFIRM = "review:confirm"
    REVIEW_RESOLVE = "review:resolve"
    REVIEW_WITHDRAW = "review:withdraw"
    PLAN_SEE = "plan:see"
    PLAN_WORK = "plan:work"
    PLAN_EXTEND = "plan:extend"
    PLAN_VERIFY = "plan:verify"
    SAFETY_CHECK = "safety:check"
    CHAIN_SEE = "chain:see"
    CHAIN_EDIT = "chain:edit"
    CHAIN_IMPORT = "chain:import"
    PARTNER_ASK = "partner:ask"
    PARTNER_ANSWER = "partner:answer"
    PARTNER_SHARE = "partner:share"
    SCREENING_WORK = "screening:work"
    SCREENING_CONFIRM = "screening:confirm"
    SHIPMENT_SEE = "shipment:see"
    SHIPMENT_EDIT = "shipment:edit"
    ATTESTATION_CONSENT = "attestation:consent"
    ATTESTATION_ISSUE = "attestation:issue"
    ATTESTATION_WITHDRAW = "attestation:withdraw"
    COPY_MAKE = "copy:make"
    STATISTICS_SEE = "statistics:see"
    ADMINISTER = "service:administer"


class Relation(StrEnum):
    """How a person stands to what a step is about."""

    OWN = "own"
    ASSIGNED = "assigned"
    BLIND = "blind"
    BODY = "body"
    ANYONE = "anyone"


_FIRM = (Role.RESPONDENT, Role.COMPANY_LEAD)
_REVIEWERS = (Role.AUDITOR, Role.SECOND_REVIEWER)


def _rows(roles: tuple[Role, ...], relation: Relation) -> dict[Role, Relation]:
    return dict.fromkeys(roles, relation)


_LEAD = _rows((Role.COMPANY_LEAD,), Relation.OWN)
_ANSWERING = _rows(_FIRM, Relation.OWN)
_WHOLE_FIRM = _rows((*_FIRM, Role.WORKER_REPRESENTATIVE, Role.EXPORTER), Relation.OWN)
_SHIPPING = _rows((Role.COMPANY_LEAD, Role.EXPORTER), Relation.OWN)
_EXAMINING = _rows(_REVIEWERS, Relation.ASSIGNED)
_LEAD_AUDITOR = _rows((Role.LEAD_AUDITOR,), Relation.BODY)
_BODY = _rows((*_REVIEWERS, Role.LEAD_AUDITOR), Relation.BODY)
_OPERATOR = _rows((Role.ADMINISTRATOR,), Relation.ANYONE)

TABLE: Mapping[Step, Mapping[Role, Relation]] = {
    Step.ORGANISATION_SEE: _WHOLE_FIRM | _rows((*_REVIEWERS, Role.LEAD_AUDITOR), Relation.OWN) | _OPERATOR,
    Step.ORGANISATION_EDIT: _LEAD | _OPERATOR,
    Step.MEMBER_INVITE: _LEAD | _rows((Role.LEAD_AUDITOR,), Relation.OWN) | _OPERATOR,
    Step.MEMBER_END: _LEAD | _rows((Role.LEAD_AUDITOR,), Relation.OWN) | _OPERATOR,
    Step.ASSESSMENT_BEGIN: _ANSWERING,
    Step.ASSESSMENT_SEE: _WHOLE_FIRM,
    Step.ASSESSMENT_ANSWER: _ANSWERING,
    Step.ASSESSMENT_GIVE: _LEAD,
    Step.ASSESSMENT_SUBMIT: _LEAD,
    Step.ASSESSMENT_DELETE: _LEAD,
    Step.ASSESSMENT_OPINE: _rows((Role.WORKER_REPRESENTATIVE,), Relation.OWN),
    Step.ASSESSMENT_SHARE: _SHIPPING,
    Step.PROTECTED_SEE: _ANSWERING,
    Step.PROTECTED_RELEASE: _LEAD,
    Step.FILE_ADD: _ANSWERING,
    Step.FILE_SEE: _ANSWERING | _EXAMINING,
    Step.FILE_ERASE: _LEAD,
    Step.MESSAGE_WRITE: _ANSWERING | _EXAMINING,
    Step.REVIEW_QUEUE: _BODY,
    Step.REVIEW_TAKE: _rows((Role.AUDITOR,), Relation.BODY),
    Step.REVIEW_ASSIGN: _LEAD_AUDITOR,
    Step.REVIEW_ORDER: _rows((Role.LEAD_AUDITOR,), Relation.ANYONE),
    Step.REVIEW_DOUBLE: _LEAD_AUDITOR,
    Step.REVIEW_BLIND: _rows((Role.AUDITOR,), Relation.BLIND),
    Step.REVIEW_SEE: _EXAMINING | _LEAD_AUDITOR,
    Step.REVIEW_JUDGE: _rows((Role.AUDITOR,), Relation.ASSIGNED),
    Step.REVIEW_PROPOSE: _rows((Role.AUDITOR,), Relation.ASSIGNED),
    Step.REVIEW_CONFIRM: _rows((Role.SECOND_REVIEWER,), Relation.ASSIGNED),
    Step.REVIEW_RESOLVE: _LEAD_AUDITOR,
    Step.REVIEW_WITHDRAW: _LEAD_AUDITOR,
    Step.PLAN_SEE: _WHOLE_FIRM | _EXAMINING | _LEAD_AUDITOR,
    Step.PLAN_WORK: _ANSWERING,
    Step.PLAN_EXTEND: _LEAD,
    Step.PLAN_VERIFY: _LEAD | _EXAMINING,
    Step.SAFETY_CHECK: _EXAMINING,
    Step.CHAIN_SEE: _rows((*_FIRM, Role.EXPORTER), Relation.OWN),
    Step.CHAIN_EDIT: _ANSWERING,
    Step.CHAIN_IMPORT: _ANSWERING,
    Step.PARTNER_ASK: _ANSWERING,
    Step.PARTNER_ANSWER: {},  # whoever holds the code of the answers; nobody by a role
    Step.PARTNER_SHARE: {},
    Step.SCREENING_WORK: _ANSWERING,
    Step.SCREENING_CONFIRM: _LEAD,
    Step.SHIPMENT_SEE: _WHOLE_FIRM,
    Step.SHIPMENT_EDIT: _ANSWERING | _rows((Role.EXPORTER,), Relation.OWN),
    Step.ATTESTATION_CONSENT: _LEAD,
    Step.ATTESTATION_ISSUE: _SHIPPING,
    Step.ATTESTATION_WITHDRAW: _LEAD | _LEAD_AUDITOR,
    Step.COPY_MAKE: _SHIPPING,
    Step.STATISTICS_SEE: _rows((Role.OBSERVER, Role.ADMINISTRATOR, Role.LEAD_AUDITOR), Relation.ANYONE),
    Step.ADMINISTER: _OPERATOR,
}
"""The roles that may take each step, and how they must stand to its subject."""

SENSITIVE = frozenset({Step.ADMINISTER, Step.PROTECTED_RELEASE, Step.REVIEW_RESOLVE, Step.REVIEW_WITHDRAW})
"""Steps that need a second factor in the session."""


class Actor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who asks for something, and what is known of them."""

    person: str
    name: str
    language: str
    memberships: tuple[Membership, ...]
    second_factor: bool
    read_only: bool = False  # came with an API key that may only read


class Subject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a step is about, as far as the table must know it."""

    organisation: str
    stage: Stage | None = None  # None where it is no assessment
    rehearsal: bool = False
    reviewer: str | None = None
    second_reviewer: str | None = None
    blind_reader: str | None = None  # until they are done


def may(actor: Actor, step: Step, subject: Subject | None = None) -> bool:
    """Return whether `actor` may take `step` on `subject`.

    Args:
        actor: who asks.
        step: what they ask for.
        subject: what it is about; None asks for the step as such, for example
            to show a menu, and is never enough to take it.
    """
    rows = TABLE[step]
    if step in SENSITIVE and not actor.second_factor:
        return False
    return any(
        one.role in rows and (subject is None or _stands(actor, one, rows[one.role], subject))
        for one in actor.memberships
    )


def _stands(actor: Actor, membership: Membership, relation: Relation, subject: Subject) -> bool:
    """Return whether a member stands to the subject as the table wants it."""
    own = membership.organisation == subject.organisation
    if relation is Relation.ANYONE:
        return True
    if relation is Relation.OWN:
        return own
    belongs = any(one.organisation == subject.organisation for one in actor.memberships)
    handed_in = subject.stage not in (None, Stage.ANSWERING) and not subject.rehearsal
    if belongs or not handed_in:
        return False
    if relation is Relation.BODY:
        return True
    if relation is Relation.BLIND:
        return actor.person == subject.blind_reader and actor.person not in (subject.reviewer, subject.second_reviewer)
    first = membership.role is Role.AUDITOR
    named = subject.reviewer if first else subject.second_reviewer
    other = subject.second_reviewer if first else subject.reviewer
    return actor.person == named and actor.person != other
