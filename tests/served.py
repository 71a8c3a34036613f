"""A service of its own for tests that do to it what others should not feel."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from litestar.testing import TestClient

from api.app import litestar
from api.security import enclosed
from duediligence import log
from duediligence.settings import Settings
from duediligence.workflow.installation import opened
from tests.api.conftest import ADDRESS, Service
from tests.world import World


@contextmanager
def served(sqlite: Path, folder: Path) -> Iterator[Service]:
    """Give a service on databases of its own, which lie in a folder that this makes."""
    folder.mkdir(mode=0o700)
    for file in sqlite.glob("*.sqlite"):
        shutil.copy(file, folder)
    with serving(Settings(folder=folder, worker=False)) as found:
        yield found


@contextmanager
def serving(settings: Settings) -> Iterator[Service]:
    """Give a service on the databases that settings name."""
    log.guard()
    installation = opened(settings)
    here = World(installation.db, installation.settings, installation.vault)
    app = enclosed(litestar(installation), installation.settings, lambda: here.now)
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        client.cookies.clear()
        yield Service(installation, here, client)
