"""An assessment is attested, shown, overtaken and withdrawn; signed by a real worker with real keys."""

import hashlib
import io
from datetime import date, timedelta

import msgspec
import pikepdf
import pytest
from sqlalchemy import select

from duediligence import dossier, ledger, telling
from duediligence.database import Database
from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.proof import jose, ledger_proof, status_list
from duediligence.proof.attestation import Attestation, Standing, WhyWithdrawn
from duediligence.proof.status_list import StatusPurpose
from duediligence.redaction import Piece, Why
from duediligence.settings import Settings
from duediligence.store import attestation as store
from duediligence.store import ledger_tree, signing_key, table
from duediligence.store import product as products
from duediligence.workflow import (
    attesting,
    checking,
    issuing,
    named_copy,
    reviewing,
    signed_file,
)
from tests import attested
from tests.attested import sign
from tests.stages import Parties, parties
from tests.world import World, world


@pytest.fixture
def here(db: Database, settings: Settings) -> World:
    return world(db, settings)


@pytest.fixture
def all_(here: World) -> Parties:
    return parties(here)


def shipment(all_: Parties, engagement: str) -> str:
    return attested.shipment(all_.here, all_.lead, all_.firm, engagement)


def drawn_up(all_: Parties, engagement: str, goods: str | None = None) -> Attestation:
    return attested.drawn_up(all_.here, all_.lead, engagement, goods)


def issued(all_: Parties, engagement: str, goods: str | None = None, language: str = "en") -> Attestation:
    return attested.issued(all_.here, all_.lead, engagement, goods, language)


def standing(all_: Parties, code: str) -> Standing:
    with all_.here.db.reading() as connection:
        return checking.public(connection, code, all_.here.now).standing


def file(all_: Parties, mark: str) -> bytes:
    here = all_.here
    with here.db.reading() as connection:
        row = products.find(connection, mark, here.now)
    assert row is not None
    found = signed_file.fetched(here.settings, here.vault, row)
    assert found is not None
    return found


def test_a_concluded_assessment_is_signed_with_its_shipment(all_: Parties) -> None:
    engagement = all_.at(Stage.CONCLUDED)
    one = issued(all_, engagement, shipment(all_, engagement))
    data = file(all_, one.id)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert set(pdf.attachments) == {"assessment.json", "dossier.json", "ledger.json"}
    assert one.pdf_sha256 == hashlib.sha256(data).hexdigest()
    assert standing(all_, one.id) is Standing.VALID


def test_the_attached_record_is_the_one_that_was_consented_to(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    with pikepdf.open(io.BytesIO(file(all_, one.id))) as pdf:
        record = pdf.attachments["assessment.json"].get_file().read_bytes()
    assert hashlib.sha256(record).hexdigest() == one.record_sha256


def test_the_entry_in_the_file_stands_under_a_signed_root(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    with pikepdf.open(io.BytesIO(file(all_, one.id))) as pdf:
        proof = msgspec.json.decode(
            pdf.attachments["ledger.json"].get_file().read_bytes(), type=ledger_proof.LedgerProof
        )
    with all_.here.db.reading() as connection:
        head = ledger_proof.head_of(proof.head, signing_key.load_all(connection))
        entry = next(one_ for one_ in ledger.entries(connection, one.id) if one_.number == one.entry)
    assert ledger_proof.holds(proof, head)
    assert (proof.entry.number, proof.entry.previous) == (entry.number, entry.previous)
    assert ledger_proof.facts(proof.entry)["record"] == one.record_sha256


def test_the_credential_is_signed_and_names_the_file(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    with all_.here.db.reading() as connection:
        keys = signing_key.load_all(connection)
    verified = jose.verify(one.credential, keys, jose.CREDENTIAL)
    assert one.id in verified.payload.decode()
    assert jose.read(verified.payload)["credentialSubject"]["assessorLevel"] == "self"


def test_nothing_is_shown_before_the_firm_consents(all_: Parties) -> None:
    one = drawn_up(all_, all_.at(Stage.SUBMITTED))
    with pytest.raises(NotFound):
        standing(all_, one.id)


def test_an_exporter_draws_up_but_cannot_consent(all_: Parties) -> None:
    engagement = all_.at(Stage.SUBMITTED)
    exporter = all_.here.somebody((all_.firm, Role.EXPORTER))
    with all_.here.work(exporter) as work:
        one = attesting.draw_up(work, engagement, None, "", "tk")
    with all_.here.work(exporter) as work, pytest.raises(NotAllowed):
        attesting.consent(work, one.id)


def test_another_firm_is_not_told_that_an_attestation_is_there(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    stranger = all_.here.somebody((all_.here.organisation(name="Other"), Role.COMPANY_LEAD))
    with all_.here.work(stranger) as work, pytest.raises(NotFound):
        attesting.seen(work, one.id)


@pytest.mark.parametrize("stage", [Stage.ANSWERING, Stage.WITHDRAWN])
def test_what_was_not_handed_in_or_was_withdrawn_is_not_attested(all_: Parties, stage: Stage) -> None:
    with pytest.raises(WrongMoment):
        drawn_up(all_, all_.at(stage))


def test_an_assessment_that_has_run_out_is_not_attested(all_: Parties) -> None:
    engagement = all_.at(Stage.SUBMITTED)
    all_.here.now += timedelta(days=250)
    with pytest.raises(WrongMoment):
        drawn_up(all_, engagement)


def test_a_newer_result_has_to_be_drawn_up_again_before_consent(all_: Parties) -> None:
    engagement = all_.at(Stage.IN_REVIEW)
    one = drawn_up(all_, engagement)
    all_.concluded(engagement)
    with all_.here.work(all_.lead) as work, pytest.raises(WrongMoment):
        attesting.consent(work, one.id)


def test_a_newer_result_puts_what_was_signed_on_hold(all_: Parties) -> None:
    engagement = all_.at(Stage.IN_REVIEW)
    one = issued(all_, engagement)
    all_.concluded(engagement)
    assert standing(all_, one.id) is Standing.SUSPENDED


def test_a_withdrawn_review_takes_what_rests_on_it_with_it(all_: Parties) -> None:
    engagement = all_.at(Stage.CONCLUDED)
    one = issued(all_, engagement)
    with all_.here.work(all_.lead_auditor) as work:
        reviewing.withdraw(work, engagement, "The period was given wrongly.")
    with all_.here.db.reading() as connection:
        found = store.load(connection, one.id)
    assert (standing(all_, one.id), found.withdrawn_because) == (Standing.WITHDRAWN, WhyWithdrawn.REVIEW)


def test_a_second_one_for_the_same_shipment_replaces_the_first(all_: Parties) -> None:
    engagement = all_.at(Stage.CONCLUDED)
    goods = shipment(all_, engagement)
    first, second = issued(all_, engagement, goods), issued(all_, engagement, goods)
    assert (standing(all_, first.id), standing(all_, second.id)) == (Standing.REPLACED, Standing.VALID)


def test_one_in_another_language_stands_beside_the_first(all_: Parties) -> None:
    engagement = all_.at(Stage.SUBMITTED)
    first = issued(all_, engagement)
    other = issued(all_, engagement, language="ru")
    assert (standing(all_, first.id), standing(all_, other.id)) == (Standing.VALID, Standing.VALID)


def test_what_is_withdrawn_is_told_at_once_and_stands_in_the_list(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    with all_.here.work(all_.lead) as work:
        attesting.withdraw(work, one.id, WhyWithdrawn.CONSENT)
    assert standing(all_, one.id) is Standing.WITHDRAWN
    sign(all_.here)
    with all_.here.db.reading() as connection:
        signed = store.status(connection, StatusPurpose.REVOCATION)
        keys = signing_key.load_all(connection)
    listed = status_list.read(signed, keys)
    whole = jose.read(jose.verify(one.credential, keys, jose.CREDENTIAL).payload)
    assert status_list.tells(listed, whole)


def test_it_runs_out_the_day_after_its_last(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    all_.here.now += one.expires - all_.here.now.date() + timedelta(days=1)
    assert standing(all_, one.id) is Standing.EXPIRED


def test_a_self_declaration_stands_for_six_months_at_most(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    assert one.expires - all_.here.now.date() <= timedelta(days=184)


def test_a_worker_that_died_after_the_entry_makes_no_second_one(all_: Parties) -> None:
    one = drawn_up(all_, all_.at(Stage.SUBMITTED))
    with all_.here.work(all_.lead) as work:
        attesting.consent(work, one.id)
        ordered = store.load(work.connection, one.id)
        number = ledger.record(work.connection, issuing.ENTERED, one.id, "", work.now, {"record": "x"}).number
        store.save(work.connection, ordered, msgspec.structs.replace(ordered, entry=number))
    sign(all_.here)
    with all_.here.db.reading() as connection:
        assert store.load(connection, one.id).entry == number


def test_a_named_reader_opens_its_copy_and_the_firm_sees_it(all_: Parties) -> None:
    engagement = all_.at(Stage.CONCLUDED)
    one = issued(all_, engagement, shipment(all_, engagement))
    with all_.here.work(all_.lead) as work:
        made = named_copy.make(
            work, one.id, "Zollamt Hamburg", "Customs", {Piece.CONSIGNEE: Why.OF_THE_FIRM}, one.expires
        )
    sign(all_.here)
    with all_.here.db.writing() as connection:
        found = named_copy.behind(connection, made.secret, all_.here.now)
        row = named_copy.row_of(connection, found, all_.here.now)
    data = signed_file.fetched(all_.here.settings, all_.here.vault, row)
    with pikepdf.open(io.BytesIO(data or b"")) as pdf:
        dossier = pdf.attachments["dossier.json"].get_file().read_bytes().decode()
    assert "Gemüse GmbH" not in dossier
    with all_.here.db.reading() as connection:
        assert store.load_copy(connection, made.copy.id).opened == 1
        assert ledger.entries(connection, one.id)[-1].event == named_copy.OPENED


def test_a_closed_copy_opens_nothing(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    with all_.here.work(all_.lead) as work:
        made = named_copy.make(work, one.id, "Buyer Ltd", "Purchase", {}, one.expires)
    sign(all_.here)
    with all_.here.work(all_.lead) as work:
        named_copy.close(work, made.copy.id)
    with all_.here.db.writing() as connection, pytest.raises(NotFound):
        named_copy.row_of(connection, named_copy.behind(connection, made.secret, all_.here.now), all_.here.now)


def test_every_fault_of_a_copy_is_told_at_once(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    with all_.here.work(all_.lead) as work, pytest.raises(Unfit) as told:
        named_copy.make(work, one.id, " ", "", {}, date(2040, 1, 1))
    assert [problem.where for problem in told.value.problems] == ["reader", "purpose", "until"]


def test_the_tree_covers_every_entry_once_it_is_published(all_: Parties) -> None:
    issued(all_, all_.at(Stage.SUBMITTED))
    with all_.here.db.reading() as connection:
        newest = ledger.newest(connection)
        heads = ledger_tree.heads(connection, 10)
    assert newest is not None
    assert newest.number - heads[0].size <= 1


def letters(all_: Parties) -> list[tuple[str, tuple[str, ...]]]:
    """Give the subjects and readers of letters that were ordered."""
    with all_.here.db.reading() as connection:
        found = connection.execute(select(table.job.c.arguments).where(table.job.c.kind == telling.TELL)).scalars()
        told = [msgspec.json.decode(one, type=telling.Told) for one in found]
    return [(str(one.subject), one.people) for one in told]


def test_the_lead_is_told_that_something_waits_for_consent(all_: Parties) -> None:
    engagement = all_.at(Stage.SUBMITTED)
    exporter = all_.here.somebody((all_.firm, Role.EXPORTER))
    with all_.here.work(exporter) as work:
        attesting.draw_up(work, engagement, None, "", "tk")
    assert ("consent_waiting", (all_.lead.person,)) in letters(all_)


def test_the_lead_is_told_that_what_was_signed_stands_no_longer(all_: Parties) -> None:
    engagement = all_.at(Stage.IN_REVIEW)
    issued(all_, engagement)
    all_.concluded(engagement)
    assert ("attestation_changed", (all_.lead.person,)) in letters(all_)


def test_a_copy_of_what_was_withdrawn_opens_nothing(all_: Parties) -> None:
    one = issued(all_, all_.at(Stage.SUBMITTED))
    with all_.here.work(all_.lead) as work:
        made = named_copy.make(work, one.id, "Buyer Ltd", "Purchase", {}, one.expires)
    sign(all_.here)
    with all_.here.work(all_.lead) as work:
        attesting.withdraw(work, one.id, WhyWithdrawn.ERROR)
    with all_.here.db.writing() as connection, pytest.raises(NotFound):
        named_copy.row_of(connection, named_copy.behind(connection, made.secret, all_.here.now), all_.here.now)


def test_what_a_newer_result_has_overtaken_is_revoked_in_the_list_of_its_credential(all_: Parties) -> None:
    engagement = all_.at(Stage.IN_REVIEW)
    one = issued(all_, engagement)
    all_.concluded(engagement)
    sign(all_.here)
    with all_.here.db.reading() as connection:
        keys = signing_key.load_all(connection)
        listed = status_list.read(store.status(connection, StatusPurpose.REVOCATION), keys)
    assert status_list.tells(listed, jose.read(jose.verify(one.credential, keys, jose.CREDENTIAL).payload))


def test_nobody_can_try_out_names_on_the_digest_of_a_dossier(all_: Parties) -> None:
    engagement = all_.at(Stage.CONCLUDED)
    one = issued(all_, engagement, shipment(all_, engagement))
    with all_.here.work(all_.lead) as work:
        made = named_copy.make(work, one.id, "Buyer Ltd", "Purchase", {Piece.CONSIGNEE: Why.NOT_NEEDED}, one.expires)
    sign(all_.here)
    salts = []
    for mark in (one.id, made.copy.id):
        with pikepdf.open(io.BytesIO(file(all_, mark))) as pdf:
            salts.append(dossier.from_json(pdf.attachments["dossier.json"].get_file().read_bytes()).salt)
    assert (len(salts[0]), salts[1]) == (32, "")
