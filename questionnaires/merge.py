"""Two copies of one response: what differs, and what both have changed.

Both copies began as `base`. What only one of them changed is taken; what both
changed alike is taken; what both changed differently is a conflict that a person
decides. Nothing is ever dropped: until it is decided, a conflict keeps the
answer of `ours`, and both sides are shown.
"""

import msgspec

from questionnaires.response import Answer, Response


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One question on which the copies differ; None where a copy has no answer."""

    question: str
    base: Answer | None
    ours: Answer | None
    theirs: Answer | None


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The common response, what was taken from either side, and what must be decided."""

    response: Response
    taken: tuple[Change, ...]  # only one side changed it, or both alike
    conflicts: tuple[Change, ...]  # both sides changed it, differently


class Incomparable(Exception):
    """The two copies answer different questionnaires or speak of different sites or periods."""


def merge(ours: Response, theirs: Response, base: Response | None = None) -> Merged:
    """Return the common response of two copies.

    Args:
        ours: the copy whose answer stands where both changed a question.
        theirs: the other copy.
        base: the copy both began from; without one, an answer that only one
            side has counts as that side's change.

    Raises:
        Incomparable: the copies are not of one response.
    """
    if (ours.questionnaire, ours.version) != (theirs.questionnaire, theirs.version):
        raise Incomparable("The two files answer different questionnaires or versions.")
    if _about(ours) != _about(theirs):
        raise Incomparable("The two files speak of different sites or periods.")
    before = base.answers if base else {}
    answers = dict(ours.answers)
    taken, conflicts = [], []
    for question in sorted(ours.answers.keys() | theirs.answers.keys()):
        change = Change(
            question=question,
            base=before.get(question),
            ours=ours.answers.get(question),
            theirs=theirs.answers.get(question),
        )
        if change.ours == change.theirs == change.base:
            continue
        if change.theirs not in (change.base, change.ours) and change.ours != change.base:
            conflicts.append(change)
            continue
        winner = change.ours if change.theirs == change.base else change.theirs
        if winner is None:
            answers.pop(question, None)
        else:
            answers[question] = winner
        if change.ours != change.theirs:
            taken.append(change)
    merged = msgspec.structs.replace(ours, answers=answers, revision=max(ours.revision, theirs.revision) + 1)
    return Merged(response=merged, taken=tuple(taken), conflicts=tuple(conflicts))


def _about(response: Response) -> tuple[object, ...]:
    scope = response.scope
    return (scope.organisation, scope.site, scope.begins, scope.ends)
