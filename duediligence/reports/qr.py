"""QR codes as SVG: drawn into a page itself, whose policy lets no picture come from elsewhere, and onto paper."""

import io

import segno

_QUIET = 4
"""Light squares around a code, which cameras look for."""


def qr(words: str) -> str:
    """Return words as a QR code, dark on light whatever stands around it; a sixth of it may be lost."""
    drawing = io.BytesIO()
    segno.make_qr(words, error="m").save(
        drawing, kind="svg", border=_QUIET, light="#fff", omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawing.getvalue().decode().strip()
