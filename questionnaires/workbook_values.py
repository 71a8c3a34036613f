"""What one answer cell says, read the way a careful person would read it.

Blanks, letter case and the signs of another keyboard do not change what was
meant; a guess would. So "12,5" is a number and "1,500" is not, because it can
be read in two ways.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from questionnaires.formula import SERIAL_ZERO
from questionnaires.questionnaire import AnyQuestion, Choice, Date, Number, SelectOne, Words
from questionnaires.response import Missing
from questionnaires.text import LANGUAGES, Text, say
from questionnaires.workbook_cells import Cell
from questionnaires.workbook_layout import expected, label
from questionnaires.workbook_words import text, word

Fact: TypeAlias = str | int | Text

LONGEST_REMARK = 2_000
"""What a comment or the references to evidence may hold, in characters."""


class Said(NamedTuple):
    """What a cell says: a value, a reason for none, or nothing; with the codes of what is wrong or odd."""

    value: str | float | Missing | None = None
    problem: str = ""
    note: str = ""
    facts: Mapping[str, Fact] = {}


_NOTHING = Said()
_LONGEST_NUMERAL = 20
_NUMERAL = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_GROUPED = re.compile(r"(?<=[0-9])[ '’](?=[0-9]{3}(?![0-9]))")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].*)?")
_DAY = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})\.?")
_LIKELY_SERIALS = range(20_000, 80_000)  # 1954 to 2119; a smaller number is more likely a slip

_LOOK_ALIKES = str.maketrans("авекмнорстухіјѕ", "abekmhopctyxijs")
_TURKMEN = str.maketrans(
    dict(zip("абвгдежзийклмнопрстуфхцчшыэҗңөүә", "abwgdežziýklmnoprstufhsçşyejňöüä", strict=True))
    | {"ё": "ýo", "ю": "ýu", "я": "ýa"}
)
_YES = frozenset({"x", "х", "+", "v", "✓", "✔", "☑", "1"})
_NO = frozenset({"-", "–", "—", "0", "☐"})


def said(question: AnyQuestion, cell: Cell, language: str) -> Said:
    """Return what the answer cell of `question` says; a blank says nothing.

    Args:
        language: of the form; the labels of other languages are taken as well.
    """
    if trouble := _trouble(cell):
        return trouble
    words = shown(cell)
    if not words:
        return _NOTHING
    reason, note = _reason(words, language)
    if reason is not None:
        return Said(reason, note=note, facts=_taken(words, text(reason.value)))
    match question:
        case SelectOne(choices=choices):
            found = _one_of(choices, cell, language)
        case Number():
            found = _number(question, cell)
        case Date():
            found = _date(question, cell)
        case Words(longest=longest):
            found = remark(cell, longest)
        case _:
            found = Said(problem="CHOICE_NOT_OFFERED", facts={"value": words[:80], "allowed": text("choose_many")})
    formula = cell.formula and not found.problem and not found.note
    return found._replace(note="READ_FORMULA") if formula else found


def ticked(cell: Cell, language: str) -> Said:
    """Return whether a choice is marked: "yes", or no value."""
    if trouble := _trouble(cell):
        return trouble
    words = _plain(shown(cell))
    yes, no = ({_plain(wording) for wording in text(name).values()} for name in ("yes", "no"))
    if cell.value is True or words in yes | _YES:
        return Said("yes")
    if not words or cell.value is False or words in no | _NO:
        return _NOTHING
    if {_folded(words), _transliterated(words)} & {_folded(wording) for wording in yes}:
        return Said("yes", note="READ_OTHER_LETTERS", facts=_taken(shown(cell), text("yes")))
    return Said(problem="CHOICE_NOT_OFFERED", facts={"value": shown(cell)[:80], "allowed": word("yes", language)})


def remark(cell: Cell, longest: int = LONGEST_REMARK) -> Said:
    """Return the free words of a cell, cut at `longest` characters with a problem that says so."""
    if trouble := _trouble(cell):
        return trouble
    words = shown(cell)
    if len(words) > longest:
        return Said(words[:longest], "TEXT_TOO_LONG", facts={"length": len(words), "longest": longest})
    return Said(words or None)


def shown(cell: Cell) -> str:
    """Return the words of a cell as a person sees them, without blanks at the ends."""
    match cell.value:
        case None:
            return ""
        case bool():
            return str(cell.value).upper()
        case float() as number:
            return f"{number * 100:.12g} %" if cell.percent else f"{number:.15g}"
        case date() as day:
            return day.isoformat()
        case words:
            return words.strip()


def yes_or_no(cell: Cell) -> Said:
    """Return "yes" or "no" as the cell says it in any language, a problem otherwise."""
    if trouble := _trouble(cell):
        return trouble
    words = _plain(shown(cell))
    for answer, signs in (("yes", {"true", "1"}), ("no", {"false", "0"})):
        if words in signs | {_plain(wording) for wording in text(answer).values()}:
            return Said(answer)
    if not words:
        return _NOTHING
    allowed = {language: f"«{word('yes', language)}», «{word('no', language)}»" for language in LANGUAGES}
    return Said(problem="CHOICE_NOT_OFFERED", facts={"value": shown(cell)[:80], "allowed": allowed})


def day_said(cell: Cell) -> Said:
    """Return the day that the cell names, as an ISO date."""
    if trouble := _trouble(cell):
        return trouble
    day = _day(cell)
    if day is not None:
        return Said(day.isoformat())
    words = shown(cell)
    return Said(problem="DATE_EXPECTED", facts={"value": words[:80]}) if words else _NOTHING


def _trouble(cell: Cell) -> Said | None:
    """Return what keeps a cell from being read at all."""
    if cell.error:
        return Said(problem="CELL_ERROR", facts={"value": cell.error})
    if cell.formula and cell.value is None:
        return Said(problem="FORMULA_WITHOUT_VALUE")
    return None


def _plain(words: str) -> str:
    """Return `words` so that what looks the same to a person is the same."""
    return " ".join(unicodedata.normalize("NFKC", words).replace("\u200b", "").casefold().split())


def _folded(words: str) -> str:
    """Return `words` with Cyrillic letters that look like Latin ones made Latin."""
    return _plain(words).translate(_LOOK_ALIKES)


def _transliterated(words: str) -> str:
    """Return Turkmen words in the Latin alphabet, as `_folded` would give them."""
    plain = re.sub(r"\bе", "ýe", _plain(words))
    return plain.translate(_TURKMEN)


def _taken(words: str, wording: Text) -> dict[str, Fact]:
    return {"value": words[:80], "taken": wording}


def _reason(words: str, language: str) -> tuple[Missing | None, str]:
    """Return the reason for no value that `words` name, and the code of what is odd about it."""
    plain = _plain(words)
    for reason in Missing:
        wordings = {code: _plain(wording) for code, wording in text(reason.value).items()}
        if plain == wordings[language] or plain == reason.value:
            return reason, "READ_NOT_APPLICABLE" if reason is Missing.NOT_APPLICABLE else ""
        if plain in wordings.values():
            return reason, "READ_OTHER_LANGUAGE"
    return None, ""


def _one_of(choices: tuple[Choice, ...], cell: Cell, language: str) -> Said:
    """Return the choice that the cell names, in whatever language or letters."""
    words = shown(cell)
    if isinstance(cell.value, bool):
        words = "yes" if cell.value else "no"
    plain = _plain(words)
    for choice in choices:
        if plain in (_plain(label(choice, language)), choice.id):
            return Said(choice.id)
    for code, readings in (
        ("READ_OTHER_LANGUAGE", _in_other_languages(choices, language, plain)),
        ("READ_OTHER_LETTERS", _in_other_letters(choices, language, plain)),
    ):
        found = {choice.id: choice for choice in readings}
        if len(found) == 1:
            ((name, choice),) = found.items()
            return Said(name, note=code, facts=_taken(words, choice.label))
    allowed = {code: ", ".join(f"«{label(choice, code)}»" for choice in choices) for code in LANGUAGES}
    return Said(problem="CHOICE_NOT_OFFERED", facts={"value": words[:80], "allowed": allowed})


def _in_other_languages(choices: Iterable[Choice], language: str, plain: str) -> Iterator[Choice]:
    for choice in choices:
        if any(_plain(wording) == plain for code, wording in choice.label.items() if code != language and wording):
            yield choice


def _in_other_letters(choices: Iterable[Choice], language: str, plain: str) -> Iterator[Choice]:
    readings = {_folded(plain), _transliterated(plain)}
    for choice in choices:
        wording = say(choice.label, language)
        if {_folded(wording), _plain(wording)} & readings:
            yield choice


def _number(question: Number, cell: Cell) -> Said:
    """Return the quantity that the cell names, if the question allows it."""
    number, percent, code = _quantity(cell)
    low, high = question.minimum, question.maximum
    if not code and percent and not _in_percent(question):
        code = "NUMBER_NOT_PERCENT"
    if not code and question.whole and not number.is_integer():
        code = "NUMBER_NOT_WHOLE"
    if not code and ((low is not None and number < low) or (high is not None and number > high)):
        code = "NUMBER_OUT_OF_RANGE"
    if not code:
        return Said(number)
    wanted = {language: expected(question, language) for language in LANGUAGES}
    return Said(problem=code, facts={"value": shown(cell)[:80], "expected": wanted})


def _quantity(cell: Cell) -> tuple[float, bool, str]:
    """Return the number in a cell, whether it is a percentage, and what is wrong with it."""
    if isinstance(cell.value, float):
        return (round(cell.value * 100, 9) if cell.percent else cell.value), cell.percent, ""
    if not isinstance(cell.value, str):
        return 0.0, False, "NUMBER_EXPECTED"
    words = _GROUPED.sub("", unicodedata.normalize("NFKC", shown(cell)).replace("\u2212", "-"))
    bare = words.removesuffix("%").strip()
    if _AMBIGUOUS.fullmatch(bare):
        return 0.0, False, "NUMBER_AMBIGUOUS"
    if not _NUMERAL.fullmatch(bare) or len(bare) > _LONGEST_NUMERAL:
        return 0.0, False, "NUMBER_EXPECTED"
    return float(bare.replace(",", ".")), words != bare, ""


def _in_percent(question: Number) -> bool:
    return any("%" in unit or "percent" in unit.casefold() for unit in question.unit.values())


def _date(question: Date, cell: Cell) -> Said:
    """Return the day that the cell names, if the question allows it."""
    found = day_said(cell)
    day = _day(cell)
    outside = day is not None and (
        (question.earliest is not None and day < question.earliest)
        or (question.latest is not None and day > question.latest)
    )
    return Said(problem="DATE_OUT_OF_RANGE", facts={"value": shown(cell)}) if outside else found


def _day(cell: Cell) -> date | None:
    """Return the day in a cell: a date, its serial number, ISO, or day.month.year."""
    match cell.value:
        case date() as day:
            return day
        case bool():
            return None
        case float() as serial if int(serial) in _LIKELY_SERIALS and not cell.percent:
            return date.fromordinal(SERIAL_ZERO) + timedelta(days=int(serial))
        case str() as words:
            plain = words.strip()
            if found := _ISO_DAY.fullmatch(plain):
                return _calendar(found[1], found[2], found[3])
            if found := _DAY.fullmatch(plain):
                return _calendar(found[3], found[2], found[1])
    return None


def _calendar(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
