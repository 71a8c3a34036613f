"""Whether a party is one that the register knows already: candidates, each with its reasons.

A name alone decides nothing. What speaks for and against is told apart, and a person
decides; only what is the same to the letter, or bears the same checked number, is
proposed as the same.

    likeness of names      0 to 95: the best of their folded spellings and of their
                           sounds, over all names of both (rapidfuzz, words in any order)
    same number            the score is 100; proposed as the same where the names are not unlike
    other number           of the same scheme: 25 less
    other digits           "Unit 1" and "Unit 2": 20 less
    same town or address   6 more, at most 100
    other country          15 less
    other town             4 less

A candidate is shown from 80 on. Only parties that share a number, a word by sound
or the beginning of one are looked at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import msgspec

from duediligence.chain.identifier import Identifier, Scheme
from duediligence.chain.likeness import likeness, likeness_in_any_order
from duediligence.chain.party import About
from duediligence.chain.spelling import core, folded, same_word, sound
from duediligence.chain.words import sentence
from questionnaires.text import Text

ENOUGH = 80
"""From which score on a candidate is shown."""

MOST = 5
"""Candidates of one party."""

_NAME_ALONE = 0.95
_SAME_NUMBER = 100.0
_OTHER_NUMBER = -25.0
_OTHER_DIGITS = -20.0
_SAME_PLACE = 6.0
_OTHER_COUNTRY = -15.0
_OTHER_TOWN = -4.0
_LEAST = (ENOUGH - _SAME_PLACE) / _NAME_ALONE
"""Names less like than this are no candidates, wherever the two are."""

_LOOKED_AT = 60
_COMMON = 400
_BEGINNING = 4
_ALIKE = 90
_NOT_UNLIKE = 60


_Readings: TypeAlias = tuple[str, str, str]


class Why(StrEnum):
    """What speaks for or against two parties being one; the value names its sentence."""

    SAME_NUMBER = "match_same_number"
    OTHER_NUMBER = "match_other_number"
    SAME_NAME = "match_same_name"
    OTHER_SPELLING = "match_other_spelling"
    OTHER_FORM = "match_other_form"
    ALIKE = "match_alike"
    OTHER_DIGITS = "match_other_digits"
    SAME_TOWN = "match_same_town"
    SAME_ADDRESS = "match_same_address"
    OTHER_TOWN = "match_other_town"
    OTHER_COUNTRY = "match_other_country"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that speaks for or against; `fact` is what is the same or not."""

    why: Why
    fact: str = ""

    def told(self) -> Text:
        """Return it in words."""
        return sentence(self.why, fact=self.fact)


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A known party that may be the same, with a score of 0 to 100 and everything that speaks for and against."""

    party: str
    score: int
    reasons: tuple[Reason, ...]
    certain: bool  # the same number, or name and town to the letter, and nothing against it


class Decision(StrEnum):
    """What a person said of two parties."""

    SAME = "same"
    DIFFERENT = "different"
    LATER = "later"


class Index(NamedTuple):
    """Known parties by id, by their numbers and by the words of their names; and how each name may be read."""

    known: Mapping[str, About]
    numbers: Mapping[tuple[Scheme, str], list[str]]
    words: Mapping[str, list[str]]
    readings: Mapping[str, list[_Readings]]


def indexed(known: Mapping[str, About]) -> Index:
    """Return known parties made ready for many questions."""
    numbers: dict[tuple[Scheme, str], list[str]] = {}
    words: dict[str, list[str]] = {}
    for party, about in known.items():
        for one in about.identifiers:
            numbers.setdefault((one.scheme, one.key), []).append(party)
        for word in _words(about):
            words.setdefault(word, []).append(party)
    return Index(known, numbers, words, {party: [*map(_readings, _all(one))] for party, one in known.items()})


def candidates(index: Index, about: About, *, but: Iterable[str] = ()) -> tuple[Candidate, ...]:
    """Return the known parties that may be this one, the likeliest first, at most `MOST`.

    Args:
        index: of the known parties.
        about: what is said of it.
        but: parties that it is not.
    """
    apart = set(but)
    found = (compared(about, party, index.known[party]) for party in _worth_a_look(index, about) if party not in apart)
    likely = [one for one in found if one.score >= ENOUGH]
    return tuple(sorted(likely, key=lambda one: (-one.certain, -one.score, one.party))[:MOST])


def compared(about: About, party: str, known: About) -> Candidate:
    """Return how like a known party is to what is said, whatever the score."""
    likeness, told = _names(about, known)
    weighed = [(_NAME_ALONE * likeness, told), *_numbers(about, known), *_digits(about, known), *_places(about, known)]
    reasons = tuple(reason for _, reason in weighed)
    whys = {reason.why for reason in reasons}
    against = whys & {Why.OTHER_NUMBER, Why.OTHER_COUNTRY, Why.OTHER_DIGITS}
    score = _SAME_NUMBER if Why.SAME_NUMBER in whys else sum(points for points, _ in weighed)
    letter = Why.SAME_NAME in whys and bool(whys & {Why.SAME_TOWN, Why.SAME_ADDRESS})
    number = Why.SAME_NUMBER in whys and likeness >= _NOT_UNLIKE
    return Candidate(
        party=party,
        score=round(max(0.0, min(100.0, score))),
        reasons=reasons,
        certain=not against and (letter or number),
    )


def _names(about: About, known: About) -> tuple[float, Reason]:
    """Return the likeness of the two most alike names, and what makes it."""
    pairs = ((one, other) for one in _all(about) for other in _all(known))
    found = [(_likeness(_readings(one), _readings(other)), other, _how(one, other)) for one, other in pairs]
    best, name, why = max(found, key=lambda one: (one[0], one[2] is Why.SAME_NAME))
    return best, Reason(why=why, fact=name)


@lru_cache(maxsize=100_000)
def _readings(name: str) -> _Readings:
    """Return the readings of a name that are compared: its words in one order, and its sounds without blanks."""
    plain, heard = core(name), sound(name)
    return " ".join(sorted(plain.split())), " ".join(sorted(heard.split())), heard.replace(" ", "")


def _likeness(ours: _Readings, theirs: _Readings, least: float = 0.0) -> float:
    """Return how like two names are, 0 to 100; 0 where they are less like than `least`."""
    return max(likeness(one, other, least=least) for one, other in zip(ours, theirs, strict=True))


def _how(ours: str, theirs: str) -> Why:
    if folded(ours) == folded(theirs):
        return Why.SAME_NAME
    if core(ours) == core(theirs):
        return Why.OTHER_FORM
    if sorted(sound(ours).split()) == sorted(sound(theirs).split()):
        return Why.OTHER_SPELLING
    return Why.ALIKE


def _numbers(about: About, known: About) -> Iterator[tuple[float, Reason]]:
    """Yield what the numbers say: one in common, or different ones where a party has but one."""
    ours, theirs = _by_scheme(about.identifiers), _by_scheme(known.identifiers)
    for scheme, country in ours.keys() & theirs.keys():
        mine, yours = ours[scheme, country], theirs[scheme, country]
        if common := sorted(mine & yours):
            yield 0.0, Reason(why=Why.SAME_NUMBER, fact=common[0])
        elif scheme is not Scheme.GLN:  # a party has a GLN for each of its places
            yield _OTHER_NUMBER, Reason(why=Why.OTHER_NUMBER, fact=min(yours))


def _digits(about: About, known: About) -> Iterator[tuple[float, Reason]]:
    ours, theirs = (_digits_of(one.name) for one in (about, known))
    if ours != theirs:
        yield _OTHER_DIGITS, Reason(why=Why.OTHER_DIGITS, fact=known.name)


def _places(about: About, known: About) -> Iterator[tuple[float, Reason]]:
    """Yield what the places say; what either does not know says nothing."""
    ours, theirs = ({site.country for site in one.sites if site.country} for one in (about, known))
    if ours and theirs and not ours & theirs:
        yield _OTHER_COUNTRY, Reason(why=Why.OTHER_COUNTRY, fact=", ".join(sorted(theirs)))
        return
    towns = [(one, other) for one in _towns(about) for other in _towns(known)]
    if same := next((other for one, other in towns if same_word(one, other)), ""):
        yield _SAME_PLACE, Reason(why=Why.SAME_TOWN, fact=same)
        return
    addresses = [(one.address, other.address) for one in about.sites for other in known.sites]
    if near := next((other for one, other in addresses if one and other and _alike(one, other)), ""):
        yield _SAME_PLACE, Reason(why=Why.SAME_ADDRESS, fact=near)
    elif towns:
        yield _OTHER_TOWN, Reason(why=Why.OTHER_TOWN, fact=towns[0][1])


def _alike(one: str, other: str) -> bool:
    return likeness_in_any_order(folded(one), folded(other)) >= _ALIKE


def _by_scheme(identifiers: Sequence[Identifier]) -> dict[tuple[Scheme, str], set[str]]:
    found: dict[tuple[Scheme, str], set[str]] = {}
    for one in identifiers:
        found.setdefault((one.scheme, one.country), set()).add(one.value)
    return found


def _all(about: About) -> tuple[str, ...]:
    return (about.name, *about.other_names)


def _towns(about: About) -> list[str]:
    return [site.town for site in about.sites if site.town]


def _digits_of(name: str) -> list[str]:
    return sorted("".join(sign if sign.isdecimal() else " " for sign in core(name)).split())


def _worth_a_look(index: Index, about: About) -> list[str]:
    """Return the parties with the same number, and those with the most and rarest words in common."""
    near = [party for one in about.identifiers for party in index.numbers.get((one.scheme, one.key), ())]
    shared: Counter[str] = Counter()
    for word in _words(about):
        holders = index.words.get(word, ())
        if len(holders) <= _COMMON:
            shared.update(dict.fromkeys(holders, 1_000 // max(len(holders), 1)))
    ours = [_readings(name) for name in _all(about)]
    likely = (
        party
        for party, _ in shared.most_common(_LOOKED_AT)
        if any(_likeness(one, other, _LEAST) for one in ours for other in index.readings[party])
    )
    return list(dict.fromkeys([*near, *likely]))


def _words(about: About) -> set[str]:
    """Return by what a party is found: the words of its names by sound, and how each begins."""
    words = {word for name in _all(about) for word in (*sound(name).split(), sound(name).replace(" ", ""))}
    return words | {f"{word[:_BEGINNING]}…" for word in words if len(word) > _BEGINNING}
