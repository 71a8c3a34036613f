"""A QR code is a drawing that needs nothing from elsewhere."""

from xml.etree import ElementTree as ET

from duediligence.reports.qr import qr

ADDRESS = "https://labour.example/check/7QK4M0ZT8R2WXCP5N3HD"


def test_it_is_an_image_of_its_own():
    drawing = ET.fromstring(qr(ADDRESS))
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawing.get("viewBox", "").startswith("0 0 ")


def test_it_has_no_style_and_fetches_nothing():
    assert not any(part in qr(ADDRESS) for part in ("style", "class", "href", "url("))


def test_the_same_words_give_the_same_code_and_others_another():
    assert qr(ADDRESS) == qr(ADDRESS) != qr(ADDRESS + "0")
