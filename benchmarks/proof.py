"""How fast a report is sealed and checked.

Prints one line a measurement and writes `proof.json` beside this file. A limit that is
missed is shown as such; nothing here fails a test.
"""

import json
import os
import platform
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from benchmarks.measure import Measurement, median
from duediligence import record
from duediligence.assessment import assess
from duediligence.improvement import draft
from duediligence.proof import key_file, seal, seal_check
from duediligence.proof.checking import Known, check
from duediligence.proof.key_file import KeyFolder
from duediligence.proof.seal import Sealing
from duediligence.proof.signing_key import Algorithm, Purpose
from duediligence.reports import Copy, attachment, pdf
from duediligence.reports.compose import compose
from duediligence.reports.issued import SEAL_PLACE
from duediligence.source import take
from risk_models import remedies

EXAMPLE = Path(__file__).parents[1] / "examples" / "cotton_farm_mary.json"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MILLISECONDS = 1e3
TIMES = 15


def measurements(folder: KeyFolder) -> list[Measurement]:
    """Return how long it takes to seal a report and to check it."""
    response = take(EXAMPLE).response
    assert response is not None
    assessment = assess(response, NOW.date())
    data = record.encode(record.shared(assessment))
    report = compose(assessment, draft(assessment.profile, remedies.read(), assessment.on), "en", Copy.SHARED)
    paper = pdf.render(report, [attachment.assessment(report, data)])
    public = key_file.create(folder, Purpose.REPORT, Algorithm.ES256, "due.example.org", NOW)
    signer = key_file.unlock(folder, public)
    sealing = Sealing(name="due.example.org", reason="Attested", words="Seal", at=NOW, place=SEAL_PLACE)
    sealed = seal.sign(paper, signer, sealing).pdf
    known = Known(keys=(public,), at=NOW + timedelta(days=1))
    return [
        Measurement(
            name=f"sign a PDF of {len(paper) / 1e3:.0f} kB",
            value=MILLISECONDS * median(lambda: seal.sign(paper, signer, sealing), TIMES),
            limit=150,
            unit="ms",
        ),
        Measurement(
            name="verify its seal",
            value=MILLISECONDS * median(lambda: seal_check.verify(sealed, known.keys, known.at), TIMES),
            limit=30,
            unit="ms",
        ),
        Measurement(
            name="verify it and compute its numbers again",
            value=MILLISECONDS * median(lambda: check(sealed, known), TIMES),
            limit=100,
            unit="ms",
        ),
    ]


def main() -> None:
    """Measure everything, print it, and write it down."""
    with tempfile.TemporaryDirectory() as scratch:
        found = measurements(KeyFolder(Path(scratch), Path(scratch) / "passphrase"))
    for one in found:
        verdict = "kept" if one.kept else "MISSED"
        print(f"{one.name:<50} {one.value:>9.2f} {one.unit:<3} limit {one.limit:>6g} {one.unit:<3} {verdict}")
    rows = [{**msgspec.to_builtins(one), "kept": one.kept} for one in found]
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    target = Path(__file__).with_name("proof.json")
    target.write_text(json.dumps({"machine": machine, "measurements": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
