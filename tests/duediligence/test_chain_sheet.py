"""Lists in any encoding and with any sign between cells are cut into the same cells; hostile ones are refused."""

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from duediligence.chain import sheet
from duediligence.chain.sheet import Asked, Line, Sheet

TURKMEN = "ady;welaýaty;işgär sany\nÝüpek ýoly;Daşoguz;12\nÄşgär;Mary;7\n"
AS_FOUND = Asked()
RUSSIAN = "название;велаят;работники\nШёлковый путь;Дашогуз;12\n"


def lines(data: bytes, name: str = "list.csv", asked: Asked = AS_FOUND) -> list[tuple[str, ...]]:
    found = sheet.read(data, name, asked)
    assert isinstance(found, Sheet), found
    return [line.cells for line in found.lines]


def refusals(data: bytes, name: str = "list.csv") -> list[str]:
    found = sheet.read(data, name)
    assert not isinstance(found, Sheet)
    return [problem.code for problem in found]


def workbook(*rows: tuple[object, ...], merged: tuple[tuple[int, int, int, int, str], ...] = ()) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet("List")
        percent = book.add_format({"num_format": "0.0%"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, float):
                    page.write_number(number, column, value, percent)
                elif value is not None:
                    page.write(number, column, value)
        for one in merged:
            page.merge_range(*one)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"])
def test_a_turkmen_list_is_read_in_every_encoding_that_holds_its_letters(encoding):
    assert lines(TURKMEN.encode(encoding)) == [
        ("ady", "welaýaty", "işgär sany"),
        ("Ýüpek ýoly", "Daşoguz", "12"),
        ("Äşgär", "Mary", "7"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_a_russian_list_is_read_in_every_encoding_that_holds_its_letters(encoding):
    assert lines(RUSSIAN.encode(encoding))[1] == ("Шёлковый путь", "Дашогуз", "12")


def test_a_western_list_is_not_taken_for_russian():
    assert lines("name,town\nIndustrias Químicas,Málaga\n".encode("cp1252"))[1] == ("Industrias Químicas", "Málaga")


def test_an_encoding_that_somebody_names_is_taken():
    assert lines("ady;şäher\nÖz;Aş\n".encode("cp1254"), asked=Asked(encoding="cp1254"))[1] == ("Öz", "Aş")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_cells_are_parted_by_any_usual_sign(sign):
    data = "\n".join(sign.join(row) for row in (("name", "share"), ("Ak Pagta", "3"), ("Tejen Un", "7"))).encode()
    assert lines(data)[1] == ("Ak Pagta", "3")


def test_a_comma_within_numbers_does_not_part_cells():
    assert lines(b"name;share\nAk Pagta;12,5\nTejen Un;7,5\n")[1] == ("Ak Pagta", "12,5")


def test_the_sign_that_excel_states_is_taken():
    found = sheet.read(b"sep=|\nname|share\nAk, Pagta|3\n", "list.csv")
    assert isinstance(found, Sheet)
    assert found.lines == (Line(2, ("name", "share")), Line(3, ("Ak, Pagta", "3")))


def test_lines_keep_their_numbers_when_empty_ones_are_left_out():
    found = sheet.read(b'name,address\n\n,,\nAk,"one\ntwo"\nGok,three\n', "list.csv")
    assert isinstance(found, Sheet)
    assert found.lines == (Line(1, ("name", "address")), Line(4, ("Ak", "one two")), Line(6, ("Gok", "three")))


def test_a_quotation_mark_left_open_swallows_no_lines():
    data = "name,town\n" + '"Ak Pagta,Mary\n' + "".join(f"Firm {number},Mary\n" for number in range(60))
    assert len(lines(data.encode())) == 62


def test_a_workbook_gives_what_was_saved():
    data = workbook(("name", "share", "heads", None), ("Ak Pagta", 0.125, 40, None), (None,) * 4, ("Tejen", 0.5, 7, ""))
    assert lines(data, "list.xlsx") == [
        ("name", "share", "heads"),
        ("Ak Pagta", "12.5 %", "40"),
        ("Tejen", "50 %", "7"),
    ]


def test_a_merged_cell_stands_wherever_it_reaches():
    data = workbook(("name", "town"), ("x", "Mary"), ("x", "Tejen"), merged=((1, 0, 2, 0, "Ak Pagta"),))
    assert lines(data, "list.xlsx")[1:] == [("Ak Pagta", "Mary"), ("Ak Pagta", "Tejen")]


def test_a_workbook_is_known_by_its_bytes_not_by_its_name():
    assert lines(workbook(("name",), ("Ak Pagta",)), "list.csv") == [("name",), ("Ak Pagta",)]


def test_a_sheet_that_is_not_there_is_said():
    found = sheet.read(workbook(("name",)), "list.xlsx", Asked(sheet="Other"))
    assert not isinstance(found, Sheet)
    assert [problem.code for problem in found] == ["LIST_SHEET_MISSING"]


def archive(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as kept:
        for name, part in parts.items():
            kept.writestr(name, part)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "LIST_EMPTY"),
        (b"\n ,, \n", "LIST_EMPTY"),
        (b"name\x00\x01\nAk", "LIST_NOT_TEXT"),
        (b"x" * (sheet.MOST_BYTES + 1), "LIST_TOO_BIG"),
        (b"a\n" * (sheet.MOST_LINES + 1), "LIST_TOO_LONG"),
        (b"a," * sheet.MOST_COLUMNS + b"a\n", "LIST_TOO_LONG"),
        (archive(a="b"), "FILE_NOT_A_WORKBOOK"),
        (b"PK\x03\x04 no archive", "FILE_DAMAGED"),
    ],
    ids=["nothing", "blanks", "no text", "too big", "too many lines", "too wide", "other archive", "damaged"],
)
def test_what_is_no_list_is_refused(data, code):
    assert refusals(data) == [code]


@given(st.binary(max_size=300), st.sampled_from(["list.csv", "list.xlsx", "list"]))
def test_no_bytes_break_the_reading(data, name):
    found = sheet.read(data, name)
    assert isinstance(found, Sheet) or found


@pytest.mark.parametrize("cell", ["=1+1", " =cmd|' /C calc'!A0", "@SUM(A1)", "+cmd|x!A1", '-HYPERLINK("x")'])
def test_a_cell_that_a_program_would_compute_is_told(cell):
    assert sheet.is_formula(cell)


@pytest.mark.parametrize("cell", ["-5", "+993 12 34", "- none", "== see below", "@home", "Ak Pagta", ""])
def test_plain_words_and_numbers_are_no_formulas(cell):
    assert not sheet.is_formula(cell)
