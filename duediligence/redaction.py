"""What a copy for a named reader may leave out, and nothing beside it.

The firm chooses out of a short list and gives a reason out of another. Everything
else stands in every copy: notices, the label, who judged and how they stand to the
state, the numbers, the levels of the indicators, what was not assessed, how each thing
asked for stands, the limits, and the list of what was left out.

    suppliers          names and addresses of parties, names of farms, gins and quarries
    consignee          consignee and importer
    bales              marks of bales and lots that went into the lots of the shipment; whose own marks everybody sees
    document_numbers   numbers of documents
    plan               the actions of the improvement plan; that there is one stays
    answers            answers one by one, what they rest on, and the record that holds them

A value is taken out, and a mark put in its place, so that nobody takes what is left out
for what is not known. Without single answers the record cannot be given at all: its
sums would tell them.
"""

from datetime import date
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from duediligence.dossier import Dossier
from duediligence.reports import Exposures, Finding, Findings, Overrides, Plan, Report, texts
from duediligence.reports.opening import Passage, Table
from risk_models.dossier_asks import kind_of

LEFT_OUT = "[left out]"
"""What stands in data where something was left out; paper says it in the reader's language."""

FORMAT = "duediligence/left-out/1"
"""The shape of an encoded list of what was left out."""


_SINGLE = ("control", "answers")
"""Kinds of readings in a dossier that tell single answers."""


class Piece(StrEnum):
    """What may be left out."""

    SUPPLIERS = "suppliers"
    CONSIGNEE = "consignee"
    BALES = "bales"
    DOCUMENT_NUMBERS = "document_numbers"
    PLAN = "plan"
    ANSWERS = "answers"


class Why(StrEnum):
    """Why something was left out."""

    OF_THE_FIRM = "of_the_firm"  # its trade secret
    OF_ANOTHER = "of_another"  # the same of another business
    NOT_NEEDED = "not_needed"
    SAFETY = "safety"
    NOT_AGREED = "not_agreed"


Choice = dict[Piece, Why]
"""What a firm leaves out of a copy, each with its reason."""


class LeftOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece that was left out."""

    piece: Piece
    why: Why
    count: int  # how many values were taken out


class NamedReader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom a copy is."""

    reader: str  # a business or an office, never a person
    purpose: str
    until: date  # the last day on which it may be used


class Redaction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one copy leaves out, for whom and why."""

    format: str = FORMAT
    attestation: str  # its code
    reader: NamedReader
    left_out: tuple[LeftOut, ...]


def to_json(one: Redaction) -> bytes:
    """Return the list of what was left out as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(one, order="deterministic"), indent=2) + b"\n"


def carries_record(choice: Choice) -> bool:
    """Return whether a copy may carry the record of the assessment; its sums would tell answers that are left out."""
    return Piece.ANSWERS not in choice


def redact_dossier(one: Dossier, choice: Choice) -> tuple[Dossier, tuple[LeftOut, ...]]:
    """Return a dossier without what is left out, and how much that was; what is not known stays unknown."""
    told: list[LeftOut] = []
    if choice:
        one = replace(one, salt="")  # the digest of the whole must not let anybody try out names
    for piece, why in choice.items():
        before = _marks(one)
        one = _without(one, piece)
        if piece not in (Piece.PLAN, Piece.ANSWERS):
            told.append(LeftOut(piece=piece, why=why, count=_marks(one) - before))
    return one, tuple(told)


def redact_report(one: Report, choice: Choice) -> tuple[Report, tuple[LeftOut, ...]]:
    """Return a report without what is left out, and how much that was; the dossier in it is composed anew by itself."""
    told: list[LeftOut] = []
    if why := choice.get(Piece.PLAN):
        told.append(LeftOut(piece=Piece.PLAN, why=why, count=len(one.plan.actions)))
        one = replace(one, plan=_plan(one))
    if why := choice.get(Piece.ANSWERS):
        count = sum(section.answered for section in one.answers.sections)
        told.append(LeftOut(piece=Piece.ANSWERS, why=why, count=count))
        one = _without_answers(one)
    return one, tuple(told)


def _without(one: Dossier, piece: Piece) -> Dossier:
    match piece:
        case Piece.SUPPLIERS:
            parties = (
                replace(party, name=_out(party.name), address=_out(party.address)) for party in one.chain.parties
            )
            inputs = (replace(part, place_name=_out(part.place_name)) for part in one.inputs)
            return replace(one, inputs=tuple(inputs), chain=replace(one.chain, parties=tuple(parties)))
        case Piece.CONSIGNEE:
            to = one.shipment
            return replace(one, shipment=replace(to, consignee=_out(to.consignee), importer=_out(to.importer)))
        case Piece.BALES:
            lots = (replace(lot, inputs=tuple(map(_out, lot.inputs))) for lot in one.lots)
            return replace(one, lots=tuple(lots))
        case Piece.DOCUMENT_NUMBERS:
            return replace(one, documents=tuple(replace(paper, number=_out(paper.number)) for paper in one.documents))
        case Piece.ANSWERS:
            return _without_readings(one)
        case Piece.PLAN:
            return one  # a dossier says only how far it has come


def _without_readings(one: Dossier) -> Dossier:
    """Return a dossier whose items say how they stand, and no more which single answer they were read from."""
    items = (
        replace(item, found=tuple(found for found in item.found if kind_of(found.what) not in _SINGLE))
        for item in one.items
    )
    names = {name: words for name, words in one.names.items() if kind_of(name) not in _SINGLE}
    return replace(one, items=tuple(items), names=names)


def _out(words: str) -> str:
    return LEFT_OUT if words else ""


def _marks(one: Dossier) -> int:
    return msgspec.json.encode(one).decode().count(LEFT_OUT)


def _plan(one: Report) -> Plan:
    words = texts.read(one.language).say("plan.left_out")
    nothing = Table(columns=one.plan.figure.table.columns, rows=())
    return replace(
        one.plan,
        passage=Passage(heading=one.plan.passage.heading, sentences=(words,)),
        actions=(),
        figure=replace(one.plan.figure, description=words, table=nothing),
    )


def _without_answers(one: Report) -> Report:
    words = texts.read(one.language).say("answers.left_out")
    return replace(
        one,
        findings=_findings(one.findings, words),
        overrides=_overrides(one.overrides),
        exposures=_exposures(one.exposures),
        controls=replace(
            one.controls,
            sections=tuple(replace(section, controls=()) for section in one.controls.sections),
        ),
        plan=replace(one.plan, actions=tuple(replace(action, answers=()) for action in one.plan.actions)),
        evidence=replace(one.evidence, rows=(), groups=(), withheld=f"{one.evidence.withheld} {words}".strip()),
        answers=replace(
            one.answers,
            passage=replace(one.answers.passage, sentences=(words,)),
            sections=tuple(replace(section, rows=()) for section in one.answers.sections),
        ),
    )


def _findings(one: Findings, words: str) -> Findings:
    return replace(
        one,
        findings=tuple(_finding(finding) for finding in one.findings),
        unless_said=(),
        withheld=f"{one.withheld} {words}".strip(),
    )


def _finding(one: Finding) -> Finding:
    """Return a finding with its level, and the questions nobody answered, and nothing that tells an answer."""
    return replace(one, signs=(), context=(), to_lower=(), to_leave_none=())


def _overrides(one: Overrides) -> Overrides:
    return replace(one, overrides=tuple(replace(rule, questions=(), questions_words="") for rule in one.overrides))


def _exposures(one: Exposures) -> Exposures:
    return replace(one, exposures=())
