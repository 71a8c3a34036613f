"""No line of the log holds what somebody typed."""

import io
import json
import logging

import pytest
import structlog

from duediligence import log

SECRET = "the foreman keeps our passports"


@pytest.fixture(params=[True, False], ids=["for programs", "for people"])
def written(request, monkeypatch):
    """Give what is written to the error stream; whatever was set up before is back afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    log.set_up(lines=request.param)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


def failing(answer: str) -> None:
    """Fail as a route might: the answer stands in a variable, in the message, and in the message before."""
    kept = {"answer": answer}
    try:
        float(kept["answer"])
    except ValueError as error:
        raise KeyError(kept["answer"]) from error


def test_an_exception_is_told_by_name_and_place_and_never_with_what_it_held(written):
    try:
        failing(SECRET)
    except KeyError:
        structlog.get_logger().exception("crash")
    assert "KeyError at duediligence/test_log.py" in written.getvalue()
    assert "ValueError at" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_a_library_that_logs_an_exception_gives_away_no_more(written):
    try:
        failing(SECRET)
    except KeyError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert "KeyError at" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_a_library_that_brought_a_handler_of_its_own_gives_away_no_more(written):
    own = io.StringIO()
    logging.getLogger("uvicorn.error").addHandler(logging.StreamHandler(own))
    log.set_up(lines=True)
    try:
        failing(SECRET)
    except KeyError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert SECRET not in own.getvalue() + written.getvalue()


def test_a_stack_that_is_asked_for_is_not_written(written):
    structlog.get_logger().warning("here", stack_info=True)
    assert "test_log.py" not in written.getvalue()


def test_what_libraries_do_step_by_step_is_not_written(written):
    logging.getLogger("uvicorn.error").info("Waiting for application startup.")
    assert not written.getvalue()


@pytest.mark.parametrize("written", [True], indirect=True, ids=["for programs"])
def test_lines_for_programs_are_json_with_level_and_time(written):
    structlog.get_logger().info("request", status=200)
    line = json.loads(written.getvalue())
    assert {"event": "request", "level": "info", "status": 200}.items() <= line.items()
    assert line["timestamp"].endswith("Z")


def test_without_any_set_up_a_guarded_log_holds_no_exception_either(caplog):
    before = structlog.get_config()
    log.guard()
    try:
        failing(SECRET)
    except KeyError:
        structlog.get_logger().exception("crash")
    structlog.configure(**before)
    assert not [record for record in caplog.records if record.exc_info]
    assert SECRET not in caplog.text


def test_an_exception_that_leads_back_to_itself_is_told_once():
    error = ValueError()
    error.__context__ = other = KeyError()
    other.__context__ = error
    assert log.place(error).count("ValueError") == 1
