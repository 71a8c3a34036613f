"""The library of questionnaires: complete, versioned, and refused when tampered with."""

from pathlib import Path

import msgspec
import pytest

from questionnaires import catalogue
from questionnaires.catalogue import UnknownQuestionnaire, latest, load, read, versions
from questionnaires.condition import Equals, Not
from questionnaires.content import ContentError
from questionnaires.edition import Tampered, digest
from questionnaires.questionnaire import Lifecycle, Questionnaire

HEAD = """
id: small
version: "1"
lifecycle: draft
issued: "2026-01-01"
languages: [en]
reviewed: false
title: {en: Small}
intro: {en: Few questions}
minutes: 1
sections: [a]
choice_lists: {yes_no: [{id: yes, label: {en: Yes}}, {id: no, label: {en: No}}]}
conditions:
  housed: {is: equals, question: first, value: yes}
  unhoused: {is: not, part: housed}
"""
SECTION = """
id: a
title: {en: A}
questions:
- {type: select_one, id: first, text: {en: First?}, choices: yes_no, sources: [law]}
- {type: select_one, id: second, text: {en: Second?}, choices: yes_no, relevant: unhoused}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a small questionnaire as files."""
    target = tmp_path / "small" / "1"
    (target / "sections").mkdir(parents=True)
    (target / "questionnaire.yaml").write_text(HEAD, "utf-8")
    (target / "sections" / "a.yaml").write_text(SECTION, "utf-8")
    (target / "sources.yaml").write_text("law: {title: The law}", "utf-8")
    (target / "evidence_kinds.yaml").write_text("[]", "utf-8")
    (target / "cross_checks.yaml").write_text("[]", "utf-8")
    return target


def test_the_shipped_form_is_found_and_read_once():
    assert ("risk_assessment", "2026.1") in versions()
    assert latest("risk_assessment") == "2026.1"
    assert load("risk_assessment", "2026.1") is load("risk_assessment", "2026.1")


@pytest.mark.parametrize("ask", [lambda: latest("nothing"), lambda: load("risk_assessment", "1900.1")])
def test_what_the_library_lacks_is_named(ask):
    with pytest.raises(UnknownQuestionnaire, match=r"nothing|1900\.1"):
        ask()


def test_named_lists_conditions_and_sources_are_written_out(folder: Path):
    first, second = read(folder).questions()
    assert [choice.id for choice in first.choices] == ["yes", "no"]
    assert first.sources[0].title == "The law"
    assert second.relevant == Not(part=Equals(question="first", value="yes"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("relevant: unhoused", "relevant: homeless", r"second: nothing is called 'homeless'"),
        ("sources: [law]", "sources: [lore]", r"first: nothing is called 'lore'; it must be one of law"),
        ("choices: yes_no, sources", "choices: yes_or_no, sources", r"first: nothing is called 'yes_or_no'"),
        ("type: select_one, id: first", "type: select_won, id: first", r"small/1: .*select_won"),
        ("text: {en: First?}", "txet: {en: First?}", r"small/1: .*(text|txet)"),
    ],
)
def test_a_fault_of_content_is_told_with_its_place(folder: Path, old: str, new: str, message: str):
    path = folder / "sections" / "a.yaml"
    path.write_text(SECTION.replace(old, new), "utf-8")
    with pytest.raises(ContentError, match=message):
        read(folder)


def test_a_missing_file_is_named(folder: Path):
    (folder / "sections" / "a.yaml").unlink()
    with pytest.raises(ContentError, match=r"sections/a\.yaml: the file is missing"):
        read(folder)


def test_the_digest_follows_the_words_and_not_the_comments(folder: Path):
    before = digest(read(folder))
    path = folder / "sections" / "a.yaml"
    path.write_text("# a remark\n" + SECTION, "utf-8")
    assert digest(read(folder)) == before
    path.write_text(SECTION.replace("First?", "First."), "utf-8")
    assert digest(read(folder)) != before


def issued(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Questionnaire:
    monkeypatch.setattr(catalogue, "LIBRARY", folder.parent.parent)
    form = msgspec.structs.replace(read(folder), lifecycle=Lifecycle.ISSUED)
    (folder.parent.parent / "DIGESTS").write_text(f"small 1 {digest(form)}\n", "utf-8")
    return form


def test_an_issued_version_that_is_as_issued_is_accepted(folder: Path, monkeypatch: pytest.MonkeyPatch):
    form = issued(folder, monkeypatch)
    (folder / "questionnaire.yaml").write_text(HEAD.replace("draft", "issued"), "utf-8")
    assert load.__wrapped__("small", "1") == form


def test_an_issued_version_with_one_changed_word_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch):
    issued(folder, monkeypatch)
    (folder / "questionnaire.yaml").write_text(HEAD.replace("draft", "issued").replace("Few", "Some"), "utf-8")
    with pytest.raises(Tampered, match="small 1 has changed"):
        load.__wrapped__("small", "1")
