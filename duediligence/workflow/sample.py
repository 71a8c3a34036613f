"""Invented firms to look around with: who they are, and what happened to their assessments.

Every step is taken by the function of the workflow that takes it in earnest, by
somebody whose role includes it. Each story is a generator that says when its next
step is due and then takes it; `heapq.merge` plays all of them in the order of time,
so that the ledger reads as if the months had passed. Nobody among the samples
administers the service: whoever reads a password off a screen must not rule over real firms.
"""

import heapq
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec

from duediligence import blob, files
from duediligence.access import Actor
from duediligence.accounts import password, token
from duediligence.closure import Agreed, AnyStep, EvidenceSent, Verified, WorkersConfirmed
from duediligence.database import new_id
from duediligence.errors import NotAllowed, Unusable, WrongMoment
from duediligence.improvement import Action
from duediligence.judgement import Confirmed, Decision, Graded, Looked, Nonconformity, Proposed, Severity
from duediligence.organisation import Kind, Membership, Organisation, Person, Role, Site
from duediligence.review import Label
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import sample as store
from duediligence.workflow import answering, handing_in, improving, reviewing, sample_chain, sample_shipping
from duediligence.workflow.installation import Installation
from duediligence.workflow.work import ASHGABAT, Work
from questionnaires import content
from questionnaires.response import Answer, Response
from questionnaires.text import Text, say
from risk_models.evidence import EvidenceGrade
from risk_models.model import Attribution

EXAMPLES = Path(__file__).parents[2] / "examples"
"""Where the answers of the firms lie; they come with the source and not with an installed package."""

FARM, GREENHOUSE, BUILDER = "cotton_farm_mary", "greenhouse_ahal_papers", "builder_ashgabat"
BODY, OPERATOR = "body", "operator"

_TEXTS = Path(__file__).parents[1] / "texts" / "sample.yaml"
_GRADED = ("ctr.coverage", "ctr.language", "ctr.copy", "pro.headcount")

Story = Iterator[datetime]


class _Firm(msgspec.Struct, frozen=True):
    name: str
    kind: Kind
    sector: str = ""
    region: str = ""
    sites: tuple[str, ...] = ()


_FIRMS: Mapping[str, _Firm] = {
    FARM: _Firm("«Altyn Däne» (mysal · пример · sample)", Kind.FIRM, "cotton_growing", "TM-M", ("Mary, 1", "Mary, 2")),
    GREENHOUSE: _Firm("«Ak Ýaprak» (mysal · пример · sample)", Kind.FIRM, "greenhouse", "TM-A", ("Ahal, 1", "Ahal, 2")),
    BUILDER: _Firm(
        "«Beýik Diregler» (mysal · пример · sample)", Kind.FIRM, "building", "TM-S", ("Aşgabat, 1", "Aşgabat, 2")
    ),
    BODY: _Firm("«Akyl Terezi» (mysal · пример · sample)", Kind.REVIEWING_BODY),
    OPERATOR: _Firm("«Synag» (mysal · пример · sample)", Kind.OPERATOR),
}

_CAST: Mapping[str, tuple[str, str, Role]] = {
    "sample-director": ("Gülşirin Mysal", FARM, Role.COMPANY_LEAD),
    "sample-personnel": ("Maral Mysal", FARM, Role.RESPONDENT),
    "sample-workers": ("Döwlet Mysal", FARM, Role.WORKER_REPRESENTATIVE),
    "sample-greenhouse": ("Aýna Nusga", GREENHOUSE, Role.COMPANY_LEAD),
    "sample-export": ("Kerim Nusga", GREENHOUSE, Role.EXPORTER),
    "sample-builder": ("Serdar Görelde", BUILDER, Role.COMPANY_LEAD),
    "sample-auditor": ("Leýla Synag", BODY, Role.AUDITOR),
    "sample-second": ("Batyr Synag", BODY, Role.SECOND_REVIEWER),
    "sample-lead": ("Ogulnar Synag", BODY, Role.LEAD_AUDITOR),
    "sample-observer": ("Myrat Tejribe", OPERATOR, Role.OBSERVER),
}
"""Sign-in names with who they are and the role they have."""


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """A sample person, with what is shown of them once."""

    sign_in: str
    password: str
    name: str
    role: Role
    organisation: str


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken out."""

    organisations: int
    people: int
    assessments: int
    kept: int  # people who left traces in what is no sample


@dataclass(frozen=True)
class _Stage:
    """Where the stories are played."""

    installation: Installation
    now: datetime
    language: str
    people: Mapping[str, Actor]
    sites: Mapping[str, tuple[str, ...]]  # ids by firm

    def ago(self, days: float) -> datetime:
        """Return the moment so many days ago."""
        return self.now - timedelta(days=days)

    def work(self, who: str, at: datetime) -> AbstractContextManager[Work]:
        """Give a unit of work of somebody at a moment."""
        return self.installation.writing(self.people[who], at)

    def words(self, name: str) -> str:
        """Return what somebody says."""
        return say(_sentences()[name], self.language)


def make(installation: Installation, now: datetime, language: str) -> tuple[Somebody, ...]:
    """Return the sample people, after their stories were played up to now.

    Args:
        installation: where they are to be.
        now: when their stories end.
        language: theirs, and that of what they write.

    Raises:
        WrongMoment: there are samples already.
        NotAllowed: there are real firms, whose files the sample reviewers would see.
        Unusable: the answers of the firms are not there.
        Unavailable: a database does not answer.
    """
    with installation.db.reading() as connection:
        if store.are_there(connection):
            raise WrongMoment("There are samples already.")
        if store.real_firms(connection):
            raise NotAllowed("Samples never stand beside real firms.")
    for name in (FARM, GREENHOUSE, BUILDER):
        _answers(name)  # missed before anything is written
    words = {sign_in: token.code(4) for sign_in in _CAST}
    stage = _people(installation, now, language, {sign_in: password.hashed(word) for sign_in, word in words.items()})
    stories: tuple[Callable[[_Stage], Story], ...] = (
        _concluded,
        _in_review,
        _submitted,
        _withdrawn,
        _begun,
        _rehearsed,
        _supplied,
    )
    for _ in heapq.merge(*(story(stage) for story in stories)):
        pass
    return tuple(
        Somebody(sign_in=sign_in, password=words[sign_in], name=name, role=role, organisation=_FIRMS[place].name)
        for sign_in, (name, place, role) in _CAST.items()
    )


def remove(installation: Installation, now: datetime) -> Removed:
    """Return what was taken out: every sample, and nothing else; the ledger keeps its entries.

    The vault goes first. Should the process die in between, the same command finishes.

    Raises:
        Unavailable: a database, or the place of files, does not answer.
    """
    with installation.db.reading() as connection:
        assessments = store.engagements(connection)
        held = store.files(connection)
    for one in assessments:
        installation.vault.erase(one)
    with installation.db.writing() as connection:
        number = store.remove(connection)
        gone, kept = store.remove_people(connection, now)
    if held:
        place = blob.opened(installation.settings.files_url())
        for owner, digest in held:
            files.forget(place, owner, digest)
    return Removed(organisations=number, people=gone, assessments=len(assessments), kept=kept)


def _people(installation: Installation, now: datetime, language: str, hashes: Mapping[str, str]) -> _Stage:
    """Return the stage with everybody on it, who have been there for half a year."""
    since = now - timedelta(days=180)
    actors, sites, places = {}, {}, {}
    with installation.db.writing() as connection:
        for name, firm in _FIRMS.items():
            place = Organisation(
                id=new_id(),
                name=firm.name,
                kind=firm.kind,
                state_body=False,
                sector=firm.sector,
                region=firm.region,
                created=since,
                sample=True,
            )
            organisations.add(connection, place)
            found = [
                Site(id=new_id(), organisation=place.id, name=site, region=firm.region, created=since)
                for site in firm.sites
            ]
            for one in found:
                organisations.add_site(connection, one)
            places[name], sites[name] = place.id, tuple(one.id for one in found)
        for sign_in, (name, where, role) in _CAST.items():
            person = Person(id=new_id(), email=sign_in, name=name, language=language, created=since, sample=True)
            member = Membership(organisation=places[where], role=role)
            people.add(connection, person, password=hashes[sign_in])
            people.join(connection, person.id, member, since)
            actors[sign_in] = Actor(
                person=person.id, name=name, language=language, memberships=(member,), second_factor=True
            )
    return _Stage(installation, now, language, actors, sites)


def _concluded(stage: _Stage) -> Story:
    """The farm: handed in, reviewed by two people, and its plan half done."""
    one = yield from _handed_in(stage, "sample-director", (FARM, 0), days=74)
    yield (at := stage.ago(66))
    with stage.work("sample-auditor", at) as work:
        reviewing.take(work, one, "")
    looked = Looked(label=Label.DOCUMENTS_REVIEWED)
    yield from _decided(stage, "sample-auditor", one, at, (looked, "looked", ""))
    for question in _GRADED:
        yield from _decided(stage, "sample-auditor", one, at, (Graded(grade=EvidenceGrade.E2), "graded", question))
    words = stage.words("nonconformity")
    major = Nonconformity(severity=Severity.MAJOR, attribution=Attribution.LINKED, indicator="SIF", words=words)
    yield from _decided(stage, "sample-auditor", one, stage.ago(64), (major, "found", ""))
    yield from _decided(stage, "sample-auditor", one, stage.ago(63), (Proposed(), "proposed", ""))
    yield (at := stage.ago(60))
    with stage.work("sample-second", at) as work:
        reviewing.join(work, one, stage.words("ties"))
    yield from _decided(stage, "sample-second", one, at, (Confirmed(), "confirmed", ""))
    yield from _worked(stage, one)
    yield (at := stage.ago(4))
    with stage.work("sample-director", at) as work:
        sample_shipping.yarn(work, organisations.load_site(work.connection, stage.sites[FARM][0]), one, stage.words)


def _worked(stage: _Stage, one: str) -> Story:
    """The plan: three actions taken on, two reported, one verified."""
    with stage.installation.db.reading() as connection:
        first, second, third = (each.action for each in improving.in_the_open(connection, one)[:3])
    sent = EvidenceSent(evidence=stage.words("evidence"))
    steps: tuple[tuple[float, str, Action, AnyStep], ...] = (
        (50, "sample-director", first, Agreed(owner=first.owners[0])),
        (49.9, "sample-director", second, Agreed(owner=second.owners[0])),
        (49.8, "sample-director", third, Agreed(owner=third.owners[0])),
        (30, "sample-personnel", first, sent),
        (21, "sample-personnel", second, sent),
        (12, "sample-auditor", first, WorkersConfirmed(people=14)),
        (11.9, "sample-auditor", first, Verified(inside=False)),
    )
    for days, who, action, step in steps:
        yield (at := stage.ago(days))
        with stage.work(who, at) as work:
            improving.act(work, one, action.remedy, step)


def _in_review(stage: _Stage) -> Story:
    """The greenhouse: an auditor grades its papers and has asked a question."""
    one = yield from _handed_in(stage, "sample-greenhouse", (GREENHOUSE, 0), days=20)
    yield (at := stage.ago(9))
    with stage.work("sample-auditor", at) as work:
        reviewing.take(work, one, "")
    for question in _GRADED[:2]:
        yield from _decided(stage, "sample-auditor", one, at, (Graded(grade=EvidenceGrade.E2), "graded", question))
    for days, who, words in ((8, "sample-auditor", "question"), (5, "sample-greenhouse", "reply")):
        yield (at := stage.ago(days))
        with stage.work(who, at) as work:
            reviewing.ask(work, one, stage.words(words), "gov.policy")
    yield (at := stage.ago(3))
    with stage.work("sample-export", at) as work:
        site = organisations.load_site(work.connection, stage.sites[GREENHOUSE][0])
        sample_shipping.tomatoes(work, site, one, stage.words)


def _submitted(stage: _Stage) -> Story:
    """The builder: handed in, and waiting in the queue."""
    yield from _handed_in(stage, "sample-builder", (BUILDER, 0), days=6)


def _withdrawn(stage: _Stage) -> Story:
    """The builder's other site: handed in with a wrong period, and withdrawn."""
    one = yield from _handed_in(stage, "sample-builder", (BUILDER, 1), days=40)
    yield (at := stage.ago(35))
    with stage.work("sample-lead", at) as work:
        reviewing.withdraw(work, one, stage.words("withdrawn"))


def _begun(stage: _Stage) -> Story:
    """The greenhouse's other site: two thirds answered."""
    yield from _answered(stage, "sample-greenhouse", (GREENHOUSE, 1), days=3, share=0.66)


def _rehearsed(stage: _Stage) -> Story:
    """The farm's other site: a rehearsal that nobody but the farm sees."""
    yield from _answered(stage, "sample-director", (FARM, 1), days=2, rehearsal=True)


def _supplied(stage: _Stage) -> Story:
    """The farm has entered who supplies it."""
    yield (at := stage.ago(40))
    with stage.work("sample-director", at) as work:
        sample_chain.enter(work, stage.people["sample-director"].memberships[0].organisation)


def _handed_in(stage: _Stage, who: str, where: tuple[str, int], *, days: float) -> Generator[datetime, None, str]:
    one = yield from _answered(stage, who, where, days=days)
    yield (at := stage.ago(days - 3))
    with stage.work(who, at) as work:
        handing_in.submit(work, one)
    return one


def _answered(  # noqa: PLR0913  what a beginning is made of
    stage: _Stage, who: str, where: tuple[str, int], *, days: float, share: float = 1, rehearsal: bool = False
) -> Generator[datetime, None, str]:
    """Begin an assessment of the three months before, answer a share of it, and return its id."""
    example, number = where
    given = _answers(example)
    yield (at := stage.ago(days))
    begins, ends = _period(at)
    wanted = answering.Beginning(site=stage.sites[example][number], begins=begins, ends=ends, rehearsal=rehearsal)
    with stage.work(who, at) as work:
        one = answering.begin(work, wanted).id
    yield (at := stage.ago(days - 1))
    with stage.work(who, at) as work:
        some = dict(list(given.items())[: round(len(given) * share)])
        answering.save(work, one, some, 0)
        answering.describe(work, one, answered_by=stage.words("director"), workers_consulted=False)
    return one


def _decided(stage: _Stage, who: str, one: str, at: datetime, said: tuple[Decision, str, str]) -> Story:
    """Let a reviewer decide something: what, why, and about which question."""
    decision, reason, question = said
    yield at
    with stage.work(who, at) as work:
        reviewing.decide(work, one, decision, stage.words(reason), question)


def _period(at: datetime) -> tuple[date, date]:
    """Return the three whole months before a moment."""
    ends = at.astimezone(ASHGABAT).date().replace(day=1) - timedelta(days=1)
    begins = (ends.replace(day=1) - timedelta(days=45)).replace(day=1)
    return begins, ends


def _answers(name: str) -> dict[str, Answer]:
    try:
        return msgspec.json.decode((EXAMPLES / f"{name}.json").read_bytes(), type=Response).answers
    except OSError as error:
        raise Unusable(
            f"The samples need {EXAMPLES / name}.json, which comes with the source of the program. Run it from there."
        ) from error


@cache
def _sentences() -> dict[str, Text]:
    whole = content.read(_TEXTS, dict[str, object])
    return content.convert(whole["sentences"], dict[str, Text], _TEXTS.name)
