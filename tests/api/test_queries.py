"""How many statements a page costs; a budget, so that nobody adds a query to a list row by row unseen."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from duediligence.organisation import Role

ANSWER = {"revision": "0", "question": "pro.headcount", "pro.headcount": "40", "pro.headcount.comment": ""}


@contextmanager
def counted(service) -> Iterator[list[str]]:
    """Collect every statement that reaches any database, what begins and ends a transaction left out."""
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    db = service.installation.db
    engines = (db.reader, db.writer, db.vault)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    said[:] = [statement for statement in said if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"))]


@pytest.fixture
def firm(service):
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return service.browser(firm[2])


def test_a_section_opens_with_few_statements(service, firm, lead):
    address = f"/assessments/{service.here.begun(firm[2], firm[1])}/sections/pro"
    with counted(service) as said:
        assert lead.get(address).status_code == 200
    assert len(said) <= 12, said


def test_an_answer_is_saved_with_few_statements(service, firm, lead):
    address = f"/assessments/{service.here.begun(firm[2], firm[1])}/sections/pro"
    with counted(service) as said:
        assert lead.post(address, ANSWER, **{"x-part": "saved"}).status_code == 200
    assert len(said) <= 6, said


def test_a_respondent_saves_an_answer_with_few_statements_too(service, firm):
    address = f"/assessments/{service.here.begun(firm[2], firm[1])}/sections/pro"
    colleague = service.browser(service.here.somebody((firm[0], Role.RESPONDENT)))
    with counted(service) as said:
        assert colleague.post(address, ANSWER, **{"x-part": "saved"}).status_code == 200
    assert len(said) <= 7, said  # one more: to whom the section was given


def test_a_list_costs_the_same_however_long_it_is(service, firm, lead):
    service.here.begun(firm[2], firm[1])
    with counted(service) as short:
        lead.get("/assessments")
    for _ in range(5):
        service.here.begun(firm[2], firm[1])
    with counted(service) as long:
        lead.get("/assessments")
    assert len(long) == len(short)
