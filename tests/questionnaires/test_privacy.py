"""Numbers and addresses of people are told from the numbers of a firm."""

import pytest

from questionnaires.catalogue import load
from questionnaires.check import check
from questionnaires.codebook import Codebook
from questionnaires.privacy import VEIL, traits, veiled
from questionnaires.response import Answer, Response, Scope

FORM = Codebook(load("risk_assessment", "2026.1"))

POINTS_TO_A_PERSON = {
    "a Turkmen landline": "tel. +993 12 46-35-14",
    "a Turkmen mobile with brackets": "+993(65)12-34-56",
    "a number dialled with two zeros": "00993 65 123456",
    "a foreign number": "+90 532 123 45 67",
    "a national passport": "I-AŞ № 123456",
    "a foreign passport": "AB1234567",
    "a mail address": "ask ayna@example.tm",
    "a birth in English": "born 12.03.1999",
    "a birth in Russian": "дата рождения: 12.03.1999",
}

POINTS_TO_A_PAPER = (
    "pay sheets Aug-Nov 2025, 82 % of 210 workers",
    "contract 12/2025 of 14.08.2025",
    "invoice 9931234",
    "993 000 TMT",
    "waybills 1200-1260, lots 44-58",
    "Zähmet haky sanawy, 2025-nji ýyl, 117 sahypa",
    "приказ № 105 от 12.07.2024",
)


def test_what_points_to_a_person_is_told():
    assert [name for name, words in POINTS_TO_A_PERSON.items() if not traits(words)] == []


def test_what_points_to_a_paper_is_left_alone():
    assert [words for words in POINTS_TO_A_PAPER if traits(words)] == []


@pytest.mark.parametrize("words", POINTS_TO_A_PERSON.values())
def test_a_veil_leaves_nothing_that_points_to_a_person(words):
    assert VEIL in veiled(words)
    assert not traits(veiled(words))


def found(response: Response) -> list[str]:
    return [problem.where for problem in check(FORM, response).errors if problem.code == "MAY_NAME_A_PERSON"]


@pytest.mark.parametrize("field", ["comment", "evidence"])
def test_free_text_beside_an_answer_is_looked_through(field):
    said = {"comment": "call +993 65 123456"} if field == "comment" else {"evidence": ("from +993 65 123456",)}
    answer = Answer(value="no", **said)
    response = Response(questionnaire="risk_assessment", version="2026.1", answers={"mov.id_kept": answer})
    assert found(response) == ["mov.id_kept"]


def test_the_fields_of_the_scope_are_looked_through():
    scope = Scope(answered_by="head of staff, +993 65 123456")
    assert found(Response(questionnaire="risk_assessment", version="2026.1", scope=scope)) == ["answered_by"]
