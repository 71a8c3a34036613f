"""Where the seal of a report stands on its paper."""

import msgspec


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A box on a page; in points, from the lower left corner of the page."""

    page: int  # from 0
    left: float
    bottom: float
    right: float
    top: float
