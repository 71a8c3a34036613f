"""What the command line says, and how it says it: words, tables, problems.

A table wraps its last column to the width of the window, so that a narrow
screen loses nothing.
"""

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import click

from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import Text, say

_FILE = Path(__file__).parent / "texts" / "terminal.yaml"
_GAP = 2
_NARROWEST = 24


@cache
def _sentences() -> dict[str, Text]:
    whole = content.read(_FILE, dict[str, object])
    return content.convert(whole["sentences"], dict[str, Text], _FILE.name)


def sentence(name: str, language: str, **facts: object) -> str:
    """Return one sentence of the command line, filled in with `facts`."""
    return say(_sentences()[name], language).format(**facts)


def problem(name: str, where: str, **facts: object) -> Problem:
    """Return one sentence of the command line as a problem, in every language."""
    detail = {language: words.format(**facts) for language, words in _sentences()[name].items()}
    return Problem(code=name.upper(), where=where, detail=detail)


def note(words: str) -> None:
    """Say something about the work, on the error stream and only to a person who watches."""
    if sys.stderr.isatty():
        click.echo(words, err=True)


def count(done: int, whole: int) -> None:
    """Say how far the work is, on the error stream, in place, and only to a person who watches."""
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} / {whole:,} ", nl=done >= whole, err=True)


def complain(problems: Iterable[Problem], language: str) -> None:
    """Write one line a problem to the error stream: where, what, and the way out."""
    for one in problems:
        click.echo(f"{one.where}: {say(one.detail, language)}", err=True)


def table(rows: Sequence[Sequence[str]], *, heading: Sequence[str] = ()) -> str:
    """Return rows as an aligned table whose last column wraps.

    Args:
        rows: each as long as the others; words only.
        heading: what stands above the columns, if anything.
    """
    lines = [*([heading] if heading else []), *rows]
    if not lines:
        return ""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]) - 1)]
    indent = sum(widths) + _GAP * len(widths)
    room = max(shutil.get_terminal_size((100, 24)).columns - indent, _NARROWEST)
    return "\n".join(_line(line, widths, indent, room) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], indent: int, room: int) -> str:
    start = "".join(cell.ljust(width + _GAP) for cell, width in zip(cells[:-1], widths, strict=True))
    wrapped = textwrap.wrap(cells[-1], room) or [""]
    return ("\n" + " " * indent).join([start + wrapped[0], *wrapped[1:]]).rstrip()
