"""One example of each body that a program sends; ids and names are invented."""

from collections.abc import Mapping
from datetime import date

from api.v1.answers import Changes
from api.v1.assessments import AboutAnswers, Given
from api.v1.attestations import AttestationWanted, CopyWanted, Withdrawn
from api.v1.chain import Merging, Supplying
from api.v1.contract import Reason
from api.v1.documents import Answers, Said
from api.v1.doubles import BlindGrades, BlindReader, Tie
from api.v1.organisations import Placed
from api.v1.partners import DecisionAnswered, DecisionProposed, PartnerAsked, ScreeningBegun, StepMarked
from api.v1.plans import Taken
from api.v1.results import Language
from api.v1.reviews import Assigned, Decided, Reviewing, Written
from api.v1.screenings import HappenedSince
from api.v1.second_looks import Conclusion
from api.v1.shares import ShareAgreed
from duediligence.chain.mapping import Field
from duediligence.chain.own_place import OwnShare
from duediligence.chain.party import About, PartyRole, Terms
from duediligence.chain.request import Channel, What
from duediligence.chain.screening import Happened, Imposed, Risk
from duediligence.chain.screening_steps import Outcome, StepState
from duediligence.closure import EvidenceSent
from duediligence.engagement import Part
from duediligence.judgement import Graded
from duediligence.preparer import Help, Preparer
from duediligence.proof.attestation import WhyWithdrawn
from duediligence.redaction import Piece, Why
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
from duediligence.store.prompt import Outcome as Concluded
from duediligence.workflow.answering import Beginning
from duediligence.workflow.calling import Wanted
from duediligence.workflow.chain_import import ListReading
from questionnaires.response import Answer, Missing
from risk_models.evidence import EvidenceGrade
from risk_models.labour_cost import Bid, Labour, Range, exactly

EXAMPLES: Mapping[type, object] = {
    OwnShare: OwnShare(goods=60.0, labour=85.0),
    ShareAgreed: ShareAgreed(
        request="019aa4c5d2b87c1e9f3a5b7d9e1f2a3b",
        assessment="019aa4c5d2b87c1e9f3a5b7d9e1f2a3c",
        what=What.INDICATORS,
        months=6,
        digest="0" * 64,
    ),
    Beginning: Beginning(site="019aa4c5d2b87c1e9f3a5b7d9e1f2a3b", begins=date(2026, 8, 1), ends=date(2026, 10, 31)),
    AboutAnswers: AboutAnswers(answered_by="Head of personnel", workers_consulted=True),
    Given: Given(people=("019aa4c5d2b87c1e9f3a5b7d9e1f2a3c",)),
    Changes: Changes(
        answers={
            "pro.sector": Answer(value="cotton_growing"),
            "pro.headcount": Answer(value=120, evidence=("Staff register of 1 October 2026",)),
            "wag.hours_max": Answer(missing=Missing.NOT_KNOWN),
        }
    ),
    Placed: Placed(name="Field 2", region="TM-M"),
    Wanted: Wanted(url="https://programs.example.com/due-diligence"),
    Said: Said(dated=date(2026, 9, 1), valid_until=date(2027, 8, 31), shared=True),
    Answers: Answers(questions=("gov.policy", "gov.training")),
    Taken: Taken(step=EvidenceSent(evidence="Register of returned documents, signed by the personnel office")),
    Assigned: Assigned(person="019aa4c5d2b87c1e9f3a5b7d9e1f2a3d", reason="Somebody who speaks Turkmen is needed."),
    Reviewing: Reviewing(part=Part.AUDITOR, interest=""),
    Decided: Decided(
        decision=Graded(grade=EvidenceGrade.E2),
        reason="The register covers the season.",
        question="pro.headcount",
    ),
    Preparer: Preparer(help=Help.ORGANISATION, name="Union of Growers"),
    BlindReader: BlindReader(person="019aa4c5d2b87c1e9f3a5b7d9e1f2a3d"),
    Tie: Tie(interest=""),
    BlindGrades: BlindGrades(grades={"gov.policy": 1, "wag.payslip": 2}),
    Reason: Reason(reason="The period was stated wrongly."),
    Written: Written(words="Which months does the register cover?", question="pro.headcount"),
    About: About(name="Ak Pagta", roles=(PartyRole.GIN,), goods=("5201",), months=(9, 10, 11)),
    Supplying: Supplying(
        supplier="019aa4c5d2b87c1e9f3a5b7d9e1f2a3e", terms=Terms(share_of_spend=40.0, goods=("5201",))
    ),
    Merging: Merging(gone="019aa4c5d2b87c1e9f3a5b7d9e1f2a3f"),
    PartnerAsked: PartnerAsked(channel=Channel.MAIL, language="tk", email="office@partner.example.com"),
    ScreeningBegun: ScreeningBegun(risk=Risk.HIGH),
    StepMarked: StepMarked(state=StepState.DONE, proof="Extract from the register, 3 November 2026"),
    DecisionProposed: DecisionProposed(
        outcome=Outcome.CONDITIONS,
        reason="The papers agree; nobody could see the site.",
        conditions=(Imposed(condition="site_seen", due=date(2027, 1, 31)),),
    ),
    DecisionAnswered: DecisionAnswered(agrees=True, reason="I looked at the papers myself."),
    ListReading: ListReading(columns={0: Field.NAME, 1: Field.TOWN, 2: None}, role=PartyRole.GIN),
    Bid: Bid(
        price=610_000.0,
        labour=(Labour(workers=exactly(40), months=exactly(3), hours_week=Range(low=40, high=48)),),
        other=exactly(12_000),
    ),
    HappenedSince: HappenedSince(happened=Happened(new_owner=True), words="The register names another owner."),
    Conclusion: Conclusion(outcome=Concluded.EXPLAINED, reason="Both farms belong to one association."),
    LineAbout: LineAbout(
        name="Carded cotton yarn, Ne 30",
        hs="520512",
        cotton=Cotton.TURKMEN,
        inputs=(
            ProductInput(
                name="Cotton fibre",
                hs="520100",
                share=100.0,
                country="TM",
                place=Place.GIN,
                place_name="Ak Pagta gin",
                cotton=Cotton.TURKMEN,
            ),
        ),
        inputs_complete=True,
    ),
    AttestationWanted: AttestationWanted(
        assessment="019aa4c5d2b87c1e9f3a5b7d9e1f2a3b",
        shipment="019aa4c5d2b87c1e9f3a5b7d9e1f2a3c",
        regime="eu-flr",
        language=Language.ENGLISH,
    ),
    Withdrawn: Withdrawn(because=WhyWithdrawn.CONSENT),
    CopyWanted: CopyWanted(
        reader="Example Handels GmbH",
        purpose="Due diligence of the buyer",
        until=date(2026, 12, 31),
        left_out={Piece.SUPPLIERS: Why.OF_ANOTHER},
    ),
    ShipmentAbout: ShipmentAbout(
        reference="2026-114",
        destination="US",
        consignee="Example Textiles Inc.",
        ships_on=date(2026, 12, 1),
        lots=(
            Lot(
                line="019aa4c5d2b87c1e9f3a5b7d9e1f2a40",
                mark="Y-114-1",
                quantity=19800.0,
                made_from=date(2026, 11, 2),
                made_to=date(2026, 11, 9),
                inputs=("B-2211", "B-2212"),
            ),
        ),
        documents=(Document(kind=DocumentKind.INVOICE, number="2026-114", on=date(2026, 11, 20)),),
    ),
    Terms: Terms(share_of_spend=35.0, goods=("5201",)),
}
