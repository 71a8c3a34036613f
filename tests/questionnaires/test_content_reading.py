"""Content means what it says: `no` is a word, and a fault names its file."""

from pathlib import Path

import pytest

from questionnaires.content import ContentError, convert, parse, read


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "off", "No", "True", "1:30", "2026-11-21", "1_000", "0x1F", "007", "1e3"]
)
def test_words_stay_words(word: str):
    assert parse(f"answer: {word}", "here") == {"answer": word}


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", True), ("false", False), ("null", None), ("", None), ("~", None), ("12", 12), ("-3", -3), ("0.5", 0.5)],
)
def test_true_null_and_plain_numbers_are_what_they_are(written: str, value: object):
    assert parse(f"answer: {written}", "here") == {"answer": value}


def test_a_number_in_quotes_is_a_word():
    assert parse('version: "2026.1"', "here") == {"version": "2026.1"}


def test_what_is_not_yaml_is_told_with_its_file():
    with pytest.raises(ContentError, match=r"^model\.yaml: this is not readable YAML"):
        parse("a: [1, 2", "model.yaml")


def test_a_document_cannot_make_objects():
    with pytest.raises(ContentError, match="not readable"):
        parse("!!python/object/apply:os.getcwd []", "here")


def test_a_value_of_the_wrong_type_is_told_with_its_place():
    with pytest.raises(ContentError, match=r"^here: Expected `int`, got `str`"):
        convert({"a": "one"}, dict[str, int], "here")


def test_a_file_is_read_into_its_type(tmp_path: Path):
    path = tmp_path / "points.yaml"
    path.write_text("a: 1\nb: 2\n", "utf-8")
    assert read(path, dict[str, int]) == {"a": 1, "b": 2}
    with pytest.raises(ContentError, match=r"^points\.yaml: "):
        read(path, list[int])


def test_letters_of_all_three_languages_survive(tmp_path: Path):
    path = tmp_path / "words.yaml"
    path.write_text("tk: Mejbury zähmet, çagalar, ýaş, iňňe\nru: Труд\n", "utf-8")
    assert read(path, dict[str, str]) == {"tk": "Mejbury zähmet, çagalar, ýaş, iňňe", "ru": "Труд"}
