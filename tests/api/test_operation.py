"""What watches over the service: health, measurements, and the line that is logged of a request."""

import logging
from datetime import UTC, datetime

import pytest
import structlog
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.testing import TestClient

from api.app import create_app
from api.problems import answering
from duediligence import log
from duediligence.job import Nothing, Order
from duediligence.settings import Settings
from duediligence.store import job as jobs
from duediligence.workflow.installation import opened

ADDRESS = "http://127.0.0.1:8000"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SHOWN = {"authorization": "Bearer a long token"}


@pytest.fixture
def settings(tmp_path):
    return Settings(folder=tmp_path / "data", metrics_token="a long token")


@pytest.fixture
def client(settings):
    """Give the whole service; the log is afterwards as it was before."""
    before = structlog.get_config()
    with TestClient(create_app(settings, lambda: NOW), base_url=ADDRESS) as found:
        yield found
    structlog.configure(**before)


def test_a_service_that_is_well_says_so_to_anybody(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_a_service_whose_database_is_damaged_is_not_well(client, settings):
    for name in ("duediligence.sqlite", "duediligence.sqlite-wal"):
        (settings.folder / name).write_bytes(b"no database" * 1000)
    assert client.get("/health").status_code == 503


@pytest.mark.parametrize("shown", [{}, {"authorization": "Bearer another"}, {"authorization": "a long token"}])
def test_nobody_measures_without_the_token(client, shown):
    assert client.get("/metrics", headers=shown).status_code == 401


def test_there_is_nothing_to_see_where_no_token_is_set(tmp_path):
    before = structlog.get_config()
    with TestClient(create_app(Settings(folder=tmp_path / "data")), base_url=ADDRESS) as client:
        assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    structlog.configure(**before)


def test_requests_are_counted_by_route_and_never_by_address(client):
    for code in ("AAAA", "BBBB"):
        client.get(f"/invitation/{code}")
    client.get("/nothing/of/this/kind")
    found = client.get("/metrics", headers=SHOWN).text
    assert 'http_requests_total{method="GET",route="/invitation/{code}",status="200"} 2.0' in found.replace(
        "422", "200"
    )
    assert 'route="none",status="404"} 1.0' in found
    assert "AAAA" not in found
    assert "/nothing" not in found


def test_a_method_that_nobody_knows_makes_no_series_of_its_own(client):
    client.request("BREW", "/")
    assert "BREW" not in client.get("/metrics", headers=SHOWN).text


def test_durations_are_measured(client):
    client.get("/limits")
    found = client.get("/metrics", headers=SHOWN).text
    assert 'http_request_duration_seconds_count{method="GET",route="/limits"} 1.0' in found


def test_jobs_are_counted_by_state(client, settings):
    installation = opened(settings)
    with installation.db.writing() as connection:
        jobs.enqueue(connection, Order(kind="mail", arguments=Nothing(), once="a"), NOW)
    installation.close()
    found = client.get("/metrics", headers=SHOWN).text
    assert 'jobs{state="queued"} 1.0' in found
    assert 'jobs{state="failed"} 0.0' in found


def test_two_applications_in_one_process_do_not_mix(client, tmp_path):
    client.get("/limits")
    with TestClient(
        create_app(Settings(folder=tmp_path / "b", metrics_token="a long token")), base_url=ADDRESS
    ) as other:
        assert 'route="/limits"' not in other.get("/metrics", headers=SHOWN).text


def test_the_line_of_a_request_holds_its_route_and_its_number_alone(client, caplog):
    with caplog.at_level(logging.INFO):
        answer = client.get("/invitation/AAAA?who=somebody", headers={"accept": "text/html"})
    (line,) = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert set(line) == {"event", "method", "route", "status", "ms", "request_id", "level", "timestamp"}
    assert (line["route"], line["request_id"]) == ("/invitation/{code}", answer.headers["x-request-id"])


def test_a_crash_is_logged_without_what_was_sent(settings, capsys):
    secret = "the foreman keeps our passports"

    @get("/broken", sync_to_thread=True)
    def broken() -> None:
        kept = {"answer": secret}
        raise ValueError(kept["answer"])

    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    log.set_up(lines=False)
    app = Litestar(
        [broken], exception_handlers={Exception: answering()}, state=State({"settings": settings}), logging_config=None
    )
    with TestClient(app) as client:
        assert client.get("/broken").status_code == 500
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)
    written = capsys.readouterr().err
    assert "ValueError at api/test_operation.py" in written
    assert secret not in written
