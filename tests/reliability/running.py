"""The service as a process of its own, that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from duediligence.settings import Settings

_PATIENCE = 60.0
"""Seconds that a start may take on a machine with much else to do."""


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Running:
    """`duediligence serve` on the databases of an installation."""

    settings: Settings
    environ: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        port = self.settings.address.rpartition(":")[2]
        environ = {"DUE_FOLDER": str(self.settings.folder), "DUE_ADDRESS": self.settings.address, "DUE_WORKER": "false"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from duediligence.cli import main; main()", "serve", "--port", port],
            env={**os.environ, **environ, **self.environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self.process.poll() is None, "the service did not start"
            assert time.monotonic() < until, "the service does not answer"
            time.sleep(0.05)

    def kill(self) -> None:
        """Take its life from it, without a word before."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.settings.address}/health", timeout=5).status_code == 200
        except httpx.TransportError:
            return False
