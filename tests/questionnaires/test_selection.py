"""A short form asks a part of another form, and nothing of its own."""

from datetime import date

import msgspec
import pytest

from questionnaires.condition import Equals
from questionnaires.content import ContentError
from questionnaires.questionnaire import Choice, CrossCheck, Lifecycle, Origin, Questionnaire, Section, SelectOne
from questionnaires.response import Answer, Response
from questionnaires.selection import Extent, NotSelected, Selection, as_whole, extent, select

YES = (Choice(id="yes", label={"en": "Yes"}),)


def question(name: str, **more: object) -> SelectOne:
    return SelectOne(id=name, text={"en": f"{name}?"}, choices=YES, **more)


WHOLE = Questionnaire(
    id="whole",
    version="1",
    lifecycle=Lifecycle.DRAFT,
    issued=date(2026, 1, 1),
    languages=("en",),
    reviewed=True,
    title={"en": "Whole"},
    intro={"en": "Everything"},
    minutes=9,
    sections=(
        Section(
            id="a",
            title={"en": "A"},
            questions=(
                question("first"),
                question("second", relevant=Equals(question="first", value="yes")),
                question("detail", part_of="first"),
            ),
        ),
        Section(
            id="b",
            title={"en": "B"},
            questions=(question("secret", protected=True), question("quiet", discreet=True), question("last")),
        ),
    ),
    cross_checks=(
        CrossCheck(
            id="both",
            when=Equals(question="first", value="yes"),
            ask={"en": "Really?"},
            questions=("first", "second"),
        ),
        CrossCheck(
            id="far", when=Equals(question="last", value="yes"), ask={"en": "Really?"}, questions=("first", "last")
        ),
    ),
)


def selection(*questions: str) -> Selection:
    return Selection(
        id="short",
        version="7",
        lifecycle=Lifecycle.DRAFT,
        issued=date(2026, 2, 2),
        reviewed=True,
        title={"en": "Short"},
        intro={"en": "A part"},
        minutes=2,
        selected_from=Origin(id="whole", version="1"),
        questions=questions,
    )


SHORT = select(selection("second", "first"), WHOLE)


def test_the_questions_are_those_of_the_whole_form_in_its_order():
    assert tuple(SHORT.questions()) == WHOLE.sections[0].questions[:2]


def test_a_section_of_which_nothing_is_asked_is_left_out():
    assert [section.id for section in SHORT.sections] == ["a"]


def test_the_head_is_its_own_and_names_the_whole_form():
    assert (SHORT.id, SHORT.version, SHORT.minutes) == ("short", "7", 2)
    assert SHORT.selected_from == Origin(id="whole", version="1")


def test_a_cross_check_stays_where_all_that_it_reads_is_asked():
    assert [one.id for one in SHORT.cross_checks] == ["both"]


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        (("second",), "whether second is asked depends on first, which is not selected"),
        (("detail",), "detail is a detail of first, which is not selected"),
        (("secret",), "the answer to secret may not travel"),
        (("quiet",), "the answer to quiet may not travel"),
        (("third",), "whole 1 has no question third"),
        (("first", "first"), "a question is named twice"),
    ],
)
def test_a_selection_that_cannot_stand_by_itself_is_refused(questions: tuple[str, ...], message: str):
    with pytest.raises(ContentError, match=message):
        select(selection(*questions), WHOLE)


def test_every_fault_of_a_selection_is_named_at_once():
    with pytest.raises(ContentError, match=r"short/7: .*second.*; .*secret"):
        select(selection("second", "secret"), WHOLE)


def test_translations_count_as_read_only_where_those_of_the_whole_form_do():
    unread = msgspec.structs.replace(WHOLE, reviewed=False)
    assert SHORT.reviewed
    assert not select(selection("first"), unread).reviewed


ANSWERS = {"first": Answer(value="yes"), "last": Answer(value="yes")}


def test_answers_are_carried_over_into_the_whole_form_as_they_are():
    given = Response(questionnaire="short", version="7", language="tk", revision=4, answers=ANSWERS)
    expected = Response(questionnaire="whole", version="1", language="tk", revision=4, answers=ANSWERS)
    assert as_whole(SHORT, given) == expected


def test_answers_to_another_form_are_not_carried_over():
    other = Response(questionnaire="other", version="1")
    with pytest.raises(NotSelected):
        as_whole(SHORT, other)


def test_a_whole_form_is_taken_out_of_nothing():
    with pytest.raises(NotSelected):
        as_whole(WHOLE, Response(questionnaire="whole", version="1"))


def test_details_do_not_count_as_questions():
    assert extent(SHORT, WHOLE) == Extent(questions=2, of=5)
