"""What the content calls things, in the language of a page: bands, levels, indicators, sectors, places, questions."""

from api.translation import Words
from duediligence.assessment import MODEL, codebook
from duediligence.engagement import Engagement
from duediligence.reports import texts
from questionnaires.problem import Problem
from questionnaires.questionnaire import SelectOne
from questionnaires.text import say
from risk_models import catalogue as models
from risk_models import reference

SECTOR = "pro.sector"
"""The question whose choices are the sectors of firms."""


def bands(language: str) -> dict[str, str]:
    """Return the words of each band, the lowest first."""
    return {band.id: say(band.label, language) for band in models.load(*MODEL).bands}


def indicators(language: str) -> dict[str, str]:
    """Return the words of each indicator, in their fixed order."""
    return {one.id: say(one.label, language) for one in models.load(*MODEL).indicators}


def levels(language: str) -> dict[str, str]:
    """Return the words of each level of an indicator, those of a copy for reviewers among them but for `assessed`."""
    found = {level.id: say(level.label, language) for level in models.load(*MODEL).levels}
    return texts.read(language).labels("level") | found


def sectors(language: str) -> dict[str, str]:
    """Return the words of each sector."""
    rules = models.load(*MODEL)
    book = codebook(rules.questionnaire, rules.questionnaire_version)
    question = book.questions[book.row[SECTOR]]
    assert isinstance(question, SelectOne), "a firm has one sector"
    return {choice.id: say(choice.label, language) for choice in question.choices}


def regions(language: str) -> dict[str, str]:
    """Return the names of velayats and cities by their code."""
    return {region.code: say(region.name, language) for region in reference.regions()}


def labels(language: str) -> dict[str, str]:
    """Return the words of how far somebody other than the firm has looked."""
    return texts.read(language).labels("label")


def strengths(language: str) -> dict[str, str]:
    """Return the words of how much a sign says."""
    return texts.read(language).labels("strength")


def attributions(language: str) -> dict[str, str]:
    """Return the words of how a firm stands to what was found."""
    return texts.read(language).labels("attribution")


def spoken(language: str) -> dict[str, str]:
    """Return the languages in which workers may have been heard."""
    return texts.read(language).labels("language")


def to_mend(one: Engagement, problems: tuple[Problem, ...], told: Words) -> dict[str, list[tuple[str, str]]]:
    """Return by what is wrong where each of it is mended: address and name of the place."""
    book = codebook(one.questionnaire, one.questionnaire_version)
    names = {question.id: say(question.text, told.language) for question in book.questions}
    found: dict[str, list[tuple[str, str]]] = {}
    for problem in problems:
        if problem.question in names:
            address = f"/assessments/{one.id}/sections/{book.section[problem.question]}#{problem.question}"
            place = (address, names[problem.question])
        else:
            place = ("#answered_by", told("answering.answered_by"))
        found.setdefault(say(problem.detail, told.language), []).append(place)
    return found
