"""A dossier made: what a regime asks, put beside what is known of one shipment."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date

from duediligence import record
from duediligence.assessment import MODEL, NOTICES, codebook
from duediligence.chain.party import PartySite
from duediligence.chain.register import Register, flows_of, tiers
from duediligence.dossier import (
    FIRM,
    Assessed,
    Chain,
    Consignment,
    Dossier,
    Editions,
    Good,
    Input,
    Law,
    LotRow,
    PartyRow,
    Shown,
    Where,
)
from duediligence.dossier_facts import Material, facts
from duediligence.record_shared import SharedAssessment
from questionnaires.text import Text
from risk_models import catalogue as models
from risk_models import dossier, dossier_asks, notices, requirements
from risk_models.dossier import Facts, Item
from risk_models.dossier_asks import Regime, Words


def compiled(regime: Regime, material: Material, on: date) -> Dossier:
    """Return the dossier of a shipment for one regime, as it stands on a day."""
    known = facts(material)
    edition = dossier_asks.read()
    items = dossier.assemble(regime, known, on)
    about = material.shipment
    return Dossier(
        on=on,
        regime=regime.id,
        title=regime.title,
        about=regime.about,
        full=regime.full,
        laws=tuple(_laws(regime, on)),
        remarks=regime.remarks,
        firm=material.firm,
        shipment=Consignment(
            reference=about.reference,
            destination=about.destination,
            transit=about.transit,
            consignee=about.consignee,
            importer=about.importer,
            ships_on=about.ships_on,
        ),
        cotton=known.cotton,
        notices=tuple(_notices(material.copy, known, on)),
        goods=tuple(_goods(material)),
        inputs=tuple(_inputs(material)),
        lots=tuple(_lots(material)),
        chain=_chain(material),
        documents=about.documents,
        assessment=_assessed(material.copy) if material.copy else None,
        items=items,
        names=_names(items, edition.words),
        next=_next(items, edition.words),
        limits=edition.words.limits,
        editions=Editions(
            dossiers=edition.version,
            dossiers_sha256=dossier_asks.digest(edition.version),
            requirements=requirements.read().version,
            notices=material.copy.versions.notices if material.copy else NOTICES,
        ),
    )


def _laws(regime: Regime, on: date) -> Iterator[Law]:
    known = {one.id: one for one in requirements.read().instruments}
    for identifier in regime.instruments:
        one = known[identifier]
        yield Law(
            id=one.id,
            title=one.title,
            timing=requirements.timing(one, on),
            effective=one.effective,
            confirmed=one.confirmed,
            verified_on=one.verified_on,
        )


def _notices(copy: SharedAssessment | None, known: Facts, on: date) -> Iterator[Shown]:
    """Yield the notice on cotton where it stands, and after it those of the assessment, or the standing ones."""
    if gate := dossier.cotton_notice(known, on):
        yield _shown(gate)
    edition = notices.read(copy.versions.notices if copy else NOTICES)
    for one in edition:
        stands = one.id in copy.notices if copy else one.severity is notices.Severity.STANDING and one.since <= on
        if stands and one.id != dossier.COTTON_GATE:
            yield _shown(notices.Standing(notice=one, sure=copy is None or one.id not in copy.unsure_notices))


def _shown(one: notices.Standing) -> Shown:
    gate = one.notice.severity is notices.Severity.GATE
    return Shown(id=one.notice.id, title=one.notice.title, text=one.text, sure=one.sure, gate=gate)


def _goods(material: Material) -> Iterator[Good]:
    for _, line in material.goods:
        sites = (material.sites[one] for one in line.sites if one in material.sites)
        yield Good(
            name=line.name,
            hs=line.hs,
            cotton=line.cotton,
            sites=tuple(Where(name=one.name, region=one.region) for one in sites),
            inputs_complete=line.inputs_complete,
        )


def _inputs(material: Material) -> Iterator[Input]:
    numbers = _numbers(material)
    for number, one in material.inputs:
        yield Input(
            number=number,
            name=one.name,
            hs=one.hs,
            share=one.share,
            country=one.country,
            place=one.place,
            place_name=one.place_name,
            supplier=numbers.get(one.party or ""),
            cotton=one.cotton,
        )


def _lots(material: Material) -> Iterator[LotRow]:
    numbers = {identifier: number for number, (identifier, _) in enumerate(material.goods, start=1)}
    for lot in material.shipment.lots:
        if lot.line in numbers:
            yield LotRow(
                good=numbers[lot.line],
                mark=lot.mark,
                quantity=lot.quantity,
                unit=lot.unit,
                made_from=lot.made_from,
                made_to=lot.made_to,
                inputs=lot.inputs,
            )


def _numbers(material: Material) -> dict[str, int]:
    return {party: number for number, party in enumerate(material.parties, start=1)}


def _chain(material: Material) -> Chain:
    if material.register is None:
        return Chain(whole=False, parties=())
    return Chain(whole=material.traced, parties=tuple(_parties(material, material.register)))


def _parties(material: Material, register: Register) -> Iterator[PartyRow]:
    numbers, tier, flows = _numbers(material), tiers(register), flows_of(register)
    buyers = {flow.buyer for flow in register.flows}
    for party, number in numbers.items():
        about = register.parties[party]
        site = next(iter(about.sites), PartySite())
        supplied = {flow.buyer for flow in flows.get(party, ())}
        yield PartyRow(
            number=number,
            tier=tier[party].number,
            basis=tier[party].basis,
            name=about.name,
            country=site.country,
            region=site.region,
            address=", ".join(filter(None, (site.address, site.town))),
            roles=about.roles,
            goods=about.goods,
            supplies=tuple(
                sorted(FIRM if one is None else numbers[one] for one in supplied if not one or one in numbers)
            ),
            suppliers_known=party in buyers,
        )


def _assessed(copy: SharedAssessment) -> Assessed:
    versions, review = copy.versions, copy.review
    return Assessed(
        on=copy.on,
        label=copy.label,
        questionnaire=f"{versions.questionnaire}/{versions.questionnaire_version}",
        model=f"{versions.model}/{versions.model_version}",
        sha256=hashlib.sha256(record.encode(copy)).hexdigest(),
        reviewed=review.on if review else None,
        announced=review.announced if review else None,
        reviewer=review.reviewer if review else None,
        second_reviewer=review.second_reviewer if review else None,
    )


def _names(items: Iterable[Item], words: Words) -> dict[str, Text]:
    """Return what groups, statuses and people are called, and whatever items found."""
    shared = {
        **{f"group:{name}": one.title for name, one in words.groups.items()},
        **{f"status:{name}": one.title for name, one in words.statuses.items()},
        **{f"who:{name}": one.title for name, one in words.people.items()},
        "unconfirmed": words.unconfirmed,
    }
    return shared | {one.what: _name(one.what, words) for item in items for one in item.found}


def _name(what: str, words: Words) -> Text:
    match what.split(":"):
        case "sign", code:
            return next(one.label for one in models.load(*MODEL).indicators if one.id == code)
        case "control", question:
            rules = models.load(*MODEL)
            book = codebook(rules.questionnaire, rules.questionnaire_version)
            return book.questions[book.row[question]].text
        case "answers" | "support", requirement:
            return next(one.asks for one in requirements.read().requirements if one.id == requirement)
        case _:
            return words.facts[what].title


def _next(items: Iterable[Item], words: Words) -> dict[str, Text]:
    """Return what to do about each thing that is not there, under its name, or under its kind where that says it."""
    keys = (dossier_asks.step(words, found.what) for item in items for found in item.next)
    return {key: words.facts[key].next for key in dict.fromkeys(keys)}
