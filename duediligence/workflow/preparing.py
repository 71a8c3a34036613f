"""A firm says who helped it to fill in the form; its reviewers read that, and nobody else does."""

import msgspec

from duediligence import preparer
from duediligence.access import Step
from duediligence.engagement import Stage
from duediligence.errors import Unfit, WrongMoment
from duediligence.preparer import Preparer
from duediligence.store import engagement as store
from duediligence.store import preparer as preparers
from duediligence.workflow.work import Work, subject_of


def say(work: Work, identifier: str, said: Preparer) -> Preparer:
    """Return who helped with an assessment, as it is kept until it is handed in.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; it is said by whoever hands in.
        WrongMoment: it was handed in.
        Unfit: a name is missing where an organisation helped, or it may point to a person.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_SUBMIT, subject_of(one))
    if one.stage is not Stage.ANSWERING:
        raise WrongMoment("This assessment was handed in already.")
    cleaned = msgspec.structs.replace(said, name=" ".join(said.name.split()))
    if wrong := tuple(preparer.faults(cleaned)):
        raise Unfit(wrong)
    preparers.keep(work.connection, identifier, cleaned, work.now)
    return cleaned


def said(work: Work, identifier: str) -> Preparer:
    """Return who helped with an assessment, as its firm says.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.ASSESSMENT_SEE, subject_of(store.load(work.connection, identifier)))
    return preparers.of_engagement(work.connection, identifier)
