"""Who imports whom, and what may appear where."""

import ast
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("questionnaires", "risk_models", "duediligence", "api")
STANDARD = sys.stdlib_module_names
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef

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
    "structlog": {"duediligence/log.py"},
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


@cache
def trees() -> dict[str, ast.Module]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in modules()}


def where(wrong: Callable[[str, ast.Module], object]) -> dict[str, object]:
    """Return the modules in which something is wrong, and what."""
    return {name: found for name, tree in trees().items() if (found := wrong(name, tree))}


def test_a_package_imports_only_what_lies_below_it():
    def beyond(name: str, tree: ast.Module) -> set[str]:
        found = {target.split(".")[0] for node in imports(tree) for target in targets(node)}
        return found - STANDARD - MAY_IMPORT[name.split("/", maxsplit=1)[0]]

    assert not where(beyond)


def test_a_library_that_one_module_owns_appears_nowhere_else():
    def borrowed(name: str, tree: ast.Module) -> set[str]:
        found = {target.split(".")[0] for node in imports(tree) for target in targets(node)}
        return {library for library in found if not name.startswith(tuple(ONLY_IN.get(library, {""})))}

    assert not where(borrowed)


def test_only_the_workflow_reaches_protected_answers():
    def reaching(name: str, tree: ast.Module) -> bool:
        reached = {target for node in imports(tree) for target in _named(node)}
        return VAULT in reached and not name.startswith("duediligence/workflow/")

    assert not where(reaching)


def test_imports_are_absolute():
    def relative(_: str, tree: ast.Module) -> list[int]:
        return [node.lineno for node in imports(tree) if isinstance(node, ast.ImportFrom) and node.level]

    assert not where(relative)


def test_no_import_hides_inside_a_function():
    def hidden(name: str, tree: ast.Module) -> list[int]:
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        return [node.lineno for function in functions for node in imports(function) if name not in HIDDEN_IMPORTS]

    assert not where(hidden)


def test_nothing_reads_the_clock_unless_it_is_the_edge():
    def reading(name: str, tree: ast.Module) -> list[int]:
        return [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in {"now", "today", "utcnow", "monotonic"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"date", "datetime", "time"}
            and name not in CLOCK
        ]

    assert not where(reading)


def test_no_module_imports_itself_through_others():
    names = {name_of(path): path for path in modules()}
    graph = {
        name: {
            candidate
            for node in imports(trees()[str(path.relative_to(ROOT))])
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


def test_files_stay_short():
    assert not where(lambda name, _: (ROOT / name).read_text(encoding="utf-8").count("\n") > 400 and not frozen(name))


def test_functions_stay_short():
    def long(name: str, tree: ast.Module) -> list[str]:
        functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTION) and not frozen(name)]
        return [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 50]

    assert not where(long)


def frozen(name: str) -> bool:
    """Return whether a file is a revision: written out once, and never read as a whole."""
    return name.startswith("duediligence/migrations/")


def test_what_is_public_says_what_it_gives():
    def silent(_: str, tree: ast.Module) -> list[str]:
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        within = [node for place in (tree, *classes) for node in place.body if isinstance(node, FUNCTION)]
        public = [*classes, *within]
        named = ["the module"] if not ast.get_docstring(tree) else []
        return named + [node.name for node in public if node.name[0] != "_" and not ast.get_docstring(node)]

    assert not where(silent)
