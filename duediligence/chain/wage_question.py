"""What follows from a labour-cost test: a question to the partner, and a condition; never a verdict."""

from duediligence.chain.screening_steps import read
from questionnaires.text import Text, filled
from risk_models.labour_cost import Cover, Figure, LabourCost

_CALLED_FOR = {
    Cover.NOT_COVERED: ("wage_cover",),
    Cover.OPEN: ("price_breakdown",),
    Cover.COVERED: (),
}


def questions(result: LabourCost) -> tuple[Text, ...]:
    """Return what to ask the partner, or to look at, after a test."""
    words = read().labour_cost
    month = "–" if result.month_at_most is None else f"{result.month_at_most:.0f}"
    found = [filled(words.findings[result.cover], month=month)]
    if result.too_long:
        found.append(filled(words.too_long, hours=f"{result.overtime_year:.0f}"))
    return tuple(found)


def called_for(result: LabourCost) -> tuple[str, ...]:
    """Return the ids of the conditions that a test calls for."""
    hours = ("hours_kept",) if result.too_long else ()
    return (*_CALLED_FOR[result.cover], *hours)


def basis(figure: Figure) -> Text:
    """Return what a figure of the test rests on; shown beside the figure wherever it is."""
    return filled(read().labour_cost.bases[figure.basis], since=figure.since or "–")
