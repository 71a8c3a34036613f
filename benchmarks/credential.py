"""How long a credential takes to make, to sign and to check, and a status list to publish.

    python -m benchmarks.credential

A credential is built from a bundled example with a shipment of two lots, held against the
schema and signed with a key in memory, at most 5 ms; what reading the library takes once a
process is not in it. Writes `credential.json` beside this file; nothing here fails a test.
"""

import json
import os
import platform
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec

from benchmarks.measure import Measurement, median
from duediligence.proof import jose, status_list, untp
from duediligence.proof.signing_key import Algorithm
from duediligence.proof.status_list import LENGTH, StatusPurpose
from tests.credentials import HOST, NOW, YARN, issue, key

TIMES = 200


def measured() -> list[Measurement]:
    """Measure one credential with both kinds of keys, and one status list."""
    one, found = issue(shipment=YARN), []
    for algorithm in Algorithm:
        by = key(algorithm)
        compact = untp.issue(one, by)
        made = 1000 * median(partial(untp.issue, one, by), TIMES)
        read = 1000 * median(partial(jose.verify, compact, [by.public], jose.CREDENTIAL), TIMES)
        found += [
            Measurement(name=f"credential made, validated and signed, {algorithm}", value=made, limit=5, unit="ms"),
            Measurement(name=f"credential of {len(compact):,} letters verified", value=read, limit=5, unit="ms"),
        ]
    by, bits, until = key(), range(0, LENGTH, 50), NOW + timedelta(days=2)

    def listed() -> str:
        whole = status_list.credential(HOST.address, StatusPurpose.REVOCATION, bits, at=NOW, until=until)
        return status_list.sign(whole, by)

    signed = listed()
    read = 1000 * median(lambda: status_list.read(signed, [by.public]), TIMES)
    return [
        *found,
        Measurement(
            name=f"list of {len(bits):,} revocations signed", value=1000 * median(listed, 20), limit=50, unit="ms"
        ),
        Measurement(name=f"the same, {len(signed):,} letters, verified and read", value=read, limit=5, unit="ms"),
    ]


def main() -> None:
    """Measure everything, print it, and write it down."""
    measurements = measured()
    for one in measurements:
        verdict = "kept" if one.kept else "MISSED"
        print(f"{one.name:<55} {one.value:>9.2f} {one.unit:<3} limit {one.limit:>6g} {one.unit:<3} {verdict}")
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    rows = [{**msgspec.to_builtins(one), "kept": one.kept} for one in measurements]
    target = Path(__file__).with_name("credential.json")
    target.write_text(json.dumps({"machine": machine, "measurements": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
