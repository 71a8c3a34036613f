"""Numbers and codes by which a business is known, and the digits that tell a slip of the pen.

    LEI           20 letters and digits; read as base 36 and written out, the number
                  leaves 1 when divided by 97 (ISO 17442, ISO 7064 MOD 97-10)
    GLN           13 digits; weighted 1, 3, 1, 3 … from the left they add up to a
                  multiple of 10 (GS1 General Specifications)
    OS ID         country, year, day of the year, five signs and a check sign; the
                  values of the signs add up to the check sign modulo 32, letters of
                  the country by their ASCII code, all others by Crockford's base 32
    registry      the number a country's own register gave; registers differ, so that
                  only its letters and digits are looked at

A check digit that fits shows that nothing was mistyped. It does not show that the
number was ever given to anybody.
"""

import re
from enum import StrEnum

import msgspec

from duediligence.chain.words import problem
from questionnaires.problem import Problem


class Scheme(StrEnum):
    """Who gave a number."""

    REGISTRY = "registry"
    LEI = "lei"
    OS_ID = "os_id"
    GLN = "gln"


class Identifier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number by which a party is known; `country` goes with a registry number and is ISO 3166-1."""

    scheme: Scheme
    value: str
    country: str = ""

    @property
    def key(self) -> str:
        """What two mentions of the same number have in common."""
        return f"{self.country}:{self.value}" if self.scheme is Scheme.REGISTRY else self.value


LONGEST = 40
"""Signs of a registry number, at most."""

_SHAPES = {
    Scheme.LEI: re.compile(r"[0-9A-Z]{18}[0-9]{2}"),
    Scheme.GLN: re.compile(r"[0-9]{13}"),
    Scheme.OS_ID: re.compile(r"[A-Z]{2}(?:19|20)[0-9]{2}[0-3][0-9]{2}[0-9A-HJKMNP-TV-Z]{6}"),
    Scheme.REGISTRY: re.compile(rf"[^\W_]{{2,{LONGEST}}}"),
}
_BETWEEN = re.compile(r"[\s./\\_–—-]+")
_BASE_32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LONGEST_DAY = 366


def plain(one: Identifier) -> Identifier:
    """Return a number in capitals and without the blanks, points and dashes that people group it with."""
    value = _BETWEEN.sub("", one.value).upper()
    country = one.country.upper() if one.scheme is Scheme.REGISTRY else ""
    return Identifier(scheme=one.scheme, value=value, country=country)


def fault(one: Identifier, where: str) -> Problem | None:
    """Return what is wrong with a number that `plain` gave, None where nothing is.

    Args:
        one: the number.
        where: the field or cell it stands in.
    """
    if not _SHAPES[one.scheme].fullmatch(one.value) or (one.scheme is Scheme.OS_ID and not _is_day(one.value)):
        return problem(f"IDENTIFIER_SHAPE_{one.scheme.upper()}", where, value=one.value[:LONGEST])
    if not _checks(one):
        return problem("IDENTIFIER_CHECK", where, value=one.value)
    return None


def schemes_of(value: str) -> tuple[Scheme, ...]:
    """Return the schemes with a check digit that a value fits, its check digit included."""
    checked = (Scheme.LEI, Scheme.GLN, Scheme.OS_ID)
    return tuple(scheme for scheme in checked if not fault(plain(Identifier(scheme=scheme, value=value)), ""))


def _checks(one: Identifier) -> bool:
    match one.scheme:
        case Scheme.LEI:
            return int("".join(str(int(sign, 36)) for sign in one.value)) % 97 == 1
        case Scheme.GLN:
            return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(one.value)) % 10 == 0
        case Scheme.OS_ID:
            country = sum(map(ord, one.value[:2]))
            return _BASE_32[(country + sum(map(_BASE_32.index, one.value[2:-1]))) % 32] == one.value[-1]
        case Scheme.REGISTRY:
            return True


def _is_day(value: str) -> bool:
    return 1 <= int(value[6:9]) <= _LONGEST_DAY
