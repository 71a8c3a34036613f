"""Decisions of reviewers as a page sends them: fields of a form, read into a decision.

The field `kind` says which form was sent. The names of its other fields begin
with the id of the question it judges, or else with its kind, so that one page
may hold many forms and an error finds its field.
"""

from typing import NamedTuple

import msgspec
from litestar.datastructures import FormMultiDict

from api.form import all_of, number_of, words_of
from api.pages import naming
from duediligence.judgement import (
    Confirmed,
    Decision,
    Disputed,
    FalseStatement,
    Graded,
    Looked,
    Nonconformity,
    NotAssessable,
    Proposed,
    Resolved,
    SetAside,
    Severity,
    Unsupported,
)
from duediligence.review import Label
from risk_models.evidence import EvidenceGrade
from risk_models.model import Attribution

JUDGED = "judged"
"""The form beside an answer."""

_YES_NO = {"yes": True, "no": False}
_MANY = 100_000


class Unread(NamedTuple):
    """A field in which something was not chosen, or cannot be read."""

    field: str


def prefix(form: FormMultiDict) -> str:
    """Return what the names of the fields of the sent form begin with."""
    kind = words_of(form, "kind")
    return words_of(form, "question") if kind == JUDGED else kind


def decision(form: FormMultiDict) -> Decision | Unread:
    """Return the decision that a form holds, or the field that keeps it from being read."""
    plain: dict[str, Decision] = {
        "false_statement": FalseStatement(),
        "proposed": Proposed(),
        "confirmed": Confirmed(),
        "disputed": Disputed(),
        "concluded": Resolved(conclude=True),
        "sent_back": Resolved(conclude=False),
        "not_assessable": NotAssessable(words=words_of(form, "not_assessable.words")),
    }
    match kind := words_of(form, "kind"):
        case "judged":
            return _judged(form)
        case "looked":
            return _looked(form)
        case "nonconformity":
            return _nonconformity(form)
    return plain.get(kind) or Unread("kind")


def _judged(form: FormMultiDict) -> Decision | Unread:
    field = f"{words_of(form, 'question')}.decision"
    match words_of(form, field).split(":"):
        case ["grade", ("0" | "1" | "2" | "3" | "4") as grade]:
            return Graded(grade=EvidenceGrade(int(grade)))
        case ["unsupported"]:
            return Unsupported()
        case ["supported"]:
            return Unsupported(supported=True)
        case ["aside"]:
            return SetAside()
        case ["applies"]:
            return SetAside(applies=True)
    return Unread(field)


def _looked(form: FormMultiDict) -> Decision | Unread:
    label = words_of(form, "looked.label")
    if label not in (Label.DOCUMENTS_REVIEWED, Label.SITE_CHECKED):
        return Unread("looked.label")
    typed = words_of(form, "looked.workers_heard")
    heard = number_of(typed)
    if typed and (heard is None or heard != int(heard) or not 0 <= heard <= _MANY):
        return Unread("looked.workers_heard")
    visit = label == Label.SITE_CHECKED
    return Looked(
        label=Label(label),
        announced=_YES_NO.get(words_of(form, "looked.announced")) if visit else None,
        workers_heard=None if heard is None else int(heard),
        languages=all_of(form, "looked.languages"),
    )


def _nonconformity(form: FormMultiDict) -> Decision | Unread:
    for field, kind in (("severity", Severity), ("attribution", Attribution)):
        try:
            msgspec.convert(words_of(form, f"nonconformity.{field}"), kind)
        except msgspec.ValidationError:
            return Unread(f"nonconformity.{field}")
    indicator = words_of(form, "nonconformity.indicator")
    if indicator and indicator not in naming.indicators("en"):
        return Unread("nonconformity.indicator")
    return Nonconformity(
        severity=Severity(words_of(form, "nonconformity.severity")),
        attribution=Attribution(words_of(form, "nonconformity.attribution")),
        indicator=indicator,
        words=words_of(form, "nonconformity.words"),
    )
