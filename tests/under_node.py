"""Asks the scripts in `tests/node`: libraries that share no code with ours."""

import json
import subprocess
from pathlib import Path
from typing import Any

from duediligence.proof import vendored

FOLDER = Path(__file__).parent / "node"
CONTEXTS = {address: str(path) for address, path in vendored.CONTEXTS.items()}


def asked(script: str, **question: object) -> dict[str, Any]:
    """Return what one script answers."""
    assert (FOLDER / "node_modules").is_dir(), "The libraries under Node are missing. Say: npm --prefix tests/node ci"
    done = subprocess.run(
        ["node", str(FOLDER / script)],
        input=json.dumps(question).encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def signature(jws: str, did: object) -> dict[str, Any]:
    """Return what jose says of a signed credential."""
    return asked("signature.mjs", jws=jws, did=did)


def statements(document: object) -> dict[str, Any]:
    """Return what jsonld makes of a document in safe mode."""
    return asked("statements.mjs", document=document, contexts=CONTEXTS)


def faults(schema: str, document: object) -> list[str]:
    """Return what ajv finds wrong with a document."""
    found: list[str] = asked("schema.mjs", schema=str(vendored.FOLDER / schema), document=document)["faults"]
    return found


def status(credential: object, listed: object) -> dict[str, Any]:
    """Return what the status-list library of Digital Bazaar says."""
    return asked("status.mjs", credential=credential, list=listed, contexts=CONTEXTS)
