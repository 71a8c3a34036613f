"""The record of an assessment: JSON that anyone can read, check and compute again.

Two shapes exist. The whole record holds every answer and stays with the firm;
the shared one may travel, see `record_shared`. Both name the form, the rules
and their digests, so that a reader with the same library gets the same digits:
the whole record is computed again field by field, and of the shared one it is
checked that its numbers lie where the answers that are left allow them to be.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TypeAlias

import msgspec
from msgspec import UNSET

from duediligence.assessment import FORMAT, Assessment, Computed, Versions, compute, layout
from duediligence.record_problems import faults, problem
from duediligence.record_shared import SHARED_FORMAT, SharedAssessment, shared
from questionnaires import catalogue as forms
from questionnaires.edition import digest
from questionnaires.problem import Problem
from risk_models import catalogue as models
from risk_models import notices

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
_NAMES = ("indicator", "question", "exposure", "group", "override")
"""The fields by which the parts of a list are told apart."""


class Difference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field whose value is not what it should be; values as JSON, empty where there is none."""

    path: str  # profile.findings[DOC].level
    stated: str
    computed: str


class Bounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What could be checked of a shared copy.

    `low` and `high` bound the residual risk when nothing is known of what was
    withheld. `differences` names the versions that are not in the library, or
    the numbers that lie outside; without any, the copy can be true.
    """

    withheld: tuple[str, ...]
    residual: float
    low: float | None = None
    high: float | None = None
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
        *_differences("versions.parameters", assessment.versions.parameters, _parameters(assessment)),
        *_differences("", _stated(assessment), msgspec.to_builtins(_computed(assessment))),
    )


def rescore_shared(copy: SharedAssessment) -> Bounds:
    """Return whether the numbers of a shared copy can follow from the answers that are left.

    What is withheld counts as unknown. The residual risk and its interval must
    lie within the interval that this gives.
    """
    profile = copy.profile
    if unknown := tuple(_unknown_versions(copy)):
        return Bounds(withheld=copy.withheld, residual=profile.residual, differences=unknown)
    again = _computed(copy).profile
    stated = {"residual": profile.residual, "low": profile.low, "high": profile.high}
    return Bounds(
        withheld=copy.withheld,
        residual=profile.residual,
        low=again.low,
        high=again.high,
        differences=tuple(
            Difference(path=f"profile.{name}", stated=_json(value), computed=f"{again.low} – {again.high}")
            for name, value in stated.items()
            if not again.low <= value <= again.high
        ),
    )


def schema() -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of both shapes of a record."""
    shapes, parts = msgspec.json.schema_components(tuple(_SHAPES.values()), ref_template="#/$defs/{name}")
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
            yield Difference(path=f"versions.{part}", stated=_json(name), computed="")
        elif stated != computed:
            yield Difference(path=f"versions.{part}_digest", stated=_json(stated), computed=_json(computed))
    if (answered.questionnaire, answered.version) != form:
        name = f"{answered.questionnaire} {answered.version}"
        yield Difference(path="response.questionnaire", stated=_json(name), computed=_json(" ".join(form)))
    if named.notices not in {path.stem for path in notices.LIBRARY.glob("*.yaml")}:
        yield Difference(path="versions.notices", stated=_json(named.notices), computed="")
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
        yield Difference(path="versions.questionnaire", stated=_json(stated), computed=_json(wanted))


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


def _differences(path: str, stated: object, computed: object) -> Iterator[Difference]:
    """Yield the smallest parts in which two values differ."""
    match stated, computed:
        case dict(), dict():
            for name in sorted(stated.keys() | computed.keys()):
                below = f"{path}.{name}" if path else name
                yield from _differences(below, stated.get(name, UNSET), computed.get(name, UNSET))
        case [*one], [*other]:
            names = _item_names(one, other)
            for name, (here, there) in zip(names, zip_longest(one, other, fillvalue=UNSET), strict=True):
                yield from _differences(f"{path}[{name}]", here, there)
        case _:
            if stated != computed:
                yield Difference(path=path, stated=_json(stated), computed=_json(computed))


def _item_names(stated: Sequence[object], computed: Sequence[object]) -> list[str]:
    """Return what the items of two lists are called: their own names where both agree, else positions."""
    names = [_name(item) for item in stated]
    if all(names) and names == [_name(item) for item in computed]:
        return names
    return [str(position) for position in range(max(len(stated), len(computed)))]


def _name(item: object) -> str:
    if not isinstance(item, dict):
        return ""
    return next((str(item[name]) for name in _NAMES if name in item), "")


def _json(value: object) -> str:
    return "" if value is UNSET else msgspec.json.encode(value).decode()
