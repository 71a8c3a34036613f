"""What a firm tells of its own part: how much comes from own fields and own staff, and what was found there."""

from duediligence.access import Step, Subject
from duediligence.assessment import MODEL, Assessment
from duediligence.chain.own_place import OwnPlace, OwnShare, found_at, open_where_withheld
from duediligence.chain.words import problem
from duediligence.engagement import Engagement, Stage
from duediligence.errors import Unfit
from duediligence.record_shared import shared
from duediligence.reports import Copy
from duediligence.store import engagement as engagements
from duediligence.store import organisation as organisations
from duediligence.store import own_share as store
from duediligence.store.engagement import Sought
from duediligence.store.own_share import Telling
from duediligence.workflow.handing_in import copy_for, kept_last
from duediligence.workflow.work import Work
from risk_models import catalogue as models
from risk_models.profile import NONE, Finding

_WHOLE = 100
_STAGES = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.CONCLUDED)
_MOST = 1000


def told(work: Work, organisation: str) -> tuple[OwnShare, int]:
    """Return what a firm tells of its own part, and the revision of that.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_SEE, Subject(organisation=organisation))
    return store.load(work.connection, organisation)


def tell(work: Work, organisation: str, share: OwnShare, revision: int) -> None:
    """Keep what a firm tells of its own part.

    Args:
        work: who tells it.
        organisation: the firm.
        share: in percent; None is unknown.
        revision: the one that the actor saw.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: somebody has told it anew since.
        Unfit: a share is below 0 or above 100.
    """
    work.allow(Step.CHAIN_EDIT, Subject(organisation=organisation))
    parts = {"own_goods": share.goods, "own_labour": share.labour}
    wrong = [
        problem("SHARE_OUT_OF_RANGE", name)
        for name, part in parts.items()
        if part is not None and not 0 <= part <= _WHOLE
    ]
    if wrong:
        raise Unfit(tuple(wrong))
    one = Telling(organisation=organisation, share=share, revision=revision + 1, by=work.actor.person, at=work.now)
    store.save(work.connection, one)
    work.record(Step.CHAIN_EDIT, organisation, {"done": "own_share", "revision": one.revision})


def own_place(work: Work, organisation: str) -> OwnPlace:
    """Return what comes from a firm itself and what was found there, in the copy that the actor may see.

    Assessments are read only where the firm has told of a part of its own.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    share, _ = told(work, organisation)
    if not share.goods and not share.labour:
        return OwnPlace(share=share)
    sites = [one.id for one in organisations.sites(work.connection, organisation)]
    newest = {one.site: one for one in reversed(_standing(work, organisation)) if one.site in sites}
    levels = (NONE, *(level.id for level in models.load(*MODEL).levels))
    findings = [_findings(work, one) for one in newest.values()]
    return OwnPlace(
        share=share,
        found=found_at(findings, levels, every=bool(sites) and len(newest) == len(sites)),
        assessed=len(newest),
        sites=len(sites),
    )


def _standing(work: Work, organisation: str) -> list[Engagement]:
    """Return the assessments of a firm that were handed in and have not run out, the newest first."""
    sought = Sought(organisations=(organisation,), stages=_STAGES, handed_in=True)
    found = [one.engagement for one in engagements.listed(work.connection, sought, limit=_MOST)]
    fresh = [one for one in found if one.expires is None or work.day <= one.expires]
    return sorted(fresh, key=lambda one: (one.ends, one.id), reverse=True)


def _findings(work: Work, one: Engagement) -> tuple[Finding, ...]:
    assessment: Assessment = kept_last(work, one).assessment
    whole = copy_for(work, one) is Copy.FIRM
    return assessment.profile.findings if whole else open_where_withheld(shared(assessment))
