"""Questions about answers that deserve a second look, over JSON: for those who review the file, and for nobody else."""

import pytest

from duediligence.engagement import Stage
from tests.api.programs import program
from tests.looking import asked
from tests.stages import parties

WHY = "Both answers can be true. How?"
EXPLAINED = {"outcome": "explained", "reason": "One adviser helped both."}


@pytest.fixture
def around(service):
    return parties(service.here)


@pytest.fixture
def file(around):
    identifier = around.at(Stage.IN_REVIEW)
    return f"/files/{identifier}/prompts", asked(around.here, identifier, WHY)


def test_a_reviewer_is_told_what_is_asked_why_and_how_often_such_questions_were_right(service, around, file):
    found = program(service, around.auditor)("GET", file[0]).json()
    (one,) = found["questions"]
    assert (one["id"], one["why"]["en"], one["outcome"]) == (file[1], WHY, None)
    assert [record["record"]["kind"] for record in found["records"]] == [one["kind"]]
    assert found["may_conclude"]


def test_the_auditor_concludes_and_may_think_again(service, around, file):
    auditor = program(service, around.auditor)
    place = f"{file[0]}/{file[1]}/conclusion"
    assert auditor("POST", place, EXPLAINED).status_code == 204
    assert auditor("POST", place, EXPLAINED | {"outcome": "finding"}).status_code == 204
    (one,) = auditor("GET", file[0]).json()["questions"]
    assert (one["outcome"], one["reason"]) == ("finding", EXPLAINED["reason"])


@pytest.mark.parametrize("body", [{"outcome": "guilty", "reason": "Because."}, {"outcome": "explained"}])
def test_what_is_no_conclusion_is_refused(service, around, file, body):
    assert program(service, around.auditor)("POST", f"{file[0]}/{file[1]}/conclusion", body).status_code == 400


def test_a_conclusion_without_a_reason_does_not_fit(service, around, file):
    wanted = EXPLAINED | {"reason": " "}
    assert program(service, around.auditor)("POST", f"{file[0]}/{file[1]}/conclusion", wanted).status_code == 422


def test_a_concluded_file_is_not_concluded_on_again(service, around):
    identifier = around.at(Stage.CONCLUDED)
    place = f"/files/{identifier}/prompts/{asked(around.here, identifier, WHY)}/conclusion"
    assert program(service, around.auditor)("POST", place, EXPLAINED).status_code == 409


def test_nobody_else_concludes(service, around, file):
    for actor in (around.second, around.lead_auditor):
        assert program(service, actor)("POST", f"{file[0]}/{file[1]}/conclusion", EXPLAINED).status_code == 403


def test_the_firm_is_told_nothing_of_it(service, around, file):
    firm = program(service, around.lead)
    assert firm("GET", file[0]).status_code in {403, 404}
    assert WHY not in firm("GET", file[0]).text
