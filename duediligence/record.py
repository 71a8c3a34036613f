"""The record of an assessment: JSON that anyone can read, check and compute again.

Two shapes exist. The whole record holds every answer and stays with the firm;
the shared one may travel, see `record_shared`. Both name the form, the rules
and their digests, so that a reader with the same library gets the same digits:
the whole record is computed again field by field; of the shared one every summand
that rests on the answers left, and that the numbers add up with some answers to the rest.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from duediligence.assessment import FORMAT, Assessment, Computed, Versions, compute, layout
from duediligence.record_difference import Difference, differences, json_of
from duediligence.record_problems import faults, problem
from duediligence.record_shared import SHARED_FORMAT, SharedAssessment, shared
from duediligence.record_sum import added_up, open_parts
from duediligence.schema import components
from questionnaires import catalogue as forms
from questionnaires.edition import digest
from questionnaires.problem import Problem
from risk_models import catalogue as models
from risk_models import notices
from risk_models.profile import ControlPart, EvidencePart

__all__ = [
    "Bounds",
    "Difference",
    "Record",
    "SharedAssessment",
    "decode",
    "encode",
    "rescore",
    "rescore_shared",
    "schema",
    "shared",
]

Record: TypeAlias = Assessment | SharedAssessment
"""An assessment as it is written to a file."""

LARGEST = 10_000_000
"""The most bytes a record may have."""

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"

_MEGABYTE = 1_000_000
_SHAPES: dict[str, type[Record]] = {FORMAT: Assessment, SHARED_FORMAT: SharedAssessment}


class Bounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What could be checked of a shared copy.

    `low` and `high` bound the residual risk when nothing is known of what was
    withheld. `differences` names the versions that are not in the library, the
    parts that do not follow from the answers shown, and the numbers that do not
    add up; without any, the copy says what the whole assessment said, as far as
    that can be known without what was withheld.
    """

    withheld: tuple[str, ...]
    residual: float
    low: float | None = None
    high: float | None = None
    parts: int = 0  # summands computed again from the answers shown
    left_open: tuple[str, ...] = ()  # questions whose summand rests on what was withheld
    differences: tuple[Difference, ...] = ()


def encode(record: Record) -> bytes:
    """Return a record as indented JSON; the same record gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(record, order="deterministic"), indent=2) + b"\n"


def decode(data: bytes) -> Record | tuple[Problem, ...]:
    """Return the record that `data` holds, or everything that is wrong with it."""
    if len(data) > LARGEST:
        return (problem("RECORD_TOO_LARGE", "", limit=LARGEST // _MEGABYTE),)
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return (problem("RECORD_NOT_JSON", ""),)
    if not isinstance(value, dict):
        return (problem("RECORD_NOT_JSON", ""),)
    found = value.get("format")
    shape = _SHAPES.get(found) if isinstance(found, str) else None
    if shape is None:
        shown = msgspec.json.encode(found).decode().strip('"')[:60]
        return (problem("RECORD_FORMAT_UNKNOWN", "format", found=shown, known=", ".join(_SHAPES)),)
    return tuple(faults(value, shape, "")) or msgspec.convert(value, type=shape)


def rescore(assessment: Assessment) -> tuple[Difference, ...]:
    """Return every field that does not follow from the answers, by the form and rules the record names.

    Where the library lacks these versions, or holds them with another digest,
    nothing can be computed and only that is returned.
    """
    if unknown := tuple(_unknown_versions(assessment)):
        return unknown
    return (
        *differences("versions.parameters", assessment.versions.parameters, _parameters(assessment)),
        *differences("", _stated(assessment), msgspec.to_builtins(_computed(assessment))),
    )


def rescore_shared(copy: SharedAssessment) -> Bounds:
    """Return whether the numbers of a shared copy are those of its answers and of some to what was withheld.

    Summands that rest on the answers shown are computed again and must be the same.
    The numbers must add up from the summands, to the digit, with some answers to
    what was withheld; see `record_sum`. With all of it unknown, the residual risk and
    its interval must lie within the interval that this gives.
    """
    profile = copy.profile
    if unknown := tuple(_unknown_versions(copy)):
        return Bounds(withheld=copy.withheld, residual=profile.residual, differences=unknown)
    again = _computed(copy).profile
    rules = layout(copy.versions.model, copy.versions.model_version, copy.on)
    stated = {"residual": profile.residual, "low": profile.low, "high": profile.high}
    left_open = open_parts(rules, frozenset(copy.withheld))
    outside = [
        Difference(path=f"profile.{name}", stated=json_of(value), computed=f"{again.low} – {again.high}")
        for name, value in stated.items()
        if not again.low <= value <= again.high
    ]
    named = {one.path for one in outside}
    summands: tuple[Sequence[ControlPart | EvidencePart], ...] = (again.controls, again.evidence)
    return Bounds(
        withheld=copy.withheld,
        residual=profile.residual,
        low=again.low,
        high=again.high,
        parts=sum(len([part for part in parts if part.question not in left_open]) for parts in summands),
        left_open=tuple(sorted(left_open.intersection(rules.names) - set(copy.withheld))),
        differences=(*outside, *(one for one in added_up(rules, copy, again) if one.path not in named)),
    )


def schema() -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of both shapes of a record."""
    shapes, parts = components(_SHAPES.values(), "#/$defs/{name}")
    for form, shape in _SHAPES.items():
        part = parts[shape.__name__]
        part["properties"]["format"] = {"const": form}
        part["required"] = ["format", *part["required"]]
    return {
        "$schema": SCHEMA_ID,
        "title": "Assessment",
        "description": "The record of one assessment, whole or as the copy that may travel.",
        "oneOf": list(shapes),
        "$defs": dict(sorted(parts.items())),
    }


def _unknown_versions(record: Record) -> Iterator[Difference]:
    """Yield the versions a record names that the library lacks or holds otherwise."""
    named, answered = record.versions, record.response
    form = (named.questionnaire, named.questionnaire_version)
    model = (named.model, named.model_version)
    digests = {
        "questionnaire": (named.questionnaire_digest, _form_digest(form)),
        "model": (named.model_digest, _model_digest(model)),
    }
    for part, (stated, computed) in digests.items():
        if not computed:
            name = " ".join(form if part == "questionnaire" else model)
            yield Difference(path=f"versions.{part}", stated=json_of(name), computed="")
        elif stated != computed:
            yield Difference(path=f"versions.{part}_digest", stated=json_of(stated), computed=json_of(computed))
    if (answered.questionnaire, answered.version) != form:
        name = f"{answered.questionnaire} {answered.version}"
        yield Difference(path="response.questionnaire", stated=json_of(name), computed=json_of(" ".join(form)))
    if named.notices not in {path.stem for path in notices.LIBRARY.glob("*.yaml")}:
        yield Difference(path="versions.notices", stated=json_of(named.notices), computed="")
    if model in models.versions():
        yield from _other_form(named)


def _form_digest(form: tuple[str, str]) -> str:
    return digest(forms.load(*form)) if form in forms.versions() else ""


def _model_digest(model: tuple[str, str]) -> str:
    return digest(models.load(*model)) if model in models.versions() else ""


def _other_form(named: Versions) -> Iterator[Difference]:
    """Yield the form a rule set was written for, where the record names another."""
    model = models.load(named.model, named.model_version)
    wanted = f"{model.questionnaire} {model.questionnaire_version}"
    stated = f"{named.questionnaire} {named.questionnaire_version}"
    if stated != wanted:
        yield Difference(path="versions.questionnaire", stated=json_of(stated), computed=json_of(wanted))


def _computed(record: Record) -> Computed:
    """Return what follows from the answers of a record, by the versions it names."""
    return compute(record.response, record.versions, record.on, review=record.review, overdue=record.overdue)


def _stated(assessment: Assessment) -> object:
    return msgspec.to_builtins(
        Computed(profile=assessment.profile, notices=assessment.notices, unsure_notices=assessment.unsure_notices)
    )


def _parameters(assessment: Assessment) -> dict[str, float]:
    """Return the dated figures in force on the day of an assessment."""
    return layout(assessment.versions.model, assessment.versions.model_version, assessment.on).parameters
