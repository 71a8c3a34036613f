"""What the pages of attestations are told."""

from collections.abc import Iterable

from api.pages import naming
from api.translation import Words
from api.visit import Visit
from duediligence.proof.attestation import Attestation, Standing, grouped
from duediligence.reports import texts
from duediligence.shipment import Shipment
from duediligence.store.engagement import Listed
from questionnaires.text import LANGUAGES, say
from risk_models import notices, reference
from risk_models.dossier_asks import Regime
from risk_models.notices import Notice, Severity

Options = list[tuple[str, str]]


def state(one: Attestation, standing: Standing) -> str:
    """Return how an attestation stands, as lists of its own firm say it."""
    if one.consented is None:
        return "drawn_up"
    return "signing" if one.issued is None else str(standing)


def face(one: Attestation, told: Words) -> dict[str, object]:
    """Return what anybody with the number sees of an attestation, beside how it stands."""
    language, said = told.language, texts.read(told.language)
    library = {notice.id: notice for notice in notices.read()}
    stand = [library[name] for name in one.face.notices if name in library]
    return {
        "one": one,
        "grouped": grouped,
        "functions": {"auditor": told("reviewing.role_auditor"), "second reviewer": told("reviewing.role_second")},
        "gates": [_said(notice, language) for notice in stand if notice.severity is Severity.GATE],
        "notices": [_said(notice, language) for notice in stand if notice.severity is not Severity.GATE],
        "label": naming.labels(language)[one.label],
        "label_means": said.say(f"label.{one.label}.meaning"),
        "limits": (*said.all("limits.sentence"), *said.all("issued.limits.sentence")),
        "bands": naming.bands(language),
        "indicators": naming.indicators(language),
        "levels": naming.levels(language),
        "regions": naming.regions(language),
        "countries": {country.iso2: say(country.name, language) for country in reference.countries()},
    }


def assessments(visit: Visit, found: Iterable[Listed]) -> Options:
    """Return the assessments that can be attested."""
    told = visit.told
    return [
        (
            row.engagement.id,
            told(
                "attesting.assessment_one",
                site=row.site,
                stage=told(f"answering.stage_{row.engagement.stage}"),
                begins=told.short_day(row.engagement.begins),
                ends=told.short_day(row.engagement.ends),
            ),
        )
        for row in found
    ]


def shipments(visit: Visit, found: Iterable[Shipment]) -> Options:
    """Return the shipments of a firm, and the choice of none."""
    none = ("", visit.told("attesting.shipment_none"))
    return [none, *((one.id, f"{one.about.reference} → {one.about.destination}") for one in found)]


def regimes(found: Iterable[Regime], language: str) -> Options:
    """Return the regimes that a dossier can be made for."""
    return [(one.id, say(one.title, language)) for one in found]


def languages(told: Words) -> Options:
    """Return the languages of a report."""
    return [(code, told(f"frame.name_{code}")) for code in LANGUAGES]


def pieces(language: str) -> Options:
    """Return what a copy may leave out."""
    return list(texts.read(language).labels("piece").items())


def whys(language: str) -> Options:
    """Return why it may be left out."""
    return list(texts.read(language).labels("why").items())


def _said(notice: Notice, language: str) -> tuple[str, str]:
    return say(notice.title, language), say(notice.text, language)
