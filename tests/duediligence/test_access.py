"""The laws of who may do what, over drawn people and things; and the page that tells them."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.access import SENSITIVE, TABLE, Actor, Relation, Step, Subject, may
from duediligence.engagement import Stage
from duediligence.organisation import Membership, Role

PAGE = Path(__file__).parents[2] / "docs" / "access.md"

ORGANISATIONS = ("firm", "other firm", "body", "operator")
PEOPLE = ("me", "somebody", "somebody else")
ABOUT_A_FILE = tuple(step for step in Step if step.split(":")[0] in ("assessment", "protected", "file", "message"))
REVIEWING = tuple(step for step in Step if step.split(":")[0] in ("review", "safety") and step != Step.REVIEW_ORDER)
"""Steps on a file; the order of the queue is none."""
CHAIN = tuple(step for step in Step if step.split(":")[0] in ("chain", "partner", "screening"))
SHIPPING = tuple(step for step in Step if step.split(":")[0] in ("shipment", "attestation", "copy"))
OF_ONE_FIRM = (
    *ABOUT_A_FILE,
    *REVIEWING,
    *CHAIN,
    *SHIPPING,
    Step.PLAN_SEE,
    Step.PLAN_WORK,
    Step.PLAN_EXTEND,
    Step.PLAN_VERIFY,
)

steps = st.sampled_from(list(Step))
subjects = st.builds(
    Subject,
    organisation=st.sampled_from(ORGANISATIONS),
    stage=st.none() | st.sampled_from(list(Stage)),
    rehearsal=st.booleans(),
    reviewer=st.none() | st.sampled_from(PEOPLE),
    second_reviewer=st.none() | st.sampled_from(PEOPLE),
    blind_reader=st.none() | st.sampled_from(PEOPLE),
)
memberships = st.builds(Membership, organisation=st.sampled_from(ORGANISATIONS), role=st.sampled_from(list(Role)))


def somebody(*members: Membership, second_factor: bool = True) -> Actor:
    return Actor(person="me", name="", language="en", memberships=members, second_factor=second_factor)


def with_role(role: Role, organisation: str = "firm") -> Actor:
    return somebody(Membership(organisation=organisation, role=role))


actors = st.builds(
    lambda members, second_factor: somebody(*members, second_factor=second_factor),
    st.lists(memberships, max_size=3),
    st.booleans(),
)


@given(steps, st.none() | subjects)
def test_whoever_has_no_role_may_nothing(step, subject):
    assert not may(somebody(), step, subject)


@given(actors, steps, subjects)
def test_a_step_on_something_is_a_step_one_may_take_at_all(actor, step, subject):
    assert may(actor, step) or not may(actor, step, subject)


@pytest.mark.parametrize("role", Role)
@given(subject=st.none() | subjects)
def test_what_is_not_in_the_table_is_refused(role, subject):
    taken = {step for step in Step for own in ORGANISATIONS if may(with_role(role, own), step, subject)}
    assert taken <= {step for step in Step if role in TABLE[step]}


@given(st.lists(memberships, max_size=3), st.sampled_from(REVIEWING), subjects)
def test_nobody_reviews_the_organisation_they_belong_to(members, step, subject):
    insider = Membership(organisation=subject.organisation, role=Role.WORKER_REPRESENTATIVE)
    assert not may(somebody(*members, insider), step, subject)


@given(actors, st.sampled_from([step for step in REVIEWING if Relation.ASSIGNED in TABLE[step].values()]), subjects)
def test_nobody_is_both_reviewers_of_one_file(actor, step, subject):
    twice = msgspec.structs.replace(subject, reviewer="me", second_reviewer="me")
    reviewing = tuple(one for one in actor.memberships if one.role in (Role.AUDITOR, Role.SECOND_REVIEWER))
    assert not may(msgspec.structs.replace(actor, memberships=reviewing), step, twice)


@given(actors, st.sampled_from(OF_ONE_FIRM), subjects)
def test_before_it_is_handed_in_nobody_but_the_firm_has_to_do_with_it(actor, step, subject):
    early = msgspec.structs.replace(subject, stage=Stage.ANSWERING)
    outside = all(one.organisation != subject.organisation for one in actor.memberships)
    assert not (outside and may(actor, step, early))


@given(actors, st.sampled_from(OF_ONE_FIRM), subjects)
def test_a_rehearsal_is_seen_by_nobody_but_the_firm(actor, step, subject):
    rehearsal = msgspec.structs.replace(subject, rehearsal=True)
    outside = all(one.organisation != subject.organisation for one in actor.memberships)
    assert not (outside and may(actor, step, rehearsal))


@given(actors, st.sampled_from([Step.FILE_SEE, Step.REVIEW_JUDGE, Step.REVIEW_CONFIRM]), subjects)
def test_a_file_is_opened_and_judged_only_by_the_reviewers_it_names(actor, step, subject):
    outside = all(one.organisation != subject.organisation for one in actor.memberships)
    strange = "me" not in (subject.reviewer, subject.second_reviewer)
    assert not (outside and strange and may(actor, step, subject))


@given(actors, subjects)
def test_a_file_is_judged_blind_only_by_whom_it_names_and_by_neither_reviewer(actor, subject):
    named = subject.blind_reader == "me" and "me" not in (subject.reviewer, subject.second_reviewer)
    assert named or not may(actor, Step.REVIEW_BLIND, subject)


@given(actors, st.sampled_from([Step.PROTECTED_SEE, Step.PROTECTED_RELEASE]), subjects)
def test_protected_answers_are_the_business_of_those_who_answer_for_the_firm(actor, step, subject):
    answering = any(
        one.organisation == subject.organisation and one.role in (Role.RESPONDENT, Role.COMPANY_LEAD)
        for one in actor.memberships
    )
    assert answering or not may(actor, step, subject)


@given(st.sampled_from([Role.ADMINISTRATOR, Role.OBSERVER]), st.sampled_from(OF_ONE_FIRM), subjects)
def test_whoever_runs_the_service_reads_no_assessment(role, step, subject):
    assert not may(with_role(role, "operator"), step, subject)


@given(actors, st.sampled_from(sorted(SENSITIVE)), st.none() | subjects)
def test_a_sensitive_step_needs_a_second_factor(actor, step, subject):
    assert not may(msgspec.structs.replace(actor, second_factor=False), step, subject)


@given(actors, steps, subjects)
def test_a_second_factor_never_takes_anything_away(actor, step, subject):
    assert may(msgspec.structs.replace(actor, second_factor=True), step, subject) or not may(actor, step, subject)


@given(actors, memberships, steps, subjects)
def test_a_role_elsewhere_never_takes_anything_away(actor, more, step, subject):
    elsewhere = msgspec.structs.replace(more, organisation="far away")
    richer = msgspec.structs.replace(actor, memberships=(*actor.memberships, elsewhere))
    assert may(richer, step, subject) or not may(actor, step, subject)


@pytest.mark.parametrize("role", Role)
def test_every_role_is_there_for_something(role):
    assert any(role in rows for rows in TABLE.values())


def test_every_step_has_its_row():
    assert set(TABLE) == set(Step)


def test_the_page_tells_the_table():
    row = re.compile(r"^\| `([\w:]+)` \| (?:.+?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
    told = row.findall(PAGE.read_text(encoding="utf-8"))
    assert told == [(step, who(step), "yes" if step in SENSITIVE else "") for step in Step]


def who(step: Step) -> str:
    """Return who may take a step as the page tells it: roles, and how they must stand to the thing."""
    by_relation = {
        relation: [role.replace("_", " ") for role, wanted in TABLE[step].items() if wanted is relation]
        for relation in dict.fromkeys(TABLE[step].values())
    }
    return "; ".join(f"{', '.join(roles)} ({relation})" for relation, roles in by_relation.items())
