"""The examples for programs run as they are printed."""

import re
from pathlib import Path

import msgspec
import pytest

from duediligence import webhook
from duediligence.webhook import Notice
from tests.api.programs import key_of
from tests.stages import parties
from tests.world import example_answers

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


CLIENT, USE, CHECK = blocks("python")


@pytest.fixture
def used(service):
    """Give what the examples name, after they have run against the service."""
    around = parties(service.here)
    names = {"ADDRESS": "", "KEY": key_of(service, around.lead), "SITE": around.site}
    exec(CLIENT, names)
    exec(USE.replace("httpx.Client(base_url=ADDRESS)", "HTTP"), names | {"HTTP": service.client}, names)
    return names


def test_the_client_begins_answers_and_is_told_what_is_missing(used):
    assert used["one"].stage == "answering"
    assert "pro.work" in used["missing"]


def test_beginning_twice_under_one_key_begins_once(service, used):
    again = used["service"].begin(
        used["SITE"], used["date"](2026, 8, 1), used["date"](2026, 10, 31), once="season-2026-field-1"
    )
    assert [one.id for one in used["service"].assessments()] == [again.id]


def test_a_firm_is_handed_in_and_its_report_taken_along(service, used):
    client, one = used["service"], used["one"]
    given = example_answers("greenhouse_ahal")
    one = client.answer(one, {question: answer.value for question, answer in given.items() if answer.value is not None})
    missing = {question: msgspec.to_builtins(answer) for question, answer in given.items() if answer.missing}
    if missing:
        client._sent("PATCH", f"/assessments/{one.id}/answers", {"answers": missing}, {"if-match": f'"{one.revision}"'})
    one = client.submit(client.assessment(one.id))
    assert one.stated.band
    used["sleep"] = lambda _: service.here.make_files()  # a worker does its part meanwhile
    assert client.report(one.id).startswith(b"%PDF")


def test_the_example_of_a_call_is_one():
    (example,) = blocks("json")
    assert msgspec.json.decode(example, type=Notice).type == webhook.CHANGED


def test_the_check_of_a_call_knows_ours_from_others():
    names: dict = {}
    exec(CHECK, names)
    headers = {"Webhook-Timestamp": "1000", "Webhook-Signature": webhook.signature(b"secret", "1000", b"{}")}
    assert names["is_genuine"]("secret", headers, b"{}", 1100)
    assert not names["is_genuine"]("secret", headers, b"{ }", 1100)
    assert not names["is_genuine"]("other", headers, b"{}", 1100)
    assert not names["is_genuine"]("secret", headers, b"{}", 2000)
