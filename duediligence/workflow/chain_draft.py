"""A list of partners as whoever sent it sees it before it is taken: small, however long the list is.

All that is wrong or open is counted, and told one by one up to a limit.
"""

from collections.abc import Iterator

import msgspec

from duediligence.chain.mapping import Basis, Field
from duediligence.chain.matching import Decision
from duediligence.chain.party import About, PartyRole
from duediligence.workflow.chain_import import ListReading, Planned, Preview
from questionnaires.problem import Problem
from questionnaires.text import Text

MOST_TOLD = 1_000
"""Problems of lines, and of cells, that are told one by one."""

MOST_ASKED = 200
"""Lines of which it is asked whether they are known already; of more, the question stays open."""

_FIRST = 5
_SEEN_LINES = 40
_EXAMPLES = 3
_LONGEST_EXAMPLE = 40


class ColumnSeen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column and what it means; one without `field` is not kept."""

    column: int  # counted from 0
    heading: str
    field: Field | None
    basis: Basis  # how that is known
    sure: int  # 0 to 100
    examples: tuple[str, ...]  # of its cells


class MayBe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party of the register that a line may mean, with all that speaks for and against."""

    party: str
    name: str
    score: int  # 0 to 100
    reasons: tuple[Text, ...]


class Open(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line that may be somebody who is known already, and what is assumed unless a person says otherwise."""

    mark: str  # by which a decision names it
    lines: tuple[int, ...]
    about: About
    candidates: tuple[MayBe, ...]
    decision: Decision
    party: str | None  # the known one, where the decision is that it is the same


class ListDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list as it would be taken."""

    name: str  # of the file
    sheet: str  # of the workbook; "" of a text
    sheets: tuple[str, ...]
    encoding: str  # of a text; "" of a workbook
    delimiter: str
    role: PartyRole | None
    columns: tuple[ColumnSeen, ...]
    problems: tuple[Problem, ...]  # why it cannot be taken like this; none where it can
    lines: int
    new: int  # parties that come in
    known: int  # parties that were known before
    first: tuple[About, ...]
    left_out: tuple[Problem, ...]  # lines, each by its number
    left_out_count: int
    notes: tuple[Problem, ...]  # cells and columns, each by its place
    notes_count: int
    asked: tuple[Open, ...]
    asked_count: int


def drafted(seen: Preview, wanted: ListReading) -> ListDraft:
    """Return what a person is shown of a list that was looked at as `wanted`."""
    asked = [one for one in seen.plan if one.candidates and not one.settled]
    return ListDraft(
        name=seen.name,
        sheet=seen.sheet.name,
        sheets=seen.sheet.sheets,
        encoding=seen.sheet.encoding,
        delimiter=seen.sheet.delimiter,
        role=wanted.role,
        columns=tuple(_columns(seen)),
        problems=seen.problems,
        lines=len(seen.headed.lines),
        new=sum(one.party is None for one in seen.plan),
        known=sum(one.party is not None for one in seen.plan),
        first=tuple(one.draft.about for one in seen.plan[:_FIRST]),
        left_out=seen.intake.left_out[:MOST_TOLD],
        left_out_count=len(seen.intake.left_out),
        notes=seen.intake.notes[:MOST_TOLD],
        notes_count=len(seen.intake.notes),
        asked=tuple(_open(one, seen, wanted) for one in asked[:MOST_ASKED]),
        asked_count=len(asked),
    )


def _columns(seen: Preview) -> Iterator[ColumnSeen]:
    for one in seen.meanings:
        cells = (line.cells[one.column] for line in seen.headed.lines[:_SEEN_LINES])
        examples = [cell[:_LONGEST_EXAMPLE] for cell in dict.fromkeys(cells) if cell][:_EXAMPLES]
        told = msgspec.structs.asdict(one)
        yield ColumnSeen(examples=tuple(examples), **told)


def _open(one: Planned, seen: Preview, wanted: ListReading) -> Open:
    mark = one.draft.mark
    decided = wanted.decisions.get(mark)
    return Open(
        mark=mark,
        lines=one.draft.lines,
        about=one.draft.about,
        candidates=tuple(
            MayBe(
                party=each.party,
                name=seen.known[each.party].about.name,
                score=each.score,
                reasons=tuple(reason.told() for reason in each.reasons),
            )
            for each in one.candidates
        ),
        decision=Decision.SAME if one.party else decided.decision if decided else Decision.LATER,
        party=one.party,
    )
