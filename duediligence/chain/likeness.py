"""How like two words or names are, from 0 to 100.

rapidfuzz is loaded with the first question: the service keeps this module in every
process, and few of them ever ask.
"""


def likeness(one: str, other: str, *, least: float = 0) -> float:
    """Return how like two words are, letter by letter; 0 where it is less than `least`."""
    from rapidfuzz import fuzz

    return fuzz.ratio(one, other, score_cutoff=least)


def likeness_in_any_order(one: str, other: str) -> float:
    """Return how like two names are when their words may stand in any order."""
    from rapidfuzz import fuzz

    return fuzz.token_sort_ratio(one, other)
