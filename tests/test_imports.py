"""Who imports whom, and what may appear where."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("questionnaires", "risk_models", "duediligence", "api")
STANDARD = sys.stdlib_module_names

MAY_IMPORT = {
    "questionnaires": {"msgspec", "numpy", "yaml", "xlsxwriter", "questionnaires"},
    "risk_models": {"msgspec", "numpy", "scipy", "skops", "sklearn", "questionnaires", "risk_models"},
    "duediligence": {
        "PIL",
        "alembic",
        "argon2",
        "asn1crypto",
        "base58",
        "click",
        "cryptography",
        "distributed",
        "filetype",
        "huey",
        "jsonschema_rs",
        "msgspec",
        "numpy",
        "obstore",
        "opentelemetry",
        "pandas",
        "pkcs11",
        "pyarrow",
        "pyhanko",
        "pyhanko_certvalidator",
        "pyotp",
        "rapidfuzz",
        "scipy",
        "segno",
        "sqlalchemy",
        "structlog",
        "typst",
        "uuid_utils",
        "uvicorn",
        "webauthn",
        "xlsxwriter",
        "questionnaires",
        "risk_models",
        "duediligence",
    },
    "api": {
        "babel",
        "jinja2",
        "litestar",
        "msgspec",
        "prometheus_client",
        "structlog",
        "questionnaires",
        "risk_models",
        "duediligence",
        "api",
    },
}

ONLY_IN = {
    "PIL": {"duediligence/screening/image.py"},
    "alembic": {"duediligence/migrations/"},
    "argon2": {"duediligence/accounts/password.py"},
    "asn1crypto": {"duediligence/proof/seal.py", "duediligence/proof/seal_check.py"},
    "babel": {"api/translation.py"},
    "base58": {"duediligence/proof/untp_link.py"},
    "ctypes": {"duediligence/serving.py", "questionnaires/machine.py"},
    "click": {
        "duediligence/cli.py",
        "duediligence/cli_batch.py",
        "duediligence/cli_proof.py",
        "duediligence/cli_service.py",
        "duediligence/command.py",
        "duediligence/terminal.py",
    },
    "cryptography": {
        "duediligence/key.py",
        "duediligence/proof/certificate.py",
        "duediligence/proof/key_device.py",
        "duediligence/proof/key_file.py",
        "duediligence/proof/signing_key.py",
        "duediligence/signing.py",
    },
    "distributed": {"duediligence/batch/cluster.py"},
    "filetype": {"duediligence/screening/text.py"},
    "huey": {"duediligence/queue.py"},
    "jinja2": {"api/page.py"},
    "jsonschema_rs": {"duediligence/proof/vendored.py"},
    "obstore": {"duediligence/blob.py"},
    "opentelemetry": {"duediligence/tracing.py"},
    "segno": {"duediligence/reports/qr.py"},
    "prometheus_client": {"api/operation.py"},
    "pandas": {"duediligence/batch/csv_source.py"},
    "pyarrow": {"duediligence/batch/parquet_source.py", "duediligence/batch/rows_parquet.py"},
    "pkcs11": {"duediligence/proof/key_device.py"},
    "pyhanko": {"duediligence/proof/seal.py", "duediligence/proof/seal_check.py"},
    "pyhanko_certvalidator": {"duediligence/proof/seal.py", "duediligence/proof/seal_check.py"},
    "pyotp": {"duediligence/accounts/second_factor.py"},
    "rapidfuzz": {"duediligence/chain/likeness.py"},
    "sklearn": {"risk_models/integrity_unusual.py", "risk_models/priority"},
    "skops": {"risk_models/priority_file.py"},
    "sqlalchemy": {
        "duediligence/backup.py",
        "duediligence/database.py",
        "duediligence/ledger.py",
        "duediligence/migrations/",
        "duediligence/protected.py",
        "duediligence/store/",
    },
    "typst": {"duediligence/reports/pdf.py"},
    "uuid_utils": {"duediligence/database.py"},
    "uvicorn": {"duediligence/serving.py"},
    "webauthn": {"duediligence/accounts/passkey.py"},
    "yaml": {"questionnaires/content.py"},
}
"""Which modules, or all below which folder, may name a library."""

VAULT = "duediligence.protected"
"""Only the workflow reaches protected answers: a page or report cannot show what its module cannot reach."""

HIDDEN_IMPORTS = {
    "duediligence/accounts/passkey.py",
    "duediligence/blob.py",
    "duediligence/batch/run.py",
    "duediligence/batch/scoring.py",
    "duediligence/batch/source.py",
    "duediligence/database.py",
    "duediligence/chain/likeness.py",
    "duediligence/cli.py",
    "duediligence/cli_batch.py",
    "duediligence/cli_proof.py",
    "duediligence/cli_service.py",
    "duediligence/command.py",
    "duediligence/one_sheet.py",
    "duediligence/portfolio.py",
    "duediligence/proof/checking.py",
    "duediligence/proof/key_device.py",
    "duediligence/proof/vendored.py",
    "duediligence/queue.py",
    "duediligence/screening/image.py",
    "duediligence/serving.py",
    "duediligence/suppression.py",
    "duediligence/tracing.py",
    "duediligence/workflow/exchange.py",
    "duediligence/workflow/order_learning.py",
    "risk_models/integrity_unusual.py",
    "risk_models/network.py",
}
"""Where an import may stand inside a function: heavy libraries that only one command or computation needs."""

CLOCK = {
    "api/app.py",
    "duediligence/cli.py",
    "duediligence/cli_batch.py",
    "duediligence/cli_proof.py",
    "duediligence/cli_service.py",
    "duediligence/queue.py",
    "duediligence/serving.py",
}
"""Where the day may be read off a clock; everything else is told the day."""


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def targets(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""]


def _named(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return what an import names: modules, and what is taken out of them."""
    if isinstance(node, ast.Import):
        return targets(node)
    return [*targets(node), *(f"{node.module}.{alias.name}" for alias in node.names)]


@pytest.fixture(params=modules(), ids=lambda path: str(path.relative_to(ROOT)))
def module(request: pytest.FixtureRequest) -> tuple[str, ast.Module]:
    path: Path = request.param
    return str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def test_a_package_imports_only_what_lies_below_it(module):
    where, tree = module
    allowed = MAY_IMPORT[where.split("/")[0]]
    found = {target.split(".")[0] for node in imports(tree) for target in targets(node)}
    assert not {name for name in found if name not in STANDARD} - allowed


def test_a_library_that_one_module_owns_appears_nowhere_else(module):
    where, tree = module
    for node in imports(tree):
        for target in targets(node):
            owners = ONLY_IN.get(target.split(".")[0], {""})
            assert where.startswith(tuple(owners)), f"{target} belongs in {owners}"


def test_only_the_workflow_reaches_protected_answers(module):
    where, tree = module
    if where.startswith("duediligence/workflow/"):
        return
    reached = {target for node in imports(tree) for target in _named(node)}
    assert VAULT not in reached


def test_imports_are_absolute(module):
    _, tree = module
    assert not [node for node in imports(tree) if isinstance(node, ast.ImportFrom) and node.level]


def test_no_import_hides_inside_a_function(module):
    where, tree = module
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    hidden = [node.lineno for function in functions for node in imports(function)]
    assert not hidden or where in HIDDEN_IMPORTS


def test_nothing_reads_the_clock_unless_it_is_the_edge(module):
    where, tree = module
    calls = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow", "monotonic"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"date", "datetime", "time"}
    ]
    assert not calls or where in CLOCK


def test_no_module_imports_itself_through_others():
    names = {name_of(path): path for path in modules()}
    graph = {
        name: {
            candidate
            for node in imports(ast.parse(path.read_text(encoding="utf-8")))
            for target in targets(node)
            for candidate in _reached(node, target, names)
        }
        for name, path in names.items()
    }
    while ready := {name for name, needs in graph.items() if not needs & graph.keys() - {name}}:
        graph = {name: needs for name, needs in graph.items() if name not in ready}
    assert not graph, f"these import each other: {sorted(graph)}"


def _reached(node: ast.Import | ast.ImportFrom, target: str, names: dict[str, Path]) -> set[str]:
    if isinstance(node, ast.Import):
        return {target} & names.keys()
    inside = {f"{target}.{alias.name}" for alias in node.names} & names.keys()
    return inside or ({target} & names.keys())


def test_files_and_functions_stay_short(module):
    where, tree = module
    if where.startswith("duediligence/migrations/"):
        return  # a revision is written out once and never read as a whole
    lines = (ROOT / where).read_text(encoding="utf-8").count("\n")
    assert lines <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{node.name} is too long"


def test_what_is_public_says_what_it_gives(module):
    _, tree = module
    assert ast.get_docstring(tree)
    public = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    for node in public:
        if isinstance(node, ast.ClassDef) or _is_top(node, tree):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def _is_top(node: ast.AST, tree: ast.Module) -> bool:
    return node in tree.body
