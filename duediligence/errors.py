"""What may go wrong, in the service's own words; no HTTP in here.

The docstring of a class is what a problem document calls it; the message says
what happened and what to do.
"""

from questionnaires.problem import Problem


class DueDiligenceError(Exception):
    """Something the service will not or cannot do, with the reason and the way out."""


class Unusable(DueDiligenceError):
    """A file cannot be used as input."""


class PaperFix(DueDiligenceError):
    """A plan answers a strong sign with rules and training alone."""


class NotFound(DueDiligenceError):
    """There is no such thing, or it is not yours to see."""


class NotAllowed(DueDiligenceError):
    """Your role does not include this step."""


class SignInNeeded(DueDiligenceError):
    """Sign in first."""


class SecondFactorNeeded(DueDiligenceError):
    """This step needs a second factor."""


class WrongMoment(DueDiligenceError):
    """The step does not fit the stage that was reached, or somebody was faster."""


class Unfit(DueDiligenceError):
    """Something in what was sent does not fit; every fault is listed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the faults, each with its place and its words in three languages."""
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type["Unfit"], tuple[tuple[Problem, ...]]]:
        """Return what it is made of anew in another process."""
        return Unfit, (self.problems,)


class TooMuch(DueDiligenceError):
    """Too many requests in a short time; wait a little."""


class Unavailable(DueDiligenceError):
    """Something the service needs does not answer just now."""
