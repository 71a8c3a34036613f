"""The queue: most urgent first, and a part of it by chance."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.text import LANGUAGES
from risk_models.priority_queue import How, Waiting, order
from tests.conftest import TODAY
from tests.orders import NAMES, model_of

KEY = b"a key of the installation"
MODEL = model_of(-3, 1.0, [0.5] * len(NAMES))


def waiting(numbers, days=None, estimates=None) -> Waiting:
    names = [f"file-{row:03}" for row in range(len(numbers))]
    return Waiting(names, np.array(numbers, np.float64), np.array(days or [0] * len(numbers)), estimates)


def served(files, **changed):
    return order(files, **{"day": TODAY, "key": KEY, "share": 0.2, **changed})


numbers = st.lists(st.floats(0, 2), max_size=40)


@given(numbers, st.floats(0, 1))
def test_every_file_stands_in_the_queue_once(rule, share):
    files = waiting(rule)
    assert sorted(place.file for place in served(files, share=share).places) == list(files.files)


@given(numbers, st.sampled_from([0.2, 0.25, 0.5]))
def test_of_the_first_files_at_least_the_share_is_drawn_by_chance(rule, share):
    places = served(waiting(rule), share=share).places
    for first in range(1, len(places) + 1):
        assert sum(place.by_chance for place in places[:first]) >= share * first - 1e-9


@given(numbers)
def test_the_other_places_fall_from_the_most_urgent_to_the_least(rule):
    files = waiting(rule)
    urgency = dict(zip(files.files, rule, strict=True))
    ranked = [urgency[place.file] for place in served(files).places if not place.by_chance]
    assert ranked == sorted(ranked, reverse=True)


@given(st.permutations(range(12)))
def test_the_sequence_in_which_files_are_given_changes_nothing(places):
    files = waiting([0.1 * (row % 5) for row in range(12)], days=[row % 3 for row in range(12)])
    moved = Waiting([files.files[row] for row in places], files.rule[list(places)], files.days[list(places)])
    assert served(moved) == served(files)


def test_of_equals_the_one_that_waits_longest_comes_first():
    files = served(waiting([1.0, 1.0, 1.0], days=[2, 9, 5]), share=0.0).places
    assert [place.file for place in files] == ["file-001", "file-002", "file-000"]


def test_the_same_day_gives_the_same_queue_and_another_day_another():
    files = waiting([0.0] * 30)
    assert served(files) == served(files)
    assert served(files).places != served(files, day=TODAY + timedelta(1)).places


def test_without_the_key_the_draw_cannot_be_told():
    files = waiting([0.0] * 30)
    assert served(files).places != served(files, key=b"another").places


def test_chance_reaches_every_file_alike():
    files = waiting([0.1 * row for row in range(10)])
    days = [date(2026, 1, 1) + timedelta(number) for number in range(300)]
    first = [served(files, day=day).places[0].file for day in days]
    counts = [first.count(name) for name in files.files]
    assert min(counts) > 10
    assert max(counts) < 60


def test_a_learned_order_says_so_and_tells_the_estimates():
    queue = served(waiting([1.0, 0.0], estimates=np.array([0.1, 0.6])), model=MODEL)
    assert queue.how is How.LEARNED
    assert MODEL.version in queue.says["tk"]
    assert {place.file: place.estimate for place in queue.places} == {"file-000": 0.1, "file-001": 0.6}


def test_without_a_learned_order_the_rules_give_it_and_the_queue_says_so():
    queue = served(waiting([1.0, 0.0]))
    assert queue.how is How.RULES
    assert [place.estimate for place in queue.places] == [None, None]


@pytest.mark.parametrize("model", [None, MODEL])
def test_the_queue_says_in_three_languages_how_much_is_chance(model):
    says = served(waiting([1.0], estimates=np.array([0.5])), model=model).says
    assert set(says) == set(LANGUAGES)
    assert all("20" in words for words in says.values())
