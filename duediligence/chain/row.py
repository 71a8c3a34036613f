"""One line of a list as a party and its terms; what a cell does not say is noted by its place.

A country or region that nobody knows stays in the address, a role or good that is no
code stays in the words on work: the words are the firm's own, and nothing is guessed.
A registry number without a country is taken for one of Turkmenistan.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from duediligence.chain import cell, party
from duediligence.chain.identifier import Identifier, Scheme, fault, plain
from duediligence.chain.mapping import Field
from duediligence.chain.party import About, PartyRole, PartySite, Terms
from duediligence.chain.words import problem
from questionnaires.problem import Problem

T = TypeVar("T")

HOME = "TM"

_SCHEMES = {
    Field.REGISTRY: Scheme.REGISTRY,
    Field.LEI: Scheme.LEI,
    Field.OS_ID: Scheme.OS_ID,
    Field.GLN: Scheme.GLN,
}
_WHOLE = 100
_SHOWN = 60


class Cells(NamedTuple):
    """The cells of one line by what they mean, each with its place; `notes` takes what they do not say."""

    said: Mapping[Field, list[tuple[str, str]]]
    notes: list[Problem]

    def told(self, role: PartyRole | None) -> tuple[About, Terms]:
        """Return the party and its terms; `role` is that of a line that states none."""
        site = self._site()
        codes, goods = self._goods()
        roles, others = self._roles()
        work = "; ".join(words for words in (*goods, *others, self._words(Field.WORK)) if words)
        months = self._read(Field.MONTHS, cell.months, "CELL_NOT_MONTHS") or ()
        about = About(
            name=self._words(Field.NAME, party.LONGEST_NAME),
            other_names=tuple(words[: party.LONGEST_NAME] for words, _ in self.said.get(Field.OTHER_NAME, ())),
            roles=roles or ((role,) if role else ()),
            sites=(site,),
            identifiers=tuple(self._identifiers(site.country or HOME)),
            goods=codes,
            work=work[: party.LONGEST_WORDS],
            heads=self._read(Field.HEADS, cell.whole, "CELL_NOT_NUMBER"),
            peak_heads=self._read(Field.PEAK_HEADS, cell.whole, "CELL_NOT_NUMBER"),
            months=months,
            tier=self._read(Field.TIER, cell.tier, "CELL_NOT_TIER"),
            note=self._words(Field.NOTE),
        )
        terms = Terms(
            goods=codes,
            share_of_spend=self._read(Field.SHARE_OF_SPEND, _share, "CELL_NOT_SHARE"),
            share_of_labour=self._read(Field.SHARE_OF_LABOUR, _share, "CELL_NOT_SHARE"),
            months=months,
        )
        return party.tidied(about), party.tidied_terms(terms)

    def _words(self, field: Field, most: int = party.LONGEST_WORDS) -> str:
        """Return what all cells of one meaning say, one after the other."""
        found = self.said.get(field, [])
        words = ", ".join(dict.fromkeys(words for words, _ in found))
        if len(words) > most:
            self.notes.append(problem("CELL_TOO_LONG", found[0][1], limit=most))
        return words[:most]

    def _read(self, field: Field, reading: Callable[[str], T | None], otherwise: str) -> T | None:
        """Return what the first cell of one meaning says; None where it says nothing of the kind."""
        for words, where in self.said.get(field, ())[:1]:
            found = reading(words)
            if found is None:
                self.notes.append(problem(otherwise, where, value=words[:_SHOWN]))
            return found
        return None

    def _site(self) -> PartySite:
        unknown: list[str] = []
        codes = {Field.COUNTRY: "", Field.REGION: ""}
        for field, reading in ((Field.COUNTRY, cell.country), (Field.REGION, cell.region)):
            for words, where in self.said.get(field, ())[:1]:
                codes[field] = reading(words) or ""
                if not codes[field]:
                    unknown.append(words)
                    self.notes.append(problem(f"CELL_NOT_{field.upper()}", where, value=words[:_SHOWN]))
        address = ", ".join(words for words in (self._words(Field.ADDRESS), *unknown) if words)
        return PartySite(
            name=self._words(Field.SITE),
            country=codes[Field.COUNTRY] or (HOME if codes[Field.REGION] else ""),
            region=codes[Field.REGION],
            town=self._words(Field.TOWN),
            address=address[: party.LONGEST_WORDS],
        )

    def _goods(self) -> tuple[tuple[str, ...], list[str]]:
        """Return the codes of goods, and the words that are none."""
        codes: list[str] = []
        left: list[str] = []
        for words, where in self.said.get(Field.GOODS, ()):
            found, rest = cell.goods(words)
            codes += found
            left += (rest,) if rest else ()
            if not found:
                self.notes.append(problem("CELL_GOODS_IN_WORDS", where, value=words[:_SHOWN]))
        return tuple(codes), left

    def _roles(self) -> tuple[tuple[PartyRole, ...], list[str]]:
        """Return the roles, and the words that are none."""
        for words, where in self.said.get(Field.ROLE, ()):
            if roles := cell.roles(words):
                return roles, []
            self.notes.append(problem("CELL_NOT_ROLE", where, value=words[:_SHOWN]))
            return (), [words]
        return (), []

    def _identifiers(self, country: str) -> Iterator[Identifier]:
        """Yield the numbers whose shape and check digit are right, and note the others."""
        for field, scheme in _SCHEMES.items():
            for words, where in self.said.get(field, ())[:1]:
                one = plain(Identifier(scheme=scheme, value=words, country=country))
                if found := fault(one, where):
                    self.notes.append(found)
                else:
                    yield one


def _share(words: str) -> float | None:
    found = cell.share(words)
    return found if found is not None and found <= _WHOLE else None
