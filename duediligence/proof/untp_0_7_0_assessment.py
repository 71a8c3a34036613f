"""The single assessments of a conformity credential, UNTP 0.7.0: what was looked at, and what came of it.

The notice on cotton stands first where it stands at all, then who looked. Whether a
criterion is met is said of two narrow ones alone: that enough answers were given, and
that the papers behind them were checked. Of forced labour it is never said, since answers
cannot show that there is none.

Words are the fixed ones of the vocabulary and of the library. What people typed is taken
over only where it names a business, a site or goods.
"""

from collections.abc import Iterator
from typing import Any

from duediligence.proof import vocabulary
from duediligence.proof.attestation import FaceReviewer
from duediligence.proof.issue import Issue
from duediligence.proof.untp_link import evidence
from duediligence.proof.vocabulary import PERCENT, POINTS, Criterion
from questionnaires.text import Text, filled, say
from risk_models import catalogue, notices
from risk_models.evidence import EvidenceGrade
from risk_models.model import RiskModel
from risk_models.profile import NONE, Finding

COTTON = "cotton-gate"
"""The notice that nothing lifts."""

_HARMONISED = {"schemeId": "https://unstats.un.org/unsd/classifications/Econ", "schemeName": "Harmonized System 2022"}


def assessments(one: Issue) -> list[dict[str, Any]]:
    """Return every assessment of a credential, in the order in which they are to be read."""
    profile = one.copy.profile
    model = catalogue.load(profile.model, profile.version)
    known = {criterion.id: criterion for criterion in vocabulary.criteria(model)}
    found = [*_beside(one, model), *(_indicator(one, finding) for finding in profile.findings)]
    return [{**_frame(one, model, known[name]), **said} for name, said in found]


def notice(one: Issue, name: str) -> Text:
    """Return the words of a notice as it stands here.

    Raises:
        KeyError: there is no such notice.
    """
    told = {told.id: told for told in notices.read()}[name]
    return told.unknown_text if name in one.unsure and told.unknown_text else told.text


def looked(one: Issue) -> Text:
    """Return who looked at the answers, and how they stand to the state."""
    sentences = [_body(body) for body in _bodies(one)] or [vocabulary.words().words["nobody"]]
    return {language: " ".join(say(sentence, language) for sentence in sentences) for language in sentences[0]}


def level(finding: Finding, shown: str) -> str:
    """Return the code of the score that an indicator has.

    Args:
        finding: of the copy that may travel.
        shown: its level, as the attestation shows it.
    """
    return "not_assessed" if shown == NONE and not finding.assessed else shown


def _frame(one: Issue, model: RiskModel, criterion: Criterion) -> dict[str, Any]:
    """Return what every assessment has."""
    face, named = one.attestation.face, vocabulary.short_criterion(one.by, model, criterion)
    return {
        "type": ["ConformityAssessment"],
        "id": f"{one.page}#{criterion.id}",
        "name": named["name"],
        "description": say(criterion.about, "en"),
        "assessmentCriteria": [named],
        "assessmentDate": face.assessed.isoformat(),
        "assessedFacility": [
            {
                "facility": {"type": ["Facility"], "id": f"{one.page}#site", "name": face.site},
                "idVerifiedByCAB": False,
            }
        ],
        "assessedOrganisation": {"type": ["Party"], "id": f"{one.page}#firm", "name": face.firm},
        "conformityTopic": named["conformityTopic"],
    }


def _beside(one: Issue, model: RiskModel) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is said beside the indicators."""
    face = one.attestation.face
    if COTTON in face.notices:
        yield vocabulary.NOTICE, _said(one, notice(one, COTTON), "notice", _stands(one))
    yield vocabulary.REVIEWER, _said(one, looked(one), "reviewer", _relation(one))
    share = _percent(face.coverage)
    met = share >= vocabulary.least_answered(model)
    yield vocabulary.ANSWERS, {"assessedPerformance": [_measured(one, "answered", share, PERCENT)], "conformance": met}
    if (checked := _checked(one)) is not None:
        performance = [_measured(one, "checked", _percent(checked), PERCENT)]
        yield vocabulary.CHECKED, {"assessedPerformance": performance, "conformance": checked == 1}
    yield vocabulary.FIGURES, _figures(one)
    if face.shipment is not None:
        yield vocabulary.GOODS, _goods(one)


def _said(one: Issue, text: Text, scores: str, code: str) -> dict[str, Any]:
    return {
        "description": say(text, "en"),
        "assessedPerformance": [{"score": vocabulary.score(vocabulary.scores(scores), code)}],
        "specifiedCondition": _bounds(one),
    }


def _indicator(one: Issue, finding: Finding) -> tuple[str, dict[str, Any]]:
    name = finding.indicator
    code = level(finding, one.attestation.face.indicators[name])
    performance: dict[str, Any] = {"score": vocabulary.score(vocabulary.scores_of(name), code)}
    if name != vocabulary.STATE_IMPOSED:  # how much of it was answered is not told
        performance = _measured(one, "answered", _percent(finding.answered), PERCENT) | performance
    standards = vocabulary.words().indicator_standards.get(name, vocabulary.DEFAULT_STANDARDS)
    return name, {
        "assessedPerformance": [performance],
        "referenceStandard": [vocabulary.standard(one.by, standard) for standard in standards],
    }


def _figures(one: Issue) -> dict[str, Any]:
    face = one.attestation.face
    residual = _measured(one, "residual", face.residual, POINTS)
    residual["measure"] |= {
        "upperTolerance": round(face.high - face.residual, 1),
        "lowerTolerance": round(face.residual - face.low, 1),
    }
    return {
        "description": say(filled(vocabulary.words().words["withheld"], count=face.withheld), "en"),
        "assessedPerformance": [
            _measured(one, "inherent", face.inherent, POINTS),
            _measured(one, "control", face.control, POINTS),
            _measured(one, "confidence", _percent(face.confidence), PERCENT),
            residual,
        ],
        "specifiedCondition": [say(notice(one, name), "en") for name in face.notices],
        "evidence": evidence(one),
    }


def _goods(one: Issue) -> dict[str, Any]:
    """Return the goods as the firm named them, one entry a lot."""
    shipment = one.attestation.face.shipment
    products = [
        {
            "product": {
                "type": ["Product"],
                "id": f"{one.page}#goods-{row}-{column}",
                "name": good.name,
                **({"batchNumber": mark} if mark else {}),
                "productCategory": [{"code": good.hs, "name": f"HS {good.hs}", **_HARMONISED}],
            },
            "idVerifiedByCAB": False,
        }
        for row, good in enumerate(shipment.goods if shipment else (), start=1)
        for column, mark in enumerate(good.lots or ("",), start=1)
    ]
    score = vocabulary.score(vocabulary.scores("goods"), "named")
    return {
        "assessedPerformance": [{"score": score}],
        "assessedProduct": products,
        "specifiedCondition": _bounds(one),
    }


def _bounds(one: Issue) -> list[str]:
    """Return what bounds the whole: the period, and the one shipment if it is for one."""
    face, told = one.attestation.face, vocabulary.words().words
    found = [filled(told["period"], begins=face.begins.isoformat(), ends=face.ends.isoformat())]
    if face.shipment is not None:
        found.append(filled(told["one_shipment"], destination=face.shipment.destination))
    return [say(text, "en") for text in found]


def _checked(one: Issue) -> float | None:
    """Return the share of answers counted as lowering the risk whose grade is E2 or better, None without any."""
    grades = {part.question: part.grade for part in one.copy.profile.evidence}
    counted = [part.question for part in one.copy.profile.controls if part.credit]
    if not counted:
        return None
    return sum(grades.get(question, 0) >= EvidenceGrade.E2 for question in counted) / len(counted)


def _stands(one: Issue) -> str:
    return "not_ruled_out" if COTTON in one.unsure else "stands"


def _relation(one: Issue) -> str:
    bodies = _bodies(one)
    if not bodies:
        return "nobody"
    return "state_body" if any(body.state_body for body in bodies) else "not_state_body"


def _bodies(one: Issue) -> list[FaceReviewer]:
    face = one.attestation.face
    return [body for body in (face.reviewer, face.second_reviewer) if body is not None]


def _body(body: FaceReviewer) -> Text:
    told = vocabulary.words().words
    return filled(
        told["reviewed_by"],
        body=body.body,
        relation=told["state_body" if body.state_body else "not_state_body"],
        interests=told["interests_declared" if body.interests else "interests_none"],
    )


def _measured(one: Issue, name: str, value: float, unit: str) -> dict[str, Any]:
    return {"metric": vocabulary.metric(one.by, name), "measure": {"value": value, "unit": unit}}


def _percent(share: float) -> float:
    return round(100 * share, 1)
