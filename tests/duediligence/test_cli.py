"""The command line: what it writes, what it says, and how it ends."""

import contextlib
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from duediligence.cli import main

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FARM = EXAMPLES / "cotton_farm_mary.xlsx"
DAY = ["--on", "2026-11-21"]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def edited(path: Path, change) -> Path:
    """A copy of the farm's workbook in `path`, after `change` was made to it."""
    book = openpyxl.load_workbook(io.BytesIO(FARM.read_bytes()))
    change(book)
    target = path / "edited.xlsx"
    book.save(target)
    return target


def cell_of(book: openpyxl.Workbook, question: str):
    """The answer cell of a question, found by the ids and keys of its sheet."""
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows())
        for row in rows:
            if any(cell.value == question for cell in row):
                keys = next(row for row in rows if any(cell.value == "#answer" for cell in row))
                column = next(cell.column for cell in keys if cell.value == "#answer")
                return sheet.cell(row[0].row, column)
    raise LookupError(question)


@pytest.fixture(scope="module")
def assessed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assessed")
    return folder, run("assess", FARM, *DAY, "--lang", "tk", "--out", folder)


def test_assess_writes_the_report_twice_and_the_record_once(assessed):
    folder, result = assessed
    assert result.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        f"cotton_farm_mary.{kind}" for kind in ("assessment.json", "report.pdf", "report.xlsx")
    ]


def test_assess_never_writes_over_the_answers_it_read(tmp_path):
    form = tmp_path / "farm.v2.xlsx"
    form.write_bytes(FARM.read_bytes())
    assert run("assess", form, *DAY, "--out", tmp_path).exit_code == 0
    assert form.read_bytes() == FARM.read_bytes()
    assert (tmp_path / "farm.v2.report.pdf").exists()


def test_the_record_is_for_its_owner_alone(assessed):
    folder, _ = assessed
    assert (folder / "cotton_farm_mary.assessment.json").stat().st_mode & 0o077 == 0


def test_the_terminal_says_the_four_numbers_and_what_they_do_not_show(assessed):
    _, result = assessed
    for words in ("Ilkibaşky töwekgelçilik", "Galyndy töwekgelçilik", "SIF", "82,9"):
        assert words in result.output


def test_rescore_gives_the_same_to_the_digit(assessed):
    folder, _ = assessed
    result = run("rescore", folder / "cotton_farm_mary.assessment.json")
    assert (result.exit_code, "same" in result.output) == (0, True)


def test_rescore_names_the_digit_that_was_changed(assessed, tmp_path):
    folder, _ = assessed
    record = json.loads((folder / "cotton_farm_mary.assessment.json").read_text(encoding="utf-8"))
    record["profile"]["residual"] = 12.3
    (tmp_path / "changed.json").write_text(json.dumps(record), encoding="utf-8")
    result = run("rescore", tmp_path / "changed.json")
    assert result.exit_code == 1
    assert "profile.residual" in result.output
    assert "12.3" in result.output


def test_check_finds_nothing_wrong_with_a_finished_example():
    result = run("questionnaire", "check", EXAMPLES / "textile_mill.xlsx", *DAY)
    assert (result.exit_code, result.output.strip()) == (0, "Nothing is missing and nothing is wrong.")


def test_check_names_every_question_that_is_missing():
    result = run("questionnaire", "check", EXAMPLES / "brick_works_dashoguz.xlsx", "--lang", "ru", *DAY)
    assert result.exit_code == 1
    assert "нет ответа" in result.output


def test_list_names_form_version_and_digest():
    result = run("questionnaire", "list", "--lang", "ru")
    assert result.exit_code == 0
    assert "risk_assessment" in result.output
    assert "Оценка рисков" in result.output


@pytest.mark.parametrize("language", ["tk", "ru", "en"])
def test_export_writes_an_empty_form_that_reads_back_empty(language, tmp_path):
    form = tmp_path / "form.xlsx"
    assert run("questionnaire", "export", "--lang", language, "--out", form).exit_code == 0
    result = run("questionnaire", "check", form, *DAY)
    assert "risk_assessment" not in result.output
    assert result.exit_code == 1


def test_export_names_the_file_after_the_form_when_told_no_name(tmp_path):
    with contextlib.chdir(tmp_path):
        assert run("questionnaire", "export", "--lang", "tk").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["risk_assessment-2026.1-tk.xlsx"]


def test_export_as_json_holds_every_question(tmp_path):
    form = tmp_path / "form.json"
    run("questionnaire", "export", "--format", "json", "--out", form)
    sections = json.loads(form.read_text(encoding="utf-8"))["sections"]
    assert sum(len(section["questions"]) for section in sections) == 192


def test_explain_goes_down_to_the_answers():
    result = run("explain", EXAMPLES / "labour_provider_lebap.json", "--indicator", "doc", *DAY)
    assert result.exit_code == 0
    assert "mov.id_kept" in result.output


def test_explain_refuses_an_indicator_there_is_not():
    result = run("explain", FARM, "--indicator", "XYZ", *DAY)
    assert (result.exit_code, result.stdout) == (2, "")


def test_plan_says_which_limit_binds():
    result = run("plan", EXAMPLES / "builder_ashgabat.json", "--staff-days", "15", *DAY)
    assert result.exit_code == 0
    assert "working days" in result.output


def test_merge_takes_what_one_side_changed_and_asks_about_the_rest(tmp_path):
    ours = json.loads((EXAMPLES / "textile_mill.json").read_text(encoding="utf-8"))
    theirs = json.loads((EXAMPLES / "textile_mill.json").read_text(encoding="utf-8"))
    theirs["answers"]["wag.delay_days"] = {"value": 9}
    ours["answers"]["ctr.copy"] = {"value": "no"}
    theirs["answers"]["ctr.copy"] = {"value": "partly"}
    for name, data in (("ours", ours), ("theirs", theirs)):
        (tmp_path / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    base = EXAMPLES / "textile_mill.json"
    result = run(
        "merge", tmp_path / "ours.json", tmp_path / "theirs.json", "--base", base, "--out", tmp_path / "both.json"
    )
    both = json.loads((tmp_path / "both.json").read_text(encoding="utf-8"))["answers"]
    assert result.exit_code == 1
    assert (both["wag.delay_days"]["value"], both["ctr.copy"]["value"]) == (9, "no")
    assert "ctr.copy: changed in both files" in result.output


def test_merge_refuses_two_different_sites(tmp_path):
    result = run("merge", FARM, EXAMPLES / "textile_mill.xlsx", "--out", tmp_path / "both.json")
    assert result.exit_code == 2
    assert not (tmp_path / "both.json").exists()


def test_model_check_counts_what_the_library_holds():
    result = run("model", "check")
    assert result.exit_code == 0
    assert "160 readings" in result.output


def test_sensitivity_lists_every_number_with_both_factors():
    result = run("model", "sensitivity", "--responses", "200")
    assert result.exit_code == 0
    assert result.output.count("figures.relief_max") == 2


def truncated() -> bytes:
    return FARM.read_bytes()[:20_000]


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return buffer.getvalue()


SPOILED = {
    "a CSV renamed .xlsx": lambda: b"question;answer\nmov.id_kept;no\n",
    "a truncated zip": truncated,
    "50 MB of junk": lambda: b"\x00\xff" * 25_000_001,
    "a zip bomb": bomb,
    "an empty file": lambda: b"",
    "JSON of another thing": lambda: b'{"a": 1}',
    "JSON cut short": lambda: b'{"questionnaire": "risk_',
}


@pytest.mark.parametrize("name", SPOILED)
def test_an_unusable_file_ends_with_2_says_why_and_writes_nothing(name, tmp_path):
    spoiled = tmp_path / "spoiled.xlsx"
    spoiled.write_bytes(SPOILED[name]())
    result = run("assess", spoiled, *DAY, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.strip()
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    result = run("assess", tmp_path / "missing.xlsx", *DAY, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "missing.xlsx" in result.stderr


@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl, of what Excel knows
def test_a_wrong_value_is_named_and_the_right_ones_are_assessed(tmp_path):
    def change(book):
        cell_of(book, "wag.delay_days").value = "soon"

    result = run("assess", edited(tmp_path, change), *DAY, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "wag.delay_days" in result.stderr or "soon" in result.stderr
    assert (tmp_path / "out" / "edited.report.pdf").exists()


def test_a_half_filled_form_is_assessed_with_a_wide_interval(tmp_path):
    result = run("assess", EXAMPLES / "brick_works_dashoguz.xlsx", *DAY, "--out", tmp_path)
    profile = json.loads((tmp_path / "brick_works_dashoguz.assessment.json").read_text(encoding="utf-8"))["profile"]
    assert result.exit_code == 0
    assert profile["high"] - profile["low"] >= 20


def test_a_formula_in_a_comment_stays_words(tmp_path):
    farm = json.loads((EXAMPLES / "textile_mill.json").read_text(encoding="utf-8"))
    farm["answers"]["ctr.copy"]["comment"] = '=HYPERLINK("file:///etc/passwd","x")'
    source = tmp_path / "injected.json"
    source.write_text(json.dumps(farm), encoding="utf-8")
    run("assess", source, *DAY, "--copy", "firm", "--out", tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "injected.report.xlsx")
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert found
    assert all(cell.data_type == "s" for cell in found)


def test_help_says_what_each_command_does():
    for command in ((), ("questionnaire",), ("assess",), ("explain",), ("plan",), ("rescore",), ("merge",), ("model",)):
        assert run(*command, "--help").exit_code == 0


def test_a_number_of_a_person_is_asked_about_before_the_report_goes_anywhere(tmp_path):
    mill = json.loads((EXAMPLES / "textile_mill.json").read_text(encoding="utf-8"))
    mill["answers"]["ctr.copy"]["comment"] = "call +993 65 123456"
    (tmp_path / "mill.json").write_text(json.dumps(mill), encoding="utf-8")
    result = run("assess", tmp_path / "mill.json", *DAY, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "phone number" in result.stderr


def test_pay_is_compared_with_the_minimum_wage_of_the_period(tmp_path):
    mill = json.loads((EXAMPLES / "textile_mill.json").read_text(encoding="utf-8"))
    mill["scope"] |= {"begins": "2024-01-01", "ends": "2024-12-31"}
    mill["answers"]["wag.minimum.lowest"] = {"value": 1200}
    (tmp_path / "mill.json").write_text(json.dumps(mill), encoding="utf-8")
    assert "minimum" in run("questionnaire", "check", tmp_path / "mill.json", *DAY).stderr


def test_answers_to_another_version_of_the_form_are_refused(tmp_path):
    mill = json.loads((EXAMPLES / "textile_mill.json").read_text(encoding="utf-8"))
    (tmp_path / "mill.json").write_text(json.dumps(mill | {"version": "1999.1"}), encoding="utf-8")
    result = run("assess", tmp_path / "mill.json", *DAY, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "1999.1" in result.stderr
