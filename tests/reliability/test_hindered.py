"""Many at once, and a clock that goes back: nothing is lost in silence."""

import threading
from datetime import timedelta

import pytest

from duediligence import ledger
from duediligence.errors import WrongMoment
from duediligence.organisation import Role
from duediligence.workflow import answering
from questionnaires.response import Answer
from tests.conftest import book
from tests.world import World, world

PEOPLE = 8
OWN = [question.id for question in book().questions if not question.protected][:PEOPLE]
SHARED = "gov.policy"


@pytest.fixture
def here(db, settings) -> World:
    return world(db, settings)


def test_eight_people_at_once_lose_no_answer_unseen(here):
    """Each answers a question of their own and one that all answer, all on the same state of the assessment."""
    firm = here.organisation()
    site = here.site(firm)
    team = [here.somebody((firm, Role.COMPANY_LEAD)) for _ in range(PEOPLE)]
    identifier = here.begun(team[0], site)
    kept: dict[int, set[str]] = {}
    told: dict[int, set[str]] = {}
    start = threading.Barrier(PEOPLE)

    def answer(number: int) -> None:
        given = {name: Answer(comment=f"of {number}") for name in (OWN[number], SHARED)}
        start.wait()
        while True:
            try:
                with here.work(team[number]) as work:
                    saved = answering.save(work, identifier, given, 0)
                break
            except WrongMoment:
                continue  # somebody was faster by a hair: the page says so, and it is sent again
        kept[number] = set(saved.kept)
        told[number] = {conflict.question for conflict in saved.conflicts}

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with here.work(team[0]) as work:
        answers = answering.opened(work, identifier).response.answers
        ledger.verify(work.connection)
    assert [answers[OWN[number]].comment for number in range(PEOPLE)] == [f"of {number}" for number in range(PEOPLE)]
    (winner,) = (number for number in range(PEOPLE) if SHARED in kept[number])
    assert answers[SHARED].comment == f"of {winner}"
    assert [number for number in range(PEOPLE) if SHARED in told[number]] == [
        number for number in range(PEOPLE) if number != winner
    ]


def test_a_clock_that_goes_back_loses_no_answer(here):
    firm = here.organisation()
    lead = here.somebody((firm, Role.COMPANY_LEAD))
    identifier = here.begun(lead, here.site(firm))
    for number in range(3):
        here.now -= timedelta(hours=1)
        with here.work(lead) as work:
            answering.save(work, identifier, {SHARED: Answer(comment=f"of {number}")}, number)
    with here.work(lead) as work:
        found = answering.opened(work, identifier)
        ledger.verify(work.connection)
    assert (found.engagement.revision, found.response.answers[SHARED].comment) == (3, "of 2")
