"""How the command line takes what it is given: days, figures, and input that cannot be used."""

from datetime import datetime
from math import isfinite
from typing import NoReturn

import click

UNUSABLE = 2
"""The exit code where the input cannot be used."""

YEARS = range(2009, 2100)
"""The years a day may lie in; the Labour Code is of 2009."""


class _Day(click.DateTime):
    """A day, year first; a year that can only be a slip is refused."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the day at midnight."""
        day: datetime = super().convert(value, param, ctx)
        if day.year not in YEARS:
            self.fail(f"a year from {YEARS.start} to {YEARS.stop - 1} is expected", param, ctx)
        return day


class _Figure(click.FloatRange):
    """A figure of nothing or more; infinity and what is no number are refused."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the figure."""
        figure: float = super().convert(value, param, ctx)
        if not isfinite(figure):
            self.fail("a number is expected", param, ctx)
        return figure


DAY = _Day(["%Y-%m-%d"])
FIGURE = _Figure(min=0)


class Commands(click.Group):
    """Commands that end in words where something cannot be used or does not answer, or a library is not what it was."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        from duediligence.errors import DueDiligenceError
        from questionnaires.content import ContentError
        from questionnaires.edition import Tampered

        try:
            return super().invoke(ctx)
        except (OSError, ContentError, Tampered, DueDiligenceError) as error:
            refuse(str(error))


def refuse(words: str) -> NoReturn:
    """Say why the input cannot be used, and stop."""
    click.echo(words, err=True)
    raise SystemExit(UNUSABLE)
