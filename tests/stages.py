"""One assessment brought to each of its stages, by the people whose steps these are."""

from dataclasses import dataclass

from duediligence.access import Actor
from duediligence.engagement import Stage
from duediligence.judgement import Confirmed, Graded, Proposed
from duediligence.organisation import Kind, Role
from duediligence.workflow import handing_in, reviewing
from risk_models.evidence import EvidenceGrade
from tests.world import World


@dataclass
class Parties:
    """A firm with its site, a reviewing body, the operator of the service, and who acts for them."""

    here: World
    firm: str
    site: str
    body: str
    operator: str
    lead: Actor
    auditor: Actor
    second: Actor
    lead_auditor: Actor

    def at(self, stage: Stage, example: str = "greenhouse_ahal") -> str:
        """Return a new assessment, answered in full like an example, that has come to a stage."""
        return self.brought(self.here.answered(self.lead, self.site, example), stage)

    def brought(self, identifier: str, stage: Stage) -> str:
        """Return an assessment that was answered in full, after it has come to a stage."""
        if stage is not Stage.ANSWERING:
            with self.here.work(self.lead) as work:
                handing_in.submit(work, identifier)
        if stage in (Stage.IN_REVIEW, Stage.CONCLUDED):
            self.reviewed(identifier)
        if stage is Stage.CONCLUDED:
            self.concluded(identifier)
        if stage is Stage.WITHDRAWN:
            with self.here.work(self.lead_auditor) as work:
                reviewing.withdraw(work, identifier, "The period was given wrongly.")
        return identifier

    def reviewed(self, identifier: str) -> None:
        """Have an assessment that was handed in taken, shared and judged."""
        with self.here.work(self.auditor) as work:
            reviewing.take(work, identifier, "")
        with self.here.work(self.second) as work:
            reviewing.join(work, identifier, "")
        with self.here.work(self.auditor) as work:
            reviewing.decide(work, identifier, Graded(grade=EvidenceGrade.E2), "The paper was read.", "gov.policy")

    def concluded(self, identifier: str) -> None:
        """Have an assessment under review concluded by both reviewers."""
        with self.here.work(self.auditor) as work:
            reviewing.decide(work, identifier, Proposed(), "All answers were looked at.")
        with self.here.work(self.second) as work:
            reviewing.decide(work, identifier, Confirmed(), "The papers say the same.")


def parties(here: World) -> Parties:
    """Return a firm, a reviewing body and an operator, just founded."""
    firm = here.organisation()
    body = here.organisation(Kind.REVIEWING_BODY, name="Reviewing body", state_body=True)
    operator = here.organisation(Kind.OPERATOR, name="Operator")
    return Parties(
        here=here,
        firm=firm,
        site=here.site(firm),
        body=body,
        operator=operator,
        lead=here.somebody((firm, Role.COMPANY_LEAD)),
        auditor=here.somebody((body, Role.AUDITOR)),
        second=here.somebody((body, Role.SECOND_REVIEWER)),
        lead_auditor=here.somebody((body, Role.LEAD_AUDITOR)),
    )
