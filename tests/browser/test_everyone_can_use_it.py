"""Every page in each language, on a phone and on a desk, light and dark: no fault that axe finds, nothing too wide."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from duediligence.access import Actor
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.proof.attestation import WhyWithdrawn
from duediligence.workflow import attesting, improving, named_copy
from tests import attested
from tests.browser.conftest import DESK, PHONE, Site, visited
from tests.world import World

LANGUAGES = ("tk", "ru", "en")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What the dark scheme can spoil that the light one has right."""
ROOM = {"runOnly": {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable", "target-size"]}}
"""What a wide screen can spoil that a narrow one has right."""

LOOKS: Mapping[str, tuple[dict[str, int], str, dict[str, object]]] = {
    "on a phone": (PHONE, "light", RULES),
    "in the dark": (PHONE, "dark", COLOURS),
    "on a desk": (DESK, "light", ROOM),
}


PLAIN_LOOKS = ("on a phone", "on a desk")
"""Those in which words of another length matter; colours are the same in every language."""


class Walk(NamedTuple):
    """Somebody, and the pages they see."""

    who: Actor | None  # None: a stranger
    addresses: tuple[str, ...]


@pytest.fixture(scope="module")
def site(running: World, chromium: Browser) -> Iterator[Site]:
    """Give the service with people who stay, and look at the same things in each language."""
    with visited(running, chromium) as found:
        yield found


@pytest.fixture(scope="module")
def walks(site: Site) -> dict[str, Walk]:
    around = site.around
    early = f"/assessments/{around.at(Stage.ANSWERING, 'cotton_farm_mary')}"
    begun = f"/assessments/{site.here.begun(around.lead, around.site)}"
    reviewed = around.at(Stage.IN_REVIEW, "cotton_farm_mary")
    late, waiting = f"/assessments/{reviewed}", around.at(Stage.SUBMITTED)
    with site.here.work(around.lead) as work:
        remedy = improving.plan(work, reviewed).actions[0].action.remedy
    lead = (
        "/",
        "/assessments",
        "/assessments/new",
        early,
        *(f"{early}/sections/{section}" for section in ("pro", "sif", "mov")),
        f"{begun}/sections/gov",
        f"{begun}/check",
        f"{early}/check",
        f"{early}/give",
        f"{early}/sections/gov/give",
        f"{early}/workbook",
        late,
        f"{late}/result",
        f"{late}/report?kind=pdf",
        f"{late}/plan",
        f"{late}/plan/{remedy}",
        f"{late}/plan/what-if",
        f"{late}/questions",
        "/documents",
        "/documents/new",
    )
    own = (
        "/chain",
        "/chain/drawing",
        "/chain/exposure",
        "/chain/season",
        "/chain/import",
        "/chain/parties/new",
        "/chain/own",
        "/shares",
        *(
            f"/account{page}"
            for page in ("", "/language", "/password", "/second-factor", "/passkeys", "/sessions", "/keys")
        ),
        f"/organisations/{around.firm}",
        f"/organisations/{around.firm}/people/invite",
        f"/organisations/{around.firm}/sites/new",
        "/limits",
        "/method",
        "/help",
        *(f"/help/{role}" for role in ("answering", "reviewing", "administering")),
        "/ledger-roots",
        "/safeguarding",
    )
    auditor = (
        "/queue",
        f"/queue/{waiting}",
        f"/files/{reviewed}",
        f"/files/{reviewed}/sections/gov",
        f"/files/{reviewed}/nonconformity",
        f"/safety-checks/{reviewed}",
    )
    administrator = (
        *(f"/administration{page}" for page in ("", "/jobs", "/versions", "/ledger", "/choices", "/contacts")),
        "/administration/organisations",
        "/administration/organisations/new",
        "/statistics",
    )
    workers = site.here.somebody((around.firm, Role.WORKER_REPRESENTATIVE))
    exporter, far = attested_walks(site, reviewed)
    return {
        "far away": far,
        "exporter": exporter,
        "stranger": Walk(None, ("/", "/sign-in", "/join", "/forgotten", "/reset", "/invitation")),
        "lead": Walk(around.lead, lead),
        "lead on other pages": Walk(around.lead, own),
        "workers": Walk(workers, (f"{late}/opinion", late)),
        "auditor": Walk(around.auditor, auditor),
        "lead auditor": Walk(around.lead_auditor, (f"/files/{reviewed}/reviewers", "/reviews/order")),
        "administrator": Walk(site.here.somebody((around.operator, Role.ADMINISTRATOR)), administrator),
    }


def attested_walks(site: Site, engagement: str) -> tuple[Walk, Walk]:
    """Return what an exporter sees of attestations, and what strangers see: waiting, standing, withdrawn, a copy."""
    here, lead = site.here, site.around.lead
    goods = attested.shipment(here, lead, site.around.firm, engagement)
    drawn, shown, gone = (attested.drawn_up(here, lead, engagement, of).id for of in (None, goods, None))
    with here.work(lead) as work:
        for code in (shown, gone):
            attesting.consent(work, code)
    site.sign()
    with here.work(lead) as work:
        attesting.withdraw(work, gone, WhyWithdrawn.ERROR)
        until = attesting.seen(work, shown).attestation.expires
        made = named_copy.make(work, shown, "Example Buyer", "Purchase", {}, until)
    site.sign()
    own = (
        "/attestations",
        f"/attestations/new?shipment={goods}",
        *(f"/attestations/{code}" for code in (drawn, shown, gone)),
        "/help/exporting",
    )
    public = ("/check", *(f"/check/{code}" for code in (shown, gone)), f"/copies/{made.secret}")
    return Walk(lead, own), Walk(None, public)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "who",
    [
        "far away",
        "exporter",
        "stranger",
        "lead",
        "lead on other pages",
        "workers",
        "auditor",
        "lead auditor",
        "administrator",
    ],
)
def test_pages_have_no_fault(site, walks, who, language):
    one, faults = site.visitor(walks[who].who, language), []
    for address in walks[who].addresses:
        one.page.set_viewport_size(PHONE)
        one.go(address)
        one.page.evaluate(AXE)
        for look in LOOKS if language == LANGUAGES[0] else PLAIN_LOOKS:
            faults += [f"{address} {look}: {fault}" for fault in faults_of(one.page, look)]
    one.context.close()
    assert faults == []


def faults_of(page: Page, look: str) -> Iterator[str]:
    size, scheme, rules = LOOKS[look]
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    options = json.dumps({**rules, "resultTypes": ["violations"], "preload": False})
    found = page.evaluate(f"axe.run(document, {options})")
    yield from (f"{fault['id']} {fault['nodes'][0]['target']}" for fault in found["violations"])
    if (width := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
        yield f"{width} pixels wide"
