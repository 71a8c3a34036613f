"""Errors as problem documents."""

import inspect

import msgspec
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.testing import TestClient

from api import problems
from api.problems import MEDIA_TYPE, ProblemDocument, answering
from api.translation import words
from duediligence import errors
from duediligence.accounts.brake import Slowed
from duediligence.errors import DueDiligenceError, Unavailable, Unfit, WrongMoment
from duediligence.settings import Settings
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES

ERRORS = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, DueDiligenceError) and found is not DueDiligenceError
]
FAULT = Problem(
    code="HOURS_TOO_MANY", where="wag.hours", question="wag.hours", detail={"en": "Too many.", "tk": "Köp."}
)
RAISED = {
    "unfit": Unfit((FAULT, FAULT)),
    "moment": WrongMoment("Assessment 'a1' was changed."),
    "slowed": Slowed(7),
    "gone": Unavailable("The disk of the database is full."),
    "bug": ZeroDivisionError("the secret is 42"),
    "own": DueDiligenceError("a new kind that nobody entered in the table"),
    "teapot": HTTPException(status_code=418),
    "server": HTTPException(status_code=507),
}


class Hours(msgspec.Struct, forbid_unknown_fields=True):
    """What the sample route takes."""

    hours: int


@get("/raise/{name:str}", sync_to_thread=False)
def raising(name: FromPath[str]) -> None:
    raise RAISED[name]


@get("/api/v1/raise/{name:str}", sync_to_thread=False)
def raising_for_programs(name: FromPath[str]) -> None:
    raise RAISED[name]


@post("/hours", sync_to_thread=False)
def hours(data: JSONBody[Hours], week: FromQuery[int]) -> None: ...


def client(page_for=None) -> TestClient:
    app = Litestar(
        [raising, raising_for_programs, hours],
        exception_handlers={Exception: answering(page_for)},
        state=State({"settings": Settings()}),
        openapi_config=None,
    )
    return TestClient(app, base_url="https://dd.example")


def ask(path: str, language: str = "en", **headers: str):
    return client().get(path, headers={"accept-language": language, **headers})


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_of_the_service_has_a_status(kind):
    assert kind in problems.KINDS


@pytest.mark.parametrize("kind", ERRORS)
def test_the_title_in_english_is_how_the_error_describes_itself(kind):
    name, _ = problems.KINDS[kind]
    assert words("en")(f"problem.{name}") == inspect.getdoc(kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_a_title_and_a_way_out_in_every_language(language):
    for name in {"crash", "other_site", *problems.EDGE.values(), *(name for name, _ in problems.KINDS.values())}:
        assert words(language)(f"problem.{name}")
        assert words(language)(f"problem.{name}_way")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/raise/unfit", 422),
        ("/raise/moment", 409),
        ("/raise/slowed", 429),
        ("/raise/gone", 503),
        ("/raise/bug", 500),
        ("/raise/own", 500),
        ("/raise/teapot", 418),
        ("/raise/server", 500),
        ("/hours", 405),
    ],
)
def test_every_answer_is_a_document_of_its_status(path, status):
    found = ask(path)
    assert (found.status_code, found.headers["content-type"]) == (status, MEDIA_TYPE)
    assert msgspec.json.decode(found.content, type=ProblemDocument).status == status


def test_faults_are_told_one_by_one_in_the_language_of_the_reader():
    found = ask("/raise/unfit", "tk").json()["problems"]
    assert found == [{"code": "HOURS_TOO_MANY", "where": "wag.hours", "question": "wag.hours", "detail": "Köp."}] * 2


@pytest.mark.parametrize(("language", "title"), [("ru", "Сначала войдите."), ("tk", "Ilki giriň.")])
def test_the_title_is_in_the_language_of_the_reader(language, title):
    assert words(language)("problem.sign_in_needed") == title


def test_a_bug_says_nothing_of_itself():
    text = ask("/raise/bug").text
    assert "42" not in text
    assert "Zero" not in text


def test_a_disk_that_is_full_is_told_to_administrators_alone():
    assert "disk" not in ask("/raise/gone").text


def test_whoever_has_to_wait_is_told_how_long():
    assert ask("/raise/slowed").headers["retry-after"] == "7"


def test_an_address_tells_which_methods_it_takes():
    assert "POST" in ask("/hours").headers["allow"]


def test_every_field_that_does_not_fit_is_named():
    found = client().post("/hours", params={"week": "x"}, json={"hours": "many"})
    assert found.status_code == 400
    assert {fault["where"] for fault in found.json()["problems"]} == {"query.week", "body.hours"}


def test_what_is_no_json_is_refused():
    assert client().post("/hours?week=1", content=b"{", headers={"content-type": "application/json"}).status_code == 400


class TestPages:
    @staticmethod
    def page(problem: ProblemDocument, request: Request) -> Response[str]:
        return Response(f"<h1>{problem.title}</h1>{request.url.path}", media_type="text/html")

    def get(self, path: str, accept: str):
        return client(self.page).get(path, headers={"accept": accept, "accept-language": "en"})

    def test_a_person_gets_a_page(self):
        found = self.get("/raise/slowed", "text/html,*/*")
        assert (found.status_code, found.headers["retry-after"]) == (429, "7")
        assert found.text.startswith("<h1>Too many")

    def test_a_program_gets_a_document(self):
        assert self.get("/raise/moment", "*/*").headers["content-type"] == MEDIA_TYPE

    def test_an_address_for_programs_gives_documents_alone(self):
        assert self.get("/api/v1/raise/moment", "text/html").headers["content-type"] == MEDIA_TYPE

    def test_a_page_that_is_not_there_is_told_on_a_page(self):
        assert self.get("/nowhere", "text/html").text.startswith("<h1>There is no such thing")
