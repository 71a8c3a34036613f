"""A record can be checked to the digit, and the copy that travels tells nothing that is withheld."""

import json
import random
from datetime import date
from functools import cache
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from duediligence import record
from duediligence.assessment import Assessment, assess
from duediligence.review import Label, Review, Reviewer
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany, SelectOne
from questionnaires.response import Answer, Missing, Value
from risk_models.evidence import EvidenceGrade
from tests.conftest import TODAY, answers, book, favourable_answers, response

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "assessment.schema.json"
PROTECTED = [question for question in book().questions if question.protected]
PEOPLE = [question for question in book().questions if isinstance(question, Number) and question.people]
REVIEWER = Reviewer(body="A body", role="reviewer of files", state_body=False)


def options(question: AnyQuestion) -> list[Value]:
    match question:
        case SelectOne():
            return [choice.id for choice in question.choices]
        case SelectMany():
            return [(choice.id,) for choice in question.choices]
        case Number():
            return [float(value) for value in (0, 4, 30, 800) if value <= (question.maximum or 1000)]
        case Date():
            return ["2026-09-01"]
    return ["words"]


def anything(seed: int) -> Assessment:
    """Return an assessment of answers drawn by chance, a fifth of them missing."""
    draw = random.Random(seed)
    chosen: dict[str, Answer] = {}
    for question in book().questions:
        silent = draw.choice([None, Answer(missing=Missing.NOT_KNOWN), Answer(missing=Missing.DECLINED)])
        told = Answer(value=draw.choice(options(question)), evidence=("file 4",) if draw.random() < 0.3 else ())
        answer = silent if draw.random() < 0.2 else told
        if answer is not None:
            chosen[question.id] = answer
    return assess(response(chosen), TODAY)


@cache
def bad_day() -> Assessment:
    """Return an assessment in which every protected question has its gravest answer."""
    told = {question.id: options(question)[0] for question in PROTECTED}
    return assess(response(answers(told, anything(3).response.answers)), TODAY)


def said(assessment: Assessment) -> str:
    """Return the shared copy as text, without the list of what is withheld."""
    return record.encode(replace(record.shared(assessment), withheld=())).decode()


def changed(assessment: Assessment, *path: str | int, to: object) -> Assessment:
    """Return an assessment with one field of its JSON changed."""
    whole = part = json.loads(record.encode(assessment))
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = to
    return msgspec.convert(whole, Assessment)


def test_a_record_comes_back_as_it_was():
    assert record.decode(record.encode(bad_day())) == bad_day()
    copy = record.shared(bad_day())
    assert record.decode(record.encode(copy)) == copy


def test_the_same_assessment_gives_the_same_bytes_whatever_the_order_of_its_answers():
    turned = dict(reversed(bad_day().response.answers.items()))
    other = replace(bad_day(), response=replace(bad_day().response, answers=turned))
    assert record.encode(other) == record.encode(bad_day())


def test_an_untouched_record_has_no_difference():
    assert record.rescore(bad_day()) == ()


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        (("profile", "residual"), "profile.residual", 74.9),
        (("profile", "confidence"), "profile.confidence", 0.999),
        (("profile", "findings", 6, "level"), "profile.findings[DOC].level", "none"),
        (("profile", "exposures", 0, "points"), "profile.exposures[context.country].points", 24),
        (("versions", "parameters", "tm.hours_week"), "versions.parameters.tm.hours_week", 41.0),
        (("notices",), "notices[0]", []),
    ],
)
def test_one_changed_digit_is_found_and_named(path, name, value):
    differences = record.rescore(changed(bad_day(), *path, to=value))
    assert differences[0].path == name
    if value != []:
        assert [json.loads(one.stated) for one in differences] == [value]


def test_a_changed_answer_shows_in_what_follows_from_it():
    stated = replace(bad_day(), response=response(favourable_answers()))
    assert {"profile.residual", "profile.band"} <= {one.path for one in record.rescore(stated)}


def test_a_part_stated_twice_is_a_difference():
    profile = bad_day().profile
    twice = replace(bad_day(), profile=replace(profile, evidence=(*profile.evidence, profile.evidence[0])))
    assert [one.computed for one in record.rescore(twice)] == [""]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("model_version", "2031.7", "versions.model"),
        ("model", "../../secrets", "versions.model"),
        ("model_digest", "0" * 64, "versions.model_digest"),
        ("questionnaire_version", "1999.1", "versions.questionnaire"),
        ("questionnaire_digest", "0" * 64, "versions.questionnaire_digest"),
        ("notices", "../parameters/season", "versions.notices"),
    ],
)
def test_a_version_that_is_not_in_the_library_is_named_and_nothing_is_computed(field, value, path):
    other = changed(bad_day(), "versions", field, to=value)
    assert path in [one.path for one in record.rescore(other)]
    assert all(not one.path.startswith("profile") for one in record.rescore(other))
    copy = replace(record.shared(bad_day()), versions=other.versions)
    assert record.rescore_shared(copy).low is None


def test_a_response_to_another_form_than_the_one_named_is_a_difference():
    other = changed(bad_day(), "response", "version", to="1999.1")
    assert [one.path for one in record.rescore(other)] == ["response.questionnaire"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "RECORD_NOT_JSON"),
        (b"[" * 100_000, "RECORD_NOT_JSON"),
        (b"\xff\xfe", "RECORD_NOT_JSON"),
        (b"[1]", "RECORD_NOT_JSON"),
        (b'{"format": "something/9"}', "RECORD_FORMAT_UNKNOWN"),
        (b'{"format": 1}', "RECORD_FORMAT_UNKNOWN"),
        (b" " * (record.LARGEST + 1), "RECORD_TOO_LARGE"),
    ],
)
def test_a_file_that_is_no_record_is_refused_in_three_languages(data, code):
    (problem,) = record.decode(data)
    assert problem.code == code
    assert set(problem.detail) == {"en", "ru", "tk"}


def test_an_unknown_format_is_named():
    (problem,) = record.decode(b'{"format": "something/9"}')
    assert "something/9" in problem.detail["tk"]


def test_every_fault_of_a_record_is_told_at_once_with_its_place():
    whole = json.loads(record.encode(bad_day()))
    whole["on"] = "yesterday"
    whole["profile"]["findings"][2]["answered"] = "half"
    whole["response"]["answers"]["mov.id_kept"] = {"value": "no", "missing": "declined"}
    whole["signature"] = "x"
    del whole["versions"]["model"]
    problems = record.decode(json.dumps(whole).encode())
    assert {(one.code, one.where) for one in problems} == {
        ("RECORD_VALUE_UNFIT", "on"),
        ("RECORD_VALUE_UNFIT", "profile.findings[2].answered"),
        ("RECORD_PARTS_CONTRADICT", "response.answers.mov.id_kept"),
        ("RECORD_PART_UNKNOWN", ""),
        ("RECORD_PART_MISSING", "versions"),
    }


@pytest.mark.parametrize("question", PROTECTED, ids=lambda question: question.id)
def test_no_answer_to_a_protected_question_leaves_a_trace_in_the_shared_copy(question):
    for value in [*options(question), Missing.NOT_KNOWN, Missing.DECLINED]:
        given = answers({"sif.asked": "yes", "sif.sent": "yes", "sif.received": "yes", question.id: value})
        copy = said(assess(response(answers(given, favourable_answers())), TODAY))
        assert not [one.id for one in PROTECTED if f'"{one.id}"' in copy]


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_whatever_was_answered_the_shared_copy_names_no_withheld_question(seed):
    assessment = anything(seed)
    copy = said(assessment)
    assert not [name for name in record.shared(assessment).withheld if f'"{name}"' in copy]


def test_what_is_withheld_reads_the_same_whether_or_not_protected_questions_were_answered():
    silent = assess(response(favourable_answers()), TODAY)
    bare = {name: one for name, one in silent.response.answers.items() if not name.startswith("sif")}
    other = replace(silent, response=response(bare))
    assert record.encode(record.shared(other)) == record.encode(record.shared(silent))


@pytest.mark.parametrize("question", PROTECTED, ids=lambda question: question.id)
def test_other_values_of_a_protected_answer_give_the_same_bytes(question):
    copies = set()
    for value in options(question):
        told = answers({question.id: value}, bad_day().response.answers)
        copies.add(record.encode(record.shared(replace(bad_day(), response=response(told)))))
    assert len(copies) == 1


@pytest.mark.parametrize("question", PEOPLE, ids=lambda question: question.id)
def test_counts_of_one_to_ten_people_are_not_in_the_shared_copy(question):
    def copy(count):
        told = answers({question.id: float(count)}, bad_day().response.answers)
        return record.shared(replace(bad_day(), response=response(told)))

    assert len({record.encode(copy(count)) for count in range(1, 11)}) == 1
    for count in range(1, 11):
        assert question.id in copy(count).withheld
        assert question.id not in copy(count).response.answers
    if not question.protected:
        assert copy(11).response.answers[question.id].value == 11
        assert copy(0).response.answers[question.id].value == 0


def test_the_number_of_people_who_spoke_in_confidence_is_withheld_when_it_is_small():
    def heard(count):
        review = Review(label=Label.SITE_CHECKED, on=date(2026, 11, 1), reviewer=REVIEWER, workers_heard=count)
        return record.shared(replace(bad_day(), review=review))

    assert heard(3).review.workers_heard is None
    assert record.encode(heard(3)) == record.encode(heard(9))
    assert "review.workers_heard" in heard(3).withheld
    assert heard(24).review.workers_heard == 24


def test_remarks_and_the_grades_of_protected_answers_do_not_travel():
    told = {name: replace(one, comment="Aman said so") for name, one in bad_day().response.answers.items()}
    grades = {"sif.sent": EvidenceGrade.E2, "ctr.written": EvidenceGrade.E2}
    review = Review(label=Label.DOCUMENTS_REVIEWED, on=date(2026, 11, 1), reviewer=REVIEWER, grades=grades)
    copy = record.shared(assess(response(told), TODAY, review=review))
    assert b"Aman" not in record.encode(copy)
    assert copy.review.grades == {"ctr.written": EvidenceGrade.E2}


def test_the_shared_copy_keeps_every_number_and_band():
    kept = (
        "inherent control confidence residual low high band highest_band pattern coverage groups exposures lift".split()
    )
    whole, copy = bad_day().profile, record.shared(bad_day()).profile
    assert [getattr(copy, name) for name in kept] == [getattr(whole, name) for name in kept]


@pytest.mark.parametrize(
    ("given", "state"),
    [({"sif.asked": "yes", "sif.sent": "yes"}, "declared"), ({}, "not_declared"), (None, "not_answered")],
)
def test_state_imposed_labour_is_declared_not_declared_or_not_answered_and_no_more(given, state):
    told = {} if given is None else answers(given, favourable_answers())
    finding = next(
        one for one in record.shared(assess(response(told), TODAY)).profile.findings if one.indicator == "SIF"
    )
    assert (finding.level, finding.highest, finding.signs, finding.to_clear) == (state, state, (), ())


def test_the_level_of_another_indicator_rests_on_the_signs_that_are_left():
    told = answers({"sif.asked": "yes", "sif.penalty": "yes"}, favourable_answers())
    whole = assess(response(told), TODAY)
    level = {one.indicator: one.level for one in whole.profile.findings}
    shown = {one.indicator: one.level for one in record.shared(whole).profile.findings}
    assert (level["INT"], shown["INT"]) == ("strong", "none")


def test_how_far_an_indicator_was_answered_and_who_caused_it_speak_of_what_is_left_alone():
    asked = {"sif.asked": "yes", "sif.penalty": "yes"}
    told = assess(response(answers(asked, favourable_answers())), TODAY)
    silent = assess(response(answers(dict.fromkeys(asked, Missing.DECLINED), favourable_answers())), TODAY)
    whole, one, other = (
        {finding.indicator: finding for finding in profile.findings}
        for profile in (told.profile, record.shared(told).profile, record.shared(silent).profile)
    )
    assert whole["INT"].attribution is not None
    assert one["INT"].attribution is None
    assert {name: finding.answered for name, finding in one.items()} == {
        name: finding.answered for name, finding in other.items()
    }


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_a_true_shared_copy_lies_within_what_the_answers_that_are_left_allow(seed):
    bounds = record.rescore_shared(record.shared(anything(seed)))
    assert bounds.differences == ()
    assert bounds.low <= bounds.residual <= bounds.high


def test_a_shared_copy_whose_risk_cannot_follow_from_its_answers_is_named():
    copy = record.shared(assess(response(answers({"mov.id_kept": "yes"}, favourable_answers())), TODAY))
    forged = replace(copy, profile=replace(copy.profile, residual=3.0))
    bounds = record.rescore_shared(forged)
    assert [one.path for one in bounds.differences] == ["profile.residual"]
    assert set(bounds.withheld) >= {question.id for question in PROTECTED}


def test_both_shapes_fit_the_published_schema():
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_bytes()))
    for one in (bad_day(), record.shared(bad_day())):
        validator.validate(json.loads(record.encode(one)))
    assert not validator.is_valid(json.loads(record.encode(changed(bad_day(), "format", to="other/1"))))


def test_the_published_schema_is_that_of_the_code():
    command = SCHEMA.with_name("README.md").read_text()
    assert json.loads(SCHEMA.read_bytes()) == json.loads(json.dumps(record.schema())), f"refresh it as in:\n{command}"
