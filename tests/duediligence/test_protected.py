"""Answers that could endanger whoever gave them, as they are kept."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, update

from duediligence.errors import NotFound
from duediligence.key import Key, Tampered, read_or_make
from duediligence.protected import Vault
from duediligence.store.protected_table import protected_answer, protected_document
from questionnaires.response import Answer, Missing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FARM, MILL = "a" * 32, "b" * 32
PRESSED = {
    "sta.pressed": Answer(value="yes", comment="In the second week of September."),
    "sta.pressed.who": Answer(missing=Missing.DECLINED),
    "sta.pressed.days": Answer(value=12.0),
}


@pytest.fixture
def vault(db, tmp_path):
    """Give a vault with the answers and one document of a farm."""
    found = Vault(db.vault, read_or_make(tmp_path / "key"))
    found.keep(FARM, 4, PRESSED, NOON)
    found.keep_document(FARM, 1, b'{"label": "reviewed"}', NOON)
    return found


def rows(vault, table) -> list:
    with vault.engine.begin() as connection:
        return [row._asdict() for row in connection.execute(select(table).order_by(*table.primary_key))]


def test_answers_come_back_by_question(vault):
    assert vault.answers(FARM) == PRESSED


def test_an_engagement_sees_its_own_answers_alone(vault):
    assert vault.answers(MILL) == {}


def test_a_later_answer_takes_the_place_of_the_earlier(vault):
    vault.keep(FARM, 5, {"sta.pressed": Answer(value="no")}, NOON)
    assert vault.answers(FARM)["sta.pressed"] == Answer(value="no")
    assert {row["question"]: row["revision"] for row in rows(vault, protected_answer)}["sta.pressed"] == 5


def test_an_answer_that_the_main_database_never_reached_is_replaced(vault):
    vault.keep(FARM, 9, {"sta.pressed": Answer(value="no")}, NOON)
    vault.keep(FARM, 5, {"sta.pressed": Answer(value="yes")}, NOON)
    assert vault.answers(FARM)["sta.pressed"] == Answer(value="yes")


def test_a_forgotten_answer_is_gone(vault):
    vault.forget(FARM, "sta.pressed")
    assert vault.answers(FARM).keys() == PRESSED.keys() - {"sta.pressed"}


def test_forgetting_what_was_never_said_changes_nothing(vault):
    vault.forget(FARM, "sta.other")
    assert vault.answers(FARM) == PRESSED


def test_a_document_comes_back_byte_for_byte(vault):
    assert vault.document(FARM, 1) == b'{"label": "reviewed"}'


@pytest.mark.parametrize("content", [b"", b"\x00", b" \x00\x00 ", b"x" * 4092, b"x" * 4093, b"x" * 100_000])
def test_padding_leaves_no_trace(vault, content):
    vault.keep_document(FARM, 2, content, NOON)
    assert vault.document(FARM, 2) == content


def test_a_document_that_is_not_there_is_not_found(vault):
    with pytest.raises(NotFound):
        vault.document(MILL, 1)


def test_an_erased_engagement_leaves_nothing(vault):
    vault.keep(MILL, 1, PRESSED, NOON)
    vault.erase(FARM)
    assert {row["engagement"] for row in rows(vault, protected_answer)} == {MILL}
    assert rows(vault, protected_document) == []


def test_no_word_of_an_answer_stands_in_its_row(vault):
    for row in rows(vault, protected_answer):
        assert not [word for word in (b"September", b"yes", b"declined", b"value") if word in row["sealed"]]


def test_the_length_of_a_row_does_not_tell_the_length_of_an_answer(vault):
    vault.keep(FARM, 5, {"sta.remark": Answer(value="x" * 2000)}, NOON)
    assert len({len(row["sealed"]) for row in rows(vault, protected_answer)}) == 1


def test_a_file_of_the_vault_holds_no_word_of_an_answer(vault, settings):
    if vault.engine.dialect.name == "sqlite":
        content = b"".join(file.read_bytes() for file in settings.folder.glob("protected.sqlite*"))
        assert b"sta.pressed" in content
        assert b"September" not in content


@pytest.mark.parametrize("place", [{"question": "sta.other"}, {"engagement": MILL}])
def test_an_answer_in_the_place_of_another_is_found(vault, place):
    with vault.engine.begin() as connection:
        connection.execute(update(protected_answer).where(protected_answer.c.question == "sta.pressed").values(place))
    with pytest.raises(Tampered, match="in the place of another"):
        vault.answers(place.get("engagement", FARM))


def test_a_document_in_the_place_of_another_is_found(vault):
    with vault.engine.begin() as connection:
        connection.execute(update(protected_document).values(number=2))
    with pytest.raises(Tampered, match="in the place of another"):
        vault.document(FARM, 2)


def test_an_answer_in_the_place_of_a_document_is_found(vault):
    with vault.engine.begin() as connection:
        connection.execute(delete(protected_document))
        sealed = connection.execute(select(protected_answer.c.sealed).limit(1)).scalar_one()
        row = {"engagement": FARM, "number": 1, "sealed": sealed, "at": NOON}
        connection.execute(protected_document.insert().values(row))
    with pytest.raises(Tampered):
        vault.document(FARM, 1)


def test_another_key_opens_nothing(vault):
    with pytest.raises(Tampered, match="not in the key file"):
        replace(vault, key=Key((b"x" * 32,))).answers(FARM)


def test_a_renewed_key_opens_what_the_old_one_sealed(vault):
    renewed = replace(vault, key=Key((b"x" * 32, *vault.key.secrets)))
    renewed.keep(FARM, 5, {"sta.pressed": Answer(value="no")}, NOON)
    assert renewed.answers(FARM) == PRESSED | {"sta.pressed": Answer(value="no")}
