"""Issued reports: cotton yarn for the United States from a mill, greenhouse tomatoes for Germany."""

from datetime import UTC, date, datetime
from functools import cache

from report_cases import ON, example

from duediligence import record
from duediligence.chain.party import About, PartyRole, PartySite, Terms
from duediligence.chain.register import Flow, Register
from duediligence.dossier import Dossier, to_json
from duediligence.dossier_facts import Material
from duediligence.dossier_making import compiled
from duediligence.organisation import Site
from duediligence.proof.attestation import Attestation, Face, FaceGood, FaceShipment
from duediligence.redaction import Choice, NamedReader, Redaction, carries_record, redact_dossier, redact_report
from duediligence.redaction import to_json as map_json
from duediligence.reports import Report, attachment
from duediligence.reports.attachment import Attachment
from duediligence.reports.compose import compose
from duediligence.reports.compose_dossier import dossier_part
from duediligence.reports.compose_issued import issued
from duediligence.reports.compose_named import named
from duediligence.shipment import (
    Cotton,
    Document,
    DocumentKind,
    LineAbout,
    Lot,
    Place,
    ProductInput,
    ShipmentAbout,
)
from duediligence.validity import expiry
from risk_models import dossier_asks

CODE = "7QK4M0ZT8R2WXCP5N3HD"
ADDRESS = f"https://labour.example/check/{CODE}"

YARN, TOMATOES = "yarn", "tomatoes"
CASES = {YARN: ("textile_mill", "us-307"), TOMATOES: ("greenhouse_ahal_papers", "eu-flr")}

MADE = datetime(2026, 3, 2, tzinfo=UTC)

READER = NamedReader(reader="Muster Garn GmbH", purpose="Check before a purchase", until=date(2027, 3, 1))

_YARN = LineAbout(
    name="Cotton yarn Ne 30/1, combed",
    hs="520524",
    cotton=Cotton.TURKMEN,
    sites=("mill",),
    inputs=(
        ProductInput(
            name="Cotton fibre, grade 1",
            hs="520100",
            share=97.5,
            country="TM",
            place=Place.GIN,
            place_name="Altyn Süýüm pagta arassalaýjy",
            party="gin",
            cotton=Cotton.TURKMEN,
        ),
        ProductInput(name="Spinning oil", hs="340391", share=2.5, cotton=Cotton.NONE),
    ),
    inputs_complete=True,
)

_TOMATOES = LineAbout(
    name="Tomatoes, fresh, from the greenhouse",
    hs="070200",
    cotton=Cotton.NONE,
    sites=("greenhouse",),
    inputs=(
        ProductInput(name="Seedlings", hs="060290", country="NL", party="seeds", cotton=Cotton.NONE),
        ProductInput(name="Substrate", hs="253090", country="TR", place=Place.QUARRY, cotton=Cotton.NONE),
        ProductInput(name="Boxes of cardboard", hs="481910", party="boxes", cotton=Cotton.NONE),
    ),
)

_PARTIES = {
    "gin": About(
        name="Altyn Süýüm",
        roles=(PartyRole.GIN,),
        sites=(PartySite(country="TM", region="TM-M", town="Baýramaly", address="Pagtaçylyk köçesi 14"),),
        goods=("520100",),
    ),
    "farm": About(name="Garagum Ak Altyn", roles=(PartyRole.FARM,), sites=(PartySite(country="TM", region="TM-M"),)),
    "seeds": About(name="Vlinder Zaden", roles=(PartyRole.SUPPLIER,), sites=(PartySite(country="NL"),)),
    "boxes": About(name="Ahal Gap-gaç", roles=(PartyRole.SUPPLIER,)),
}


@cache
def material(name: str) -> Material:
    """Return what the dossier of a case is made from."""
    assessment, _ = example(CASES[name][0])
    firm = assessment.response.scope.organisation or "Example firm"
    shared = record.shared(assessment)
    if name == YARN:
        flows = (Flow("gin", None, Terms()), Flow("farm", "gin", Terms()))
        parties = {one: _PARTIES[one] for one in ("gin", "farm")}
        lots = (
            Lot(
                line="yarn", mark="MRY-L-0717", quantity=18400, made_from=date(2026, 10, 5), inputs=("B-4410", "B-4411")
            ),
            Lot(line="yarn", mark="MRY-L-0718", quantity=6200),
        )
        about = ShipmentAbout(
            reference="MRY-2026-114",
            destination="US",
            transit=("TR",),
            consignee="Tidewater Knits LLC",
            importer="Harbour Line Imports",
            ships_on=date(2026, 12, 4),
            lots=lots,
            documents=(
                Document(kind=DocumentKind.INPUT_PURCHASE, number="P-2291", on=date(2026, 9, 12), sha256="ab" * 32),
                Document(kind=DocumentKind.INVOICE, number="INV-88213", on=date(2026, 11, 18)),
                Document(kind=DocumentKind.PACKING_LIST, number="PL-5521"),
            ),
        )
        lines = {"yarn": _YARN}
        sites = {"mill": Site(id="mill", organisation="o", name="Spinning mill, Mary", region="TM-M", created=MADE)}
    else:
        flows = (Flow("seeds", None, Terms()), Flow("boxes", None, Terms()))
        parties = {one: _PARTIES[one] for one in ("boxes", "seeds")}
        about = ShipmentAbout(
            reference="AHL-2026-031",
            destination="DE",
            consignee="Frischmarkt Muster GmbH",
            ships_on=date(2026, 11, 29),
            lots=(Lot(line="tomatoes", mark="AHL-T-311", quantity=12000),),
            documents=(Document(kind=DocumentKind.PHYTOSANITARY, number="FS-7730", on=date(2026, 11, 20)),),
        )
        lines = {"tomatoes": _TOMATOES}
        sites = {
            "greenhouse": Site(id="greenhouse", organisation="o", name="Greenhouse, Ahal", region="TM-A", created=MADE)
        }
    register = Register(parties=parties, flows=flows, seen={}, asked={}, screened={})
    return Material(firm=firm, shipment=about, lines=lines, sites=sites, copy=shared, plan=None, register=register)


@cache
def dossier_of(name: str) -> Dossier:
    """Return the dossier of a case."""
    regime = dossier_asks.regime(CASES[name][1])
    assert regime is not None
    return compiled(regime, material(name), ON)


def attestation(name: str, language: str) -> Attestation:
    """Return the attestation of a case, consented to and not signed yet."""
    assessment, _ = example(CASES[name][0])
    profile, about, scope = assessment.profile, material(name).shipment, assessment.response.scope
    ends, because = expiry(assessment)
    goods = tuple(FaceGood(name=line.name, hs=line.hs) for line in material(name).lines.values())
    face = Face(
        firm=scope.organisation or "",
        site=scope.site or "",
        region="",
        begins=scope.begins or ON,
        ends=scope.ends or ON,
        assessed=ON,
        label=assessment.label,
        questionnaire="risk_assessment/2026.1",
        model="forced_labour/2026.1",
        inherent=profile.inherent,
        control=profile.control,
        confidence=profile.confidence,
        residual=profile.residual,
        low=profile.low,
        high=profile.high,
        coverage=profile.coverage,
        band=profile.band,
        indicators={},
        notices=assessment.notices,
        withheld=0,
        shipment=FaceShipment(
            reference=about.reference, destination=about.destination, regime=CASES[name][1], goods=goods
        ),
    )
    return Attestation(
        id=CODE,
        organisation="o",
        engagement="e",
        shipment="s",
        regime=CASES[name][1],
        language=language,
        label=assessment.label,
        face=face,
        asked_by="p",
        asked=datetime(2026, 11, 20, 9, tzinfo=UTC),
        consented_by="q",
        consented=datetime(2026, 11, 20, 15, tzinfo=UTC),
        expires=ends,
        expires_because=because,
        status_index=94,
    )


def whole(name: str, language: str) -> tuple[Report, list[Attachment]]:
    """Return the issued report of a case with its files, nothing left out."""
    return _made(name, language, None)


def copied(name: str, language: str, choice: Choice) -> tuple[Report, list[Attachment]]:
    """Return the copy of a case for one reader, with its files."""
    return _made(name, language, choice)


def _made(name: str, language: str, choice: Choice | None) -> tuple[Report, list[Attachment]]:
    assessment, plan = example(CASES[name][0])
    one, of_goods = redact_dossier(dossier_of(name), choice or {})
    report, of_report = redact_report(compose(assessment, plan, language), choice or {})
    report = issued(report, attestation(name, language), address=ADDRESS, on=ON, dossier=dossier_part(one, language))
    files = [attachment.dossier(report, to_json(one))]
    if carries_record(choice or {}):
        files.insert(0, attachment.assessment(report, record.encode(record.shared(assessment))))
    if choice is not None:
        told = Redaction(attestation=CODE, reader=READER, left_out=(*of_goods, *of_report))
        report = named(report, told)
        files.append(attachment.left_out(report, map_json(told)))
    return report, files
