"""What one cell of a list says: a number, a share, a country, months, a role; in whatever way people write it.

Each reading returns None, or nothing, where the words do not say such a thing.
"""

import re
from functools import cache
from pathlib import Path

import msgspec

from duediligence.chain.party import MOST_TIERS, PartyRole, faults_of_goods
from duediligence.chain.spelling import folded
from duediligence.chain.words import sentence
from questionnaires import content
from risk_models import reference

_FILE = Path(__file__).parent.parent / "texts" / "chain_cells.yaml"

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[ '’.,][0-9]{3})+|[0-9]+)(?:[.,][0-9]+)?")
_WHOLE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_PARTS = re.compile(r"\s*[,;/+&\n]\s*|\s+(?:and|и|we)\s+")
_SPAN = re.compile(r"\s*(?:-|–|—|\.\.+|…|\bto\b|\bпо\b|\bдо\b)\s*")
_PARTED = re.compile(r"[,;/+\n]")
_ONLY_CODE = re.compile(r"\s*[0-9]{2,4}(?:[. ]?[0-9]{1,3})*\s*")
_LENGTHS = (2, 4, 6, 8, 9, 10)
_HEADS_OF_CODES = frozenset(("", "hs", "code", "kod", "tn", "ved", "tnved", "hskod"))
_LONGEST_CODE = 6
_SHORT = 4  # words in the heading of a line of sums
_DIGIT = re.compile(r"[0-9]+")


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people write things, as the file has it."""

    nothing: tuple[str, ...]
    totals: tuple[str, ...]
    roles: dict[PartyRole, tuple[str, ...]]
    countries: dict[str, tuple[str, ...]]
    regions: dict[str, tuple[str, ...]]
    months: dict[str, tuple[str, ...]]
    tiers: tuple[str, ...]


@cache
def _words() -> _Words:
    return content.read(_FILE, _Words)


def is_nothing(words: str) -> bool:
    """Return whether a cell says that something is not known."""
    return words.strip().casefold() in _nothing()


def is_total(words: str) -> bool:
    """Return whether a cell stands at the head of a line of sums."""
    said = folded(words)
    return any(said == total or said.startswith(f"{total} ") for total in _totals()) and len(said.split()) <= _SHORT


def number(words: str) -> float | None:
    """Return a number, however its thousands and decimals are marked; "1,500" is fifteen hundred, "1,5" is not."""
    plain = words.replace("\u00a0", " ").replace("\u202f", " ").strip().removesuffix("%").strip()
    if not _NUMBER.fullmatch(plain):
        return None
    plain = re.sub(r"[ '’]", "", plain)
    if _WHOLE.fullmatch(plain) and len({sign for sign in plain if sign in ".,"}) == 1:
        return float(re.sub(r"[.,]", "", plain))
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return float(plain)
    return float(re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :])


def share(words: str) -> float | None:
    """Return a percentage; a bare number is one too."""
    plain = words.replace("процентов", "%").replace("проц.", "%").replace("göterim", "%").replace("percent", "%")
    # "12,125" is a share of twelve and an eighth: no share has thousands.
    found = re.fullmatch(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*%?\s*", plain)
    return float(found[1].replace(",", ".")) if found else None


def whole(words: str) -> int | None:
    """Return a count; "about 120" and "~120" are 120."""
    plain = re.sub(r"^(?:about|approx\.?|ca\.?|около|примерно|≈|~|takmynan)\s*", "", words.strip(), flags=re.IGNORECASE)
    found = number(plain)
    return int(found) if found is not None and found >= 0 and found == int(found) else None


def country(words: str) -> str | None:
    """Return the two-letter code of a country by its name in three languages, or by a code."""
    return _countries().get(folded(words))


def region(words: str) -> str | None:
    """Return the code of a velayat or city of Turkmenistan."""
    said = folded(words)
    bare = re.sub(r"\b(?:velayat\w*|welayat\w*|province|region|oblast|gorod|g|sheher\w*|city|v)\b", " ", said)
    return _regions().get(" ".join(bare.split())) or _regions().get(said)


def roles(words: str) -> tuple[PartyRole, ...]:
    """Return the roles that a cell names; none where one of its parts is no role."""
    found = [_roles().get(folded(part)) for part in re.split(r"[,;/+]", words) if part.strip()]
    return tuple(dict.fromkeys(role for role in found if role)) if all(found) else ()


def months(words: str) -> tuple[int, ...] | None:
    """Return the months that a cell names, one by one or as a span; a span may run over the new year."""
    found: set[int] = set()
    for part in _PARTS.split(words.strip()):
        ends = [_months().get(folded(end)) for end in _SPAN.split(part)]
        if None in ends or len(ends) > 2:  # noqa: PLR2004  first and last
            return None
        first, last = (end or 0 for end in (ends[0], ends[-1]))
        found |= {(first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1)}
    return tuple(sorted(found)) or None


def tier(words: str) -> int | None:
    """Return the tier that a cell states: "2", "Tier 2", "2-й уровень"."""
    numbers = _DIGIT.findall(words)
    letters = [word for word in folded(_DIGIT.sub(" ", words)).split() if len(word) > 1]
    if len(numbers) != 1 or any(word not in _tiers() for word in letters) or not 1 <= int(numbers[0][:3]) <= MOST_TIERS:
        return None
    return int(numbers[0])


def goods(words: str) -> tuple[tuple[str, ...], str]:
    """Return the HS codes in a cell, cut to six digits, and the words that are left."""
    codes: list[str] = []
    left: list[str] = []
    for part in _PARTED.split(words):
        whole_part = _good(part) if _ONLY_CODE.fullmatch(part) else ()
        for piece in () if whole_part else part.split():
            found = _good(piece.strip("()"))
            codes += found
            left += () if found else (piece,)
        codes += whole_part
    rest = " ".join(word for word in left if folded(word) not in _HEADS_OF_CODES)
    return tuple(dict.fromkeys(codes)), rest.strip(" ,;:/-()")


def _good(piece: str) -> tuple[str, ...]:
    """Return the code that a piece is, nothing where it is none."""
    digits = re.sub(r"[ .]", "", piece)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in _LENGTHS:
        return ()
    code = digits[:_LONGEST_CODE]
    return () if any(faults_of_goods((code,), "")) else (code,)


@cache
def _nothing() -> frozenset[str]:
    return frozenset(word.casefold() for word in _words().nothing)


@cache
def _totals() -> frozenset[str]:
    return frozenset(map(folded, _words().totals))


@cache
def _tiers() -> frozenset[str]:
    return frozenset(map(folded, _words().tiers)) | frozenset(("ya", "go", "yi", "st", "nd", "rd", "th", "nji", "njy"))


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for one in reference.countries():
        for name in (one.iso2, one.iso3, *one.name.values()):
            found.setdefault(folded(name), one.iso2)
    return found | {folded(name): code for code, names in _words().countries.items() for name in names}


@cache
def _regions() -> dict[str, str]:
    named = {folded(name): one.code for one in reference.regions() for name in (one.code, *one.name.values())}
    return named | {folded(name): code for code, names in _words().regions.items() for name in names}


@cache
def _roles() -> dict[str, PartyRole]:
    named = {folded(role): role for role in PartyRole}
    named |= {folded(name): role for role in PartyRole for name in sentence(f"role_{role}").values()}
    return named | {folded(name): role for role, names in _words().roles.items() for name in names}


@cache
def _months() -> dict[str, int]:
    named = {folded(name): int(month) for month, names in _words().months.items() for name in names}
    return named | {f"{month:02}": month for month in range(1, 13)} | {str(month): month for month in range(1, 13)}
