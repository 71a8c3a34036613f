"""What the service writes about itself: one line an event, for people or for programs.

No line holds what somebody typed. An exception is told by its name and the lines of
code it came through: its message may quote an answer, and the variables around it hold
whole responses. structlog prints all of these by itself as soon as the library
`rich` happens to be installed. So structlog is loaded here alone and without it, which
spares five megabytes besides; and exceptions are taken out of every event, of our own
code and of libraries alike, before anything that could print them sees it.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from duediligence import tracing


@contextmanager
def _without(library: str) -> Iterator[None]:
    """Let imports find that a library is not installed."""
    known = sys.modules.get(library)
    sys.modules[library] = None  # type: ignore[assignment]  # so Python marks what cannot be imported
    try:
        yield
    finally:
        del sys.modules[library]
        if known:
            sys.modules[library] = known


with _without("rich"):
    import structlog
    from structlog.typing import FilteringBoundLogger, Processor

Event: TypeAlias = MutableMapping[str, Any]

_FRAMES = 8
"""Lines of code told of one exception, the innermost first."""

_CHATTY = ("alembic", "uvicorn", "huey", "PIL")
"""Libraries that tell of every step they take; only what goes wrong there is of interest."""


def set_up(*, lines: bool) -> None:
    """Send every event to the error stream from now on, whatever was set up before.

    Args:
        lines: whether each is one JSON object, for programs; for people otherwise.
    """
    logging.basicConfig(handlers=[_handler(lines=lines)], level=logging.INFO, force=True)
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):  # a library's own handler would write what an exception held
            logger.handlers.clear()
            logger.propagate = True
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    guard()


def guard() -> None:
    """Hand our own events to the standard library from now on, with no exception left in them.

    Whoever makes an application calls this, so that nothing leaks where nobody set up a log.
    """
    structlog.configure(
        processors=[*_steps(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def logger() -> FilteringBoundLogger:
    """Return what writes events, each with a name and its facts."""
    found: FilteringBoundLogger = structlog.get_logger()
    return found


def place(error: BaseException) -> str:
    """Return the name of an exception and the code it came through, and of those that led to it; no message."""
    return "; after ".join(map(_place, _chain(error)))


def _handler(*, lines: bool) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if lines
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    # A library's event goes through the same steps as our own, and `_without_exception` once more comes first.
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_steps(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    return handler


def _steps() -> list[Processor]:
    return [
        _without_exception,
        _with_trace,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _without_exception(_logger: object, _method: str, event: Event) -> Event:
    """Put in the place of an exception where it came from; a stack asked for is dropped."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    match given:
        case BaseException():
            error: BaseException | None = given
        case (_, found, _):
            error = found
        case _:
            error = sys.exc_info()[1] if given else None
    if error is not None:
        event["error"] = place(error)
    return event


def _with_trace(_logger: object, _method: str, event: Event) -> Event:
    """Add the number of the trace that goes on, by which lines of one request and its jobs are found together."""
    if number := tracing.trace_id():
        event["trace_id"] = number
    return event


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what led to it, as Python would tell it."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        yield found
        seen.add(id(found))
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _place(error: BaseException) -> str:
    frames = reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:])
    lines = ", ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {lines or 'an unknown place'}"


def _short(path: str) -> str:
    return "/".join(Path(path).parts[-2:])
