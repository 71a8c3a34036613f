"""Compiles the small C program that runs circuits, when the package is built or installed.

It takes the compiler named by `CC`, else `cc`, else the one that comes with the
Python package `ziglang`, so that a machine without a compiler needs no more than
pip.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COMPILER = "ziglang>=0.15"

OPTIONS = ("-O3", "-shared", "-fPIC", "-s")

SOURCE, TARGET = "questionnaires/machine.c", "questionnaires/libmachine.so"


class Compilation(BuildHookInterface[Any]):
    """Leaves the compiled program beside its source, and puts it into the wheel."""

    def dependencies(self) -> list[str]:
        """Return what has to be installed to compile."""
        return [COMPILER] if _compiler() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile; a wheel then belongs to one kind of processor."""
        compile_to(Path(self.root, TARGET), Path(self.root, SOURCE))
        build_data["artifacts"].append(TARGET)
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")


def compile_to(target: Path, source: Path, *options: str) -> None:
    """Compile the program; whoever runs an older one keeps it."""
    new = target.with_suffix(f".{os.getpid()}.new")
    command = _compiler() or [sys.executable, "-m", "ziglang", "cc"]
    subprocess.run([*command, *OPTIONS, *options, "-o", str(new), str(source)], check=True)  # noqa: S603
    new.replace(target)


def _compiler() -> list[str] | None:
    """Return the compiler of this machine, None where there is none."""
    named = os.environ.get("CC") or shutil.which("cc")
    return shlex.split(named) if named else None
