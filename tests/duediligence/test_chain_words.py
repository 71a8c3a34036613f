"""Everything that code says of the chain can be said."""

import re
from pathlib import Path

from duediligence.chain.party import PartyRole
from duediligence.chain.words import sentences

ROOT = Path(__file__).parents[2] / "duediligence"
SAID = re.compile(r"\b(?:problem|unfit)\(\s*\"([A-Z_]+)\"|\"(CELL_NOT_\w+)\"")
PARTS = ("party", "identifier", "sheet", "mapping", "intake", "row")
STEPS = ("chain", "chain_import", "chain_merging")


def test_every_problem_of_the_register_has_its_sentence():
    paths = [*(ROOT / "chain" / f"{name}.py" for name in PARTS), *(ROOT / "workflow" / f"{name}.py" for name in STEPS)]
    found = SAID.findall("\n".join(path.read_text(encoding="utf-8") for path in paths))
    codes = {code.lower() for pair in found for code in pair if code}
    assert len(codes) > 40
    assert codes <= sentences().keys()


def test_every_role_has_a_name():
    assert {f"role_{role}" for role in PartyRole} <= sentences().keys()
