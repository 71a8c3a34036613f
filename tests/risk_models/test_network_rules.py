"""What runs along which kind of edge is data, complete and in three languages."""

from datetime import date

import msgspec
import numpy as np
import pytest

from duediligence.assessment import MODEL
from duediligence.library import banned, texts_of
from questionnaires import catalogue as forms
from questionnaires import glossary
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES
from risk_models import catalogue, parameter
from risk_models.network_rules import GOODS, LABOUR, kinds, rules

DAY = date(2026, 11, 22)
MODEL_NOW = catalogue.load(*MODEL)
FIGURES = parameter.values_on(parameter.read_all(), DAY)
SHIPPED = rules(MODEL_NOW, kinds(), FIGURES)
INDICATORS = [indicator.id for indicator in MODEL_NOW.indicators]
TEXTS = [pytest.param(text, id=where) for where, text in texts_of(kinds())]


def weight(indicator: str) -> list[float]:
    return SHIPPED.weight[INDICATORS.index(indicator)].tolist()


def test_debt_comes_with_goods_and_with_people_in_equal_parts():
    assert [kind.id for kind in kinds()] == [GOODS, LABOUR]
    assert weight("DEB") == [0.5, 0.5]


def test_conditions_at_a_place_come_with_its_goods_alone():
    assert weight("CON") == [1, 0]


def test_the_parts_of_each_indicator_make_up_the_whole():
    np.testing.assert_allclose(SHIPPED.weight.sum(axis=1), 1)


def test_nothing_known_counts_as_a_moderate_sign_between_best_and_worst():
    assert SHIPPED.points.tolist() == [0, 25, 50, 75]
    assert SHIPPED.unknown * SHIPPED.most == pytest.approx(50)


def test_half_of_what_is_handed_on_comes_from_further_up_over_ten_tiers():
    assert (SHIPPED.reach, SHIPPED.tiers) == (0.5, 10)


def test_what_the_form_asks_about_labour_providers_runs_along_labour():
    form = forms.load(MODEL_NOW.questionnaire, MODEL_NOW.questionnaire_version)
    section = next(section for section in form.sections if section.id == "lpr")
    asked = {question.id for question in section.questions}
    found = {sign for reading in MODEL_NOW.readings if reading.question in asked for sign in reading.signs}
    assert found <= set(kinds()[1].indicators)


def test_an_indicator_that_runs_nowhere_is_refused():
    fewer = tuple(msgspec.structs.replace(kind, indicators=("DEB",)) for kind in kinds())
    with pytest.raises(ContentError, match="VUL"):
        rules(MODEL_NOW, fewer, FIGURES)


def test_an_edge_that_carries_what_no_rule_set_knows_is_refused():
    more = [msgspec.structs.replace(kind, indicators=(*kind.indicators, "XYZ")) for kind in kinds()]
    with pytest.raises(ContentError, match="XYZ"):
        rules(MODEL_NOW, more, FIGURES)


def test_every_kind_of_edge_says_where_it_comes_from():
    assert all(kind.sources for kind in kinds())


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_speaks_three_languages_and_keeps_to_the_glossary(text):
    assert set(text) == set(LANGUAGES)
    assert all(text.values())
    assert glossary.inconsistencies(glossary.read(), text) == []


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_says_what_no_text_may_say(text):
    assert not [
        language for language, words in text.items() if language in banned() and banned()[language].search(words)
    ]
