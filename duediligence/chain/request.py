"""A partner is asked: what a request is, what came of the answers, and how much of that a buyer sees.

    asked -> opened -> answered -> shared, by consent
      |        |
      +--------+---> run out, or taken back by the buyer

Whoever answers needs no account. The answers belong to a **party key**, the digest
of a code that is shown once; who holds the code reads the answers, hands them in,
shares them with one buyer or several, and takes each consent back. A link alone
opens no answer: the buyer has made it, and knows it too.

What a buyer sees is worked out from the copy that may travel, and cut down to what
the consent names. A consent that was taken back or has run out shows nothing.
"""

import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from duediligence.assessment import Assessment, assess
from duediligence.chain.short_form import assess_short
from duediligence.record_shared import SharedAssessment, shared
from duediligence.review import Label
from questionnaires import catalogue
from questionnaires.codebook import Codebook
from questionnaires.progress import asked
from questionnaires.questionnaire import AnyQuestion, Lifecycle
from questionnaires.response import Answer, Response
from questionnaires.text import Text

LASTS = timedelta(days=60)
"""How long a link opens a form."""

MONTHS = (3, 6, 12)
"""How long a consent may run, in months; the last one is offered first."""

FORMS = ("partner", "risk_assessment")
"""What a partner may be asked to answer: the short form, or the whole of it."""


class Channel(StrEnum):
    """How a request reaches the partner."""

    LINK = "link"
    QR = "qr"
    WORKBOOK = "workbook"
    MAIL = "mail"


class What(StrEnum):
    """How much is shared; each holds what stands before it."""

    NUMBERS = "numbers"
    INDICATORS = "indicators"
    ANSWERS = "answers"


class Standing(StrEnum):
    """How a request stands."""

    WAITING = "waiting"
    OPENED = "opened"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    FORM_GONE = "form_gone"


class Granted(StrEnum):
    """How a consent stands."""

    RUNS = "runs"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    GONE = "gone"  # the assessment that was shared was itself withdrawn


class Origin(StrEnum):
    """Where that comes from which a buyer sees of a partner."""

    ANSWERS = "answers"  # the partner answered over a link
    ASSESSMENT = "assessment"  # it shares an assessment of its own
    SENT_IN = "sent_in"  # the buyer read a workbook in that the partner had sent to it


class PartnerRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer asks one party of its register to answer a form."""

    id: str
    organisation: str
    party: str
    channel: Channel
    form: str
    form_version: str
    language: str
    email: str | None
    party_key: str | None  # of the side that answers; None until somebody began
    created_by: str
    created: datetime
    expires: datetime
    opened: datetime | None = None
    answered: datetime | None = None
    withdrawn: datetime | None = None
    recovery: bool = False  # whoever began lets a new code be sent to the address of the letter


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a partner has answered, and at which revision each answer was last changed."""

    response: Response
    changed: dict[str, int] = {}


class IndicatorTold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the answers say of one indicator, in the copy that may travel."""

    indicator: str
    level: str
    highest: str
    assessed: bool
    settled: bool = False  # somebody else has looked, so that it is no graver than `highest`


class Looked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who else looked at what a partner says of itself, and how; never what they heard."""

    on: date
    bodies: tuple[str, ...]
    independent: bool  # at least one of them does not belong to the state
    announced: bool | None  # None without a visit
    heard: bool  # workers spoke in confidence


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of what a partner says of itself; self-declared unless the label says otherwise."""

    on: date
    model: str
    model_version: str
    digest: str  # SHA-256 of the answers as they were handed in
    inherent: float
    control: float
    confidence: float  # 0 to 1
    residual: float
    low: float
    high: float
    band: str
    highest_band: str
    coverage: float  # 0 to 1
    note: Text  # stands wherever a number stands; empty for the whole form
    indicators: tuple[IndicatorTold, ...]
    notices: tuple[str, ...]  # ids of those that show
    unsure_notices: tuple[str, ...]  # of these, the ones that merely could not be ruled out
    answers: dict[str, Answer]  # those that may travel, without remarks
    label: Label = Label.SELF_DECLARED
    looked: Looked | None = None  # None where nobody else has


class PartnerResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Answers of one partner; sealed once they were handed in."""

    id: str
    party_key: str
    request: str | None
    form: str
    form_version: str
    revision: int
    sheet: Sheet
    created: datetime
    changed: datetime
    sealed: datetime | None = None
    told: Told | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A partner lets one buyer see a part of what came of its answers."""

    id: str
    partner_response: str
    organisation: str
    what: What
    given: datetime
    until: date  # inclusive
    withdrawn: datetime | None = None

    def granted(self, on: date) -> Granted:
        """Return how it stands on a day."""
        if self.withdrawn:
            return Granted.WITHDRAWN
        return Granted.RUNS if on <= self.until else Granted.ENDED


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a buyer sees of one partner's answers: what the consent names, and nothing else."""

    granted: Granted
    what: What
    given: datetime
    until: date
    withdrawn: datetime | None = None
    answered: datetime | None = None  # when they were handed in
    told: Told | None = None  # without indicators and answers where no more than numbers is shared
    origin: Origin = Origin.ANSWERS
    newer: bool = False  # the partner's assessment has come further since it was shared
    consented_by: str = ""  # the role of whoever agreed at the partner, as the buyer states it


def standing(one: PartnerRequest, now: datetime) -> Standing:
    """Return how a request stands; what was answered stays so."""
    if one.answered:
        return Standing.ANSWERED
    if one.withdrawn:
        return Standing.WITHDRAWN
    if now >= one.expires:
        return Standing.EXPIRED
    if not in_use(one.form, one.form_version):
        return Standing.FORM_GONE
    return Standing.OPENED if one.opened else Standing.WAITING


def in_use(form: str, version: str) -> bool:
    """Return whether a form can still be answered: the library has it, and the rules in force read it."""
    try:
        found = catalogue.load(form, version)
    except catalogue.UnknownQuestionnaire:
        return False
    return form in FORMS and found.lifecycle is Lifecycle.ISSUED and catalogue.latest(form) == version


def open_questions(book: Codebook, response: Response) -> tuple[AnyQuestion, ...]:
    """Return the questions that are asked over a link: none whose answer may not travel."""
    return tuple(one for name in asked(book, response) if (one := book.questions[book.row[name]]).travels)


def told(response: Response, on: date) -> Told:
    """Return what came of answers, as the copy that may travel says it.

    Raises:
        Unusable: the rules in force do not read the form.
    """
    note: Text = {}
    found: Assessment
    if catalogue.load(response.questionnaire, response.version).selected_from:
        short = assess_short(response, on)
        found, note = short.assessment, short.note
    else:
        found = assess(response, on)
    return _told(shared(found), response, note)


def digest(response: Response) -> str:
    """Return the SHA-256 of answers, by which they are known again."""
    return hashlib.sha256(msgspec.json.encode(response.answers, order="sorted")).hexdigest()


def seen(consent: Consent, sealed: datetime | None, came: Told | None, on: date) -> Seen:
    """Return what the buyer of a consent sees on a day.

    Args:
        consent: the newest one there is between the two.
        sealed: when the answers were handed in.
        came: what came of them.
        on: the day.
    """
    bare = Seen(
        granted=consent.granted(on),
        what=consent.what,
        given=consent.given,
        until=consent.until,
        withdrawn=consent.withdrawn,
    )
    if bare.granted is not Granted.RUNS or came is None or sealed is None:
        return bare
    return msgspec.structs.replace(bare, answered=sealed, told=cut(came, consent.what))


def cut(came: Told, what: What) -> Told:
    """Return as much of what came of answers as a consent names."""
    if what is not What.ANSWERS:
        came = msgspec.structs.replace(came, answers={})
    if what is What.NUMBERS:
        came = msgspec.structs.replace(came, indicators=(), notices=(), unsure_notices=())
    return came


def _told(copy: SharedAssessment, response: Response, note: Text) -> Told:
    profile = copy.profile
    numbers = ("inherent", "control", "confidence", "residual", "low", "high", "band", "highest_band", "coverage")
    return Told(
        on=copy.on,
        model=profile.model,
        model_version=profile.version,
        digest=digest(response),
        note=note,
        indicators=tuple(
            IndicatorTold(indicator=one.indicator, level=one.level, highest=one.highest, assessed=one.assessed)
            for one in profile.findings
        ),
        notices=copy.notices,
        unsure_notices=copy.unsure_notices,
        answers=copy.response.answers,
        **{name: getattr(profile, name) for name in numbers},
    )
