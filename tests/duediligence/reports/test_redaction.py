"""What a copy may leave out, and the laws that hold whatever a firm chooses."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from issued_cases import CASES, READER, TOMATOES, YARN, copied, dossier_of, whole
from report_cases import report_of

from duediligence.dossier import from_json, to_json
from duediligence.redaction import (
    LEFT_OUT,
    Choice,
    Piece,
    Redaction,
    Why,
    carries_record,
    redact_dossier,
    redact_report,
)
from duediligence.reports import Copy, texts
from duediligence.reports.compose_named import named
from questionnaires.text import LANGUAGES

choices = st.dictionaries(st.sampled_from(Piece), st.sampled_from(Why))
cases = st.sampled_from(sorted(CASES))
languages = st.sampled_from(LANGUAGES)


def words_of(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (words for part in value.values() for words in words_of(part))
        case list() | tuple():
            yield from (words for part in value for words in words_of(part))


def said(value: object) -> set[str]:
    return set(words_of(msgspec.to_builtins(value)))


@given(cases, languages, choices)
def test_a_copy_never_says_more_than_the_whole(name, language, choice):
    before, _ = whole(name, language)
    after, _ = redact_report(before, choice)
    sentences = texts.read(language)
    ours = {sentences.say("plan.left_out"), sentences.say("answers.left_out")}
    more = {words for words in said(after) - said(before) if not any(words.endswith(one) for one in ours)}
    assert more == set()


@given(cases, choices)
def test_a_copy_of_a_dossier_never_says_more_than_the_whole(name, choice):
    after, _ = redact_dossier(dossier_of(name), choice)
    assert said(after) - said(dossier_of(name)) <= {LEFT_OUT}


@given(cases, languages, choices)
def test_what_protects_a_reader_stands_in_every_copy(name, language, choice):
    before, (after, _) = whole(name, language)[0], copied(name, language, choice)
    for part in ("head", "numbers", "strip", "notices", "limits", "reviewer", "two_part_test", "crosswalk", "check"):
        assert getattr(after, part) == getattr(before, part), part
    levels = [(one.code, one.level, one.coverage, one.unknown) for one in before.findings.findings]
    assert [(one.code, one.level, one.coverage, one.unknown) for one in after.findings.findings] == levels
    assert before.issued
    assert after.issued
    for part in ("notices", "judged", "limits", "standing", "seal", "watermark", "counts", "evidence", "facts"):
        assert getattr(after.issued, part) == getattr(before.issued, part), part


@given(cases, choices)
def test_how_each_ask_stands_is_in_every_copy(name, choice):
    after, _ = redact_dossier(dossier_of(name), choice)
    whole_one = dossier_of(name)
    assert [(one.id, one.status, one.text) for one in after.items] == [
        (one.id, one.status, one.text) for one in whole_one.items
    ]
    for part in ("notices", "cotton", "limits", "laws", "goods", "remarks", "editions"):
        assert getattr(after, part) == getattr(whole_one, part), part


@given(cases, choices)
def test_what_is_not_known_is_never_told_as_left_out(name, choice):
    after, _ = redact_dossier(dossier_of(name), choice)
    places = zip(dossier_of(name).inputs, after.inputs, strict=True)
    assert all(bool(one.place_name) == bool(other.place_name) for one, other in places)
    papers = zip(dossier_of(name).documents, after.documents, strict=True)
    assert all(bool(one.number) == bool(other.number) for one, other in papers)


@given(cases, choices)
def test_leaving_out_twice_is_leaving_out_once(name, choice):
    once, _ = redact_dossier(dossier_of(name), choice)
    assert redact_dossier(once, choice)[0] == once


@given(cases, choices)
def test_every_choice_is_in_the_list_with_its_reason(name, choice):
    _, of_goods = redact_dossier(dossier_of(name), choice)
    _, of_report = redact_report(whole(name, "en")[0], choice)
    assert {one.piece: one.why for one in (*of_goods, *of_report)} == choice


def test_the_list_counts_what_was_taken_out():
    _, told = redact_dossier(dossier_of(YARN), dict.fromkeys((Piece.BALES, Piece.CONSIGNEE), Why.NOT_NEEDED))
    assert [(one.piece, one.count) for one in told] == [(Piece.BALES, 2), (Piece.CONSIGNEE, 2)]


def test_nothing_is_left_out_unless_somebody_chose_it():
    report, _ = whole(YARN, "en")
    assert redact_report(report, {}) == (report, ())
    assert redact_dossier(dossier_of(YARN), {}) == (dossier_of(YARN), ())


def test_what_is_left_of_a_dossier_can_still_be_read():
    after, _ = redact_dossier(dossier_of(YARN), dict.fromkeys(Piece, Why.SAFETY))
    assert from_json(to_json(after)) == after


def test_without_answers_no_sign_no_control_and_no_reference_is_left():
    report, _ = redact_report(report_of("cotton_farm", "en"), {Piece.ANSWERS: Why.SAFETY})
    assert not any(one.signs or one.context or one.to_lower for one in report.findings.findings)
    assert not any(section.controls for section in report.controls.sections)
    assert report.evidence.rows == report.evidence.groups == report.exposures.exposures == ()
    assert not any(section.rows for section in report.answers.sections)


def test_without_answers_the_numbers_and_their_groups_stay():
    before = report_of("cotton_farm", "en")
    after, _ = redact_report(before, {Piece.ANSWERS: Why.SAFETY})
    assert (after.exposures.groups, after.evidence.grades) == (before.exposures.groups, before.evidence.grades)
    assert after.controls.figure == before.controls.figure


def test_without_answers_a_dossier_reads_none_of_them_one_by_one():
    after, _ = redact_dossier(dossier_of(TOMATOES), {Piece.ANSWERS: Why.SAFETY})
    read = {found.what.split(":")[0] for item in after.items for found in item.found}
    assert not {"control", "answers"} & read
    assert "sign" in read


def test_without_the_plan_it_is_said_that_there_is_one():
    report, (told,) = redact_report(report_of("cotton_farm", "ru"), {Piece.PLAN: Why.OF_THE_FIRM})
    assert report.plan.actions == ()
    assert report.plan.passage.sentences == (texts.read("ru").say("plan.left_out"),)
    assert told.count == len(report_of("cotton_farm", "ru").plan.actions)


@given(choices)
def test_the_record_travels_only_with_the_answers(choice: Choice):
    assert carries_record(choice) == (Piece.ANSWERS not in choice)


def test_a_copy_without_anything_left_out_says_so():
    report, _ = copied(YARN, "en", {})
    assert report.issued
    assert report.issued.named
    assert report.issued.named.left_out.rows == ()
    assert report.issued.named.passage.sentences[-1] == "Nothing was left out."


def test_a_report_that_was_not_issued_has_no_copies():
    nothing = Redaction(attestation="", reader=READER, left_out=())
    with pytest.raises(ValueError, match="issued"):
        named(report_of("cotton_farm", "en", Copy.SHARED), nothing)
