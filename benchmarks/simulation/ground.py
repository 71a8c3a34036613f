"""What all populations of a run have in common."""

import math
from collections.abc import Mapping
from datetime import date
from functools import cache

import msgspec

from benchmarks.simulation.assumptions import Assumptions, Tables, assumptions, tables
from benchmarks.simulation.choices import Options, options
from duediligence.assessment import MODEL, layout
from risk_models import integrity, parameter
from risk_models.integrity import SecondLook
from risk_models.layout import Layout
from risk_models.priority_outcome import Terms, terms

DAY = date(2026, 11, 21)
"""Whose rules, figures and terms apply."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """The rules, and everything that is drawn from."""

    layout: Layout
    look: SecondLook
    said: Assumptions
    tables: Tables
    answered: Mapping[str, tuple[Options, Options, Options]]  # good, partly adverse and adverse answers
    terms: Terms


@cache
def ground() -> Ground:
    """Return what populations are drawn from."""
    rules, look = layout(*MODEL, DAY), integrity.read()
    rounds = msgspec.structs.replace(look.figures["alike_rounds"], value=fewest_rounds(look.figure("alike_percent")))
    return Ground(
        layout=rules,
        look=msgspec.structs.replace(look, figures={**look.figures, "alike_rounds": rounds}),
        said=assumptions(),
        tables=tables(),
        answered=options(rules),
        terms=terms(parameter.values_on(parameter.read_all(), DAY)),
    )


def fewest_rounds(percent: int) -> int:
    """Return the fewest rounds in which firms that are alike can stand out at all; the service takes more."""
    return math.ceil(100 / percent)
