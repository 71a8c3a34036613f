"""What an expert expects of whole dossiers: the files in `tests/dossiers/`, read and run."""

from pathlib import Path

import msgspec
import pytest

from duediligence.chain.party import About
from duediligence.dossier import Dossier
from duediligence.dossier_making import compiled
from duediligence.shipment import LineAbout, ShipmentAbout
from questionnaires import content
from risk_models import dossier_asks
from tests.conftest import TODAY
from tests.shipped import copy, material, register


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What matters of one dossier; without `sure` no notice on cotton stands."""

    cotton: str
    sure: bool | None = None
    items: dict[str, str] = {}


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shipment, and what is expected of it by regime."""

    name: str
    example: str = ""
    review: str = ""
    shipment: ShipmentAbout
    lines: dict[str, LineAbout]
    parties: dict[str, About] = {}
    supplies: dict[str, str] = {}
    expect: dict[str, Expected]


CASES = [
    pytest.param(case, name, id=f"{case.name}: {name}")
    for path in sorted((Path(__file__).parents[1] / "dossiers").glob("*.yaml"))
    for case in content.read(path, tuple[Case, ...])
    for name in case.expect
]


def made(case: Case, regime: str) -> Dossier:
    known = material(
        case.shipment,
        case.lines,
        copy=copy(case.example, case.review) if case.example else None,
        register=register(case.parties, case.supplies) if case.parties else None,
    )
    return compiled(dossier_asks.regime(regime), known, TODAY)


@pytest.mark.parametrize(("case", "regime"), CASES)
def test_the_dossier_says_what_the_expert_expects(case, regime):
    found, expected = made(case, regime), case.expect[regime]
    statuses = {one.id: one.status.value for one in found.items}
    assert {name: statuses[name] for name in expected.items} == expected.items
    assert found.cotton == expected.cotton


@pytest.mark.parametrize(("case", "regime"), CASES)
def test_the_notice_on_cotton_stands_first_where_the_expert_expects_it(case, regime):
    found, expected = made(case, regime), case.expect[regime]
    gates = [(one.id, one.sure) for one in found.gates]
    assert gates == ([] if expected.sure is None else [("cotton-gate", expected.sure)])
    assert found.notices[: len(gates)] == found.gates


def test_a_case_is_made_for_the_destination_it_names():
    for case, regime in (param.values for param in CASES):
        assert regime in [one.id for one in dossier_asks.of_destination(case.shipment.destination)], case.name
