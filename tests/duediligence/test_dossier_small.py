"""The small export holds few data points, each under the name of its cell, and promises nothing."""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest

from duediligence.dossier_making import compiled
from duediligence.dossier_small import Line, lines, small_words, workbook
from duediligence.record_shared import SharedAssessment
from duediligence.shipment import Cotton, LineAbout, Lot, ShipmentAbout
from questionnaires import catalogue
from questionnaires.questionnaire import Question
from questionnaires.text import LANGUAGES, say
from risk_models import dossier_asks
from tests.conftest import TODAY, answers, response
from tests.shipped import assessed, copy, material

QUESTIONS: dict[str, Question] = {one.id: one for one in catalogue.load("risk_assessment", "2026.1").questions()}
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def made(cotton: Cotton = Cotton.TURKMEN, found: SharedAssessment | None = None):
    about = ShipmentAbout(reference="=1+1", destination="US", lots=(Lot(line="yarn", mark="Y"),))
    line = LineAbout(name="Yarn", hs="070200", cotton=cotton)
    return compiled(dossier_asks.regime("us-307"), material(about, {"yarn": line}, copy=found), TODAY)


def point(name: str, found: SharedAssessment | None = None, language: str = "en") -> Line:
    return next(one for one in lines(made(found=found), found, language) if one.name == name)


def part(data: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return ET.fromstring(book.read(name))


def names(data: bytes) -> dict[str, str]:
    return {one.get("name", ""): one.text or "" for one in part(data, "xl/workbook.xml").iter(f"{SPACE}definedName")}


def said(data: bytes) -> str:
    return " ".join(one.text or "" for one in part(data, "xl/sharedStrings.xml").iter(f"{SPACE}t"))


def test_every_question_it_reads_may_travel():
    asked = [one.question for one in small_words().points if one.question]
    assert [one for one in asked if one not in QUESTIONS or not QUESTIONS[one].travels] == []


def test_every_point_reads_one_thing_under_a_name_of_its_own():
    points = small_words().points
    assert all(bool(one.question) != bool(one.reads) for one in points)
    assert len({one.name for one in points}) == len(points)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", one.name) for one in points)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_a_value_has_its_name(language):
    data = workbook(made(found=copy("textile_mill")), copy("textile_mill"), language)
    found = names(data)
    assert found.keys() >= {one.name for one in small_words().points}
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_says_that_its_place_in_the_standard_is_to_be_confirmed(language):
    data = workbook(made(found=copy("textile_mill")), copy("textile_mill"), language)
    assert say(small_words().to_confirm, language) in said(data)
    assert not re.search(r"\b(?:B\d+|C\d+|S\d-\d+)\b", said(data)), "a code of the standard that nobody confirmed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_on_cotton_stands_above_the_points(language):
    gate = made().gates[0]
    assert say(gate.text, language) in said(workbook(made(), None, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_does_not_say_stands_below_the_points(language):
    data = said(workbook(made(), None, language))
    assert all(say(one, language) in data for one in made().limits)


def test_it_says_who_looked_and_how_they_stand_to_the_state():
    found = copy("greenhouse_ahal_papers", "greenhouse_ahal_papers")
    assert found.review.reviewer.body in point("reviewing_body", found).value
    assert point("reviewing_body_relation", found).value == "no state body; no state body"
    assert point("reviewing_body", copy("textile_mill")).value == "nobody"


def test_a_count_is_a_number_with_its_unit():
    found = copy("textile_mill")
    told = point("people_normal_month", found)
    assert (told.value, told.unit) == (found.response.answers["pro.headcount"].value, "people")


def test_a_small_count_of_people_is_not_shown():
    few = assessed(response(answers({"pro.headcount.women": 4})))
    assert point("women_busiest_time", few).value == "not shown"


def test_what_nobody_answered_is_not_known():
    assert point("main_activity").value == "not known"
    assert point("label_of_assessment").value == "not known"


def test_an_answer_says_what_it_rests_on():
    found = copy("greenhouse_ahal_papers", "greenhouse_ahal_papers")
    assert point("people_normal_month", found).basis == "checked by somebody else"
    assert point("people_normal_month", copy("greenhouse_ahal")).basis in {"stated by the firm", "a document is named"}


def test_what_a_firm_wrote_stays_words():
    data = workbook(made(), None, "en")
    assert "=1+1" in said(data)
    assert not list(part(data, "xl/worksheets/sheet1.xml").iter(f"{SPACE}f"))
