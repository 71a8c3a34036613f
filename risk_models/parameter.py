"""Numbers that change with time: a legal limit, a benchmark, the months of a season.

A parameter is a list of dated values. The one in force on a day is the last
that has begun; a null says that from its day the number is withdrawn or still
to be confirmed, and then there is no number, not an old one:

    on(day) = value of max(v.since : v.since <= day), if it is not null

Past results stay explicable because values are added, never edited.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from questionnaires.content import ContentError, read
from questionnaires.text import Source, Text

LIBRARY = Path(__file__).parent / "library" / "parameters"


class NotInForce(LookupError):
    """A parameter has no value on the day asked for."""


class DatedValue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a parameter is from a day on; null where no number can be relied on."""

    since: date
    value: float | None
    source: Source


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number that changes with time, its values earliest first.

    The unit is "/1" for a fraction, "%" for a share of a hundred, "point" for a
    score point, "year" for an age, "month" for a month of the year or a length
    in months (the description says which); otherwise the plain unit symbol.
    """

    id: str
    description: Text
    unit: str
    values: tuple[DatedValue, ...]

    def entry(self, day: date) -> DatedValue:
        """Return the value begun last by `day`, null or not, with its source.

        Raises:
            NotInForce: no value has begun by `day`.
        """
        begun = [value for value in self.values if value.since <= day]
        if not begun:
            raise NotInForce(f"{self.id}: no value had begun on {day}")
        return begun[-1]

    def on(self, day: date) -> float:
        """Return the number in force on `day`, in `unit`.

        Whether its source is confirmed is for `entry` to say.

        Raises:
            NotInForce: no value has begun by `day`, or the last is null.
        """
        value = self.entry(day).value
        if value is None:
            raise NotInForce(f"{self.id}: the value for {day} is withdrawn or to be confirmed")
        return value


@cache
def read_all(folder: Path = LIBRARY) -> dict[str, Parameter]:
    """Return every parameter of the library by its id, files and entries in order.

    Raises:
        ContentError: a file does not fit, an id is used twice, or dates are not ascending.
    """
    parameters: dict[str, Parameter] = {}
    for path in sorted(folder.glob("*.yaml")):
        for parameter in read(path, list[Parameter]):
            _accept(parameter, parameters, path.name)
            parameters[parameter.id] = parameter
    return parameters


def values_on(parameters: Mapping[str, Parameter], day: date) -> dict[str, float]:
    """Return the numbers in force on `day` by id; a parameter without one is left out."""
    begun = {id_: [v.value for v in parameter.values if v.since <= day] for id_, parameter in parameters.items()}
    return {id_: values[-1] for id_, values in begun.items() if values and values[-1] is not None}


def _accept(parameter: Parameter, known: Mapping[str, Parameter], where: str) -> None:
    """Raise `ContentError` unless the id is new and the values ascend in time."""
    if parameter.id in known:
        raise ContentError(f"{where}: {parameter.id} is defined twice; give one of them another id")
    if not parameter.values:
        raise ContentError(f"{where}: {parameter.id} has no values; add at least one, null if it is unknown")
    if any(later.since <= earlier.since for earlier, later in pairwise(parameter.values)):
        raise ContentError(f"{where}: the values of {parameter.id} do not ascend in time; order them by `since`")
