"""What a person filled in wrongly: a value, never an exception.

Problems are collected, all of them at once, and each says what is wrong, where,
and what to do about it, in every language.
"""

import msgspec

from questionnaires.text import Text


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing to mend or to look at again."""

    code: str  # stable, in capitals: ANSWER_OUT_OF_RANGE
    where: str  # a sheet and cell, or the id of a question
    question: str = ""
    detail: Text
