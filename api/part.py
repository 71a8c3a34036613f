"""What the parts of a page are told: the facts that the macros in `templates/parts` read."""

from datetime import date, datetime

import msgspec

from questionnaires.questionnaire import AnyQuestion
from questionnaires.response import Answer


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of one part; every string is in the language of the page."""


class Link(Part, frozen=True, kw_only=True):
    """A way to somewhere: in the menu, in tabs, in a list of files."""

    label: str
    address: str
    current: bool = False


class Task(Part, frozen=True, kw_only=True):
    """A row of a task list: something to answer, and how far it is."""

    title: str
    address: str
    done: int
    asked: int  # 0 where nothing is asked so far
    look: int = 0  # how many answers deserve another look
    hint: str = ""


class Asked(Part, frozen=True, kw_only=True):
    """A question on its page."""

    question: AnyQuestion
    number: int  # its place among those asked, from 1
    of: int
    answer: Answer = Answer()
    saved: datetime | None = None  # when the answer was last saved
    error: str = ""
    carried: bool = False  # taken from an earlier assessment and not yet confirmed
    helps: tuple[str, ...] = ()  # kinds of evidence that may support it
    files: tuple[Link, ...] = ()
    seen_by: str = ""  # who sees the answer, where no paper is asked for; "" in an assessment of a firm


class Action(Part, frozen=True, kw_only=True):
    """A row of the timeline of a plan."""

    title: str
    address: str
    due: date
    state: str  # open, closed or overdue
    who: str
    text: str = ""


class Column(Part, frozen=True, kw_only=True):
    """The head of a column of a table."""

    label: str
    number: bool = False  # its cells are figures
    address: str = ""  # the page sorted by this column
    sorted: str = ""  # ascending or descending, where the page is
