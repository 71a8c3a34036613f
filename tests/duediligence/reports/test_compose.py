"""A report says what the assessment says, in any language, and never what a copy must not hold."""

from datetime import date
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_cases import ON, REVIEW, case, report_of

from duediligence.assessment import assess
from duediligence.improvement import draft
from duediligence.reports import Copy, texts
from duediligence.reports.compose import compose
from duediligence.reports.matter import Matter
from duediligence.review import Label, Review, Reviewer
from duediligence.validity import expiry
from questionnaires import catalogue
from questionnaires.response import Answer
from questionnaires.text import LANGUAGES, say
from risk_models import remedies

NAMES = ("almost_empty", "cotton_farm", "much_wrong")
EVERY = [(name, language) for name in NAMES for language in LANGUAGES]
QUESTIONS = {question.id: question for question in catalogue.load("risk_assessment", "2026.1").questions()}
PROTECTED = {id_: asked for id_, asked in QUESTIONS.items() if asked.protected or id_.startswith("sif.")}


def words_of(value: object) -> list[str]:
    """Return every string of a report, names of questions and versions left out."""
    match value:
        case str():
            return [value]
        case dict():
            skipped = {"question_id", "remedy", "versions", "id", "label_id", "href", "level", "state", "kind", "code"}
            return [words for key, part in value.items() if key not in skipped for words in words_of(part)]
        case list() | tuple():
            return [words for part in value for words in words_of(part)]
    return []


def spoken(report) -> str:
    return "\n".join(words_of(msgspec.to_builtins(report)))


def changed(name: str, **answers: Answer):
    """Return an assessment with some answers put in place of others, and its plan."""
    before = case(name)[0]
    given_now = before.response.answers | {key.replace("__", "."): answer for key, answer in answers.items()}
    after = assess(msgspec.structs.replace(before.response, answers=given_now), ON)
    return after, draft(after.profile, remedies.read(), ON)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_numbers_are_those_of_the_profile(name, language):
    profile, report = case(name)[0].profile, report_of(name, language)
    values = {measure.id: measure.value for measure in report.numbers.measures}
    assert values["inherent"] == profile.inherent
    assert values["control"] == profile.control
    assert values["confidence"] == pytest.approx(100 * profile.confidence)
    assert values["residual"] == profile.residual
    assert report.numbers.band.id == profile.band
    assert (report.numbers.measures[-1].low, report.numbers.measures[-1].high) == (profile.low, profile.high)


@pytest.mark.parametrize("name", NAMES)
def test_the_groups_add_up_to_the_inherent_risk(name):
    part = report_of(name, "en").exposures
    assert sum(group.counted for group in part.groups) == part.total
    assert all(after.begins == before.begins + before.counted for before, after in pairwise(part.groups))


def test_the_reliefs_add_up_to_what_controls_take_away():
    profile, report = case("cotton_farm")[0].profile, report_of("cotton_farm", "en", Copy.FIRM)
    relief = sum(control.relief for section in report.controls.sections for control in section.controls)
    assert profile.inherent - relief + profile.lift == pytest.approx(profile.residual, abs=0.05)


def test_composing_twice_gives_the_same_report():
    assessment, plan = case("cotton_farm")
    assert compose(assessment, plan, "tk") == compose(assessment, plan, "tk")


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_name_of_the_machine_reaches_a_reader(name, language):
    text = spoken(report_of(name, language, Copy.FIRM))
    assert [id_ for id_ in QUESTIONS if id_ in text] == []
    assert not any(word in text for word in ("not_assessed", "self_declared", "zero_tolerance", "pattern_", "{", "}"))


@pytest.mark.parametrize(("name", "language"), EVERY)
@pytest.mark.parametrize("copy", Copy)
def test_every_report_names_the_risk_of_the_country_and_the_review_of_the_state(name, language, copy):
    limits = " ".join(report_of(name, language, copy).limits.sentences)
    assert {"en": "state-imposed labour", "ru": "навязанный государством", "tk": "döwlet tarapyndan mejbur"}[
        language
    ] in limits
    assert {"en": "government review", "ru": "государственная проверка", "tk": "döwlet barlagydyr"}[language] in limits


def test_without_a_review_a_report_is_self_declared():
    report = report_of("much_wrong", "en")
    assert (report.head.label_id, report.head.label) == ("self_declared", "Self-declared")
    assert "Nobody" in report.reviewer.facts[0].value


def test_a_review_by_the_state_is_never_called_independent():
    facts = " ".join(fact.value for fact in report_of("cotton_farm", "en").reviewer.facts)
    assert "This is a government review." in facts
    assert "independent" not in facts
    assert "Advises the buyer" in facts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_shared_copy_holds_no_protected_question(name, language):
    text = spoken(report_of(name, language))
    assert [id_ for id_, asked in PROTECTED.items() if say(asked.text, language) in text] == []


def test_a_shared_copy_holds_no_protected_answer():
    hidden = Answer(value=77777.0, evidence=("Order 31-K of the district",), comment="told by phone on 3 May")
    assessment, plan = changed("much_wrong", sif__paid_out=Answer(value="yes"), sif__paid_out__sum=hidden)
    shared = msgspec.json.encode(compose(assessment, plan, "en")).decode()
    assert not any(secret in shared for secret in ("77,777", "77777", "31-K", "told by phone"))
    firm = msgspec.json.encode(compose(assessment, plan, "en", Copy.FIRM)).decode()
    assert all(secret in firm for secret in ("77,777", "31-K", "told by phone"))


def test_a_remark_stays_with_the_firm():
    assessment, plan = changed("cotton_farm", wag__payslip=Answer(value="no", comment="ask the cashier"))
    assert "ask the cashier" not in spoken(compose(assessment, plan, "en"))
    assert "ask the cashier" in spoken(compose(assessment, plan, "en", Copy.FIRM))


@pytest.mark.parametrize("name", NAMES)
def test_state_imposed_labour_is_declared_or_not_in_a_shared_copy(name):
    cell = next(cell for cell in report_of(name, "en").strip.cells if cell.code == "SIF")
    assert cell.level == {"almost_empty": "not_answered", "cotton_farm": "declared", "much_wrong": "declared"}[name]
    told = [finding for finding in report_of(name, "en").findings.findings if finding.code == "SIF"]
    assert all(not (one.signs or one.context or one.unknown or one.to_lower or one.highest) for one in told)


def test_a_protected_answer_raises_no_other_level_in_a_shared_copy_but_counts_in_the_band():
    assessment, plan = changed("cotton_farm", wag__fines=Answer(value="no"), sif__penalty=Answer(value="yes"))
    levels = {
        copy: {cell.code: cell.level for cell in compose(assessment, plan, "en", copy).strip.cells} for copy in Copy
    }
    assert levels[Copy.FIRM]["INT"] == "strong"
    assert levels[Copy.SHARED]["INT"] == "none"
    assert compose(assessment, plan, "en").numbers.band.id == "critical"


def test_a_shared_copy_says_the_same_neutral_words_whatever_was_answered():
    quiet, loud = report_of("cotton_farm", "en"), report_of("much_wrong", "en")
    assert quiet.plan.withheld == loud.plan.withheld != ""
    assert quiet.controls.withheld == loud.controls.withheld != ""
    told = [{one.code: one.withheld for one in report.findings.findings} for report in (quiet, loud)]
    assert {code: told[1][code] for code in told[0]} == told[0]
    assert {"SIF", "INT", "WAG", "CON"} <= {code for code, withheld in told[1].items() if withheld}


def test_actions_on_protected_answers_alone_stay_with_the_firm():
    plan = case("much_wrong")[1]
    hidden = {action.remedy for action in plan.actions if action.questions and set(action.questions) <= set(PROTECTED)}
    shared, firm = report_of("much_wrong", "en").plan.actions, report_of("much_wrong", "en", Copy.FIRM).plan.actions
    assert hidden
    assert hidden.isdisjoint(action.remedy for action in shared)
    assert {action.remedy for action in firm} == {action.remedy for action in plan.actions}
    assert [action.number for action in shared] == list(range(1, len(shared) + 1))


@given(st.integers(0, 60))
def test_small_counts_of_people_are_not_stated_in_a_shared_copy(count):
    assessment, plan = case("cotton_farm")
    said = {copy: Matter(assessment, plan, texts.read("en"), copy).people(count) for copy in Copy}
    assert said[Copy.FIRM] == str(count)
    assert said[Copy.SHARED] == ("<11" if 1 <= count <= 10 else str(count))


def test_counts_in_answers_and_in_the_review_are_suppressed():
    report = report_of("cotton_farm", "en")
    answers = {row.question_id: row.answer for section in report.answers.sections for row in section.rows}
    assert answers["pro.headcount.foreign"].startswith("<11")
    assert answers["pro.headcount"].startswith("140")
    assert "<11" in [fact.value for fact in report.reviewer.facts]


def reviewed(label: Label, on: date) -> Review:
    return Review(label=label, on=on, reviewer=Reviewer(body="Body", role="reviewer", state_body=False))


@pytest.mark.parametrize(
    ("name", "on", "review", "ends", "reason"),
    [
        ("cotton_farm", date(2026, 11, 21), None, date(2027, 5, 21), "label"),
        ("cotton_farm", date(2026, 5, 1), None, date(2026, 8, 1), "cotton"),
        ("cotton_farm", date(2026, 8, 1), None, date(2027, 2, 1), "label"),
        ("cotton_farm", date(2026, 11, 21), reviewed(Label.SITE_CHECKED, ON), date(2027, 8, 1), "cotton"),
        ("much_wrong", date(2026, 8, 31), None, date(2027, 2, 28), "label"),
    ],
)
def test_no_report_outlives_its_parts(name, on, review, ends, reason):
    assessment = assess(case(name)[0].response, on, review=review)
    assert expiry(assessment) == (ends, reason)


def test_a_report_holds_no_longer_than_its_review():
    response = changed("almost_empty", map__cotton=Answer(value="none"))[0].response
    assessment = assess(response, ON, review=reviewed(Label.SITE_CHECKED, date(2026, 3, 1)))
    assert expiry(assessment)[0] == date(2027, 3, 1)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_finding_stands_for_every_level_above_none(name, language):
    report = report_of(name, language)
    told = {one.code for one in report.findings.findings}
    assert told == {cell.code for cell in report.strip.cells if cell.level != "none"}
    assert len(report.strip.cells) == 13


def test_the_case_protocol_comes_with_grave_signs_only():
    assert report_of("almost_empty", "en").protocol is None
    assert report_of("much_wrong", "en").protocol.steps


def test_what_nobody_confirmed_is_marked():
    rows = [row for one in report_of("cotton_farm", "en").crosswalk.instruments for row in [one] if not row.confirmed]
    assert rows
    assert {row.timing for row in rows} == {"to be confirmed"}


def test_tables_of_charts_are_even():
    report = report_of("cotton_farm", "ru")
    for part in (report.numbers, report.strip, report.exposures, report.controls, report.plan):
        assert part.figure.title
        assert part.figure.description
        assert {len(row) for row in part.figure.table.rows} == {len(part.figure.table.columns)}


def test_the_evidence_of_a_reviewer_is_shown():
    rows = {row.question_id: row for row in report_of("cotton_farm", "en").evidence.rows}
    assert rows["wag.delay_days"].grade == REVIEW.grades["wag.delay_days"].name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("highest", "key"), [("critical", "numbers.band_alone"), ("severe", "numbers.settled")])
def test_a_number_that_cannot_move_is_never_said_to_move(language, highest, key):
    assessment, plan = case("much_wrong")
    ends = {"residual": 75.0, "low": 75.0, "high": 75.01, "band": "severe", "highest_band": highest}
    profile = msgspec.structs.replace(assessment.profile, **ends)
    numbers = compose(msgspec.structs.replace(assessment, profile=profile), plan, language).numbers
    assert numbers.interval == texts.read(language).say(key, highest=numbers.highest_band.label)
    assert numbers.figure.table.rows[-1][2] == ""


@pytest.mark.parametrize(
    ("name", "states", "said"),
    [
        ("much_wrong", (), "Turkmenstandartlary, which may review it, is a state body."),
        ("cotton_farm", (True,), "The reviewer is a state body. This is a government review."),
        ("cotton_farm", (True, False), "One of the reviewers is a state body. Its part is a government review."),
        ("cotton_farm", (False, False), "The reviewing side says that it is no state body."),
    ],
)
def test_the_head_says_how_whoever_judged_stands_to_the_state(name, states, said):
    assessment, plan = case(name)
    sides = [Reviewer(body="Body", role="reviewer", state_body=state) for state in states] + [None, None]
    review = msgspec.structs.replace(REVIEW, reviewer=sides[0], second_reviewer=sides[1]) if states else None
    assert compose(msgspec.structs.replace(assessment, review=review), plan, "en").head.relation == said


@pytest.mark.parametrize(
    ("ends", "over"),
    [
        (date(2026, 10, 31), ""),
        (date(2026, 5, 21), ""),
        (None, ""),
        (date(2025, 11, 30), "The period ended on 30 November 2025. What has happened since is not in this report."),
    ],
)
def test_a_period_that_ended_long_ago_is_said_to_be_over(ends, over):
    assessment, plan = case("cotton_farm")
    scope = msgspec.structs.replace(assessment.response.scope, ends=ends)
    response = msgspec.structs.replace(assessment.response, scope=scope)
    head = compose(msgspec.structs.replace(assessment, response=response), plan, "en").head
    assert head.period_over.replace(texts.NO_BREAK, " ") == over


@pytest.mark.parametrize("copy", Copy)
def test_what_an_answer_would_be_for_a_lower_level_stands_beside_it(copy):
    for finding in report_of("much_wrong", "en", copy).findings.findings:
        assert len([sign for sign in finding.signs if sign.lower]) == len(finding.to_lower)


def test_a_sign_says_apart_only_what_does_not_hold_of_all():
    signs = [sign for one in report_of("cotton_farm", "en", Copy.FIRM).findings.findings for sign in one.signs]
    usual = {"in the firm's own hands", "Statement only", ""}
    for sign in signs:
        assert sign.apart == " · ".join(part for part in (sign.attribution, sign.evidence) if part not in usual)


def test_answers_that_rest_on_the_same_documents_stand_together():
    evidence = report_of("cotton_farm", "en", Copy.FIRM).evidence
    assert sum(len(group.answers) for group in evidence.groups) == len(evidence.rows)
    resting = [(group.grade, group.references) for group in evidence.groups]
    assert len(set(resting)) == len(resting)


def test_the_indicators_that_protected_answers_may_bear_on_are_the_same_whatever_was_answered():
    said = {report_of(name, "en").findings.withheld for name in NAMES}
    assert len(said) == 1
    assert said != {""}
    assert report_of("cotton_farm", "en", Copy.FIRM).findings.withheld == ""


def test_only_what_binds_on_the_day_counts_as_in_force():
    told = report_of("cotton_farm", "en").crosswalk.instruments
    assert {one.timing for one in told if one.in_force} == {"in force"}
    assert all(not one.in_force for one in told if one.timing != "in force")
