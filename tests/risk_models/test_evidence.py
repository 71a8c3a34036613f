"""What each answer rests on: the firm's word, its papers, and what a reviewer made of them."""

from itertools import pairwise

from questionnaires.response import Answer
from risk_models.evidence import EvidenceGrade, grades
from tests.conftest import book, response, rules

BARE = Answer(value="yes")
WITH_PAPER = Answer(value="yes", evidence=("policy-2026",))


def grade(question: str, answer: Answer, reviewed: dict[str, EvidenceGrade] | None = None) -> EvidenceGrade:
    found = grades(book(), [response({question: answer})], [reviewed or {}])
    return EvidenceGrade(int(found[book().row[question], 0]))


def test_a_bare_statement_has_the_lowest_grade():
    assert grade("gov.policy", BARE) is EvidenceGrade.E0


def test_naming_a_document_gives_the_next():
    assert grade("gov.policy", WITH_PAPER) is EvidenceGrade.E1


def test_a_firm_cannot_grade_itself_higher_with_more_papers():
    many = Answer(value="yes", evidence=("a", "b", "c", "d"))
    assert grade("gov.policy", many) is EvidenceGrade.E1


def test_a_reviewer_may_raise_a_grade():
    assert grade("gov.policy", WITH_PAPER, {"gov.policy": EvidenceGrade.E3}) is EvidenceGrade.E3


def test_a_reviewer_may_lower_a_grade():
    assert grade("gov.policy", WITH_PAPER, {"gov.policy": EvidenceGrade.E0}) is EvidenceGrade.E0


def test_grades_of_questions_the_form_lacks_are_passed_over():
    strange = response({"no.such": WITH_PAPER})
    assert not grades(book(), [strange], [{"no.such": EvidenceGrade.E4}]).any()


def test_each_response_has_its_own_grades():
    found = grades(book(), [response({"gov.policy": BARE}), response({"gov.policy": WITH_PAPER})])
    assert found[book().row["gov.policy"]].tolist() == [0, 1]


def test_the_rule_set_has_a_grade_for_each_and_none_is_worth_less_than_the_one_before():
    shipped = rules().model.grades
    assert [one.id for one in shipped] == [one.name for one in EvidenceGrade]
    for lower, higher in pairwise(shipped):
        assert higher.points >= lower.points
        assert higher.coercion_points >= lower.coercion_points
    assert all(one.coercion_points <= one.points for one in shipped)


def test_papers_alone_never_carry_more_than_half_on_coercion():
    """f.3/4: E0 to E2 are words and papers."""
    assert [one.coercion_points for one in rules().model.grades[:3]] == [25, 50, 50]
