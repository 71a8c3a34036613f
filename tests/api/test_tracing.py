"""Traces of requests, jobs and transactions: what led to what, and nothing of anybody."""

import io
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import msgspec
import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from api.operation import Meters, measured
from duediligence import log, tracing
from duediligence.job import Context, Done, Kind, Nothing, Order
from duediligence.jobs import Bench, work_one
from duediligence.store import job as jobs
from duediligence.worker import Pace
from tests.stages import parties

WORDS = "Of which month is the register?"
STRANGE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


@pytest.fixture
def spans(monkeypatch):
    """Give where spans are kept while a test runs."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(tracing, "_TRACER", provider.get_tracer("test"))
    yield kept
    provider.shutdown()


@pytest.fixture
def traced(service, spans, monkeypatch):
    """Give the running service with each request traced, as it is outside of tests."""
    monkeypatch.setattr(service.client, "app", measured(service.client.app, Meters()))
    return service


def named(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    (found,) = (one for one in spans.get_finished_spans() if one.name == name)
    return found


def within(spans: InMemorySpanExporter, outer: ReadableSpan) -> list[str]:
    inner = [one for one in spans.get_finished_spans() if one.parent]
    return [one.name for one in inner if one.parent.span_id == outer.context.span_id]


def fail(context: Context, _: Nothing) -> Done:
    raise KeyError(WORDS)


def rest(context: Context, _: Nothing) -> Done:
    return Done()


def worked(service, run) -> None:
    """Order a job within a span, and work it off."""
    installation, here = service.installation, service.here
    kind = Kind(f"make {run.__name__}", Nothing, run)
    with tracing.span("request"), installation.db.writing() as connection:
        jobs.enqueue(connection, Order(kind=kind.name, arguments=Nothing(), once=f"{kind.name} {here.now}"), here.now)
    bench = Bench(
        db=installation.db,
        settings=installation.settings,
        key=installation.key,
        clock=lambda: here.now,
        kinds=[kind],
        lease=Pace().lease,
    )
    assert work_one(bench, "a thread")


class TestARequest:
    def test_is_told_by_its_route_and_status(self, traced, spans):
        _, _, lead = traced.firm()
        identifier = traced.here.begun(lead, traced.here.site(lead.memberships[0].organisation))
        traced.browser(lead).get(f"/assessments/{identifier}")
        one = named(spans, "GET /assessments/{identifier}")
        assert one.kind is SpanKind.SERVER
        assert dict(one.attributes) == {
            "http.request.method": "GET",
            "http.route": "/assessments/{identifier}",
            "http.response.status_code": 200,
        }

    def test_holds_its_transactions(self, traced, spans):
        _, _, lead = traced.firm()
        browser = traced.browser(lead)
        spans.clear()
        browser.get("/assessments")
        assert set(within(spans, named(spans, "GET /assessments"))) == {"database read"}

    def test_begins_a_trace_of_its_own_whatever_it_brings(self, traced, spans):
        traced.browser().get("/limits", traceparent=STRANGE)
        one = named(spans, "GET /limits")
        assert one.parent is None
        assert f"{one.context.trace_id:032x}" != "a" * 32

    def test_that_nothing_answers_has_no_address_in_its_name(self, traced, spans):
        traced.browser().get("/nowhere/somebody@firm.example")
        assert named(spans, "GET none").attributes["http.response.status_code"] == 404

    def test_says_nothing_of_what_was_written_or_by_whom(self, traced, spans):
        around = parties(traced.here)
        file = around.at("in_review")
        traced.browser(around.auditor).post(f"/files/{file}/questions", {"firm.ask": WORDS})
        told = "".join(one.to_json() for one in spans.get_finished_spans())
        assert "POST /files/{identifier}/questions" in told
        for secret in (WORDS, file, around.firm, around.auditor.person):
            assert secret not in told


class TestAJob:
    def test_goes_on_with_the_trace_of_what_ordered_it(self, service, spans):
        worked(service, rest)
        order, job = named(spans, "request"), named(spans, "job make rest")
        assert job.context.trace_id == order.context.trace_id
        assert (job.kind, job.attributes["job.tries"]) == (SpanKind.CONSUMER, 1)

    def test_that_fails_is_marked_with_the_name_of_the_exception_alone(self, service, spans):
        worked(service, fail)
        one = named(spans, "job make fail")
        assert (one.status.status_code, one.status.description) == (StatusCode.ERROR, "KeyError")
        assert WORDS not in one.to_json()

    def test_ordered_while_nobody_traces_remembers_none(self, service):
        with service.installation.db.writing() as connection:
            order = Order(kind="untraced", arguments=Nothing(), once=f"untraced {service.here.now}")
            assert jobs.load(connection, jobs.enqueue(connection, order, service.here.now)).trace == ""


class TestAnException:
    def test_that_leaves_a_span_goes_on_and_is_named(self, spans):
        with pytest.raises(KeyError), tracing.span("request"):
            raise KeyError(WORDS)
        one = named(spans, "request")
        assert (one.status.description, one.events) == ("KeyError", ())


class TestTheLog:
    @pytest.fixture
    def lines(self, monkeypatch):
        """Give what is written to the error stream; whatever was set up before is back afterwards."""
        root, before = logging.getLogger(), structlog.get_config()
        handlers, level = root.handlers[:], root.level
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        log.set_up(lines=True)
        yield stream
        root.handlers[:], root.level = handlers, level
        structlog.configure(**before)

    def test_carries_the_number_of_the_trace(self, spans, lines):
        with tracing.span("request"):
            structlog.get_logger().warning("something")
        assert json.loads(lines.getvalue())["trace_id"] == f"{named(spans, 'request').context.trace_id:032x}"

    def test_says_nothing_of_traces_where_there_are_none(self, lines):
        structlog.get_logger().warning("something")
        assert "trace_id" not in lines.getvalue()


class TestTheCollector:
    @pytest.fixture
    def collector(self):
        """Give the address of a collector, and what was sent to it."""
        sent = []

        class Collector(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Collector) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}", sent
            server.shutdown()
            thread.join()

    def test_is_sent_what_ended(self, collector, monkeypatch):
        address, sent = collector
        provider = tracing.provider(address)
        monkeypatch.setattr(tracing, "_TRACER", provider.get_tracer("test"))
        with tracing.span("request"):
            pass
        provider.shutdown()
        ((path, body),) = sent
        assert path == "/v1/traces"
        assert b"duediligence" in body

    def test_is_not_looked_for_where_no_setting_names_one(self, service):
        assert msgspec.structs.asdict(service.installation.settings)["traces"] == ""
        tracing.set_up("")
        with tracing.span("request"):
            assert tracing.traceparent() == ""
