"""What will not do in product lines and shipments: told all at once, each with its place, in three languages."""

from datetime import date

import msgspec
import pytest

from duediligence.shipment import (
    Cotton,
    Document,
    DocumentKind,
    LineAbout,
    Lot,
    ProductInput,
    ShipmentAbout,
)
from duediligence.shipment_check import (
    Known,
    faults_of_line,
    faults_of_shipment,
    tidied_line,
    tidied_shipment,
)
from questionnaires.text import LANGUAGES

KNOWN = Known(sites=("s",), parties=("p",), lines=("l",), assessments=("a",))
LINE = LineAbout(name="Yarn", hs="520512", cotton=Cotton.TURKMEN)
SHIPMENT = ShipmentAbout(reference="1", destination="US")


def in_line(**changes: object) -> set[tuple[str, str]]:
    about = tidied_line(msgspec.structs.replace(LINE, **changes))
    return {(one.code, one.where) for one in faults_of_line(about, KNOWN)}


def in_input(**changes: object) -> set[tuple[str, str]]:
    return in_line(inputs=(ProductInput(**{"name": "Fibre", **changes}),))


def in_shipment(**changes: object) -> set[tuple[str, str]]:
    about = tidied_shipment(msgspec.structs.replace(SHIPMENT, **changes))
    return {(one.code, one.where) for one in faults_of_shipment(about, KNOWN)}


def in_lot(**changes: object) -> set[tuple[str, str]]:
    return in_shipment(lots=(Lot(**{"line": "l", "mark": "1", **changes}),))


def in_document(**changes: object) -> set[tuple[str, str]]:
    return in_shipment(documents=(Document(**{"kind": DocumentKind.INVOICE, **changes}),))


def test_what_is_known_fits():
    fibre = ProductInput(name="Fibre", hs="5201", share=60, country="tm", party="p", cotton=Cotton.TURKMEN)
    assert in_line(sites=("s",), inputs=(fibre,)) == set()
    assert in_shipment(engagement="a", lots=(Lot(line="l", mark="1"),)) == set()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": " "}, ("SHIPPING_NAME_MISSING", "name")),
        ({"name": "n" * 201}, ("SHIPPING_WORDS_TOO_LONG", "name")),
        ({"name": "Yarn of clerk@example.test"}, ("SHIPPING_POINTS_TO_PERSON", "name")),
        ({"hs": ""}, ("SHIPPING_GOOD_MISSING", "hs")),
        ({"hs": "520"}, ("GOOD_UNKNOWN", "hs")),
        ({"sites": ("elsewhere",)}, ("SHIPPING_SITE_UNKNOWN", "sites")),
        ({"cotton": Cotton.NONE}, ("SHIPPING_COTTON_CONTRADICTS_CODE", "cotton")),
        ({"inputs": (ProductInput(name="x"),) * 101}, ("SHIPPING_TOO_MANY", "inputs")),
    ],
)
def test_a_fault_of_a_product_line_names_its_field(changes, found):
    assert in_line(**changes) == {found}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": "", "hs": "5201"}, "SHIPPING_INPUT_NAME_MISSING", "name"),
        ({"hs": "99"}, "GOOD_UNKNOWN", "hs"),
        ({"share": 101}, "SHIPPING_SHARE_OUT_OF_RANGE", "share"),
        ({"share": -1}, "SHIPPING_SHARE_OUT_OF_RANGE", "share"),
        ({"country": "XX"}, "SHIPPING_COUNTRY_UNKNOWN", "country"),
        ({"party": "of another firm"}, "SHIPPING_PARTNER_UNKNOWN", "party"),
        ({"place_name": "+993 12 34 56 78"}, "SHIPPING_POINTS_TO_PERSON", "place_name"),
        ({"hs": "5201", "cotton": Cotton.NONE}, "SHIPPING_COTTON_CONTRADICTS_CODE", "cotton"),
    ],
)
def test_a_fault_of_an_input_names_its_row_and_field(changes, code, field):
    assert in_input(**changes) == {(code, f"inputs[0].{field}")}


def test_shares_over_a_whole_are_told_with_their_sum():
    both = (ProductInput(name="One", share=60), ProductInput(name="Other", share=60))
    (fault,) = faults_of_line(tidied_line(msgspec.structs.replace(LINE, inputs=both)), KNOWN)
    assert (fault.code, fault.where) == ("SHIPPING_SHARES_OVER_WHOLE", "inputs")
    assert all("120" in fault.detail[language] for language in LANGUAGES)


@pytest.mark.parametrize(
    ("whole", "part"), [(Cotton.NONE, Cotton.OTHER), (Cotton.NONE, Cotton.TURKMEN), (Cotton.OTHER, Cotton.MIXED)]
)
def test_cotton_of_an_input_cannot_be_missing_in_the_goods(whole, part):
    found = in_line(hs="6204", cotton=whole, inputs=(ProductInput(name="Cloth", cotton=part),))
    assert found == {("SHIPPING_COTTON_CONTRADICTS_INPUT", "cotton")}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"reference": ""}, ("SHIPPING_REFERENCE_MISSING", "reference")),
        ({"destination": ""}, ("SHIPPING_DESTINATION_MISSING", "destination")),
        ({"destination": "Atlantis"}, ("SHIPPING_COUNTRY_UNKNOWN", "destination")),
        ({"transit": ("TR", "QQ")}, ("SHIPPING_COUNTRY_UNKNOWN", "transit")),
        ({"consignee": "buyer@example.test"}, ("SHIPPING_POINTS_TO_PERSON", "consignee")),
        ({"ships_on": date(1, 1, 1)}, ("SHIPPING_DAY_UNFIT", "ships_on")),
        ({"engagement": "of another firm"}, ("SHIPPING_ASSESSMENT_UNKNOWN", "engagement")),
    ],
)
def test_a_fault_of_a_shipment_names_its_field(changes, found):
    assert in_shipment(**changes) == {found}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"line": "gone"}, "SHIPPING_LINE_UNKNOWN", "line"),
        ({"mark": ""}, "SHIPPING_MARK_MISSING", "mark"),
        ({"quantity": 0}, "SHIPPING_QUANTITY_OUT_OF_RANGE", "quantity"),
        ({"unit": "pood"}, "SHIPPING_UNIT_UNKNOWN", "unit"),
        ({"inputs": ("b" * 81,)}, "SHIPPING_WORDS_TOO_LONG", "inputs"),
        ({"made_from": date(2026, 2, 2), "made_to": date(2026, 2, 1)}, "SHIPPING_DAYS_REVERSED", "made_to"),
    ],
)
def test_a_fault_of_a_lot_names_its_row_and_field(changes, code, field):
    assert in_lot(**changes) == {(code, f"lots[0].{field}")}


def test_goods_do_not_leave_before_they_are_made():
    lot = Lot(line="l", mark="1", made_to=date(2026, 11, 9))
    assert in_shipment(lots=(lot,), ships_on=date(2026, 11, 9)) == set()
    found = in_shipment(lots=(lot,), ships_on=date(2026, 11, 8))
    assert found == {("SHIPPING_LEAVES_BEFORE_MADE", "ships_on")}


def test_a_lot_stands_there_once():
    lots = (Lot(line="l", mark="1"), Lot(line="l", mark=" 1 "))
    assert in_shipment(lots=lots) == {("SHIPPING_MARK_TWICE", "lots[1].mark")}


def test_a_paper_with_a_number_like_that_of_a_passport_is_a_paper():
    assert in_document(number="AB 1234567") == set()


@pytest.mark.parametrize("sha256", ["abc", "g" * 64])
def test_a_digest_has_the_shape_of_one(sha256):
    assert in_document(sha256=sha256) == {("SHIPPING_DIGEST_UNFIT", "documents[0].sha256")}


def test_everything_that_will_not_do_is_told_at_once():
    found = in_shipment(reference="", destination="", lots=(Lot(line="", mark=""),))
    assert {where for _, where in found} == {"reference", "destination", "lots[0].line", "lots[0].mark"}


def test_what_was_typed_is_kept_in_one_form():
    fibre = ProductInput(name=" Cotton  fibre ", hs="52.01", country=" tm ", party="")
    (kept,) = tidied_line(msgspec.structs.replace(LINE, inputs=(fibre, ProductInput(name="")))).inputs
    assert kept == ProductInput(name="Cotton fibre", hs="5201", country="TM")
    paper = Document(kind=DocumentKind.INVOICE, sha256="AB" * 32)
    assert tidied_shipment(msgspec.structs.replace(SHIPMENT, documents=(paper,))).documents[0].sha256 == "ab" * 32
