"""QR codes, drawn into the page itself: the policy of the pages lets no picture come from elsewhere."""

import segno

_QUIET = 4
"""Light squares around a code, which cameras look for."""


def qr(words: str) -> str:
    """Return an SVG of words as a QR code, dark on light whatever the colours of the page."""
    return segno.make_qr(words, error="m").svg_inline(border=_QUIET, light="#fff", omitsize=True)
