"""How a credential is shown to a person by whoever holds it: a small page in each language, inside the credential.

The words are fixed ones; what is filled in by whoever shows it, in double braces, are the
name of the firm and the last day, out of the credential itself. The page loads nothing.
"""

from collections.abc import Iterator
from html import escape

from duediligence.proof import vocabulary
from duediligence.proof.issue import Issue
from duediligence.proof.untp_0_7_0_assessment import COTTON, level, looked, notice
from questionnaires.text import filled, say
from risk_models import catalogue

_ALWAYS = ("limits",)
"""Notices shown in full beside the one on cotton."""


def page(one: Issue, language: str) -> str:
    """Return the page in one language: a template in Handlebars whose values are out of the credential."""
    told, face = vocabulary.words().words, one.attestation.face
    title = _plain(say(told[face.label.value], language))
    gates = [_plain(say(notice(one, name), language)) for name in (COTTON, *_ALWAYS) if name in face.notices]
    rows = [f"<tr><th>{_plain(name)}</th><td>{_plain(said)}</td></tr>" for name, said in _rows(one, language)]
    until = say(filled(told["until"], day="{{validUntil}}"), language)
    parts = [
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>',
        "<p><b>{{credentialSubject.issuedToParty.name}}</b></p>",
        *(f"<p>{gate}</p>" for gate in gates),
        f"<p>{_plain(say(looked(one), language))}</p>",
        f"<table>{''.join(rows)}</table>",
        f'<p>{until} <a href="{_plain(one.page)}">{_plain(one.page)}</a></p></html>',
    ]
    return "".join(parts)


def _rows(one: Issue, language: str) -> Iterator[tuple[str, str]]:
    """Yield each indicator and what came of it, in words."""
    profile, face = one.copy.profile, one.attestation.face
    names = {indicator.id: indicator.label for indicator in catalogue.load(profile.model, profile.version).indicators}
    for finding in profile.findings:
        among = vocabulary.scores_of(finding.indicator)
        code = level(finding, face.indicators[finding.indicator])
        yield say(names[finding.indicator], language), say((among.ranked | among.unranked)[code], language)


def _plain(words: str) -> str:
    """Return words as they stand in HTML, without braces in which something could be filled in."""
    return escape(words).replace("{", "&#123;")
