"""A form as it comes back: filled in, then changed or spoiled in another program."""

import io
import warnings
import zipfile
from datetime import date

import openpyxl
from workbook_forms import SMALL

from questionnaires.catalogue import UnknownQuestionnaire
from questionnaires.response import Answer, Missing, Response, Scope
from questionnaires.text import LANGUAGES
from questionnaires.workbook import read, write
from questionnaires.workbook_layout import Column, plan

GIVEN = Response(
    questionnaire="small",
    version="2026.1",
    scope=Scope(organisation="Ak Altyn", begins=date(2026, 9, 1)),
    revision=7,
    answers={
        "crews": Answer(value="yes", comment="Since spring"),
        "workers": Answer(value=1234.0, evidence=("Staff list", "Order 4")),
        "crops": Answer(value=("cotton", "wheat")),
        "sent": Answer(missing=Missing.DECLINED),
    },
)
WRITTEN = {language: write(SMALL, language, GIVEN) for language in LANGUAGES}
ANSWER, COMMENT = Column.ANSWER + 1, Column.COMMENT + 1


def repacked(changes, data=WRITTEN["en"]):
    """Return the workbook with parts changed, added (a new name) or taken out (None)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()} | changes
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return buffer.getvalue()


def find(identifier, version):
    if (identifier, version) != ("small", "2026.1"):
        raise UnknownQuestionnaire(identifier)
    return SMALL


def edited(change, language="en"):
    """Return the written workbook after `change` was made to it in another program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the other program tells that it drops the data bars
        book = openpyxl.load_workbook(io.BytesIO(WRITTEN[language]))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def place(question, choice=""):
    """Return sheet and row of a question or choice, counted from 1."""
    for sheet in plan(SMALL, "en").sheets:
        if question in sheet.rows:
            wanted = next(one for one in sheet.section.questions if one.id == question)
            below = [one.id for one in wanted.choices].index(choice) + 1 if choice else 0
            return sheet.number, sheet.rows[question] + 1 + below
    raise AssertionError(question)


def with_answer(question, value, choice="", number_format=None, language="en"):
    """Return the reading of the form after one answer cell was overwritten."""

    def change(book):
        number, row = place(question, choice)
        cell = book.worksheets[number].cell(row, ANSWER)
        cell.value = value
        if number_format:
            cell.number_format = number_format

    return read(edited(change, language), find)


def others_kept(reading, *but):
    return all(reading.response.answers[name] == answer for name, answer in GIVEN.answers.items() if name not in but)


def only(reading, code, question=""):
    """Return the one problem of a reading, which must be in words in every language."""
    (found,) = reading.problems
    assert (found.code, found.question) == (code, question)
    assert set(found.detail) == set(LANGUAGES)
    assert all("{" not in words for words in found.detail.values())
    return found


def replaced(data, name, old, new):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        whole = archive.read(name)
    assert whole.count(old) == 1
    return repacked({name: whole.replace(old, new)}, data)
