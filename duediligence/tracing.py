"""Traces: how long each request, job and transaction took, and which of them led to which (OpenTelemetry).

Off unless a setting says where traces go; what is called here then does next to
nothing. A span knows the template of a route, a kind of work, a status or a number.
It never knows an address, a person, an assessment or a word of anybody, and an
exception is told by its name alone: its message may quote an answer.

A request begins a trace of its own. The `traceparent` it may bring is not believed: a
stranger could tie it to a trace of somebody else. A job goes on with the trace of what
ordered it, which its row remembers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from duediligence.errors import Unusable

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

__all__ = ["Span", "SpanKind", "failed", "provider", "set_up", "span", "trace_id", "traceparent"]

_TRACER = trace.get_tracer("duediligence")
_PROPAGATOR = TraceContextTextMapPropagator()
_FIELD = "traceparent"


@cache
def set_up(address: str) -> None:
    """Send traces from now on to a collector that takes OTLP over HTTP; to nobody where the address is empty.

    Raises:
        Unusable: the extra `otel` is not installed.
    """
    if address:
        trace.set_tracer_provider(provider(address))


def provider(address: str) -> "TracerProvider":
    """Return what makes spans and sends them, in a thread of its own, a few seconds after they ended.

    Raises:
        Unusable: the extra `otel` is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise Unusable("DUE_TRACES needs the extra `otel`: pip install 'duediligence[otel]'") from error
    made = TracerProvider(resource=Resource.create({"service.name": "duediligence"}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{address.rstrip('/')}/v1/traces")))
    return made


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    parent: str = "",
    facts: Mapping[str, str | int] | None = None,
) -> Iterator[Span]:
    """Give a span that ends with the block; an exception that leaves it is named and goes on.

    Args:
        name: of few different ones: a route, a kind of work.
        kind: whether it answers, works off or is part of something.
        parent: `traceparent` of what led to it; "" for what goes on around it, if anything does.
        facts: templates, kinds and numbers.
    """
    context = _PROPAGATOR.extract({_FIELD: parent}) if parent else None
    with _TRACER.start_as_current_span(
        name, context, kind, facts, record_exception=False, set_status_on_exception=False
    ) as one:
        try:
            yield one
        except BaseException as error:
            one.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def failed(why: str) -> None:
    """Mark the span that goes on as failed.

    Args:
        why: the name of an exception.
    """
    trace.get_current_span().set_status(StatusCode.ERROR, why)


def traceparent() -> str:
    """Return by what others can go on with this trace, as W3C writes it; "" where there is none."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get(_FIELD, "")


def trace_id() -> str:
    """Return the number of this trace in hexadecimal; "" where there is none."""
    found = trace.get_current_span().get_span_context()
    return trace.format_trace_id(found.trace_id) if found.is_valid else ""
