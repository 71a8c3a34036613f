"""The face of an issued report and its dossier: what, who judged, on what, what not, and whether it still stands."""

from datetime import date

import msgspec
import pytest
from issued_cases import ADDRESS, CASES, TOMATOES, YARN, attestation, dossier_of, whole
from report_cases import ON, report_of

from duediligence.dossier import Dossier
from duediligence.library import banned
from duediligence.proof.attestation import FaceGood, grouped
from duediligence.reports import Copy, texts
from duediligence.reports.compose_dossier import country, dossier_part
from duediligence.reports.compose_issued import issued
from duediligence.review import Label
from duediligence.shipment import DocumentKind
from questionnaires.text import LANGUAGES, say
from risk_models.dossier import Status

EVERY = [(name, language) for name in CASES for language in LANGUAGES]


def face(name: str, language: str = "en", **changed: object):
    one = msgspec.structs.replace(attestation(name, language), **changed)
    report, _ = whole(name, language)
    assert report.issued
    return issued(report, one, address=ADDRESS, on=ON, dossier=report.issued.dossier).issued


def facts_of(found) -> dict[str, str]:
    return {fact.label: fact.value for fact in found.facts}


def all_words(value: object) -> str:
    return msgspec.json.encode(value).decode()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_it_says_for_which_goods_and_where_they_go(name, language):
    told = " ".join(facts_of(face(name, language)).values())
    destination = {YARN: "US", TOMATOES: "DE"}[name]
    assert country(destination, language) in told
    assert dossier_of(name).goods[0].name in told
    assert dossier_of(name).shipment.reference in told


def test_it_says_until_when_it_stands_and_why():
    until = facts_of(face(TOMATOES))["Holds until"].replace("\N{NO-BREAK SPACE}", " ")
    assert until == "21 May 2027. A report of this kind holds for 6 months from its date."


def test_a_year_is_named_as_the_reason_where_it_is():
    told = facts_of(face(TOMATOES, expires=date(2027, 11, 21), expires_because="twelve_months"))
    assert "No attestation holds for more than twelve months" in told["Holds until"]


def test_the_code_is_in_groups_that_can_be_read_out():
    assert grouped("7QK4M0ZT8R2WXCP5N3HD") == "7QK4M-0ZT8R-2WXCP-5N3HD"


def test_many_goods_are_counted_and_not_all_named():
    shipment = attestation(YARN, "en").face.shipment
    assert shipment
    goods = tuple(FaceGood(name=f"Yarn {number}", hs="5205") for number in range(12))
    changed = msgspec.structs.replace(
        attestation(YARN, "en").face, shipment=msgspec.structs.replace(shipment, goods=goods)
    )
    assert facts_of(face(YARN, face=changed))["Goods"].endswith("Yarn 2 (HS 5205), and 9 more")


def test_without_a_shipment_none_is_named():
    plain = msgspec.structs.replace(attestation(YARN, "en").face, shipment=None)
    assert not {"Shipment", "Goods", "Destination"} & facts_of(face(YARN, face=plain)).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_cotton_brings_its_notice_to_the_face_and_nothing_else_does(language):
    assert [one.id for one in face(YARN, language).notices] == ["cotton-gate"]
    assert face(TOMATOES, language).notices == ()


def test_cotton_in_the_goods_alone_brings_the_notice_too():
    report, _ = whole(TOMATOES, "en")
    assert not [one for one in report.notices if one.severity == "gate"]
    part = dossier_part(dossier_of(YARN), "en")
    made = issued(report, attestation(YARN, "en"), address=ADDRESS, on=ON, dossier=part)
    assert made.issued
    assert [one.id for one in made.issued.notices] == ["cotton-gate"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_self_declaration_says_so_behind_every_page(language):
    report, _ = whole(TOMATOES, language)
    assert report.issued
    assert report.issued.watermark == report.head.label.upper()


def test_what_a_reviewer_has_looked_at_carries_no_watermark():
    assert face(YARN, label=Label.DOCUMENTS_REVIEWED).watermark == ""


def test_who_judged_and_how_they_stand_to_the_state_is_on_the_face():
    made = issued(report_of("cotton_farm", "en"), attestation(YARN, "en"), address=ADDRESS, on=ON).issued
    assert made
    told = {fact.label: fact.value for fact in made.judged}
    assert "Türkmenstandartlary" in told["Who judged"]
    assert "This is a government review." in told["Relation to the state"]
    assert told["Declared interests"] == "Advises the buyer"


def test_an_issued_report_says_where_it_can_be_checked_in_place_of_the_missing_register():
    report, _ = whole(YARN, "en")
    assert ADDRESS in report.check.sentences[0]
    assert "no public register" not in " ".join(report.check.sentences)


def test_the_copy_of_the_firm_is_never_issued():
    with pytest.raises(ValueError, match="shared copy"):
        issued(report_of("cotton_farm", "en", Copy.FIRM), attestation(YARN, "en"), address=ADDRESS, on=ON)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_word_clears_a_firm_or_its_goods(name, language):
    report, _ = whole(name, language)
    assert banned()[language].search(all_words(report.issued)) is None


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_ask_of_the_dossier_stands_in_the_report(name, language):
    part = dossier_part(dossier_of(name), language)
    shown = [item.asks for group in part.groups for item in group.items]
    assert len(shown) == len(dossier_of(name).items)
    assert all(any(words.startswith(say(item.text, language)) for words in shown) for item in dossier_of(name).items)


@pytest.mark.parametrize("name", CASES)
def test_the_counts_are_those_of_the_items(name):
    standing = [item.status for item in dossier_of(name).items]
    counts = [fact.value for fact in dossier_part(dossier_of(name), "en").counts]
    assert counts == [str(standing.count(status)) for status in Status]


def test_what_is_not_confirmed_is_marked():
    unsure = {say(item.text, "en") for item in dossier_of(YARN).items if not item.confirmed}
    shown = [item.asks for group in dossier_part(dossier_of(YARN), "en").groups for item in group.items]
    assert unsure == {
        words.removesuffix(" (to be confirmed)") for words in shown if words.endswith("(to be confirmed)")
    }


@pytest.mark.parametrize("name", CASES)
def test_a_remark_that_is_not_confirmed_is_marked(name):
    sentences = dossier_part(dossier_of(name), "en").remarks.sentences
    marked = [words.endswith("(to be confirmed)") for words in sentences]
    assert marked == [not remark.confirmed for remark in dossier_of(name).remarks]


def test_what_is_not_known_says_so():
    _, inputs, chain, documents = dossier_part(dossier_of(TOMATOES), "en").listings
    assert inputs.table.rows[0][-2] == "unknown"
    assert {row[-1] for row in chain.table.rows} == {"unknown"}
    assert documents.table.rows[0][-1] == "–"


def test_a_dossier_without_anything_in_it_says_that_nothing_is_named():
    bare = empty(dossier_of(TOMATOES))
    assert [one.table.rows for one in dossier_part(bare, "en").listings] == [(), (), (), ()]
    assert [one.passage.sentences[0] for one in dossier_part(bare, "en").listings] == [
        "No lot is named.",
        "No input is named.",
        "The firm has named no party of its chain.",
        "No document is named.",
    ]


def empty(one: Dossier) -> Dossier:
    chain = msgspec.structs.replace(one.chain, parties=())
    return msgspec.structs.replace(one, goods=(), inputs=(), lots=(), chain=chain, documents=())


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_document_has_a_name(kind, language):
    papers = tuple(msgspec.structs.replace(one, kind=kind) for one in dossier_of(YARN).documents)
    part = dossier_part(msgspec.structs.replace(dossier_of(YARN), documents=papers), language)
    assert part.listings[3].table.rows[0][0]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_name_of_the_machine_reaches_a_reader(name, language):
    report, _ = whole(name, language)
    assert report.issued
    shown = msgspec.structs.replace(report.issued, qr="", notices=())
    assert report.issued.dossier
    words = all_words(msgspec.structs.replace(shown, dossier=None)) + " ".join(
        cell for listing in report.issued.dossier.listings for row in listing.table.rows for cell in row
    )
    assert not any(one in words for one in ("not_known", "papers.", "status:", "_of_", "self_declared", "us-307"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_says_on_every_page_that_it_is_invented(language):
    words = texts.read(language).say("issued.sample")
    assert face(YARN, language, sample=True, label=Label.DOCUMENTS_REVIEWED).watermark == words
