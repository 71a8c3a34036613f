"""Clauses are model text that a lawyer must adapt, and conditions bring theirs."""

import msgspec
import pytest

from duediligence.chain import clause
from duediligence.chain.clause import conditions, read, suggested
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES


def test_there_are_28_topics_in_three_languages():
    library = read()
    assert [one.number for one in library.clauses] == list(range(1, 29))
    assert all(
        text.get(language) for one in library.clauses for text in (one.topic, one.words) for language in LANGUAGES
    )


def test_every_clause_is_in_every_contract_or_follows_from_a_condition():
    library = read()
    base = {one.id for one in library.clauses if one.base}
    brought = {name for one in library.conditions for name in one.clauses}
    assert {one.id for one in library.clauses} == base | brought


def test_clauses_come_in_their_order_and_once():
    found = suggested(["papers_back", "free_to_leave", "papers_back"]).clauses
    assert [one.number for one in found] == sorted({one.number for one in found})


def test_a_condition_in_own_words_brings_the_clauses_of_every_contract():
    assert suggested(["", "something else"]).clauses == tuple(one for one in read().clauses if one.base)


def test_the_duties_of_the_buyer_go_with_those_of_the_partner():
    assert "buyer_duties" in {one.id for one in suggested(["wage_cover"]).clauses}


def test_a_contract_is_left_responsibly_under_any_condition():
    for name in conditions():
        assert "responsible_exit" in {one.id for one in suggested([name]).clauses}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_short(language):
    assert max(len(one.words[language].split()) for one in read().clauses) <= 60


def test_a_condition_that_names_no_clause_there_is_is_refused(tmp_path, monkeypatch):
    library = msgspec.to_builtins(read())
    library["conditions"][0]["clauses"] = ["magic"]
    path = tmp_path / "clauses.yaml"
    path.write_bytes(msgspec.yaml.encode(library))
    monkeypatch.setattr(clause, "_FILE", path)
    with pytest.raises(ContentError, match="there is no clause magic"):
        read.__wrapped__()
