"""What leaves the house is shown to strangers: each harm that could follow, one test."""

import io
import re
import subprocess
from collections.abc import Iterator

import msgspec
import pikepdf
import pytest

from duediligence.access import Actor
from duediligence.chain.party import About
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.proof.attestation import Attestation, WhyWithdrawn
from duediligence.proof.signing_key import decoded
from duediligence.redaction import Piece, Why
from duediligence.reports import texts
from duediligence.shipment import Cotton, Document, DocumentKind, LineAbout, Lot, Place, ProductInput, ShipmentAbout
from duediligence.store import attestation as store
from duediligence.store import person as people
from duediligence.store import product as products
from duediligence.workflow import attesting, chain, named_copy, product_line, shipping, signed_file
from questionnaires.text import LANGUAGES, say
from risk_models import notices
from tests import attested
from tests.api.conftest import Service
from tests.served import served
from tests.stages import Parties, parties

CONSIGNEE, IMPORTER = "Gülüstan Handels GmbH", "Nordsee Import AG"
SUPPLIER, GIN, PAPER = "Ak Altyn Pagta Arassalaýjy", "Garagum gin 7", "INV-88-2026"
BUSINESS = (CONSIGNEE, IMPORTER, SUPPLIER, GIN, PAPER)
"""What only the signed file tells, and whoever the firm gave it to."""

NAMES = ("Maral Toslama", "Batyr Toslama", "Ogulgerek Toslama", "Kerim Toslama")
COTTON = "cotton-gate"
STATE = {"en": "belongs to the state", "ru": "Принадлежит государству", "tk": "döwlete degişli"}
STATE_ON_PAPER = {"en": "state body", "ru": "государственный орган", "tk": "döwlet edarasy"}
STANDS = {"en": ("It stands", ">Stands<"), "ru": ("Действует</h2>",), "tk": ("Güýjünde</h2>",)}


@pytest.fixture(scope="module")
def service(sqlite, tmp_path_factory) -> Iterator[Service]:
    with served(sqlite, tmp_path_factory.mktemp("proof") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def around(service: Service) -> Parties:
    found = parties(service.here)
    with service.installation.db.writing() as connection:
        for name, actor in zip(NAMES, (found.lead, found.auditor, found.second, found.lead_auditor), strict=True):
            people.save(connection, msgspec.structs.replace(people.load(connection, actor.person), name=name))
    return found


@pytest.fixture(scope="module")
def engagement(around: Parties) -> str:
    return around.at(Stage.CONCLUDED, "cotton_farm_mary")


@pytest.fixture(scope="module")
def yarn(around: Parties, engagement: str) -> str:
    """Give a shipment of cotton yarn to the United States, with everything that is nobody else's business."""
    with around.here.work(around.lead) as work:
        party = chain.add(work, around.firm, About(name=SUPPLIER)).id
        cotton = ProductInput(
            name="Lint", country="TM", cotton=Cotton.TURKMEN, place=Place.GIN, place_name=GIN, party=party
        )
        line = product_line.add(
            work, around.firm, LineAbout(name="Cotton yarn", hs="5205", cotton=Cotton.TURKMEN, inputs=(cotton,))
        )
        about = ShipmentAbout(
            reference="Y-1",
            destination="US",
            consignee=CONSIGNEE,
            importer=IMPORTER,
            lots=(Lot(line=line.id, mark="L-1"),),
            documents=(Document(kind=DocumentKind.INVOICE, number=PAPER),),
            engagement=engagement,
        )
        return shipping.add(work, around.firm, about).id


@pytest.fixture(scope="module")
def all_(around: Parties, engagement: str, yarn: str) -> dict[str, Attestation]:
    """Give an attestation in each language."""
    found = {}
    for language in LANGUAGES:
        with around.here.work(around.lead) as work:
            one = attesting.draw_up(work, engagement, yarn, "us-307", language)
        with around.here.work(around.lead) as work:
            attesting.consent(work, one.id)
        found[language] = one.id
    attested.sign(around.here)
    with around.here.db.reading() as connection:
        return {language: store.load(connection, code) for language, code in found.items()}


@pytest.fixture(scope="module")
def papers(around: Parties, all_: dict[str, Attestation]) -> dict[str, bytes]:
    return {language: paper(around, one.id) for language, one in all_.items()}


@pytest.fixture(scope="module")
def bare(around: Parties, all_: dict[str, Attestation]) -> dict[str, bytes]:
    """Give a copy in each language that leaves out all that can be left out."""
    everything = dict.fromkeys(Piece, Why.NOT_NEEDED)
    copies = {}
    for language, one in all_.items():
        with around.here.work(around.lead) as work:
            copies[language] = named_copy.make(work, one.id, "Example Buyer", "Purchase", everything, one.expires)
    attested.sign(around.here)
    return {language: paper(around, made.copy.id) for language, made in copies.items()}


def paper(around: Parties, mark: str) -> bytes:
    here = around.here
    with here.db.reading() as connection:
        row = products.find(connection, mark, here.now)
    assert row
    found = signed_file.fetched(here.settings, here.vault, row)
    assert found
    return found


def pages(pdf: bytes) -> list[str]:
    """Return the words of each page, as a reader of another house sees them."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return [plain(page) for page in done.stdout.decode().split("\f") if page.strip()]


def attachments(pdf: bytes) -> dict[str, str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {name: found.get_file().read_bytes().decode() for name, found in opened.attachments.items()}


def plain(words: str) -> str:
    """Return words as they are read, however lines were broken."""
    return re.sub(r"\s+", " ", words.replace("\u00ad", "").replace("\u00a0", " ").replace("\u202f", " "))


def public(service: Service, one: Attestation, language: str) -> str:
    return service.browser().get(f"/check/{one.id}", **{"accept-language": language}).text


def others(service: Service, around: Parties) -> dict[str, Actor]:
    here = service.here
    firm = (Role.RESPONDENT, Role.WORKER_REPRESENTATIVE, Role.EXPORTER)
    return {
        **{f"{role} of the firm": here.somebody((around.firm, role)) for role in firm},
        "lead of another firm": here.somebody((here.organisation(name="Other"), Role.COMPANY_LEAD)),
        "auditor": around.auditor,
        "second reviewer": around.second,
        "lead auditor": around.lead_auditor,
        "administrator": here.somebody((around.operator, Role.ADMINISTRATOR)),
    }


def test_pressure_nobody_but_the_lead_of_the_firm_lets_it_be_shown(service, around, engagement):
    one = attested.drawn_up(around.here, around.lead, engagement)
    answers = {
        name: service.browser(actor).post(f"/attestations/{one.id}/consent").status_code
        for name, actor in others(service, around).items()
    }
    assert {name: status for name, status in answers.items() if status not in (403, 404)} == {}
    attested.sign(around.here)
    with around.here.db.reading() as connection:
        assert store.load(connection, one.id).issued is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_trade_neither_buyer_nor_supplier_is_on_the_public_page(service, all_, language):
    page = public(service, all_[language], language)
    assert "Y-1" in page, "without this the search below could find nothing for the wrong reason"
    assert [words for words in BUSINESS if words in page] == []


def test_trade_neither_buyer_nor_supplier_is_in_credential_or_ledger(service, all_):
    one = all_["en"]
    stranger = service.browser()
    data = decoded(one.credential.split(".")[1]).decode()
    entry = stranger.get(f"/check/{one.id}/ledger").text
    assert [words for words in BUSINESS if words in data or words in entry] == []


def test_trade_a_worker_representative_does_not_take_the_file_that_names_them(service, around, all_):
    representative = service.browser(around.here.somebody((around.firm, Role.WORKER_REPRESENTATIVE)))
    assert representative.get(f"/attestations/{all_['en'].id}/report").status_code == 403
    assert "/report" not in representative.get(f"/attestations/{all_['en'].id}").text


def test_trade_the_signed_file_alone_tells_them(papers):
    """Without this the searches beside it could find nothing for the wrong reason."""
    told = attachments(papers["en"])["dossier.json"]
    assert [words for words in BUSINESS if words not in told] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_trade_a_copy_without_them_holds_no_trace_of_them(bare, language):
    told = " ".join([*attachments(bare[language]).values(), *pages(bare[language])])
    assert [words for words in BUSINESS if words in told] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_persons_nobody_is_named_on_page_paper_or_in_data(service, around, all_, papers, language):
    one, pdf = all_[language], papers[language]
    told = " ".join(
        [
            public(service, one, language),
            decoded(one.credential.split(".")[1]).decode(),
            service.browser().get(f"/check/{one.id}/ledger").text,
            *attachments(pdf).values(),
            *pages(pdf),
            pdf.decode("latin-1"),
        ]
    )
    ids = [actor.person for actor in (around.lead, around.auditor, around.second)]
    assert [words for words in (*NAMES, "@example.test", *ids) if words in told] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_state_a_reviewer_who_belongs_to_it_is_told_as_such(service, all_, papers, bare, language):
    assert STATE[language] in public(service, all_[language], language)
    for pdf in (papers[language], bare[language]):
        assert STATE_ON_PAPER[language] in pages(pdf)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_trust_what_it_does_not_say_stands_on_page_and_paper(service, all_, papers, bare, language):
    words = texts.read(language)
    page = plain(public(service, all_[language], language))
    missing = [said for said in words.all("limits.sentence") if escaped(said) not in page]
    for pdf in (papers[language], bare[language]):
        whole = " ".join(pages(pdf))
        missing += [said for said in words.all("issued.limits.sentence") if plain(said) not in whole]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_cotton_no_redaction_takes_the_notice_from_the_first_page(service, all_, papers, bare, language):
    title = say(next(notice.title for notice in notices.read() if notice.id == COTTON), language)
    assert title in public(service, all_[language], language)
    for pdf in (papers[language], bare[language]):
        assert title in pages(pdf)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_cotton_no_redaction_takes_the_notice_from_the_data(all_, papers, bare, language):
    for pdf in (papers[language], bare[language]):
        told = msgspec.json.decode(attachments(pdf)["dossier.json"])
        assert COTTON in [notice["id"] for notice in told["notices"]]
    words = say(next(notice.text for notice in notices.read() if notice.id == COTTON), "en")
    assert words in decoded(all_[language].credential.split(".")[1]).decode()


def test_cotton_whatever_is_left_out_alone_the_notice_stays(around, all_):
    one, made = all_["en"], {}
    for piece in Piece:
        with around.here.work(around.lead) as work:
            made[piece] = named_copy.make(work, one.id, "Example Buyer", "Purchase", {piece: Why.SAFETY}, one.expires)
    attested.sign(around.here)
    told = {piece: attachments(paper(around, copy.copy.id))["dossier.json"] for piece, copy in made.items()}
    lost = [piece for piece, data in told.items() if COTTON not in data]
    assert lost == []


def test_trust_a_withdrawn_one_stands_nowhere(service, around):
    engagement = around.at(Stage.SUBMITTED)
    one = attested.issued(around.here, around.lead, engagement)
    pdf, stranger = paper(around, one.id), service.browser()
    with around.here.work(around.lead) as work:
        attesting.withdraw(work, one.id, WhyWithdrawn.CONSENT)
    for language in LANGUAGES:
        page = public(service, one, language)
        assert [words for words in STANDS[language] if words in page] == []
    attested.sign(around.here)
    for name, data in (("one.pdf", pdf), ("one.jwt", one.credential.encode())):
        assert "Do not rely on this file" in stranger.post("/check", files={"file": (name, data)}).text


def test_other_firms_a_code_tells_nothing_of_them(service, around, all_):
    """A page of one attestation names no other code, and no address lists them to strangers."""
    other = attested.issued(around.here, around.lead, around.at(Stage.SUBMITTED))
    page = public(service, all_["en"], "en")
    assert other.id not in page
    assert service.browser().get("/attestations").status_code == 303


def escaped(words: str) -> str:
    """Return words as they stand in HTML."""
    return plain(words.replace("&", "&amp;").replace('"', "&#34;").replace("'", "&#39;"))
