"""Files that reviewers concluded on, written straight into the store, and a worker that works off what is due."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from duediligence import key
from duediligence.database import Connection, new_id
from duediligence.engagement import Engagement, Stage, Stated
from duediligence.jobs import Bench, work_one
from duediligence.judgement import Nonconformity, Severity
from duediligence.store import engagement as engagements
from duediligence.store import prompt as prompts
from duediligence.store import queue_model as orders
from duediligence.store import review as entries
from duediligence.store.prompt import Raised
from duediligence.store.queue_model import Numbers
from duediligence.worker import KINDS
from duediligence.workflow.learned_order import PAUSE, RULE_SET
from risk_models import integrity
from risk_models.integrity import Prompt, Strength
from risk_models.model import Attribution
from tests.stages import Parties
from tests.world import SEASON, World

FEATURES = ("inherent", "control", "confidence", "coverage", "interval", "not_known", "level.MOV", "level.DEB")
TELLING = FEATURES.index("level.DEB")
"""The feature that gives a made-up case away, and that the number of the rule set does not know."""


def work_off(here: World) -> None:
    """Have a worker do everything that is due within the next minutes."""
    here.now += PAUSE
    bench = Bench(
        db=here.db,
        settings=here.settings,
        key=key.read_or_make(here.settings.key_path()),
        clock=lambda: here.now,
        kinds=KINDS,
        lease=timedelta(minutes=1),
    )
    while work_one(bench, "a worker"):
        pass


def concluded(parties: Parties, size: int, seed: int = 1) -> tuple[str, ...]:
    """Return so many files on which reviewers concluded, one after the other; what tells is known to none but them."""
    with parties.here.db.writing() as connection:
        return tuple(_file(connection, parties, one) for one in _made_up(parties, size, seed, Stage.CONCLUDED))


def waiting(parties: Parties, size: int, seed: int = 2) -> dict[str, float]:
    """Return so many files that wait for an auditor, each with the feature that tells."""
    with parties.here.db.writing() as connection:
        made = list(_made_up(parties, size, seed, Stage.SUBMITTED))
        return {_file(connection, parties, one): one[1][TELLING] for one in made}


def _made_up(parties: Parties, size: int, seed: int, stage: Stage) -> Iterator[tuple[Engagement, list[float], bool]]:
    random = np.random.default_rng(seed)
    first = parties.here.now - timedelta(days=2 * size)
    for number in range(size):
        values = random.uniform(0, 1, len(FEATURES)).round(3).tolist()
        case = bool(random.uniform() < values[TELLING] ** 4)
        handed_in = (
            first + timedelta(days=number) if stage is Stage.CONCLUDED else parties.here.now - timedelta(hours=number)
        )
        yield _engagement(parties, stage, handed_in, residual=float(random.uniform(10, 90))), values, case


def _engagement(parties: Parties, stage: Stage, handed_in: datetime, residual: float) -> Engagement:
    done = stage is Stage.CONCLUDED
    return Engagement(
        id=new_id(),
        organisation=parties.firm,
        site=parties.site,
        stage=stage,
        rehearsal=False,
        questionnaire="risk_assessment",
        questionnaire_version="2026.1",
        begins=SEASON[0],
        ends=SEASON[1],
        revision=1,
        answered=1,
        asked=1,
        created_by=parties.lead.person,
        created=handed_in,
        changed=handed_in.astimezone(UTC),
        submitted=handed_in,
        concluded=handed_in + timedelta(days=1) if done else None,
        reviewer=parties.auditor.person if done else None,
        second_reviewer=parties.second.person if done else None,
        stated=Stated(
            label="self_declared",
            inherent=50.0,
            control=50.0,
            confidence=0.5,
            residual=residual,
            low=residual,
            high=residual,
            band="medium",
            coverage=1.0,
            indicators={},
            grave=False,
            signs=0,
        ),
    )


def _file(connection: Connection, parties: Parties, one: tuple[Engagement, list[float], bool]) -> str:
    engagement, values, case = one
    assert engagement.stated
    engagements.add(connection, msgspec.structs.replace(engagement, stated=None), b"{}")
    engagements.save(connection, engagement, engagement)
    numbers = Numbers(
        rule_set=RULE_SET, rule=engagement.stated.residual / 100, features=dict(zip(FEATURES, values, strict=True))
    )
    orders.keep(connection, engagement.id, numbers, engagement.changed)
    if case and engagement.stage is Stage.CONCLUDED:
        found = Nonconformity(severity=Severity.MAJOR, attribution=Attribution.CAUSED, words="Fees were taken.")
        entry = entries.Entry(
            number=1,
            kind="nonconformity",
            question="",
            content=msgspec.json.encode(found),
            reason="The receipts were read.",
            by=parties.auditor.person,
            at=engagement.changed,
        )
        entries.add(connection, engagement.id, entry)
    return engagement.id


def asked(here: World, identifier: str, why: str, kind: integrity.Kind = integrity.Kind.ALIKE) -> str:
    """Have a question put to the reviewers of a file, in given words, and return its id."""
    words = integrity.ForReviewers(tk=why, ru=why, en=why)
    one = Raised(
        id=new_id(),
        engagement=identifier,
        kind=kind,
        mark=new_id(),
        waiting=True,
        prompt=Prompt(kind=kind, strength=Strength.CLEAR, why=words, questions=("gov.policy",), files=(identifier,)),
        raised=here.now,
    )
    with here.db.writing() as connection:
        prompts.add(connection, [one])
    return one.id
