"""Many responses at a time: every source and every way of working gives what an assessment gives, to the digit."""

import csv
import hashlib
import json
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from duediligence.assessment import MODEL, assess, layout, versions_of
from duediligence.batch import csv_source, parquet_source, run
from duediligence.batch import table as batch_table
from duediligence.batch.job import Job, Part, Reading
from duediligence.batch.scoring import Scored, method, score_part
from duediligence.batch.source import opened
from duediligence.batch.table import EVIDENCE
from duediligence.batch.words import unusable
from duediligence.cli import main
from duediligence.errors import Unfit
from questionnaires.response import Answer, Response
from tests.conftest import TODAY, book

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
ANSWERED = {path.stem: msgspec.json.decode(path.read_bytes(), type=Response) for path in EXAMPLES.glob("*.json")}
SEVERAL = 3  # copies of each example
MANY = 30  # times as many rows, for a run that is to be killed

IN_SMALL_PARTS = """
from duediligence.batch import csv_source
from duediligence.cli import main
csv_source.PART_ROWS, csv_source.LONGEST_RECORD = 4, 20_000
main()
"""


def score(source: Path, out: Path, *words: object) -> Result:
    asked = ["batch", "score", str(source), "--out", str(out), "--on", TODAY.isoformat(), *map(str, words)]
    return CliRunner().invoke(main, asked, catch_exceptions=False)


def cell(answer: Answer) -> str:
    match answer.value:
        case None:
            return str(answer.missing or "")
        case tuple() as chosen:
            return "|".join(chosen)
        case float() | int() as quantity:
            return f"{quantity:.10g}"
        case words:
            return str(words)


def table(responses: Mapping[str, Response]) -> list[dict[str, str]]:
    """The rows of a table of responses, with a column for each question and one for its evidence."""
    return [
        {"id": name}
        | {one.id: cell(response.answers.get(one.id, Answer())) for one in book().questions}
        | {one.id + EVIDENCE: " ".join(response.answers.get(one.id, Answer()).evidence) for one in book().questions}
        for name, response in responses.items()
    ]


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_parquet(path: Path, rows: list[dict[str, str]], group: int = 4) -> Path:
    pq.write_table(pa.table({name: [row[name] for row in rows] for name in rows[0]}), path, row_group_size=group)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def expected(response: Response) -> dict[str, str]:
    """What an assessment of the same answers states."""
    profile = assess(response, TODAY).profile
    numbers = ("inherent", "control", "confidence", "residual", "low", "high", "coverage")
    return {
        **{name: repr(getattr(profile, name)) for name in numbers},
        "band": profile.band,
        "highest_band": profile.highest_band,
        **{f"level_{finding.indicator}": finding.level for finding in profile.findings},
    }


def copies() -> dict[str, Response]:
    return {f"{name} {number}": one for number in range(SEVERAL) for name, one in sorted(ANSWERED.items())}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return table(copies())


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of a few rows, so that a small table has several."""
    monkeypatch.setattr(csv_source, "PART_ROWS", 4)
    monkeypatch.setattr(csv_source, "LONGEST_RECORD", 20_000)
    monkeypatch.setattr(parquet_source, "PART_ROWS", 3)


class TestWhatComesOut:
    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    def test_a_row_states_what_an_assessment_of_the_same_answers_states(self, tmp_path, rows, kind):
        source = {"csv": write_csv, "parquet": write_parquet}[kind](tmp_path / f"answers.{kind}", rows)
        result = score(source, tmp_path / "out.csv", "--workers", 1)
        assert result.exit_code == 0, result.output
        for row, (name, response) in zip(read(tmp_path / "out.csv"), copies().items(), strict=True):
            assert row["id"] == name
            assert {column: row[column] for column in expected(response)} == expected(response)

    def test_a_folder_gives_the_same_figures(self, tmp_path):
        folder = tmp_path / "answers"
        folder.mkdir()
        for name, response in ANSWERED.items():
            (folder / f"{name}.json").write_bytes(msgspec.json.encode(response))
        (folder / "cotton_farm_mary.xlsx").write_bytes((EXAMPLES / "cotton_farm_mary.xlsx").read_bytes())
        assert score(folder, tmp_path / "out.csv").exit_code == 0
        for row in read(tmp_path / "out.csv"):
            response = ANSWERED[Path(row["row"]).stem]
            assert {column: row[column] for column in expected(response)} == expected(response)

    def test_parquet_and_csv_hold_the_same(self, tmp_path, rows):
        source = write_csv(tmp_path / "answers.csv", rows)
        for kind in ("csv", "parquet"):
            assert score(source, tmp_path / f"out.{kind}", "--workers", 1).exit_code == 0
        columns = pq.read_table(tmp_path / "out.parquet").to_pydict()
        held = [dict(zip(columns, map(str, values), strict=True)) for values in zip(*columns.values(), strict=True)]
        assert held == read(tmp_path / "out.csv")

    def test_the_description_says_which_rules_and_which_input(self, tmp_path, rows):
        source = write_csv(tmp_path / "answers.csv", rows)
        score(source, tmp_path / "out.csv", "--workers", 1)
        told = json.loads((tmp_path / "out.csv.run.json").read_text())
        assert told["versions"]["model_digest"] == layout(*MODEL, TODAY).digest
        assert told["source_digest"] == hashlib.sha256(source.read_bytes()).hexdigest()
        assert told["digest"] == hashlib.sha256((tmp_path / "out.csv").read_bytes()).hexdigest()
        assert {row["method"] for row in read(tmp_path / "out.csv")} == {told["method"][:16]}
        assert told["rows"] == len(rows)

    def test_parquet_tells_its_rules_itself(self, tmp_path, rows):
        score(write_csv(tmp_path / "answers.csv", rows), tmp_path / "out.parquet", "--workers", 1)
        about = json.loads(pq.read_schema(tmp_path / "out.parquet").metadata[b"duediligence"])
        assert about["versions"]["model_digest"] == layout(*MODEL, TODAY).digest

    def test_nobody_else_may_read_the_output(self, tmp_path, rows):
        score(write_csv(tmp_path / "answers.csv", rows), tmp_path / "out.csv", "--workers", 1)
        assert (tmp_path / "out.csv").stat().st_mode & 0o077 == 0

    def test_an_identifier_never_becomes_a_formula(self, tmp_path, rows):
        rows = [rows[0] | {"id": "=cmd|' /C calc'!A0"}]
        score(write_csv(tmp_path / "answers.csv", rows), tmp_path / "out.csv")
        assert read(tmp_path / "out.csv")[0]["id"].startswith("'=")

    def test_a_program_is_told_no_progress(self, tmp_path, rows):
        result = score(write_csv(tmp_path / "answers.csv", rows), tmp_path / "out.csv", "--workers", 1)
        assert result.stderr == ""


class TestWaysOfWorking:
    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    @pytest.mark.usefixtures("small_parts")
    def test_parts_change_no_digit(self, tmp_path, rows, kind, monkeypatch):
        source = {"csv": write_csv, "parquet": write_parquet}[kind](tmp_path / f"answers.{kind}", rows)
        score(source, tmp_path / "parts.csv", "--workers", 1)
        monkeypatch.undo()
        score(source, tmp_path / "whole.csv", "--workers", 1)
        assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()

    @pytest.mark.usefixtures("small_parts")
    def test_several_processes_change_no_digit(self, tmp_path, rows):
        source = write_parquet(tmp_path / "answers.parquet", rows)
        for workers in (1, 2):
            score(source, tmp_path / f"{workers}.parquet", "--workers", workers)
        assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()

    @pytest.mark.usefixtures("small_parts")
    def test_a_cluster_changes_no_digit(self, tmp_path, rows):
        distributed = pytest.importorskip("distributed")
        source = write_parquet(tmp_path / "answers.parquet", rows)
        score(source, tmp_path / "here.parquet", "--workers", 1)
        settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
        with distributed.LocalCluster(host="127.0.0.1", **settings) as cluster:
            result = score(source, tmp_path / "there.parquet", "--scheduler", cluster.scheduler_address)
        assert result.exit_code == 0, result.output
        assert (tmp_path / "there.parquet").read_bytes() == (tmp_path / "here.parquet").read_bytes()

    @pytest.mark.usefixtures("small_parts")
    def test_a_run_that_was_killed_goes_on_to_the_same_digits(self, tmp_path, rows):
        source = write_csv(tmp_path / "answers.csv", rows * MANY)
        score(source, tmp_path / "whole.csv", "--workers", 1)
        parts = tmp_path / "out.csv.parts"
        words = ["batch", "score", source, "--out", tmp_path / "out.csv", "--on", TODAY, "--workers", 1]
        process = subprocess.Popen([sys.executable, "-c", IN_SMALL_PARTS, *map(str, words)])
        while process.poll() is None and not (parts / "000002.json").exists():
            time.sleep(0.005)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert score(source, tmp_path / "out.csv", "--workers", 1).exit_code == 0
        assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
        assert not parts.exists()

    @pytest.mark.usefixtures("small_parts")
    def test_what_is_done_is_not_done_again(self, tmp_path, rows):
        job, parts = prepared(write_csv(tmp_path / "answers.csv", rows))
        asked: list[int] = []
        run.run(job, parts[:2], tmp_path / "out.csv", noting(asked), nobody)
        run.run(job, parts, tmp_path / "out.csv", noting(asked), nobody)
        assert asked == [part.number for part in parts]

    @pytest.mark.usefixtures("small_parts")
    def test_a_part_that_was_damaged_is_done_again(self, tmp_path, rows):
        job, parts = prepared(write_csv(tmp_path / "answers.csv", rows))
        asked: list[int] = []
        run.run(job, parts, tmp_path / "out.csv", noting([]), nobody)
        (tmp_path / "out.csv.parts" / "000001.rows").write_bytes(b"half")
        run.run(job, parts, tmp_path / "out.csv", noting(asked), nobody)
        assert asked == [1]

    def test_an_unfinished_run_of_another_input_is_not_touched(self, tmp_path, rows):
        job, parts = prepared(write_csv(tmp_path / "answers.csv", rows))
        run.run(job, parts, tmp_path / "out.csv", noting([]), nobody)
        other = write_csv(tmp_path / "others.csv", rows[:2])
        result = score(other, tmp_path / "out.csv")
        assert result.exit_code == 2
        assert "--fresh" in result.stderr
        assert score(other, tmp_path / "out.csv", "--fresh").exit_code == 0

    def test_a_worker_with_other_rules_does_nothing(self, tmp_path, rows):
        job, parts = prepared(write_csv(tmp_path / "answers.csv", rows))
        with pytest.raises(Unfit, match="OTHER_RULES"):
            score_part(msgspec.structs.replace(job, method="0" * 64), parts[0])

    def test_what_a_worker_refuses_is_told_across_processes(self):
        refusal = unusable("NO_PARQUET", "answers.parquet")
        assert pickle.loads(pickle.dumps(refusal)).problems == refusal.problems


def odd(rows: list[dict[str, str]], **changes: str) -> list[dict[str, str]]:
    """The rows, with something else in a few cells of the second."""
    return [rows[0], rows[1] | changes, *rows[2:4]]


class TestWhatIsWrong:
    @pytest.mark.parametrize("language", ["en", "ru", "tk"])
    def test_a_cell_that_does_not_fit_is_told_with_file_row_and_column(self, tmp_path, rows, language):
        source = write_csv(tmp_path / "answers.csv", odd(rows, **{"pro.headcount": "many"}))
        result = score(source, tmp_path / "out.csv", "--lang", language)
        assert result.exit_code == 1
        assert "answers.csv:3, pro.headcount: " in result.stderr
        told = read(tmp_path / "out.csv.problems.csv")
        assert [(one["row"], one["column"], one["code"]) for one in told] == [("3", "pro.headcount", "WRONG_TYPE")]

    def test_an_answer_that_does_not_fit_counts_as_unanswered(self, tmp_path, rows):
        for name, words in (("odd", "many"), ("empty", "")):
            source = write_csv(tmp_path / f"{name}.csv", odd(rows, **{"pro.headcount": words}))
            score(source, tmp_path / f"{name}.out.csv")
        odd_row, empty_row = (read(tmp_path / f"{name}.out.csv")[1] for name in ("odd", "empty"))
        assert odd_row | {"problems": "0"} == empty_row

    def test_nobody_but_a_reviewer_sets_a_question_aside(self, tmp_path, rows):
        source = write_csv(tmp_path / "answers.csv", odd(rows, **{"pro.headcount": "not_applicable"}))
        assert score(source, tmp_path / "out.csv").exit_code == 1
        assert read(tmp_path / "out.csv.problems.csv")[0]["code"] == "NOT_APPLICABLE_NOT_ACCEPTED"

    @pytest.mark.parametrize(
        ("bad", "code"),
        [
            (b"one,two\n", "ROW_WIDTH"),
            (b"\xff\xfe,two\n", "ROW_ENCODING"),
            (b'a "quote that nobody closes,two\n', "ROW_WIDTH"),
            (b"x" * 200_000 + b"\n", "ROW_BROKEN"),
        ],
    )
    def test_a_row_that_cannot_be_read_is_told_and_the_rest_done(self, tmp_path, rows, bad, code):
        lines = write_csv(tmp_path / "good.csv", rows[:4]).read_bytes().splitlines(keepends=True)
        source = tmp_path / "answers.csv"
        source.write_bytes(b"".join([*lines[:2], bad, *lines[2:]]))
        result = score(source, tmp_path / "out.csv")
        assert result.exit_code == 1
        done = {row["row"]: row for row in read(tmp_path / "out.csv")}
        assert list(done) == ["2", "3", "4", "5", "6"]
        assert [row for row, one in done.items() if not one["residual"]] == ["3"]
        assert [(one["row"], one["code"]) for one in read(tmp_path / "out.csv.problems.csv")] == [("3", code)]

    def test_a_file_that_is_no_response_is_told_and_the_rest_done(self, tmp_path):
        (tmp_path / "answers").mkdir()
        (tmp_path / "answers" / "bad.json").write_bytes(b"{")
        (tmp_path / "answers" / "good.json").write_bytes((EXAMPLES / "textile_mill.json").read_bytes())
        assert score(tmp_path / "answers", tmp_path / "out.csv").exit_code == 1
        assert [row["row"] for row in read(tmp_path / "out.csv") if row["residual"]] == ["good.json"]

    def test_a_column_that_is_no_question_is_told_unless_it_is_meant(self, tmp_path, rows):
        source = write_csv(tmp_path / "answers.csv", [row | {"pro.headcuont": "5"} for row in rows[:2]])
        result = score(source, tmp_path / "out.csv")
        assert result.exit_code == 1
        assert "pro.headcuont" in result.stderr
        assert score(source, tmp_path / "out.csv", "--ignore", "pro.headcuont").exit_code == 0

    @pytest.mark.parametrize("name", ["answers.parquet", "out.parquet"])
    def test_without_its_library_parquet_says_what_to_install(self, tmp_path, rows, monkeypatch, name):
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        (tmp_path / "answers.parquet").write_bytes(b"PAR1")
        sources = {"answers.parquet": "answers.parquet", "out.parquet": "answers.csv"}
        write_csv(tmp_path / "answers.csv", rows[:1])
        result = score(tmp_path / sources[name], tmp_path / name.replace("answers.parquet", "out.csv"))
        assert result.exit_code == 2
        assert "duediligence[batch]" in result.stderr
        assert score(tmp_path / "answers.csv", tmp_path / "out.csv").exit_code == 0

    def test_an_address_where_no_scheduler_answers_is_refused(self, tmp_path, rows, monkeypatch):
        pytest.importorskip("distributed")
        monkeypatch.setattr("duediligence.batch.cluster._PATIENCE", "1s")
        result = score(
            write_csv(tmp_path / "a.csv", rows[:1]), tmp_path / "out.csv", "--scheduler", "tcp://127.0.0.1:9"
        )
        assert result.exit_code == 2

    @pytest.mark.parametrize("language", ["en", "ru", "tk"])
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("answers.docx", b""),
            ("answers.parquet", b"PAR1 no more"),
            ("answers.csv", b"name,place\nAltyn,Mary\n"),
            ("answers.csv", b"pro.headcount,pro.headcount\n1,2\n"),
            ("answers.csv", b"pro.headcount\n"),
            ("answers.csv", "pro.headcount\n5\n".encode("utf-16")),
            ("answers.csv", b"\xff\xfa,pro.headcount\n"),
            ("answers.csv", b""),
            ("answers.csv", b",".join(b"c%d" % number for number in range(6000))),
        ],
    )
    def test_an_input_that_cannot_be_used_is_refused_with_a_reason(self, tmp_path, name, content, language):
        (tmp_path / name).write_bytes(content)
        result = score(tmp_path / name, tmp_path / "out.csv", "--lang", language)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"{name}: ")
        assert not (tmp_path / "out.csv").exists()

    def test_a_missing_file_and_an_empty_folder_are_refused(self, tmp_path):
        (tmp_path / "empty").mkdir()
        assert score(tmp_path / "absent.csv", tmp_path / "out.csv").exit_code == 2
        assert score(tmp_path / "empty", tmp_path / "out.csv").exit_code == 2

    def test_the_answers_are_never_written_over(self, tmp_path, rows):
        source = write_csv(tmp_path / "answers.csv", rows[:1])
        before = source.read_bytes()
        assert score(source, source).exit_code == 2
        assert source.read_bytes() == before

    def test_a_row_group_that_unfolds_without_end_is_refused(self, tmp_path, rows, monkeypatch):
        source = write_parquet(tmp_path / "answers.parquet", rows)
        monkeypatch.setattr(parquet_source, "MOST_BYTES", 50)
        assert score(source, tmp_path / "out.csv").exit_code == 2

    def test_many_problems_are_counted_and_some_listed(self, tmp_path, rows, monkeypatch):
        monkeypatch.setattr(batch_table, "LISTED", 5)
        source = write_csv(tmp_path / "answers.csv", [row | {"pro.headcount": "many"} for row in rows])
        score(source, tmp_path / "out.csv", "--workers", 1)
        assert len(read(tmp_path / "out.csv.problems.csv")) == 5
        assert json.loads((tmp_path / "out.csv.run.json").read_text())["problems"] == {"WRONG_TYPE": len(rows)}


class TestHowCellsAreRead:
    def test_words_that_were_stated_stand_for_a_missing_reason(self, tmp_path, rows):
        for name, word in (("plain", "not_known"), ("own", "NK")):
            write_csv(tmp_path / f"{name}.csv", odd(rows, **{"pro.headcount": word}))
        score(tmp_path / "plain.csv", tmp_path / "plain.out.csv")
        score(tmp_path / "own.csv", tmp_path / "own.out.csv", "--missing", "not_known=NK")
        assert (tmp_path / "own.out.csv").read_bytes() == (tmp_path / "plain.out.csv").read_bytes()

    @pytest.mark.parametrize("stated", ["unknown=NK", "not_known", "not_known="])
    def test_a_reason_there_is_not_is_refused(self, tmp_path, rows, stated):
        source = write_csv(tmp_path / "answers.csv", rows[:1])
        assert score(source, tmp_path / "out.csv", "--missing", stated).exit_code == 2

    def test_a_word_that_is_an_answer_stands_for_no_reason(self, tmp_path, rows):
        source = write_csv(tmp_path / "answers.csv", rows[:1])
        result = score(source, tmp_path / "out.csv", "--missing", f"not_known={rows[0]['pro.sector']}")
        assert result.exit_code == 2

    def test_choices_are_told_apart_by_the_sign_that_was_stated(self, tmp_path, rows):
        write_csv(tmp_path / "bar.csv", rows)
        write_csv(
            tmp_path / "plus.csv", [{name: words.replace("|", "+") for name, words in row.items()} for row in rows]
        )
        score(tmp_path / "bar.csv", tmp_path / "bar.out.csv", "--workers", 1)
        score(tmp_path / "plus.csv", tmp_path / "plus.out.csv", "--workers", 1, "--separator", "+")
        assert (tmp_path / "bar.out.csv").read_bytes() == (tmp_path / "plus.out.csv").read_bytes()

    @pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-8"), (",", "windows-1251")])
    def test_other_delimiters_and_encodings_are_read(self, tmp_path, rows, delimiter, encoding):
        named = [{name: words for name, words in rows[0].items() if not name.endswith(EVIDENCE)} | {"id": "Алтын"}]
        write_csv(tmp_path / "plain.csv", named)
        other = tmp_path / "other.csv"
        with other.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, named[0], delimiter=delimiter)
            writer.writeheader()
            writer.writerows(named)
        score(tmp_path / "plain.csv", tmp_path / "plain.out.csv")
        score(other, tmp_path / "other.out.csv", "--encoding", encoding.removesuffix("-sig"))
        assert (tmp_path / "other.out.csv").read_bytes() == (tmp_path / "plain.out.csv").read_bytes()

    def test_numbers_and_days_of_a_table_are_answers(self, tmp_path, rows):
        day, number = "gov.policy.approved", "pro.headcount"
        values = {"id": pa.array([7]), number: pa.array([12]), day: pa.array([date(2024, 5, 1)])}
        pq.write_table(pa.table(values), tmp_path / "typed.parquet")
        write_csv(tmp_path / "plain.csv", [{"id": "7", number: "12", day: "2024-05-01"}])
        for name in ("typed.parquet", "plain.csv"):
            assert score(tmp_path / name, tmp_path / f"{name}.out.csv").exit_code == 0
        typed, plain = (read(tmp_path / f"{name}.out.csv")[0] for name in ("typed.parquet", "plain.csv"))
        assert typed | {"row": ""} == plain | {"row": ""}

    @pytest.mark.parametrize("words", ["1e5", "0x10", "1_000", "inf", "nan", "1,5"])
    def test_what_only_a_program_takes_for_a_number_is_none(self, tmp_path, rows, words):
        source = write_csv(tmp_path / "answers.csv", odd(rows, **{"pro.headcount": words}))
        assert score(source, tmp_path / "out.csv").exit_code == 1

    def test_a_cell_of_several_lines_is_one_cell(self, tmp_path, rows):
        source = write_csv(tmp_path / "answers.csv", [rows[0] | {"id": "Altyn\nHasyl"}, rows[1]])
        assert score(source, tmp_path / "out.csv").exit_code == 0
        assert [row["row"] for row in read(tmp_path / "out.csv")] == ["2", "4"]


def nobody(_done: int, _whole: int) -> None:
    """Nobody watches."""


def prepared(path: Path) -> tuple[Job, tuple[Part, ...]]:
    rules = layout(*MODEL, TODAY)
    source, parts = opened(path, rules.codebook, Reading())
    return Job(source=source, reading=Reading(), on=TODAY, method=method(versions_of(rules)), parquet=False), parts


def noting(asked: list[int]) -> run.Doing:
    """Does parts as ever, and notes which."""

    @contextmanager
    def doing(job: Job, parts: Sequence[Part]) -> Iterator[Iterator[Scored]]:
        asked.extend(part.number for part in parts)
        yield (score_part(job, part) for part in parts)

    return doing
