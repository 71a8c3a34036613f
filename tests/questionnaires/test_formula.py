"""Rows of the workbook open and close exactly as the questions do."""

import io
import random
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta

import pytest
from workbook_forms import SMALL

from questionnaires import catalogue
from questionnaires.codebook import Codebook
from questionnaires.condition import ALWAYS, All, Any, Compares, ComparesWith, Counts, Equals, In, Not, Relation
from questionnaires.formula import Place, formula
from questionnaires.intake import unpack
from questionnaires.questionnaire import Date, Number, SelectMany, SelectOne
from questionnaires.relevance import Relevance
from questionnaires.response import Answer, Missing, Response, columns
from questionnaires.workbook import write
from questionnaires.workbook_cells import pages
from questionnaires.workbook_layout import plan

PLACES = plan(SMALL, "en").places
SOFFICE = shutil.which("soffice")


def test_a_condition_that_always_holds_is_true():
    assert formula(ALWAYS, PLACES) == "TRUE"
    assert formula(Any(), PLACES) == "FALSE"


def test_a_comparison_is_guarded_by_asked_and_by_being_a_number():
    place = PLACES["workers"]
    condition = Compares(question="workers", relation=Relation.ABOVE, value=3)
    assert formula(condition, PLACES) == f"AND({place.asked},ISNUMBER({place.answer}),{place.answer}>3)"


def test_an_equality_compares_the_label_exactly():
    place = PLACES["crews"]
    written = formula(Equals(question="crews", value="no"), PLACES)
    assert written == f"AND({place.asked},EXACT(UPPER(TRIM({place.answer})),UPPER({place.choices['no']})))"


def test_a_choice_among_none_is_false():
    assert "OR(FALSE)" in formula(In(question="crews", values=()), PLACES)


def test_a_date_becomes_the_serial_number_of_its_day():
    day = date(2024, 6, 1)
    condition = Compares(question="since", relation=Relation.AT_MOST, value=float(day.toordinal()))
    assert formula(condition, PLACES).endswith(f"<={(day - date(1899, 12, 30)).days})")


def test_a_count_of_nothing_is_false_even_when_few_are_wanted():
    written = formula(Counts(question="crops", relation=Relation.BELOW, value=2), PLACES)
    assert f"COUNTIF({PLACES['crops'].ticks},answer_yes)>0" in written


def test_a_comparison_with_a_dated_figure_is_false():
    condition = Not(part=Compares(question="workers", relation=Relation.ABOVE, parameter="wage.minimum"))
    assert formula(condition, PLACES) == "NOT(FALSE)"


def test_a_comparison_of_two_answers_needs_both():
    condition = ComparesWith(question="seasonal", relation=Relation.BELOW, other="workers", times=0.5)
    written = formula(condition, PLACES)
    assert written.count("ISNUMBER") == 2
    assert PLACES["workers"].asked in written


def test_parts_are_joined():
    equal = Equals(question="crews", value="yes")
    assert formula(All(parts=(equal, Not(part=equal))), PLACES).startswith("AND(AND(")


def test_a_question_without_a_place_is_named():
    with pytest.raises(KeyError, match="nowhere"):
        formula(Equals(question="nowhere", value="yes"), {"crews": PLACES["crews"]})


def test_a_place_needs_no_choices():
    assert Place(question=SMALL.sections[0].questions[1], asked="L6", answer="E6").choices == {}


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed, and only it can recalculate")
def test_libreoffice_recalculates_every_formula_to_the_value_it_was_written_with(tmp_path):
    shipped = catalogue.read(catalogue.LIBRARY / "risk_assessment" / "2026.1")
    cases = [(SMALL, language, seed) for language in ("en", "ru", "tk") for seed in range(4)] + [(shipped, "ru", 1)]
    written = []
    for number, (questionnaire, language, seed) in enumerate(cases):
        data = write(questionnaire, language, _random_response(questionnaire, seed))
        (tmp_path / f"{number}.xlsx").write_bytes(_without_values(data))
        written.append(data)
    _recalculate(tmp_path)
    for number, data in enumerate(written):
        recalculated = (tmp_path / "out" / f"{number}.xlsx").read_bytes()
        assert _formulas(recalculated) == _formulas(data)


def test_what_is_written_as_asked_is_what_relevance_says():
    response = _random_response(SMALL, 2)
    codebook = Codebook(SMALL)
    asked = Relevance(codebook).asked(columns(codebook, [response]))[:, 0]
    cells = {page.name: page.rows for page in pages(unpack(write(SMALL, "en", response)))}
    for question, row in codebook.row.items():
        sheet, column, number = re.fullmatch(r"'(.+)'!\$([A-Z])\$(\d+)", PLACES[question].asked).groups()
        assert cells[sheet][int(number) - 1][ord(column) - 65].value == asked[row]


def _random_response(questionnaire, seed):
    chance = random.Random(seed)
    answers = {}
    for question in questionnaire.questions():
        match question:
            case SelectOne(choices=choices):
                value = chance.choice(choices).id
            case SelectMany(choices=choices):
                value = tuple(one.id for one in choices if not one.exclusive and chance.random() < 0.5) or None
            case Number(minimum=low):
                value = (low or 0) + chance.randrange(12)
            case Date():
                value = (date(2024, 5, 20) + timedelta(days=chance.randrange(30))).isoformat()
            case _:
                value = "=1+1 words"
        fate = chance.random()
        if fate < 0.1 and question.unknown:
            answers[question.id] = Answer(missing=Missing.NOT_KNOWN)
        elif fate < 0.85:
            answers[question.id] = Answer(value=value)
    return Response(questionnaire=questionnaire.id, version=questionnaire.version, answers=answers)


def _without_values(data):
    """Return the workbook with the value of every formula taken out, so that it must be worked out anew."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
                part = re.sub(rb' t="str"(><f>)', rb"\1", part)
            new.writestr(name, part)
    return buffer.getvalue()


def _recalculate(folder):
    profile = f"-env:UserInstallation=file://{folder}/profile"
    files = sorted(map(str, folder.glob("*.xlsx")))
    subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), *files],
        check=True,
        capture_output=True,
        timeout=120,
    )


def _formulas(data):
    found = {
        (page.name, row, column): cell.value
        for page in pages(unpack(data))
        for row, cells in page.rows.items()
        for column, cell in cells.items()
        if cell.formula
    }
    assert found
    return {place: round(value, 9) if isinstance(value, float) else value for place, value in found.items()}
