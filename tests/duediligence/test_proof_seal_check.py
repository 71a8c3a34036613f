"""A sealed file that somebody touched is refused, with the reason, whatever the touch: `duediligence.proof.seal_check`.

The attacks are those of public descriptions: incremental saving, signature wrapping,
universal forgery (Mladenov and others, 2018) and shadow attacks: hide, replace, hide and
replace (Mainka and others, 2021).
"""

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from sealed import LATER, key, known, report, sealed, sealed_report

from duediligence.proof import seal, seal_check
from duediligence.proof.own_loop import awaited

WIDE = re.compile(rb"/ByteRange \[[^\]]*\]")


def refusal(data: bytes) -> str:
    """Return why a file is refused, "" where it is not."""
    found = [one.reason for one in seal_check.verify(data, known(), LATER) if one.outcome == "refused"]
    return found[0] if found else ""


@cache
def gap() -> tuple[int, int]:
    """Return where the signature stands in the sealed report."""
    _, begin, end, _ = PdfFileReader(BytesIO(sealed_report())).embedded_signatures[0].byte_range
    return int(begin), int(end)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_a_file_that_nobody_touched_is_not_refused():
    assert refusal(sealed_report()) == ""


@pytest.mark.parametrize("part", range(40))
def test_a_flipped_bit_anywhere_in_what_was_signed_is_refused(part):
    begin, end = gap()
    size = len(sealed_report())
    place = part * size // 40 + 7
    assert not begin <= place < end
    assert refusal(flipped(sealed_report(), place))


@pytest.mark.parametrize("part", range(40))
def test_a_flipped_bit_anywhere_in_the_signature_itself_is_refused(part):
    begin, end = gap()
    assert refusal(flipped(sealed_report(), begin + part * (end - begin) // 40))


@pytest.mark.parametrize("part", range(30))
def test_a_flipped_bit_at_the_end_of_the_file_is_refused(part):
    assert refusal(flipped(sealed_report(), len(sealed_report()) - 1 - 9 * part))


@pytest.mark.parametrize("more", [b"\n", b" ", b"%", b"\n% more\n"])
def test_a_single_byte_after_the_end_is_refused(more):
    assert refusal(sealed_report() + more) == "pdf_added_after"


def test_another_end_after_the_end_is_refused():
    assert refusal(sealed_report() + b"\nstartxref\n0\n%%EOF\n")


def test_bytes_in_front_are_refused():
    assert refusal(b"\n" + sealed_report())


@pytest.mark.parametrize("left", [0, 1, 100, 200_000])
def test_a_file_that_is_cut_off_is_refused(left):
    assert refusal(sealed_report()[:left])


def test_a_page_changed_by_an_incremental_update_is_refused():
    writer = IncrementalPdfFileWriter(BytesIO(sealed_report()))
    words = writer.add_object(StreamObject(stream_data=b"BT ET 0 0 600 800 re f"))
    page = writer.find_page_for_modification(0)[0].get_object()
    page[NameObject("/Contents")] = words
    writer.update_container(page)
    output = BytesIO()
    writer.write(output)
    assert refusal(output.getvalue()) == "pdf_added_after"


def test_an_incremental_update_that_another_key_signs_is_refused():
    writer = IncrementalPdfFileWriter(BytesIO(sealed_report()))
    meta = PdfSignatureMetadata(field_name="More", md_algorithm="sha256")
    signer = PdfSigner(meta, signer=seal._Keyed(key("another")))
    signer._enforce_certification_constraints = lambda _reader: None  # an attacker keeps no rule
    assert refusal(awaited(signer.async_sign_pdf(writer)).getvalue()) == "pdf_signed_again"


def test_a_wider_gap_with_something_hidden_in_it_is_refused():
    begin, end = gap()
    data = sealed_report()
    hidden = b"\n9999 0 obj\n<< /Type /Catalog >>\nendobj\n"
    wrapped = data[:end] + hidden + data[end:]
    _, _, _, length = PdfFileReader(BytesIO(data)).embedded_signatures[0].byte_range
    wanted = b"/ByteRange [0 %d %d %d]" % (begin, end + len(hidden), length)
    assert refusal(WIDE.sub(wanted, wrapped))
    assert refusal(wrapped)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (WIDE, b"/ByteRange [0 0 0 0]"),
        (WIDE, b"/ByteRange null"),
        (WIDE, b""),
        (re.compile(rb"/Contents <[0-9A-F]+>"), b"/Contents <>"),
        (re.compile(rb"/Contents <[0-9A-F]+>"), b"/Contents <00>"),
        (re.compile(rb"/Contents <[0-9A-F]+>"), b""),
    ],
)
def test_a_signature_of_which_a_part_was_taken_out_is_refused(old, new):
    assert refusal(old.sub(new, sealed_report()))


def test_a_signature_moved_to_another_file_is_refused():
    begin, end = gap()
    other = sealed(report("ru"))
    _, here, there, _ = PdfFileReader(BytesIO(other)).embedded_signatures[0].byte_range
    assert there - here == end - begin
    assert refusal(other[:here] + sealed_report()[begin:end] + other[there:]) == "pdf_changed"


def test_a_seal_that_would_allow_changes_is_refused():
    writer = IncrementalPdfFileWriter(BytesIO(report()))
    meta = PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        subfilter=SigSeedSubFilter.PADES,
    )
    loose = awaited(PdfSigner(meta, signer=seal._Keyed(key())).async_sign_pdf(writer)).getvalue()
    assert refusal(loose) == "pdf_changes_allowed"


# Shadow attacks: the file was prepared before it was sealed, and what it shows is changed after.


def page(content: bytes, **more: pikepdf.Object) -> pikepdf.Pdf:
    made = pikepdf.new()
    made.add_blank_page(page_size=(400, 400))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier)
    made.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
    made.pages[0].Contents = made.make_stream(content)
    for name, value in more.items():
        made.Root[f"/{name}"] = value
    return made


def saved(made: pikepdf.Pdf) -> bytes:
    output = BytesIO()
    made.save(output)
    return output.getvalue()


def hide() -> bytes:
    """Return a file whose overlay, which everybody saw when it was sealed, is taken away after."""
    made = page(b"BT /F1 20 Tf 50 200 Td (Risk: critical) Tj ET /Over Do")
    over = made.make_stream(b"1 1 1 rg 40 190 300 40 re f 0 g BT /F1 20 Tf 50 200 Td (Risk: low) Tj ET")
    over.Type, over.Subtype, over.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 400, 400]
    over.Resources = made.pages[0].Resources
    made.pages[0].Resources.XObject = pikepdf.Dictionary(Over=made.make_indirect(over))
    writer = IncrementalPdfFileWriter(BytesIO(sealed_small(saved(made))))
    resources = writer.find_page_for_modification(0)[0].get_object()["/Resources"]
    resources["/XObject"] = DictionaryObject()
    writer.update_container(resources)
    return written(writer)


def replace() -> bytes:
    """Return a file in which a harmless typeface is put in the place of another after the sealing."""
    made = page(b"BT /F1 20 Tf 50 200 Td (0.9) Tj ET")
    writer = IncrementalPdfFileWriter(BytesIO(sealed_small(saved(made))))
    font = writer.find_page_for_modification(0)[0].get_object()["/Resources"]["/Font"]["/F1"]
    font[NameObject("/BaseFont")] = NameObject("/Symbol")
    writer.update_container(font)
    return written(writer)


def hide_and_replace() -> bytes:
    """Return a file that held a second, hidden document when it was sealed, and whose last lines now point to it."""
    made = page(b"BT /F1 20 Tf 50 200 Td (Risk: low) Tj ET")
    hidden = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Catalog, Pages=made.Root.Pages, PageLayout=pikepdf.Name.SinglePage)
    )
    made.Root.Hidden = hidden  # reached from somewhere, so that it is written
    data = sealed_small(saved(made))
    number = PdfFileReader(BytesIO(data)).root.raw_get("/Hidden").idnum
    before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    size = int(re.findall(rb"/Size (\d+)", data)[-1])
    xref = len(data) + 1
    tail = b"\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return data + tail % (size, number, before, xref)


def sealed_small(data: bytes) -> bytes:
    found = sealed(data)
    assert refusal(found) == ""
    return found


def written(writer: IncrementalPdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("attack", [hide, replace, hide_and_replace])
def test_a_shadow_attack_is_refused(attack: Callable[[], bytes]):
    assert refusal(attack()) in {"pdf_added_after", "pdf_not_signed"}


def test_a_file_of_nonsense_is_refused():
    for data in (b"", b"%PDF-1.7", b"%PDF-1.7\n" + b"<" * 10_000, bytes(range(256)) * 100):
        assert refusal(data) in {"pdf_unreadable", "pdf_not_signed"}


def test_a_file_far_larger_than_any_report_is_not_looked_at():
    assert refusal(b"%PDF-1.7" + bytes(seal_check.LARGEST)) == "pdf_too_large"


def test_attachments_of_nonsense_are_an_error_of_the_file():
    with pytest.raises(ValueError, match="attachments"):
        seal_check.attachments(b"%PDF-1.7 nonsense")


def test_a_small_file_that_unpacks_without_end_is_not_unpacked():
    made = pikepdf.new()
    made.add_blank_page()
    made.attachments["assessment.json"] = bytes(seal_check.LARGEST_ATTACHED + 1)
    with pytest.raises(ValueError, match="attachments"):
        seal_check.attachments(saved(made))
