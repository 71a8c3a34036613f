"""The workbook opens everywhere, says what the report says, and nothing in it runs."""

import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from msgspec.structs import replace
from report_cases import report_of

from duediligence.reports import Copy
from duediligence.reports.texts import read
from duediligence.reports.xlsx import render

LANGUAGES = ("tk", "ru", "en")
NAMES = {"inherent", "control", "confidence", "residual", "low", "high", "band", "indicators", "indicators_table"}
NAMES |= {"plan_table", "statuses", "closed"}
LINK = '=HYPERLINK("http://example.org")'
HOSTILE = ("=1+1", LINK, "+cmd|' /C calc'!A0", "@SUM(1)", "-2", "http://example.org", "\t=1")
ERRORS = re.compile(r"^#(?:REF|NAME|VALUE|DIV/0|N/A|NUM|NULL)[!?]?$")


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(sheet):
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def words(data):
    return [cell.value for sheet in opened(data) for cell in cells(sheet) if isinstance(cell.value, str)]


def parts(data, start):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if name.startswith(start)]


def named(book, name):
    ((sheet, place),) = book.defined_names[name].destinations
    return book[sheet][place.replace("$", "")]


def column(sheet, head):
    """Return the cells below a header of a table."""
    (above,) = [cell for cell in sheet[3] if cell.value == head]
    return [sheet.cell(row, above.column) for row in range(4, sheet.max_row + 1)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", ["almost_empty", "cotton_farm", "builder"])
def test_every_report_becomes_a_workbook_with_short_tabs_in_its_language(case, language):
    book = opened(render(report_of(case, language)))
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert book["lists"].sheet_state == "veryHidden"
    assert len([sheet for sheet in book if sheet.sheet_state == "visible"]) in (9, 10)


def test_the_same_report_gives_the_same_bytes():
    assert render(report_of("builder", "ru")) == render(report_of("builder", "ru"))


def test_the_four_numbers_the_interval_and_the_band_have_names():
    report = report_of("cotton_farm", "en")
    book = opened(render(report))
    assert set(book.defined_names) >= NAMES
    measures = {measure.id: measure for measure in report.numbers.measures}
    for name in ("inherent", "control", "confidence", "residual"):
        assert named(book, name).value == pytest.approx(measures[name].value)
    assert named(book, "low").value == measures["residual"].low
    assert named(book, "high").value == measures["residual"].high
    assert named(book, "band").value == report.numbers.band.label
    assert named(book, "indicators").value == measures["indicators"].text


def test_there_is_one_row_an_indicator_with_its_level_as_word_and_number():
    report = report_of("cotton_farm", "en")
    rows = named(opened(render(report)), "indicators_table")
    told = {row[0].value: row for row in rows[1:]}
    numbers = {"none": 0, "weak": 1, "moderate": 2, "strong": 3}
    assert len(told) == 13
    for cell in report.strip.cells:
        assert cell.word in told[cell.code][2].value
        assert told[cell.code][3].value == numbers.get(cell.level)


def test_there_is_one_row_a_sign():
    report = report_of("builder", "en", Copy.FIRM)
    answers = [cell.value for cell in column(opened(render(report))["Signs"], report.words["strength"]) if cell.value]
    assert len(answers) == sum(len(one.signs) + len(one.context) for one in report.findings.findings)


def test_there_is_one_row_a_question_that_was_asked():
    report = report_of("cotton_farm", "ru", Copy.FIRM)
    codes = [cell.value for cell in column(opened(render(report))["Ответы"], "Код") if cell.value]
    assert codes == [row.question_id for section in report.answers.sections for row in section.rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_status_of_each_action_is_chosen_from_a_list_in_the_language(language):
    report = report_of("builder", language)
    book = opened(render(report))
    offered = [row[0].value for row in named(book, "statuses")]
    assert sorted(offered) == sorted(read(language).labels("status").values())
    assert named(book, "closed").value == read(language).labels("status")["verified"]
    (sheet,) = [sheet for sheet in book if sheet.data_validations.dataValidation]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == "statuses"
    ((first, last),) = [(one.min_row, one.max_row) for one in rule.sqref.ranges]
    statuses = [cell.value for cell in column(sheet, report.words["status"])]
    assert (first, last) == (4, 3 + len(report.plan.actions))
    assert set(statuses) <= set(offered)


def test_due_dates_are_dates_and_marked_when_they_have_passed():
    report = report_of("builder", "en")
    sheet = opened(render(report))["Plan"]
    due = column(sheet, report.words["due"])
    assert [cell.value.date() for cell in due] == [action.due for action in report.plan.actions]
    ((area, (rule,)),) = sheet.conditional_formatting._cf_rules.items()
    assert str(area.sqref).startswith("G4")
    assert rule.formula == ["AND($G4<TODAY(),$D4<>closed)"]


def test_three_native_charts_say_in_words_what_they_show():
    report = report_of("cotton_farm", "tk")
    data = render(report)
    charts = parts(data, "xl/charts/chart")
    assert len(charts) == 3
    for figure in (report.strip.figure, report.exposures.figure, report.controls.figure):
        assert any(figure.title in chart for chart in charts)
        assert any(figure.description[:40] in drawing for drawing in parts(data, "xl/drawings/drawing"))


def test_an_indicator_without_a_level_says_so_in_the_chart():
    report = report_of("cotton_farm", "en")
    data = render(report)
    told = [(row[1].value, row[2].value) for row in opened(data)["lists"]["A1:C13"]]
    levels = {"weak": 1, "moderate": 2, "strong": 3}
    assert told == [(f"{cell.label} – {cell.word}", levels.get(cell.level, 0)) for cell in report.strip.cells]
    assert any("<c:f>lists!$C$1:$C$13</c:f>" in chart for chart in parts(data, "xl/charts/chart"))
    assert "Not assessed" in "".join(
        f"{cell.value}" for cell in opened(render(report_of("almost_empty", "en")))["lists"]["B"]
    )


def hostile(report):
    """Return a report whose names, answers and remarks would like to be formulas."""
    section = report.answers.sections[0]
    rows = tuple(replace(row, answer=one, comment=one) for row, one in zip(section.rows, HOSTILE, strict=False))
    facts = (replace(report.head.facts[0], value=LINK), *report.head.facts[1:])
    sections = (replace(section, rows=rows), *report.answers.sections[1:])
    return replace(
        report,
        head=replace(report.head, facts=facts, running_foot="=1 &A && 8"),
        answers=replace(report.answers, sections=sections),
    )


def test_what_begins_like_a_formula_or_a_link_stays_text():
    data = render(hostile(report_of("builder", "en", Copy.FIRM)))
    assert not [part for part in parts(data, "xl/worksheets/sheet") if "<f>" in part or "<hyperlink" in part]
    told = [cell for sheet in opened(data) for cell in cells(sheet) if cell.value in HOSTILE]
    assert {cell.value for cell in told} == set(HOSTILE)
    assert {cell.data_type for cell in told} <= {"s", "f"}  # the reader calls a text that begins with "=" a formula
    assert not [part for part in parts(data, "xl/worksheets/_rels/") if "External" in part]


def test_the_foot_of_the_page_prints_its_words_as_they_are():
    data = render(hostile(report_of("builder", "en", Copy.FIRM)))
    assert "&amp;L&amp;8 =1 &amp;&amp;A &amp;&amp;&amp;&amp; 8" in parts(data, "xl/worksheets/sheet1.xml")[0]


def test_every_table_keeps_its_header_in_view_and_on_every_page_and_can_be_filtered():
    book = opened(render(report_of("cotton_farm", "en")))
    for name in ("Indicators", "Signs", "Answers", "Plan", "Laws and rules", "Evidence"):
        sheet = book[name]
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.auto_filter.ref
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")


def test_the_method_sheet_says_what_the_report_was_made_with():
    report = report_of("cotton_farm", "en")
    told = [cell.value for cell in cells(opened(render(report))["Method"])]
    assert {report.head.id, report.head.issued, report.head.label} <= set(told)
    assert {fact.value for fact in report.versions} <= set(told)


def test_the_shared_workbook_holds_no_question_that_the_shared_report_leaves_out():
    told = "\n".join(words(render(report_of("builder", "en"))))
    left_out = {row.question for one in report_of("builder", "en", Copy.FIRM).answers.sections for row in one.rows}
    left_out -= {row.question for one in report_of("builder", "en").answers.sections for row in one.rows}
    assert left_out
    assert not [question for question in left_out if question in told]


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_recalculated_by_libreoffice_it_holds_no_error_and_the_same_words(tmp_path):
    data = render(hostile(report_of("builder", "ru", Copy.FIRM)))
    (tmp_path / "report.xlsx").write_bytes(data)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        tmp_path / "out",
        tmp_path / "report.xlsx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    again = (tmp_path / "out" / "report.xlsx").read_bytes()
    assert not [cell for cell in words(again) if ERRORS.match(cell)]
    assert not [part for part in parts(again, "xl/worksheets/sheet") if re.search(r"<f[ >]", part)]
    assert set(words(data)) <= set(words(again))
    assert set(opened(again).defined_names) >= NAMES
