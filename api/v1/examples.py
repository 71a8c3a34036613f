"""One example of each body that a program sends; ids and names are invented."""

from collections.abc import Mapping
from datetime import date

from api.v1.answers import Changes
from api.v1.assessments import About, Given
from api.v1.organisations import Placed
from api.v1.plans import Taken
from api.v1.reviews import Decided, Part, Reason, Reviewing, Written
from duediligence.closure import EvidenceSent
from duediligence.judgement import Graded
from duediligence.workflow.answering import Beginning
from duediligence.workflow.calling import Wanted
from questionnaires.response import Answer, Missing
from risk_models.evidence import EvidenceGrade

EXAMPLES: Mapping[type, object] = {
    Beginning: Beginning(site="019aa4c5d2b87c1e9f3a5b7d9e1f2a3b", begins=date(2026, 8, 1), ends=date(2026, 10, 31)),
    About: About(answered_by="Head of personnel", workers_consulted=True),
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
    Taken: Taken(step=EvidenceSent(evidence="Register of returned documents, signed by the personnel office")),
    Reviewing: Reviewing(part=Part.AUDITOR, interest=""),
    Decided: Decided(
        decision=Graded(grade=EvidenceGrade.E2),
        reason="The register covers the season.",
        question="pro.headcount",
    ),
    Reason: Reason(reason="The period was stated wrongly."),
    Written: Written(words="Which months does the register cover?", question="pro.headcount"),
}
