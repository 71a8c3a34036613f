"""What a credential is made against, published under addresses of our own: scheme, criteria, measures, topics.

    /vocabulary/scheme                          a ConformityScheme with every profile there ever was
    /vocabulary/profile/<model>/<version>       one rule set, with its criteria
    /vocabulary/criterion/<model>/<version>/<id>
    /vocabulary/metric/<id>
    /vocabulary/topic/<id>                      which topic of UN/CEFACT it is
    /vocabulary/standard/<id>                   a convention that a criterion goes back to

Rule sets come from the library, whose issued versions never change and are never taken
out; so an address that stands in a credential resolves for as long as the service runs.
Words here are English, as the standard has one language; pages take them from `words`.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from duediligence.errors import NotFound
from duediligence.proof.vendored import SCHEME_SCHEMA, UNTP_CONTEXT
from questionnaires import content
from questionnaires.questionnaire import Lifecycle
from questionnaires.text import Text, filled, say
from risk_models import catalogue, requirements
from risk_models.model import Indicator, RiskModel

TOPICS = "https://vocabulary.uncefact.org/conformity-topics/"
"""Where UN/CEFACT keeps its topics, in the spelling of its taxonomy; its samples have two others."""

STATE_IMPOSED = "SIF"
"""The indicator of which only whether it was declared is told."""

NOTICE, REVIEWER, ANSWERS, CHECKED, FIGURES, GOODS = (
    "import-order-notice",
    "reviewer",
    "answers-given",
    "evidence-checked",
    "risk-figures",
    "goods",
)
"""Criteria beside the indicators."""

DEFAULT_TOPICS = ("forced-labor-elimination",)
DEFAULT_STANDARDS = ("ilo-c29",)
"""Of an indicator for which no others are named."""

PERCENT, POINTS = "P1", "C62"
"""Units of UN/ECE Recommendation 20: percent, and one as the unit of a count."""

_FILE = Path(__file__).parent / "texts" / "vocabulary.yaml"
_STATUS = {Lifecycle.DRAFT: "proposed", Lifecycle.ISSUED: "active", Lifecycle.WITHDRAWN: "deprecated"}


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A piece of the vocabulary."""


class Named(_Part, frozen=True, kw_only=True):
    """A name, and what it is."""

    name: Text
    about: Text


class Criterion(_Part, frozen=True, kw_only=True):
    """What is looked at, and the scores it may have."""

    id: str
    name: Text
    about: Text
    topics: tuple[str, ...]
    scores: str = ""


class Scores(_Part, frozen=True, kw_only=True):
    """Scores that belong together, the best first; those without a rank are no place in an order."""

    id: str
    about: Text
    ranked: dict[str, Text]
    unranked: dict[str, Text] = {}


class Words(_Part, frozen=True, kw_only=True):
    """Every word of the vocabulary."""

    scheme: Named
    profile: Text
    indicator: Text
    criteria: tuple[Criterion, ...]
    metrics: dict[str, Text]
    scores: tuple[Scores, ...]
    topics: dict[str, str]
    own_topics: dict[str, Text]
    indicator_topics: dict[str, tuple[str, ...]]
    indicator_standards: dict[str, tuple[str, ...]]
    words: dict[str, Text]


class Publisher(_Part, frozen=True, kw_only=True):
    """Who publishes the vocabulary and issues credentials."""

    address: str  # of the service, without a slash at the end
    name: str  # of its operator

    def at(self, *parts: str) -> str:
        """Return an address inside the vocabulary."""
        return "/".join([f"{self.address}/vocabulary", *parts])


@cache
def words() -> Words:
    """Return every word of the vocabulary, in every language."""
    return content.read(_FILE, Words)


def document(by: Publisher, path: str) -> dict[str, Any]:
    """Return what stands at an address of the vocabulary, as JSON-LD.

    Args:
        by: who publishes.
        path: what follows `/vocabulary/`.

    Raises:
        NotFound: nothing stands there.
    """
    try:
        found = _found(by, path)
    except (KeyError, catalogue.UnknownModel) as error:
        raise NotFound("Nothing in the vocabulary has this address.") from error
    return {"@context": [UNTP_CONTEXT], **found}


def scheme(by: Publisher) -> dict[str, Any]:
    """Return the scheme with every profile, oldest version first."""
    told = words().scheme
    newest = catalogue.load(*catalogue.versions()[-1])
    return {
        "type": ["ConformityScheme"],
        "id": by.at("scheme"),
        "name": say(told.name, "en"),
        "description": say(told.about, "en"),
        "owner": {"type": ["Party"], "id": by.address, "name": by.name},
        "endorsementLevel": "endorsed_self",
        "schemeScoringFramework": framework(bands(newest)),
        "documentation": f"{by.address}/method",
        "conformsTo": {
            "type": ["Standard"],
            "linkName": "UNTP Conformity Vocabulary Catalogue 0.7.0",
            "linkURL": SCHEME_SCHEMA,
        },
        "includedProfile": [profile(by, *edition) for edition in catalogue.versions()],
    }


def profile(by: Publisher, identifier: str, version: str) -> dict[str, Any]:
    """Return one rule set with its criteria.

    Raises:
        UnknownModel: the library has none of this id and version.
    """
    model = catalogue.load(identifier, version)
    named = f"{model.questionnaire} {model.questionnaire_version}", f"{model.id} {model.version}"
    about = filled(words().profile, questions=named[0], model=named[1])
    return {
        "type": ["ConformityProfile"],
        "id": by.at("profile", identifier, version),
        "name": say(model.title, "en"),
        "description": say(about, "en"),
        "version": version,
        "validFrom": model.issued.isoformat(),
        "status": _STATUS[model.lifecycle],
        "subjectType": "facility",
        "criterionScoringFramework": [framework(one) for one in words().scores],
        "documentation": f"{by.address}/method",
        "criterion": [criterion(by, identifier, version, one.id) for one in criteria(model)],
        "scheme": short_scheme(by),
    }


def short_scheme(by: Publisher) -> dict[str, Any]:
    """Return the scheme as others name it."""
    return {"type": ["ConformityScheme"], "id": by.at("scheme"), "name": say(words().scheme.name, "en")}


def criterion(by: Publisher, identifier: str, version: str, name: str) -> dict[str, Any]:
    """Return one criterion of a rule set; none asks for a performance but that answers were given."""
    model = catalogue.load(identifier, version)
    one = {one.id: one for one in criteria(model)}[name]
    least = [{"metric": metric(by, "answered"), "measure": {"value": least_answered(model), "unit": PERCENT}}]
    return {
        **short_criterion(by, model, one),
        "description": say(one.about, "en"),
        "version": version,
        "status": _STATUS[model.lifecycle],
        "documentation": f"{by.address}/method",
        "requiredPerformance": least if name == ANSWERS else [],
    }


def short_criterion(by: Publisher, model: RiskModel, one: Criterion) -> dict[str, Any]:
    """Return a criterion as a credential names it."""
    return {
        "type": ["Criterion"],
        "id": by.at("criterion", model.id, model.version, one.id),
        "name": say(one.name, "en"),
        "conformityTopic": [short_topic(by, name) for name in one.topics],
    }


def metric(by: Publisher, name: str) -> dict[str, Any]:
    """Return one thing that is measured."""
    return {"type": ["PerformanceMetric"], "id": by.at("metric", name), "name": say(words().metrics[name], "en")}


def topic(by: Publisher, name: str) -> dict[str, Any]:
    """Return a topic, and which one of UN/CEFACT it is, if any."""
    theirs = filled(words().words["topic"], name=words().topics[name], address=TOPICS + name)
    told = words().own_topics.get(name, theirs)
    return {**short_topic(by, name), "definition": say(told, "en")}


def short_topic(by: Publisher, name: str) -> dict[str, Any]:
    """Return a topic as a credential names it."""
    return {"type": ["ConformityTopic"], "id": by.at("topic", name), "name": words().topics[name]}


def standard(by: Publisher, name: str) -> dict[str, Any]:
    """Return a convention that a criterion goes back to."""
    if name not in standards():
        raise KeyError(name)
    one = {one.id: one for one in requirements.read().instruments}[name]
    return {"type": ["Standard"], "id": by.at("standard", name), "name": say(one.title, "en")}


def standards() -> tuple[str, ...]:
    """Return the ids of all conventions that criteria go back to."""
    told = (DEFAULT_STANDARDS, *words().indicator_standards.values())
    return tuple(sorted({name for found in told for name in found}))


def criteria(model: RiskModel) -> tuple[Criterion, ...]:
    """Return every criterion of a rule set: those beside the indicators first, then the indicators in their order."""
    beside = (
        msgspec.structs.replace(one, about=filled(one.about, least=f"{least_answered(model):g}"))
        for one in words().criteria
    )
    return (*beside, *(_of_indicator(one) for one in model.indicators))


def scores(name: str) -> Scores:
    """Return the scores of a name.

    Raises:
        KeyError: there are none of this name.
    """
    return {one.id: one for one in words().scores}[name]


def scores_of(indicator: str) -> Scores:
    """Return the scores that an indicator may have."""
    return scores("state-imposed" if indicator == STATE_IMPOSED else "indicator")


def bands(model: RiskModel) -> Scores:
    """Return the bands of a rule set as scores, the lowest risk ranking first."""
    return Scores(id="band", about=model.title, ranked={band.id: band.meaning for band in model.bands})


def score(among: Scores, code: str) -> dict[str, Any]:
    """Return one score as a credential states it."""
    if code in among.unranked:
        return {"code": code, "definition": say(among.unranked[code], "en")}
    rank = list(among.ranked).index(code) + 1
    return {"code": code, "rank": rank, "definition": say(among.ranked[code], "en")}


def framework(among: Scores) -> dict[str, Any]:
    """Return scores that belong together as the vocabulary publishes them."""
    every = [score(among, code) for code in (*among.ranked, *among.unranked)]
    return {"name": among.id, "description": say(among.about, "en"), "score": every}


def least_answered(model: RiskModel) -> float:
    """Return the least share of the weight that must be answered for something to be assessed, in percent."""
    return float(model.figures["assessed_min"].value)


def _found(by: Publisher, path: str) -> dict[str, Any]:
    match path.split("/"):
        case ["scheme"]:
            return scheme(by)
        case ["profile", identifier, version]:
            return profile(by, identifier, version)
        case ["criterion", identifier, version, name]:
            return criterion(by, identifier, version, name)
        case ["metric", name]:
            return metric(by, name)
        case ["topic", name]:
            return topic(by, name)
        case ["standard", name]:
            return standard(by, name)
    raise KeyError(path)


def _of_indicator(one: Indicator) -> Criterion:
    return Criterion(
        id=one.id,
        name=one.label,
        about=filled(words().indicator, about=one.about),
        topics=words().indicator_topics.get(one.id, DEFAULT_TOPICS),
        scores=scores_of(one.id).id,
    )
