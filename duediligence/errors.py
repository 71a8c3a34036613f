"""What may go wrong, in the service's own words; no HTTP in here."""


class DueDiligenceError(Exception):
    """Something the service will not or cannot do, with the reason and the way out."""


class Unusable(DueDiligenceError):
    """A file cannot be used as input."""


class PaperFix(DueDiligenceError):
    """A plan answers a strong sign with rules and training alone."""
