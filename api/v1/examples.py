"""One example of each body that a program sends; ids and names are invented."""

from collections.abc import Mapping
from datetime import date

from api.v1.answers import Changes
from api.v1.assessments import AboutAnswers, Given
from api.v1.chain import Merging, Supplying
from api.v1.contract import Reason
from api.v1.documents import Answers, Said
from api.v1.organisations import Placed
from api.v1.partners import DecisionAnswered, DecisionProposed, PartnerAsked, ScreeningBegun, StepMarked
from api.v1.plans import Taken
from api.v1.reviews import Assigned, Decided, Reviewing, Written
from duediligence.chain.party import About, PartyRole, Terms
from duediligence.chain.request import Channel
from duediligence.chain.screening import Imposed, Risk
from duediligence.chain.screening_steps import Outcome, StepState
from duediligence.closure import EvidenceSent
from duediligence.engagement import Part
from duediligence.judgement import Graded
from duediligence.workflow.answering import Beginning
from duediligence.workflow.calling import Wanted
from questionnaires.response import Answer, Missing
from risk_models.evidence import EvidenceGrade

EXAMPLES: Mapping[type, object] = {
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
    Terms: Terms(share_of_spend=35.0, goods=("5201",)),
}
