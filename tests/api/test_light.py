"""What a web process loads before anybody asks: not what only workers, or few requests, need."""

import subprocess
import sys

HEAVY = {
    "PIL",
    "asn1crypto",
    "huey",
    "joserfc",
    "jsonschema_rs",
    "obstore",
    "pandas",
    "pikepdf",
    "pyarrow",
    "pyhanko",
    "rapidfuzz",
    "rich",
    "scipy",
    "skops",
    "sklearn",
    "typst",
    "webauthn",
    "xlsxwriter",
}


def test_a_web_process_starts_without_heavy_libraries():
    program = f"import sys, api.app; print(sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
