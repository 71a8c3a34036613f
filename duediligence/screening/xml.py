"""One XML part of an office file, read event by event.

The reader collects words into rows and stops at the first thing that acts by
itself or reaches out of the file. Names are compared without their namespace: a
file that calls its elements otherwise is not read by office programs either.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from duediligence.screening.row import Place, Row
from duediligence.screening.words import problem
from questionnaires.problem import Problem


class Refused(Exception):
    """Reading stops; `problem` says why."""

    def __init__(self, why: Problem) -> None:
        """Keep the reason, as it is told to people."""
        super().__init__(why.code)
        self.problem = why


class Family(NamedTuple):
    """What the elements of a family of formats are called."""

    words: frozenset[str]
    cell: str
    row: str
    table: str
    paragraph: frozenset[str]
    place: Place  # of a row


WORKBOOK = Family(frozenset({"t", "v"}), "c", "row", "worksheet", frozenset({"si", "comment", "p"}), Place.SHEET)
DOCUMENT = Family(frozenset({"t", "delText"}), "tc", "tr", "tbl", frozenset({"p"}), Place.TABLE)
OPEN_DOCUMENT = Family(frozenset({"p", "h"}), "table-cell", "table-row", "table", frozenset({"p", "h"}), Place.SHEET)

_LONGEST_NUMBER = 8
_LONGEST_FIELD = 40  # by then it has said what it does
_BLANKS = {"tab", "br", "s", "line-break", "cr"}
_MACRO_TYPES = re.compile(r"macroEnabled|vbaProject|activeX", re.IGNORECASE)
_PACKAGED = re.compile(r"/(?:oleObject|package|aFChunk|attachedTemplate|externalLink\w*|control|vbaProject)$")
_ADDRESS = re.compile(r"\s*(?!data:image/)(?:[a-z][a-z0-9+.-]*:|[/\\]|\.\.[/\\])", re.IGNORECASE)
_FIELD = re.compile(r"\s*(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|QUOTE)\b", re.IGNORECASE)
_FORMULA = re.compile(
    r"\b(?:DDE|WEBSERVICE|IMAGE|RTD|CALL|REGISTER(?:\.ID)?|EXEC)\s*\(|\w\|['\w][^|]*!|[\['](?:file|https?|ftp|smb):",
    re.IGNORECASE,
)
_REFUSED = {
    **dict.fromkeys(("event-listener", "script", "applet", "plugin"), "FILE_WITH_MACROS"),
    **dict.fromkeys(("dde-source", "dde-link", "dde-connection-decl"), "FILE_WITH_LINKS"),
    "encryption-data": "FILE_LOCKED",
}


def parse(name: str, part: bytes, family: Family, shared: list[str]) -> list[Row]:
    """Return the words of one part, row by row.

    Args:
        name: of the part in its archive.
        part: its bytes.
        family: what its elements are called.
        shared: the strings that cells refer to by number; filled while they are read.

    Raises:
        Refused: it is not XML, or holds what no evidence needs.
    """
    reader = _Reader(name, family, shared)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.letters
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise Refused(problem("FILE_DAMAGED")) from error
    return reader.rows


class _Reader:
    """What was read so far; its methods are called by the parser."""

    def __init__(self, name: str, family: Family, shared: list[str]) -> None:
        self.rows: list[Row] = []
        self._name = name
        self._family = family
        self._shared = shared
        self._depth = 0  # within elements that hold words
        self._words: list[str] = []
        self._cells: list[str] = []
        self._in_cell = False
        self._by_number = False  # the cell names a shared string
        self._code: list[str] | None = None  # the formula or field that is being read
        self._field = ""  # its first letters, from all pieces
        self._sheet = ""
        self._tables = self._row = self._paragraph = 0
        self._lines = 1  # that the row stands for
        self._enter: dict[str, Callable[[dict[str, str]], None]] = {
            family.table: self._enter_table,
            family.row: self._enter_row,
            family.cell: self._enter_cell,
            "Relationship": self._relation,
            "fldChar": self._enter_field,
            "fldSimple": lambda facts: self._field_code(facts.get("instr", "")),
            "f": self._enter_code,
            "instrText": self._enter_code,
        }

    def doctype(self, *_: object) -> None:
        """Refuse definitions: they can multiply, and fetch."""
        self._refuse("FILE_UNSAFE_XML")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        element = _local(tag)
        facts = {_local(name): value for name, value in attributes.items()}
        if element in _REFUSED:
            self._refuse(_REFUSED[element])
        if facts:
            self._reference(element, facts)
        if element in self._enter:
            self._enter[element](facts)
        if element in self._family.words:
            self._depth += 1
        elif element in _BLANKS and self._words:
            self._words.append(" ")

    def letters(self, letters: str) -> None:
        """Take letters between two tags."""
        if self._code is not None:
            self._code.append(letters)
        elif self._depth:
            self._words.append(letters)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        element = _local(tag)
        family = self._family
        if element in family.words:
            self._depth -= 1
        if element == "f":
            self._formula("".join(self._code or ()))
            self._code = None
        elif element == "instrText":
            self._field = (self._field + "".join(self._code or ())).lstrip()[:_LONGEST_FIELD]
            self._field_code(self._field)
            self._code = None
        elif element == family.cell:
            self._leave_cell()
        elif element == family.row:
            self._leave_row()
        elif element in family.paragraph:
            self._leave_paragraph(element)

    def _enter_table(self, facts: dict[str, str]) -> None:
        self._leave_row()
        self._tables += 1
        self._sheet = facts.get("name") or self._own_sheet()
        self._row, self._lines = 0, 1

    def _own_sheet(self) -> str:
        """Return the name of the part of a workbook, and the number of a table in a text."""
        return self._name.rpartition("/")[2].removesuffix(".xml") if self._family is WORKBOOK else str(self._tables)

    def _enter_row(self, facts: dict[str, str]) -> None:
        self._leave_row()  # a table within a cell: what its row holds so far must not be lost
        self._row = _count(facts.get("r", ""), self._row + self._lines)
        self._lines = _count(facts.get("number-rows-repeated", ""), 1)

    def _enter_cell(self, facts: dict[str, str]) -> None:
        self._in_cell, self._by_number = True, facts.get("t") == "s"
        self._words = []

    def _leave_cell(self) -> None:
        words = "".join(self._words)
        if self._by_number:
            place = _count(words, len(self._shared))
            words = self._shared[place] if place < len(self._shared) else ""
        self._cells.append(words)
        self._words, self._in_cell, self._by_number = [], False, False

    def _leave_row(self) -> None:
        if any(cell.strip() for cell in self._cells):
            self.rows.append(Row(self._family.place, self._sheet, self._row, tuple(self._cells)))
        self._cells = []

    def _leave_paragraph(self, element: str) -> None:
        """Take a paragraph outside of tables as a row of its own; one within a cell only ends its word."""
        if self._in_cell:
            self._words.append(" ")
            return
        words = "".join(self._words)
        self._words = []
        self._paragraph += 1
        if element == "si":
            self._shared.append(words)
        elif words.strip():
            self.rows.append(Row(Place.PARAGRAPH, "", self._paragraph, (words,)))

    def _relation(self, facts: dict[str, str]) -> None:
        kind = facts.get("Type", "")
        outside = facts.get("TargetMode", "").lower() == "external" and not kind.endswith("/hyperlink")
        if outside or _PACKAGED.search(kind):
            self._refuse("FILE_WITH_LINKS")

    def _reference(self, element: str, facts: dict[str, str]) -> None:
        """Refuse declared programs, formulas that act, and addresses that are fetched without being clicked."""
        if element in {"Override", "Default"} and _MACRO_TYPES.search(facts.get("ContentType", "")):
            self._refuse("FILE_WITH_MACROS")
        self._formula(facts.get("formula", ""))
        clicked = element in {"a", "template"}  # a template is named, never fetched
        if not clicked and _ADDRESS.match(facts.get("href", "")):
            self._refuse("FILE_WITH_LINKS")

    def _enter_field(self, _: dict[str, str]) -> None:
        self._field = ""

    def _enter_code(self, _: dict[str, str]) -> None:
        self._code = []

    def _field_code(self, code: str) -> None:
        if _FIELD.match(code):
            self._refuse("FILE_WITH_LINKS")

    def _formula(self, formula: str) -> None:
        if formula and _FORMULA.search(formula):
            self._refuse("FILE_WITH_LINKS")

    def _refuse(self, code: str) -> NoReturn:
        raise Refused(problem(code, self._name[:80], part=self._name[:80]))


def _count(words: str, otherwise: int) -> int:
    """Return a number that a file states, or `otherwise` where it states none that makes sense."""
    plain = words.isascii() and words.isdecimal() and len(words) <= _LONGEST_NUMBER
    return int(words) if plain else otherwise


@lru_cache(1_024)  # a part has few names and uses each of them a hundred thousand times
def _local(name: str) -> str:
    return name.rpartition(" ")[2]
