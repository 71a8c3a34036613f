"""Input that would mislead is refused in one line, and nothing is written."""

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from duediligence import record
from duediligence.assessment import assess
from duediligence.cli import main
from questionnaires.response import Answer, Response

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FARM = EXAMPLES / "cotton_farm_mary.json"
PAPERS = EXAMPLES / "greenhouse_ahal_papers.json"
DAY = date(2026, 11, 21)
ON = ["--on", DAY.isoformat()]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def farm(**answers: Answer) -> Response:
    response = msgspec.json.decode(FARM.read_bytes(), type=Response)
    return msgspec.structs.replace(response, answers={**response.answers, **answers})


def review_of(tmp_path: Path, **changed: object) -> Path:
    review = json.loads((EXAMPLES / "reviews" / PAPERS.name).read_text())
    target = tmp_path / "review.json"
    target.write_text(json.dumps({**review, **changed}))
    return target


def refused(found: Result, out: Path) -> bool:
    return found.exit_code == 2 and "Traceback" not in found.output and not out.exists()


def test_a_shared_copy_is_not_assessed_as_if_it_held_every_answer(tmp_path):
    copy = tmp_path / "copy.json"
    copy.write_bytes(record.encode(record.shared(assess(farm(), DAY))))
    assert refused(run("assess", copy, *ON, "--out", tmp_path / "out"), tmp_path / "out")


def test_a_number_out_of_range_counts_as_no_answer():
    wild = farm(**{"wag.deduct_max": Answer(value=10**9)})
    silent = farm(**{"wag.deduct_max": Answer()})
    assert assess(wild, DAY).profile == assess(silent, DAY).profile


def test_a_question_nobody_asks_reaches_no_shared_copy():
    told = farm(**{"made.up": Answer(value="Passport A 123")})
    assert b"made.up" not in record.encode(record.shared(assess(told, DAY)))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"label": "self_declared"}, id="high grades on a self-declaration"),
        pytest.param({"workers_heard": 0}, id="workers' word without a worker heard"),
        pytest.param({"on": "2027-01-01"}, id="a day to come"),
        pytest.param({"grades": {"made.up": 2}}, id="a question nobody asks"),
    ],
)
def test_a_review_that_cannot_be_true_is_refused(changed, tmp_path):
    review = review_of(tmp_path, **changed)
    out = tmp_path / "out"
    assert refused(run("assess", PAPERS, "--review", review, *ON, "--out", out), out)


def test_a_review_that_can_be_true_is_taken(tmp_path):
    found = run("assess", PAPERS, "--review", review_of(tmp_path), *ON, "--out", tmp_path / "out")
    assert found.exit_code == 0


def test_a_folder_that_is_a_file_ends_in_one_line(tmp_path):
    occupied = tmp_path / "out"
    occupied.write_text("mine")
    found = run("assess", FARM, *ON, "--out", occupied)
    assert (found.exit_code, occupied.read_text()) == (2, "mine")


def test_deep_nesting_ends_in_one_line(tmp_path):
    deep = tmp_path / "deep.json"
    deep.write_text('{"a":' * 100_000)
    assert refused(run("assess", deep, *ON, "--out", tmp_path / "out"), tmp_path / "out")


@pytest.mark.parametrize(
    "option", [["--budget", "nan"], ["--staff-days", "inf"], ["--until", "0001-01-01"], ["--on", "9999-12-31"]]
)
def test_a_figure_or_a_day_that_can_only_be_a_slip_is_refused(option):
    assert run("plan", FARM, *option).exit_code == 2
