"""Notices show whenever they must, whatever the answers score, and promise nothing."""

import re
from datetime import date

import msgspec
import pytest

from questionnaires import catalogue, glossary
from questionnaires.codebook import NOT_ASKED, Codebook
from questionnaires.condition import questions_of
from questionnaires.content import ContentError
from questionnaires.program import Program
from questionnaires.relevance import Relevance
from questionnaires.response import Answer, Missing, Response, columns
from questionnaires.text import LANGUAGES
from risk_models import parameter, requirements
from risk_models.notices import Notice, Severity, read, standing

NOTICES = read()
EACH = [pytest.param(notice, id=notice.id) for notice in NOTICES]
FORM = catalogue.load("risk_assessment", "2026.1")
CODEBOOK = Codebook(FORM)
GLOSSARY = glossary.read()
TODAY = date(2026, 11, 21)
SECTORS = CODEBOOK.code["pro.sector"]
COTTON_LINES = ["cotton_fibre", "cotton_yarn_fabric", "cotton_garments", "cotton_seed_products"]
PLAIN = {"pro.sector": "services", "pro.export": ("no_export",)}
REST = {"pro.export": Answer(value=("no_export",)), "map.cotton": Answer(value="not_used")}

BANNED = re.compile(
    r"certifi|complian|forced.labou?r.free|free (?:of|from) forced|guaranteed|\bclean|\bclears?\b|cleared"
    r"|сертифи|соответств\w+ требованиям|свобод\w+ от принуд|гарантирован"
    r"|sertifikat|zähmetden azat|kepillendiril",
    re.IGNORECASE,
)


def shown(given, *, relevant=False):
    values = {question: Answer(value=value) for question, value in given.items()}
    answers = columns(CODEBOOK, [Response(questionnaire=FORM.id, version=FORM.version, answers=values)])
    if not relevant:
        return {one.notice.id: one for one in standing(NOTICES, answers, TODAY)[0]}
    asked = Relevance(CODEBOOK).possible(answers)[1]
    return {one.notice.id: one for one in standing(NOTICES, answers, TODAY, asked=asked)[0]}


def texts():
    for notice in NOTICES:
        yield from ((notice.id, text) for text in (notice.title, notice.text, notice.unknown_text))
    registry = requirements.read()
    for entry in registry.instruments:
        yield from ((entry.id, text) for text in (entry.title, entry.role))
    for entry in registry.requirements:
        yield from ((entry.id, text) for text in (entry.asks, entry.note))
    for entry in parameter.read_all().values():
        yield entry.id, entry.description


# The cotton gate


@pytest.mark.parametrize("sector", ["cotton_growing", "ginning"])
def test_the_cotton_gate_shows_for_a_cotton_sector(sector):
    gate = shown({**PLAIN, "pro.sector": sector})["cotton-gate"]
    assert gate.sure
    assert gate.text == gate.notice.text


@pytest.mark.parametrize("origin", ["turkmenistan", "mixed", "unknown_origin"])
def test_the_cotton_gate_shows_for_cotton_that_is_or_may_be_turkmen(origin):
    assert shown({**PLAIN, "pro.sector": "textile", "map.cotton": origin})["cotton-gate"].sure


@pytest.mark.parametrize("line", COTTON_LINES)
def test_the_cotton_gate_shows_for_every_cotton_line_of_export(line):
    given = {"pro.sector": "textile", "pro.export": ("other_goods", line), "map.cotton": "other_country"}
    assert shown(given)["cotton-gate"].sure


@pytest.mark.parametrize("missing", ["pro.sector", "pro.export", "map.cotton"])
def test_the_cotton_gate_shows_where_an_answer_is_missing(missing):
    given = {**PLAIN, "map.cotton": "not_used"}
    del given[missing]
    gate = shown(given)["cotton-gate"]
    assert not gate.sure
    assert gate.text == gate.notice.unknown_text


def test_the_cotton_gate_shows_when_nothing_is_answered():
    assert not shown({})["cotton-gate"].sure
    assert not shown({}, relevant=True)["cotton-gate"].sure


def test_not_known_does_not_open_the_cotton_gate():
    given = {"pro.sector": Answer(value="textile"), "map.cotton": Answer(missing=Missing.NOT_KNOWN)}
    answers = columns(CODEBOOK, [Response(questionnaire=FORM.id, version=FORM.version, answers=given)])
    assert "cotton-gate" in {one.notice.id for one in standing(NOTICES, answers, TODAY)[0]}


def test_the_cotton_gate_does_not_show_where_cotton_is_ruled_out():
    assert "cotton-gate" not in shown({**PLAIN, "map.cotton": "not_used"})


def test_a_firm_that_is_not_asked_about_cotton_is_not_warned_of_it():
    assert "cotton-gate" not in shown(PLAIN, relevant=True)


def test_a_question_marked_as_not_asked_settles_the_gate_too():
    answers = columns(CODEBOOK, [Response(questionnaire=FORM.id, version=FORM.version)])
    answers.codes[:] = NOT_ASKED
    assert "cotton-gate" not in {one.notice.id for one in standing(NOTICES, answers, TODAY)[0]}


def test_every_sector_is_decided_by_its_answer():
    for sector in SECTORS:
        gate = "cotton-gate" in shown({**PLAIN, "pro.sector": sector, "map.cotton": "not_used"})
        assert gate == (sector in {"cotton_growing", "ginning"})


def test_the_cotton_gate_does_not_show_before_the_order():
    answers = columns(CODEBOOK, [Response(questionnaire=FORM.id, version=FORM.version)])
    assert standing(NOTICES, answers, date(2018, 5, 17)) == [()]
    assert [one.notice.id for one in standing(NOTICES, answers, date(2018, 5, 18))[0]] == ["cotton-gate"]


# The others


def test_the_view_of_the_cotton_campaign_shows_with_known_cotton_alone():
    assert "cotton-view" in shown({**PLAIN, "pro.sector": "cotton_growing"})
    assert "cotton-view" not in shown({})


@pytest.mark.parametrize("name", ["state-imposed", "limits", "self-assessment", "eu-ban", "monitoring", "tip-rank"])
def test_standing_words_and_context_always_show(name):
    assert shown({})[name].sure
    assert shown({**PLAIN, "map.cotton": "not_used"})[name].sure


def test_a_review_by_the_state_is_never_called_independent():
    words = next(notice for notice in NOTICES if notice.id == "state-imposed").text
    assert "government review" in words["en"]
    assert "not a review by an independent third party" in words["en"]
    assert "Это не проверка независимой третьей стороной" in words["ru"]
    assert "garaşsyz üçünji tarapyň barlagy däl" in words["tk"]


def test_many_responses_are_told_apart():
    given = [{"pro.sector": Answer(value=sector), **REST} for sector in ("cotton_growing", "services")]
    many = columns(CODEBOOK, [Response(questionnaire=FORM.id, version=FORM.version, answers=one) for one in given])
    first, second = standing(NOTICES, many, TODAY)
    assert "cotton-gate" in {one.notice.id for one in first}
    assert "cotton-gate" not in {one.notice.id for one in second}


def test_a_form_without_the_questions_leaves_the_gate_up():
    section = msgspec.structs.replace(FORM.sections[0], questions=FORM.sections[0].questions[1:2])
    book = Codebook(msgspec.structs.replace(FORM, sections=(section,), cross_checks=()))
    answers = columns(book, [Response(questionnaire=FORM.id, version=FORM.version)])
    found = {one.notice.id: one.sure for one in standing(NOTICES, answers, TODAY)[0]}
    assert found["cotton-gate"] is False
    assert found["limits"] is True
    assert "cotton-view" not in found


# What the library holds


def test_every_condition_can_be_read_in_the_shipped_questionnaire():
    assert {question for notice in NOTICES for question in questions_of(notice.when)} <= set(CODEBOOK.row)
    assert Program(CODEBOOK, [notice.when for notice in NOTICES])


@pytest.mark.parametrize("notice", EACH)
def test_every_notice_speaks_three_languages_and_keeps_to_the_glossary(notice):
    for text in (notice.title, notice.text, notice.unknown_text):
        assert set(text) in ({*LANGUAGES}, set())
        assert all(text.values())
        assert glossary.inconsistencies(GLOSSARY, text) == []
    assert notice.title
    assert notice.text


@pytest.mark.parametrize("notice", EACH)
def test_a_notice_is_confirmed_exactly_when_its_sources_are(notice):
    assert notice.confirmed == any(source.confirmed and source.checked for source in notice.sources)


def test_no_text_promises_what_an_assessment_cannot_know():
    found = [(name, words) for name, text in texts() for words in text.values() if BANNED.search(words)]
    assert found == []


@pytest.mark.parametrize("severity", [Severity.STANDING, Severity.CONTEXT])
def test_only_a_gate_has_words_for_the_unknown(severity):
    notice = NOTICES[0]
    with pytest.raises(ValueError, match="unknown_text"):
        msgspec.structs.replace(notice, severity=severity)


def test_a_gate_without_words_for_the_unknown_is_refused():
    plain = msgspec.to_builtins(NOTICES[0])
    del plain["unknown_text"]
    with pytest.raises(msgspec.ValidationError, match="unknown_text"):
        msgspec.convert(plain, Notice)


def test_an_edition_that_does_not_exist_is_named():
    with pytest.raises(ContentError, match=r"no notices 1999\.1"):
        read("1999.1")
