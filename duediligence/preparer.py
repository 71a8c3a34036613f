"""Who helped a firm to fill in the form, as it says itself when it hands in: an organisation, never a person.

Firms that name the same helper are not asked why their answers are alike. The name is
for the firm and its reviewers; no report, record or copy that travels has a place for it.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from duediligence.chain import spelling
from duediligence.words import problem
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem

LONGEST = 200
"""Characters of a name."""


class Help(StrEnum):
    """Whether anybody helped."""

    NOBODY = "nobody"
    ORGANISATION = "organisation"
    NOT_STATED = "not_stated"


class Preparer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who helped."""

    help: Help = Help.NOT_STATED
    name: str = ""  # of an adviser, a group or an association; "" unless an organisation helped

    @property
    def mark(self) -> str:
        """What spellings of the name in three languages have in common, without the legal form; "" without one."""
        return spelling.sound(self.name)


def faults(one: Preparer) -> Iterable[Problem]:
    """Yield what is wrong with a statement."""
    if one.help is Help.ORGANISATION and not one.mark:
        yield problem("HELPER_MISSING", "name")
    if one.help is not Help.ORGANISATION and one.name:
        yield problem("HELPER_NOT_WANTED", "name")
    if len(one.name) > LONGEST:
        yield problem("HELPER_TOO_LONG", "name", longest=LONGEST)
    for trait in privacy.traits(one.name):
        yield wording.problem("MAY_NAME_A_PERSON", where="name", trait=trait.label)
