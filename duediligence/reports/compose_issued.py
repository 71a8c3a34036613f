"""A report made ready to be shown: its face, and where it can be checked."""

from datetime import date

import msgspec

from duediligence.proof.attestation import Attestation, FaceShipment, grouped
from duediligence.reports import Copy, Report, texts
from duediligence.reports.compose_dossier import country
from duediligence.reports.issued import DossierPart, Issued
from duediligence.reports.opening import Fact, Notice, Passage
from duediligence.reports.qr import qr
from duediligence.reports.texts import NO_BREAK, Texts
from duediligence.review import Label

_TOLD_GOODS = 3
"""How many goods the face names; all of them stand in the dossier."""

_JUDGED = ("who", "second", "relation", "when", "announced", "interests", "false_statement")
"""What of the block on reviewers stands on the face."""

_TOLD_LIMITS = (1, 3)
"""Which limits of the report stand on the face as well: the main risk, and what no sign means."""

_GATE = "gate"


def issued(report: Report, one: Attestation, *, address: str, on: date, dossier: DossierPart | None = None) -> Report:
    """Return a report with the face of the attestation it is issued under.

    Args:
        report: a shared copy, in the language of the attestation.
        one: consented to; it need not be signed yet.
        address: of the page that says whether it still stands, as a whole.
        on: the day of issue.
        dossier: what the authority of the destination asks for, None without a shipment.

    Raises:
        ValueError: it is the copy of the firm, which holds protected answers.
    """
    if report.copy is not Copy.SHARED:
        raise ValueError("only a shared copy can be issued")
    words = texts.read(report.language)
    code, gates = grouped(one.id), _gates(report, dossier)
    face = Issued(
        title=words.say("issued.title"),
        code=code,
        address=address,
        qr=qr(address),
        qr_words=words.say("issued.qr", address=address),
        facts=tuple(_facts(report, one, words, on)),
        judged=_judged(report, words),
        evidence=_evidence(report, words),
        notices=gates,
        counts=dossier.counts if dossier else (),
        limits=_limits(words),
        standing=Passage(heading=words.say("issued.standing.heading"), sentences=words.all("issued.standing.sentence")),
        seal=Passage(heading=words.say("issued.seal.heading"), sentences=words.all("issued.seal.sentence")),
        watermark=_watermark(report, one, words),
        dossier=dossier,
    )
    return msgspec.structs.replace(
        report,
        notices=(*gates, *(notice for notice in report.notices if notice not in gates)),
        check=Passage(
            heading=report.check.heading, sentences=words.all("issued.check.sentence", address=address, code=code)
        ),
        issued=face,
    )


def _watermark(report: Report, one: Attestation, words: Texts) -> str:
    """Return what stands behind every page: that all of it is invented, or that nobody but the firm has looked."""
    if one.sample:
        return words.say("issued.sample")
    return report.head.label.upper() if one.label is Label.SELF_DECLARED else ""


def _facts(report: Report, one: Attestation, words: Texts, on: date) -> list[Fact]:
    """Return whose it is, what for, from when and until when, in the order of asking."""
    head = report.head
    stated = {
        "head.organisation": head.organisation,
        "head.site": head.site,
        "head.period": head.period,
        **(_of_shipment(one.face.shipment, words) if one.face.shipment else {}),
        "issued.on": words.day(on),
        "head.expiry": f"{words.day(one.expires)}. {_why(report, one, words)}",
        "issued.consent": words.day(one.consented.date()) if one.consented else words.say("head.not_stated"),
    }
    return [Fact(label=words.say(name), value=value) for name, value in stated.items()]


def _of_shipment(shipment: FaceShipment, words: Texts) -> dict[str, str]:
    named = [words.say("issued.good", name=good.name, hs=good.hs) for good in shipment.goods[:_TOLD_GOODS]]
    if more := len(shipment.goods) - len(named):
        named.append(words.count("issued.more", more))
    return {
        "issued.shipment": shipment.reference,
        "issued.destination": country(shipment.destination, words.language),
        "issued.goods": ", ".join(named) or words.say("head.not_stated"),
    }


def _why(report: Report, one: Attestation, words: Texts) -> str:
    """Return why it stands no longer than it does."""
    if one.expires_because == "twelve_months":
        return words.say("issued.expiry.twelve_months")
    return report.head.expiry_reason


def _judged(report: Report, words: Texts) -> tuple[Fact, ...]:
    shown = {words.say(f"reviewer.{name}") for name in _JUDGED}
    return tuple(fact for fact in report.reviewer.facts if fact.label in shown)


def _evidence(report: Report, words: Texts) -> Passage:
    told = [grade for grade in report.evidence.grades if grade.value != "0"]
    grades = " · ".join(f"{grade.label}:{NO_BREAK}{grade.value}" for grade in told) or words.say("level.not_answered")
    return Passage(
        heading=words.say("issued.judged.heading"), sentences=words.all("issued.evidence.sentence", grades=grades)
    )


def _gates(report: Report, dossier: DossierPart | None) -> tuple[Notice, ...]:
    """Return the notices that no score lifts: those of the answers, and those of the goods."""
    told = [one for one in report.notices if one.severity == _GATE]
    of_goods = [one for one in dossier.notices if one.severity == _GATE] if dossier else []
    return (*told, *(one for one in of_goods if one.id not in {gate.id for gate in told}))


def _limits(words: Texts) -> Passage:
    """Return what is not said: the main risk first, then what holds of goods and of paper."""
    of_report = (words.say(f"limits.sentence.{number}") for number in _TOLD_LIMITS)
    return Passage(
        heading=words.say("issued.limits.heading"), sentences=(*of_report, *words.all("issued.limits.sentence"))
    )
