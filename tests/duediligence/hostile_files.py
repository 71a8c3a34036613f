"""Files as people and attackers send them, made on the spot; none of it is kept as a file."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
P = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "application/vnd.openxmlformats-officedocument"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
SECRET = b"Altyn Asyr street 12"

Parts = dict[str, str | bytes]


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def docx_parts(body: str = "<w:p><w:r><w:t>Wages are paid.</w:t></w:r></w:p>", **more: str | bytes) -> Parts:
    main = f"{OFFICE}.wordprocessingml.document.main+xml"
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override ContentType="{main}"/></Types>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        **more,
    }


def docx(body: str = "<w:p><w:r><w:t>Wages are paid.</w:t></w:r></w:p>", **more: str | bytes) -> bytes:
    return packed(docx_parts(body, **more))


def relations(kind: str, target: str, mode: str = "External") -> str:
    one = f'<Relationship Id="r1" Type="{R}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f'<Relationships xmlns="{P}">{one}</Relationships>'


def xlsx_parts(rows: str = "<row r='1'><c r='A1'><v>12</v></c></row>", **more: str | bytes) -> Parts:
    main = f"{OFFICE}.spreadsheetml.sheet.main+xml"
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override ContentType="{main}"/></Types>',
        "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheet name="Payroll" r:id="r1"/></workbook>',
        "xl/_rels/workbook.xml.rels": relations("worksheet", "worksheets/sheet1.xml", "Internal"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData></worksheet>',
        **more,
    }


def xlsx(rows: str = "<row r='1'><c r='A1'><v>12</v></c></row>", **more: str | bytes) -> bytes:
    return packed(xlsx_parts(rows, **more))


def words(*cells: str, number: int = 1) -> str:
    """Return one row of a sheet that holds words."""
    inner = "".join(f"<c t='inlineStr'><is><t>{cell}</t></is></c>" for cell in cells)
    return f"<row r='{number}'>{inner}</row>"


def odf(kind: str = "text", body: str = "<text:p>Wages are paid.</text:p>", **more: str | bytes) -> bytes:
    spaces = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text", "table", "draw", "script"))
    content = f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>{body}</office:body></office:document-content>'
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, **more})


def pdf(*, root: Mapping[str, object] | None = None, streams: bool = False) -> bytes:
    """Return a PDF of one page; its objects may lie in compressed streams."""
    made = pikepdf.new()
    made.add_blank_page()
    for name, value in (root or {}).items():
        made.Root[name] = value
    mode = pikepdf.ObjectStreamMode.generate if streams else pikepdf.ObjectStreamMode.disable
    out = io.BytesIO()
    made.save(out, object_stream_mode=mode)
    return out.getvalue()


def raw_pdf(*objects: bytes) -> bytes:
    """Return a PDF whose objects stand as they are given."""
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\ntrailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def object_stream(inside: bytes, said: bytes = b"/Type /ObjStm /First 4 /Filter /FlateDecode") -> bytes:
    data = zlib.compress(inside)
    return b"7 0 obj <<" + said + b" /N 1 /Length %d>> stream\n" % len(data) + data + b"\nendstream endobj"


def javascript() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 32), **how: object) -> bytes:
    out = io.BytesIO()
    made = Image.new("RGB", size, "white")
    made.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    made.save(out, kind, **how)
    return out.getvalue()


def photographed(kind: str, orientation: int = 1) -> bytes:
    """Return a picture as a telephone takes it: with a place, an owner, a note and a profile."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = SECRET.decode()  # the owner
    exif[0x8825] = {1: "N", 2: (37.0, 57.0, 0.0), 29: SECRET.decode()}  # GPS
    how: dict[str, object] = {"exif": exif, "icc_profile": b"\x00" * 128 + SECRET}
    match kind:
        case "PNG":
            how["pnginfo"] = PngInfo()
            how["pnginfo"].add_text("Comment", SECRET.decode())
            how["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRET.decode())
        case "JPEG":
            how |= {"comment": SECRET, "xmp": SECRET}
        case _:
            how["xmp"] = SECRET
    return picture(kind, **how)


def png_that_claims(width: int, height: int) -> bytes:
    """Return a small PNG that says it is very large."""
    data = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    body = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", data) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
