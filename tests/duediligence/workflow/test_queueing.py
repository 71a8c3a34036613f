"""The queue read part by part: nothing twice, nothing missed, however equal files are and whichever way one turns."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from duediligence.database import new_id
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.store.engagement import Sought
from duediligence.store.table import engagement
from duediligence.workflow import handing_in, learned_order
from tests.world import NOW

ALL = Sought(stages=(Stage.SUBMITTED,))


@pytest.fixture
def many(here, lead, site):
    """Give thirty files of three risks, grave and not, some handed in at one moment."""
    one = here.answered(lead, site, "greenhouse_ahal")
    with here.work(lead) as work:
        handing_in.submit(work, one)
    with here.db.writing() as connection:
        row = dict(connection.execute(select(engagement).where(engagement.c.id == one)).mappings().one())
        different = [
            {
                "id": new_id(),
                "grave": number % 2 == 0,
                "residual": (0.1 + 0.2, 40.0, 61.5)[number % 3],
                "submitted": NOW + timedelta(seconds=number % 4, microseconds=number % 2),
            }
            for number in range(29)
        ]
        connection.execute(insert(engagement), [row | each for each in different])
    return 30


def ids(*parts) -> list[str]:
    return [row.engagement.id for part in parts for row in part.rows]


def forward(work, limit: int) -> list[learned_order.Waiting]:
    parts = [learned_order.waiting(work, ALL, limit=limit)]
    while parts[-1].later:
        parts.append(learned_order.waiting(work, ALL, limit=limit, after=parts[-1].later))
    return parts


@pytest.mark.parametrize("limit", [1, 7, 10, 30, 100])
def test_parts_that_follow_each_other_are_the_whole(here, auditor, many, limit):
    with here.work(auditor) as work:
        (whole,) = forward(work, 1000)
        parts = forward(work, limit)
    assert len(whole.rows) == many
    assert ids(*parts) == ids(whole)


@pytest.mark.parametrize("limit", [1, 7, 10])
def test_the_way_back_leads_through_the_same_files(here, auditor, many, limit):
    with here.work(auditor) as work:
        (whole,) = forward(work, 1000)
        parts = [forward(work, limit)[-1]]
        while parts[0].earlier:
            parts.insert(0, learned_order.waiting(work, ALL, limit=limit, before=parts[0].earlier))
    assert ids(*parts) == ids(whole)


def test_the_gravest_come_first_and_among_equals_who_waits_longest(here, auditor, many):
    with here.work(auditor) as work:
        rows = [row.engagement for row in learned_order.waiting(work, ALL, limit=many).rows]
    order = [(not one.stated.grave, -one.stated.residual, one.submitted, one.id) for one in rows]
    assert order == sorted(order)


def test_the_first_part_has_none_in_front_and_the_last_none_behind(here, auditor, many):
    with here.work(auditor) as work:
        parts = forward(work, 10)
    assert (parts[0].earlier, parts[-1].later) == (None, None)


def test_files_that_may_not_be_seen_leave_no_gap_in_the_parts(here, body, firm, many):
    both = here.somebody((body, Role.AUDITOR), (firm, Role.RESPONDENT))
    with here.work(both) as work:
        parts = forward(work, 10)
    assert [len(part.rows) for part in parts] == [0, 0, 0]
