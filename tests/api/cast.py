"""Everybody who might ask, each by the name of what they are to one firm, and the things they might ask for."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

import msgspec

from api.auth import session_cookie
from duediligence.access import Actor, Subject
from duediligence.accounts import api_key, invitation, session, token
from duediligence.accounts.invitation import Wanted
from duediligence.chain.party import About, Terms
from duediligence.chain.request import Channel
from duediligence.chain.screening import Risk
from duediligence.engagement import Stage
from duediligence.evidence import Link, Upload
from duediligence.organisation import Kind, Role
from duediligence.proof.attestation import Attestation
from duediligence.screening.screen import Screened, screen
from duediligence.shipment import Cotton, Document, DocumentKind, LineAbout, Lot, ShipmentAbout
from duediligence.store import double as readings
from duediligence.store import engagement as engagements
from duediligence.store import file as files
from duediligence.store.session import Scope
from duediligence.workflow import (
    asking,
    chain,
    chain_import,
    chain_merging,
    evidence,
    improving,
    named_copy,
    partner_screening,
    product_line,
    shipping,
)
from duediligence.workflow.asking import Issued
from duediligence.workflow.asking import Wanted as Asked
from duediligence.workflow.chain_import import Sent
from duediligence.workflow.work import subject_of
from tests import attested
from tests.api.conftest import Service
from tests.stages import Parties, parties

NO_SUBJECT = Subject(organisation="")
HEADERS = {"accept": "text/html", "origin": "http://127.0.0.1:8000", "accept-language": "en"}
DOCUMENT = b"role,hours\nfield,40\n"


@dataclass(frozen=True)
class Person:
    """Somebody who asks: `actor` is None for a stranger."""

    actor: Actor | None
    headers: dict[str, str]
    program: bool = False


@dataclass(frozen=True)
class Thing:
    """Something that is asked for: what its address needs, and what it is to the table of steps."""

    places: dict[str, str]
    subject: Subject | None = None
    owner: str = ""  # a person, where nobody else has any business with it


@dataclass
class Cast:
    """The people around one firm and the things that are theirs, made anew when a request has changed them."""

    service: Service
    around: Parties = field(init=False)
    people: dict[str, Person] = field(init=False)
    things: dict[str, Thing] = field(init=False)
    watches: tuple[sqlite3.Connection, ...] = field(init=False)
    _made: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.around = parties(self.service.here)
        self.people = self._people()
        self.things = {name: make() for name, make in self._makers().items()}
        folder = self.service.installation.settings.folder
        self.sign_in()  # what was made took minutes of the clock, and a session would have to show that it lives
        self.watches = tuple(
            sqlite3.connect(folder / f"{name}.sqlite", check_same_thread=False)
            for name in ("duediligence", "protected")
        )

    def later(self, by: timedelta, oldest: timedelta) -> None:
        """Let time pass; where sessions would grow older than `oldest`, everybody signs in anew."""
        self.service.here.now += by
        if self.service.here.now - self._made > oldest:
            self.sign_in()

    def sign_in(self) -> None:
        """Sign everybody in anew."""
        self._made = self.service.here.now
        self.people = {
            name: replace(person, headers=HEADERS | self._cookie(person.actor))
            if person.actor and not person.program
            else person
            for name, person in self.people.items()
        }
        self._call()

    def _call(self) -> None:
        """Have programs give their sign of life, which is written once an hour, so that no test meets it."""
        for person in self.people.values():
            if person.program:
                self.service.client.get("/limits", headers=person.headers)

    def renew(self, name: str) -> None:
        """Make a thing anew that a request has changed."""
        self.sign_in()
        self.things[name] = self._makers()[name]()

    def _people(self) -> dict[str, Person]:
        here, around = self.service.here, self.around
        other_body = here.organisation(Kind.REVIEWING_BODY, name="Another body")
        places = {
            "of the firm": dict.fromkeys(_FIRM, around.firm),
            "of another firm": dict.fromkeys(_FIRM, here.organisation(name="Another firm")),
            "of another body": dict.fromkeys(_BODY, other_body),
            "of the operator": dict.fromkeys((Role.ADMINISTRATOR, Role.OBSERVER), around.operator),
        }
        actors: dict[str, Actor] = {
            f"{role} {where}": here.somebody((organisation, role))
            for where, roles in places.items()
            for role, organisation in roles.items()
        }
        actors |= {
            "company_lead of the firm": around.lead,
            "auditor of the file": around.auditor,
            "second_reviewer of the file": around.second,
            "lead_auditor of the body": around.lead_auditor,
            "auditor who works for the firm too": here.somebody(
                (around.body, Role.AUDITOR), (around.firm, Role.RESPONDENT)
            ),
            "auditor who judges blind": here.somebody((around.body, Role.AUDITOR)),
            "somebody without a role": here.somebody(),
        }
        weak = {
            f"{name} without a second factor": msgspec.structs.replace(actors[name], second_factor=False)
            for name in ("company_lead of the firm", "administrator of the operator", "lead_auditor of the body")
        }
        people = {name: Person(actor, HEADERS | self._cookie(actor)) for name, actor in (actors | weak).items()}
        reader = msgspec.structs.replace(around.lead, second_factor=False, read_only=True)
        people["a program of the lead that only reads"] = Person(reader, HEADERS | self._key(reader), program=True)
        return {"a stranger": Person(None, HEADERS), **people}

    def _cookie(self, actor: Actor) -> dict[str, str]:
        settings = self.service.installation.settings
        with self.service.installation.db.writing() as connection:
            fresh = session.begin(
                connection,
                actor.person,
                "test",
                self.service.here.now,
                settings=settings,
                second_factor=actor.second_factor,
            )
        cookie = session_cookie(settings, fresh)
        return {"cookie": f"{cookie.key}={cookie.value}"}

    def _key(self, actor: Actor) -> dict[str, str]:
        now = self.service.here.now
        with self.service.installation.db.writing() as connection:
            _, words = api_key.make(connection, actor.person, ("reads", Scope.READ, now + timedelta(days=30)), now)
        return {"authorization": f"Bearer {words}"}

    def _makers(self) -> dict[str, Callable[[], Thing]]:
        return {
            "": lambda: Thing({}),
            **{f"an assessment at {stage}": partial(self._at, stage) for stage in Stage},
            "a rehearsal": lambda: self._assessment(
                self.service.here.begun(self.around.lead, self.around.site, rehearsal=True)
            ),
            "the firm": self._firm,
            "the operator": lambda: Thing(
                {"identifier": self.around.operator}, Subject(organisation=self.around.operator)
            ),
            "a file to be judged blind": self._blind,
            "a document": self._document,
            "a document under review": self._document_under_review,
            "an invitation": lambda: Thing({"code": self._invited().code}),
            "a partner that was asked": self._asked,
            "a link to a partner": self._link,
            "a link of the chain": self._supply,
            "a merge of partners": self._merged,
            "a list that was taken": self._taken,
            "an attestation drawn up": self._drawn_up,
            "an attestation that was signed": self._signed,
            "a copy for a named reader": self._copy,
            "a product line": self._line,
            "a shipment": self._shipment,
            "a key of the lead": self._key_of_the_lead,
            "a session of the lead": self._session_of_the_lead,
        }

    def _at(self, stage: Stage) -> Thing:
        return self._assessment(self.around.at(stage))

    def _assessment(self, identifier: str) -> Thing:
        with self.service.installation.db.reading() as connection:
            one = engagements.load(connection, identifier)
        places = {"identifier": identifier, "section": "gov", "remedy": "none", "part": "auditor"}
        if one.submitted:
            with self.service.here.work(self.around.lead) as work:
                places["remedy"] = improving.plan(work, identifier).actions[0].action.remedy
        return Thing(places, subject_of(one))

    def _blind(self) -> Thing:
        one, now = self._at(Stage.IN_REVIEW), self.service.here.now
        reader = self.people["auditor who judges blind"].actor
        assert reader
        assert one.subject
        with self.service.installation.db.writing() as connection:
            readings.draw(connection, one.places["identifier"], now)
            drawn = readings.load(connection, one.places["identifier"])
            held = {"person": reader.person, "by": self.around.lead_auditor.person, "given": now, "begun": now}
            readings.save(connection, msgspec.structs.replace(drawn, **held))
        subject = msgspec.structs.replace(one.subject, blind_reader=reader.person)
        return Thing(one.places | {"document": "none"}, subject)

    def _firm(self) -> Thing:
        around = self.around
        places = {"identifier": around.firm, "site": around.site, "person": around.lead.person}
        return Thing(places | {"invitation": self._invited().invitation.id}, Subject(organisation=around.firm))

    def _invited(self) -> invitation.Issued:
        wanted = Wanted(organisation=self.around.firm, role=Role.RESPONDENT, email="invited@example.test")
        with self.service.installation.db.writing() as connection:
            return invitation.invite(connection, self.around.lead, wanted, self.service.here.now)

    def _document(self) -> Thing:
        found = screen(DOCUMENT, "hours.csv")
        assert isinstance(found, Screened)
        around = self.around
        evidence.write(self.service.installation.settings, around.firm, found)
        upload = Upload(
            organisation=around.firm,
            by=around.lead.person,
            at=self.service.here.now,
            shared=True,
            confirmed=True,
        )
        with self.service.here.work(around.lead) as work:
            kept = evidence.keep(work, found, upload)
        return Thing({"identifier": kept.id}, Subject(organisation=around.firm))

    def _document_under_review(self) -> Thing:
        document, engagement = self._document().places["identifier"], self.around.at(Stage.IN_REVIEW)
        link = Link(file=document, engagement=engagement, question="gov.policy")
        with self.service.here.work(self.around.lead) as work:
            files.link(work.connection, self.around.firm, link, work.now)
        return Thing({"identifier": document, "engagement": engagement}, self._assessment(engagement).subject)

    def _asked(self) -> Thing:
        around = self.around
        with self.service.here.work(around.lead) as work:
            party = chain.add(work, around.firm, About(name="Ak Pagta")).id
            screening = partner_screening.begin(work, party, Risk.HIGH).id
        asked = self._issued(party).request.id
        places = {"identifier": party, "request_id": asked, "screening": screening, "step": "site"}
        return Thing(places, Subject(organisation=around.firm))

    def _link(self) -> Thing:
        with self.service.here.work(self.around.lead) as work:
            party = chain.add(work, self.around.firm, About(name="Ak Pagta")).id
        return Thing({"secret": self._issued(party).link.removeprefix("/partner/"), "section": "mov"})

    def _supply(self) -> Thing:
        around = self.around
        with self.service.here.work(around.lead) as work:
            party = chain.add(work, around.firm, About(name="Ak Pagta")).id
            found = chain.link(work, party, None, Terms())
        return Thing({"identifier": found.id}, Subject(organisation=around.firm))

    def _merged(self) -> Thing:
        around = self.around
        with self.service.here.work(around.lead) as work:
            kept, gone = (chain.add(work, around.firm, About(name=name)).id for name in ("Ak Pagta", "Ak Pagta 2"))
            found = chain_merging.merge(work, kept, gone)
        return Thing({"identifier": found.id}, Subject(organisation=around.firm))

    def _taken(self) -> Thing:
        around = self.around
        with self.service.here.work(around.lead) as work:
            found = chain_import.take(work, around.firm, Sent("list.csv", b"Name;Country\nGara Nah;TM\n"))
        return Thing({"identifier": found.id}, Subject(organisation=around.firm))

    def _line(self) -> Thing:
        around = self.around
        with self.service.here.work(around.lead) as work:
            found = product_line.add(work, around.firm, LineAbout(name="Tomatoes", hs="070200", cotton=Cotton.NONE))
        return Thing({"identifier": found.id}, Subject(organisation=around.firm))

    def _shipment(self) -> Thing:
        around, line = self.around, self._line().places["identifier"]
        about = ShipmentAbout(
            reference="T-26",
            destination="DE",
            lots=(Lot(line=line, mark="1"),),
            documents=(Document(kind=DocumentKind.INVOICE),),
        )
        with self.service.here.work(around.lead) as work:
            found = shipping.add(work, around.firm, about)
        return Thing({"identifier": found.id, "number": "1", "line": line}, Subject(organisation=around.firm))

    def _drawn_up(self) -> Thing:
        engagement = self.around.at(Stage.SUBMITTED)
        one = attested.drawn_up(self.service.here, self.around.lead, engagement)
        return self._attestation(one)

    def _signed(self) -> Thing:
        engagement = self.around.at(Stage.SUBMITTED)
        one = attested.issued(self.service.here, self.around.lead, engagement)
        return self._attestation(one)

    def _attestation(self, one: Attestation) -> Thing:
        places = {"code": one.id, "until": one.expires.isoformat()}
        return Thing(places, Subject(organisation=one.organisation, stage=Stage.SUBMITTED))

    def _copy(self) -> Thing:
        one = self._signed()
        until = date.fromisoformat(one.places["until"])
        with self.service.here.work(self.around.lead) as work:
            made = named_copy.make(work, one.places["code"], "Example Buyer", "Purchase", {}, until)
        attested.sign(self.service.here)
        return replace(one, places=one.places | {"identifier": made.copy.id, "secret": made.secret})

    def _issued(self, party: str) -> Issued:
        wanted = Asked(party=party, channel=Channel.LINK)
        with self.service.here.work(self.around.lead) as work:
            return asking.invite(work, self.service.installation.key, wanted)

    def _key_of_the_lead(self) -> Thing:
        lead, now = self.around.lead.person, self.service.here.now
        with self.service.installation.db.writing() as connection:
            one, _ = api_key.make(connection, lead, ("mine", Scope.READ, now + timedelta(days=30)), now)
        return Thing({"identifier": one.id}, owner=lead)

    def _session_of_the_lead(self) -> Thing:
        cookie = self.people["company_lead of the firm"].headers["cookie"]
        return Thing({"digest": token.digest(cookie.partition("=")[2])}, owner=self.around.lead.person)


_FIRM = (Role.RESPONDENT, Role.COMPANY_LEAD, Role.WORKER_REPRESENTATIVE, Role.EXPORTER)
_BODY = (Role.AUDITOR, Role.SECOND_REVIEWER, Role.LEAD_AUDITOR)
