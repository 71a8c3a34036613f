"""What anybody with the code of an attestation may see, out of the copy of an assessment that may travel.

Numbers are those of the report, to the digit, so that a paper on which one was changed
is found out. Nothing is in it that the shared copy leaves out.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from duediligence.organisation import Organisation, Site
from duediligence.proof.attestation import Face, FaceGood, FaceReviewer, FaceShipment
from duediligence.record_shared import SharedAssessment
from duediligence.review import Reviewer
from duediligence.shipment import ProductLine, Shipment


def face(  # noqa: PLR0913, PLR0917  what is shown comes from so many places
    copy: SharedAssessment,
    firm: Organisation,
    site: Site,
    period: tuple[date, date],
    notices: Iterable[str],
    shipment: FaceShipment | None,
) -> Face:
    """Return what is shown of an assessment.

    Args:
        copy: what may travel of it.
        firm: whose it is.
        site: which it speaks of.
        period: its first and last day.
        notices: ids of all that stand on it, those of the goods among them.
        shipment: what it was made for, None where it travels by itself.
    """
    profile, review = copy.profile, copy.review
    versions = copy.versions
    return Face(
        firm=firm.name,
        site=site.name,
        region=site.region,
        begins=period[0],
        ends=period[1],
        assessed=copy.on,
        label=copy.label,
        questionnaire=f"{versions.questionnaire}/{versions.questionnaire_version}",
        model=f"{versions.model}/{versions.model_version}",
        inherent=profile.inherent,
        control=profile.control,
        confidence=profile.confidence,
        residual=profile.residual,
        low=profile.low,
        high=profile.high,
        coverage=profile.coverage,
        band=profile.band,
        indicators={finding.indicator: finding.level for finding in profile.findings},
        notices=tuple(dict.fromkeys(notices)),
        withheld=len(copy.withheld),
        reviewer=_reviewer(review.reviewer) if review else None,
        second_reviewer=_reviewer(review.second_reviewer) if review and review.second_reviewer else None,
        reviewed=review.on if review else None,
        announced=review.announced if review else None,
        shipment=shipment,
    )


def shipped(one: Shipment, lines: Mapping[str, ProductLine], regime: str) -> FaceShipment:
    """Return what is shown of a shipment: its goods and their marks, and the country they go to."""
    about = one.about
    marks: dict[str, list[str]] = {}
    for lot in about.lots:
        marks.setdefault(lot.line, []).append(lot.mark)
    goods = tuple(
        FaceGood(name=lines[line].about.name, hs=lines[line].about.hs, lots=tuple(found))
        for line, found in marks.items()
    )
    return FaceShipment(reference=about.reference, destination=about.destination, regime=regime, goods=goods)


def _reviewer(one: Reviewer) -> FaceReviewer:
    return FaceReviewer(body=one.body, role=one.role, state_body=one.state_body, interests=one.interests)
