"""An assessment is attested: drawn up by whoever ships, consented to by the firm, signed by a worker.

    drawn up ── consented to ── signed ──┬── withdrawn   by the firm or the reviewing body
        │                                ├── replaced    by a newer one for the same shipment, regime and language
        └── dropped                      └── suspended   a newer result says something else

What the firm consents to is what is signed: the result, the dossier and the face are
those of the moment it was drawn up. Where a newer result came meanwhile, it has to be drawn
up again. Nothing is signed for an assessment that has run out, was withdrawn or is a rehearsal.
"""

import secrets
from datetime import date
from typing import NamedTuple

import msgspec

from duediligence import dossier as dossiers
from duediligence import validity
from duediligence.access import Step, Subject, may
from duediligence.assessment import Assessment
from duediligence.dossier import Dossier
from duediligence.engagement import Engagement
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.job import Order
from duediligence.proof import status_list
from duediligence.proof.attestation import Attestation, FaceShipment, Standing, WhyWithdrawn, new_code, standing
from duediligence.proof.face import face, shipped
from duediligence.record_shared import shared
from duediligence.store import attestation as store
from duediligence.store import engagement as engagements
from duediligence.store import job as jobs
from duediligence.store import organisation as organisations
from duediligence.store import product as products
from duediligence.store.attestation import NamedCopy
from duediligence.words import problem
from duediligence.workflow import handing_in, shipping, shipping_dossier, signed_file
from duediligence.workflow import standing as standings
from duediligence.workflow.ordering import Made
from duediligence.workflow.work import Work
from questionnaires.text import LANGUAGES
from risk_models import dossier_asks

ATTEST = "attest"
"""The job that signs an attestation."""

MOST_MONTHS = 12
"""No attestation stands longer."""

GENERAL = "general"
"""The regime of an attestation without a shipment."""

_SALT = 16  # bytes


class Attest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which attestation is to be signed."""

    code: str


class Seen(NamedTuple):
    """An attestation with what is around it."""

    attestation: Attestation
    standing: Standing
    engagement: Engagement
    copies: tuple[NamedCopy, ...]
    outdated: bool  # not signed yet, and a newer result has come


def listed(work: Work, organisation: str) -> tuple[tuple[Attestation, Standing], ...]:
    """Return what a firm had drawn up, the newest first, with how it stands.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.SHIPMENT_SEE, Subject(organisation=organisation))
    found = store.of_organisation(work.connection, organisation)
    return tuple((one, standing(one, work.day)) for one in found)


def resting(work: Work, engagement: str) -> tuple[tuple[Attestation, Standing], ...]:
    """Return what was signed for an assessment and how it stands, the newest first; nothing to who may not withdraw it.

    Raises:
        NotFound: there is no such assessment.
    """
    one = engagements.load(work.connection, engagement)
    if not may(work.actor, Step.ATTESTATION_WITHDRAW, Subject(organisation=one.organisation, stage=one.stage)):
        return ()
    return tuple((each, standing(each, work.day)) for each in store.of_engagement(work.connection, engagement))


def seen(work: Work, code: str) -> Seen:
    """Return an attestation of the actor's firm, or one that the actor may withdraw.

    To whom a firm gave copies is told only to those in it who see its partners.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one, engagement = _found(work, code)
    subject = Subject(organisation=one.organisation, stage=engagement.stage)
    partners = may(work.actor, Step.CHAIN_SEE, subject)
    if not may(work.actor, Step.ATTESTATION_WITHDRAW, subject):
        work.allow(Step.SHIPMENT_SEE, subject)
    outdated = one.issued is None and _newest(work, engagement.id) != one.record_sha256
    copies = store.copies(work.connection, code) if partners else ()
    return Seen(one, standing(one, work.day), engagement, copies, outdated)


def own(work: Work, code: str) -> Attestation:
    """Return an attestation of the actor's firm to whoever sees its partners: its signed file names them.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    return _loaded(work, code, Step.CHAIN_SEE)[0]


def report(work: Work, code: str) -> Made:
    """Return the signed report, for whoever may take it.

    Raises:
        NotFound, NotAllowed: see `own`; or it is not signed yet, or its time is over.
        Unavailable: the place of files does not answer.
    """
    one = own(work, code)
    row = products.find(work.connection, one.id, work.now) if one.issued else None
    data = signed_file.fetched(work.settings, work.vault, row) if row else None
    if row is None or data is None:
        raise NotFound("The signed file is not there yet, or its time is over.")
    return Made(row.name, row.media_type, data)


def draw_up(work: Work, engagement: str, shipment: str | None, regime: str, language: str) -> Attestation:
    """Return a new attestation that waits for the consent of the firm.

    Args:
        work: who draws it up.
        engagement: the assessment it shows.
        shipment: what it travels with, None for none.
        regime: of the dossier; without a shipment there is none but the general one.
        language: of the report.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: nothing was handed in, it was withdrawn, or it has run out.
        Unfit: the language or the regime is not known.
    """
    one = engagements.load(work.connection, engagement)
    work.allow(Step.ATTESTATION_ISSUE, Subject(organisation=one.organisation))
    if one.rehearsal or one.stage not in shipping.TRAVELLING:
        raise WrongMoment("Only an assessment that was handed in, and not withdrawn, can be shown to others.")
    if language not in LANGUAGES:
        raise Unfit((problem("LANGUAGE_UNKNOWN", "language"),))
    if shipment and dossier_asks.regime(regime) is None:
        raise Unfit((problem("REGIME_UNKNOWN", "regime"),))
    assessment = handing_in.kept_last(work, one).assessment
    expires, because = ends(assessment, work.day)
    if expires < work.day:
        raise WrongMoment("This assessment has run out. Begin a new one for the present season.")
    told = _salted(shipping_dossier.dossier(work, shipment, regime, one.id)) if shipment else None
    goods = _goods(work, shipment, regime) if shipment else None
    found = msgspec.structs.replace(
        _new(work, one, assessment, told, goods),
        shipment=shipment,
        regime=regime if shipment else GENERAL,
        language=language,
        expires=expires,
        expires_because=because,
    )
    store.add(work.connection, found, dossiers.to_json(told) if told else b"")
    work.record(Step.ATTESTATION_ISSUE, found.id, {"engagement": one.id, "record": found.record_sha256})
    standings.consent_waits(work, one.id, found.id)
    return found


def consent(work: Work, code: str) -> Attestation:
    """Return an attestation that a worker signs next, because the firm lets it be shown.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was consented to before, or a newer result says something else.
    """
    one, engagement = _loaded(work, code, Step.ATTESTATION_CONSENT)
    if one.consented is not None:
        raise WrongMoment("The firm has consented to this before.")
    if _newest(work, engagement.id) != one.record_sha256 or engagement.stage not in shipping.TRAVELLING:
        raise WrongMoment("A newer result has come since this was drawn up. Draw it up again.")
    if one.expires < work.day:
        raise WrongMoment("This has run out since it was drawn up.")
    after = msgspec.structs.replace(one, consented=work.now, consented_by=work.actor.person)
    store.save(work.connection, one, after)
    work.record(Step.ATTESTATION_CONSENT, code, {"record": one.record_sha256, "dossier": one.dossier_sha256})
    order = Order(
        kind=ATTEST,
        arguments=Attest(code=code),
        once=f"{ATTEST}:{code}",
        organisation=one.organisation,
        by=work.actor.person,
    )
    jobs.enqueue(work.connection, order, work.now)
    return after


def drop(work: Work, code: str) -> None:
    """Delete an attestation that the firm has not consented to.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was consented to.
    """
    one, _ = _loaded(work, code, Step.ATTESTATION_ISSUE)
    if not store.remove_unsigned(work.connection, one.id):
        raise WrongMoment("The firm has consented to this. It can be withdrawn once it is signed.")
    work.record(Step.ATTESTATION_ISSUE, code, {"dropped": True})


def withdraw(work: Work, code: str, because: WhyWithdrawn) -> Attestation:
    """Return an attestation that stands no longer; everybody who checks it is told so, with the reason.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it is not signed yet, or was withdrawn before.
    """
    one, _ = _loaded(work, code, Step.ATTESTATION_WITHDRAW)
    if one.issued is None or one.withdrawn is not None:
        raise WrongMoment("This is not signed yet, or was withdrawn before.")
    after = msgspec.structs.replace(one, withdrawn=work.now, withdrawn_because=because)
    store.save(work.connection, one, after)
    work.record(Step.ATTESTATION_WITHDRAW, code, {"because": because})
    standings.publish_soon(work, code)
    return after


def ends(assessment: Assessment, today: date) -> tuple[date, str]:
    """Return the last day of an attestation made today, and why: as in `validity.expiry`, or `twelve_months`."""
    return min(validity.expiry(assessment), (validity.later(today, MOST_MONTHS), "twelve_months"))


def _salted(told: Dossier) -> Dossier:
    return msgspec.structs.replace(told, salt=secrets.token_hex(_SALT))


def _goods(work: Work, shipment: str, regime: str) -> FaceShipment:
    found = shipping.carried(work, shipment)
    return shipped(found.shipment, found.lines, regime)


def _new(
    work: Work, one: Engagement, assessment: Assessment, told: Dossier | None, goods: FaceShipment | None
) -> Attestation:
    """Return a new attestation, as far as it follows from the assessment and the dossier."""
    copy = shared(assessment)
    firm = organisations.load(work.connection, one.organisation)
    site = organisations.load_site(work.connection, one.site)
    notices = (*copy.notices, *copy.unsure_notices, *(notice.id for notice in (told.notices if told else ())))
    return Attestation(
        id=new_code(),
        organisation=one.organisation,
        engagement=one.id,
        shipment=None,
        regime=GENERAL,
        language=work.actor.language,
        label=copy.label,
        face=face(copy, firm, site, (one.begins, one.ends), notices, goods),
        asked_by=work.actor.person,
        asked=work.now,
        expires=work.day,
        expires_because="",
        status_index=status_list.free_index(store.places(work.connection)),
        record_sha256=_newest(work, one.id),
        dossier_sha256=dossiers.digest(told) if told else "",
        sample=one.sample,
    )


def _newest(work: Work, engagement: str) -> str:
    """Return the digest of the shared copy of the newest sealed result."""
    last = engagements.last_seal(work.connection, engagement)
    if last is None:
        raise NotFound("This assessment was not handed in yet.")
    return last.digest


def _found(work: Work, code: str) -> tuple[Attestation, Engagement]:
    one = store.load(work.connection, code)
    return one, engagements.load(work.connection, one.engagement)


def _loaded(work: Work, code: str, step: Step) -> tuple[Attestation, Engagement]:
    one, engagement = _found(work, code)
    work.allow(step, Subject(organisation=one.organisation, stage=engagement.stage))
    return one, engagement
