"""Evidence files of firms: kept, linked, read again and erased; each firm for itself."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import obstore
import pytest
from obstore.store import LocalStore, MemoryStore, S3Store
from sqlalchemy import insert

from duediligence import blob, files
from duediligence.database import Connection, Database, new_id
from duediligence.errors import NotFound, Unavailable, Unfit, Unusable
from duediligence.evidence import File, Link, Upload
from duediligence.key import Tampered
from duediligence.screening import clamav
from duediligence.screening.screen import Screened, screen
from duediligence.store import file as store
from duediligence.store import table

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


class Firm(msgspec.Struct, frozen=True):
    """A firm with one person and one assessment."""

    id: str
    person: str
    engagement: str


def firm(connection: Connection) -> Firm:
    made = Firm(new_id(), new_id(), new_id())
    site = new_id()
    plain = {"created": NOW, "sample": False}
    connection.execute(
        insert(table.organisation).values(
            id=made.id, name="Altyn Hasyl", kind="firm", state_body=False, sector="", region="", **plain
        )
    )
    connection.execute(insert(table.site).values(id=site, organisation=made.id, name="Field 1", region="", created=NOW))
    connection.execute(
        insert(table.person).values(
            id=made.person, email=f"{made.person}@example.test", name="Somebody", language="tk", password="",
            totp_step=0, failures=0, **plain,
        )
    )  # fmt: skip
    connection.execute(
        insert(table.engagement).values(
            id=made.engagement, organisation=made.id, site=site, stage="answering", rehearsal=False,
            questionnaire="risk_assessment", questionnaire_version="2026.1", begins=TODAY, ends=TODAY, response=b"{}",
            revision=0, answered=0, asked=0, created_by=made.person, changed=NOW, withdrawn_reason="",
            protected_released=False, indicators="{}", grave=False, **plain,
        )
    )  # fmt: skip
    return made


@pytest.fixture
def ours(db: Database) -> Firm:
    with db.writing() as connection:
        return firm(connection)


@pytest.fixture
def theirs(db: Database) -> Firm:
    with db.writing() as connection:
        return firm(connection)


@pytest.fixture
def blobs() -> MemoryStore:
    return MemoryStore()


def note(words: str = "Hours are kept.", name: str = "note.txt") -> Screened:
    found = screen(words.encode(), name)
    assert isinstance(found, Screened)
    return found


def upload(by: Firm, **changes: object) -> Upload:
    return msgspec.structs.replace(Upload(organisation=by.id, by=by.person, at=NOW, shared=True), **changes)


def kept(db: Database, blobs: MemoryStore, by: Firm, screened: Screened | None = None, **changes: object) -> File:
    screened = screened or note()
    files.write(blobs, by.id, screened)
    with db.writing() as connection:
        return files.keep(connection, blobs, screened, upload(by, **changes))


def erased(db: Database, blobs: MemoryStore, by: Firm, file: File) -> None:
    with db.writing() as connection:
        gone = files.erase(connection, by.id, file.id, "names a worker", NOW)
    with db.writing() as connection:
        files.discard(connection, blobs, by.id, gone.sha256)


def keys(blobs: MemoryStore) -> list[str]:
    return [one.key for one in blob.listed(blobs)]


class TestKeeping:
    def test_a_file_is_found_as_it_was_kept(self, db, blobs, ours):
        made = kept(db, blobs, ours, dated=date(2026, 3, 1), valid_until=date(2027, 3, 1), shared=False)
        with db.reading() as connection:
            assert store.load(connection, ours.id, made.id) == made
            assert store.listed(connection, ours.id) == (made,)

    def test_its_content_comes_back(self, db, blobs, ours):
        assert files.read(blobs, kept(db, blobs, ours)) == b"Hours are kept."

    def test_its_name_is_no_path(self, db, blobs, ours):
        made = kept(db, blobs, ours, note(name="../../etc/note.txt"))
        assert made.name == "note.txt"
        assert keys(blobs) == [f"{ours.id}/{made.sha256}"]

    def test_what_it_asks_about_must_be_confirmed(self, db, blobs, ours):
        with pytest.raises(Unfit) as refused:
            kept(db, blobs, ours, note("Ring +993 65 12 34 56"))
        assert [one.code for one in refused.value.problems] == ["FILE_MAY_POINT_TO_PEOPLE"]

    def test_what_is_confirmed_is_kept(self, db, blobs, ours):
        assert kept(db, blobs, ours, note("Ring +993 65 12 34 56"), confirmed=True)

    def test_a_document_cannot_end_before_it_was_written(self, db, blobs, ours):
        with pytest.raises(Unfit):
            kept(db, blobs, ours, dated=date(2026, 3, 2), valid_until=date(2026, 3, 1))

    def test_equal_files_of_one_firm_lie_once(self, db, blobs, ours):
        first, second = kept(db, blobs, ours), kept(db, blobs, ours)
        assert first.id != second.id
        assert len(keys(blobs)) == 1

    def test_no_firm_has_more_than_its_room(self, db, blobs, ours):
        full = File(
            id=new_id(), organisation=ours.id, sha256="0" * 64, size=files.MOST_BYTES - 3, media_type="text/plain",
            name="a.txt", dated=None, valid_until=None, shared=True, uploaded=NOW, uploaded_by=ours.person,
        )  # fmt: skip
        with db.writing() as connection:
            store.add(connection, full)
        with pytest.raises(Unfit) as refused:
            kept(db, blobs, ours)
        assert [one.code for one in refused.value.problems] == ["FILE_NO_ROOM"]

    def test_an_erased_file_takes_no_room(self, db, blobs, ours):
        erased(db, blobs, ours, kept(db, blobs, ours))
        with db.reading() as connection:
            assert store.occupied(connection, ours.id) == 0

    def test_bytes_that_went_before_the_row_was_written_are_written_again(self, db, blobs, ours):
        screened = note()
        files.write(blobs, ours.id, screened)
        obstore.delete(blobs, keys(blobs))
        with db.writing() as connection:
            made = files.keep(connection, blobs, screened, upload(ours))
        assert files.read(blobs, made) == screened.data

    def test_nothing_is_kept_for_an_organisation_that_is_not_there(self, db, blobs, ours):
        with pytest.raises(NotFound):
            kept(db, blobs, ours, organisation="0" * 32)

    def test_what_is_said_of_a_file_can_be_said_otherwise(self, db, blobs, ours):
        said = msgspec.structs.replace(kept(db, blobs, ours), shared=False, dated=TODAY, valid_until=TODAY)
        with db.writing() as connection:
            store.describe(connection, said)
        with db.reading() as connection:
            assert store.load(connection, ours.id, said.id) == said

    def test_a_document_ends_with_its_last_day(self, db, blobs, ours):
        made = kept(db, blobs, ours, valid_until=TODAY)
        assert not made.expired(TODAY)
        assert made.expired(TODAY + timedelta(days=1))

    def test_documents_about_to_end_are_listed(self, db, blobs, ours):
        soon = kept(db, blobs, ours, valid_until=TODAY)
        kept(db, blobs, ours, valid_until=TODAY + timedelta(days=60))
        kept(db, blobs, ours)
        with db.reading() as connection:
            assert store.expiring(connection, ours.id, TODAY + timedelta(days=30)) == (soon,)


class TestReading:
    def test_changed_bytes_are_noticed(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        blob.put(blobs, keys(blobs)[0], b"Hours are not kept.")
        with pytest.raises(Tampered):
            files.read(blobs, made)

    def test_lost_bytes_are_noticed(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        blob.delete(blobs, keys(blobs)[0])
        with pytest.raises(Unavailable):
            files.read(blobs, made)


class TestErasing:
    def test_the_bytes_are_gone(self, db, blobs, ours):
        erased(db, blobs, ours, kept(db, blobs, ours))
        assert keys(blobs) == []

    def test_a_tombstone_is_left(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        erased(db, blobs, ours, made)
        with db.reading() as connection:
            left = store.load(connection, ours.id, made.id)
        assert (left.sha256, left.size, left.name) == (made.sha256, 0, "")
        assert (left.erased, left.erased_reason) == (NOW, "names a worker")

    def test_bytes_that_another_file_of_the_firm_names_stay(self, db, blobs, ours):
        first, second = kept(db, blobs, ours), kept(db, blobs, ours)
        erased(db, blobs, ours, first)
        assert files.read(blobs, second) == b"Hours are kept."

    def test_bytes_of_another_firm_stay(self, db, blobs, ours, theirs):
        first, second = kept(db, blobs, ours), kept(db, blobs, theirs)
        erased(db, blobs, ours, first)
        assert files.read(blobs, second) == b"Hours are kept."
        assert keys(blobs) == [f"{theirs.id}/{second.sha256}"]

    def test_bytes_of_a_file_that_is_just_being_kept_stay(self, db, blobs, ours):
        screened = note()
        files.write(blobs, ours.id, screened)

        def discard(sha256: str) -> None:
            with db.writing() as connection:
                files.discard(connection, blobs, ours.id, sha256)

        with db.writing() as connection:
            made = files.keep(connection, blobs, screened, upload(ours))
            thread = threading.Thread(target=discard, args=(made.sha256,))
            thread.start()
            thread.join(timeout=0.3)  # whether it waits or comes later: it must not overlook the row
        thread.join()
        assert files.read(blobs, made) == screened.data

    def test_the_first_reason_stays(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        erased(db, blobs, ours, made)
        with db.writing() as connection:
            files.erase(connection, ours.id, made.id, "another reason", NOW + timedelta(days=1))
            assert store.load(connection, ours.id, made.id).erased_reason == "names a worker"

    def test_an_answer_still_shows_that_a_file_was_erased(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        with db.writing() as connection:
            store.link(connection, ours.id, Link(file=made.id, engagement=ours.engagement, question="gov.policy"), NOW)
        erased(db, blobs, ours, made)
        with db.reading() as connection:
            (left,) = store.of_engagement(connection, ours.id, ours.engagement)
        assert left.file.erased == NOW

    def test_bytes_of_an_upload_that_was_never_finished_are_found(self, db, blobs, ours):
        files.write(blobs, ours.id, note("left behind"))
        kept(db, blobs, ours)
        later = datetime.now(UTC) + files.GRACE + timedelta(minutes=1)
        with db.reading() as connection:
            (pair,) = files.abandoned(connection, blobs, later)
        with db.writing() as connection:
            files.discard(connection, blobs, *pair)
        assert len(keys(blobs)) == 1

    def test_bytes_of_an_upload_under_way_are_left_alone(self, db, blobs, ours):
        files.write(blobs, ours.id, note())
        with db.reading() as connection:
            assert files.abandoned(connection, blobs, datetime.now(UTC)) == ()


class TestLinking:
    def link(self, file: File, by: Firm, question: str = "gov.policy") -> Link:
        return Link(file=file.id, engagement=by.engagement, question=question)

    def test_one_file_stands_for_many_answers(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        wanted = (self.link(made, ours, "gov.policy"), self.link(made, ours, "wag.slips"))
        with db.writing() as connection:
            for one in wanted:
                store.link(connection, ours.id, one, NOW)
        with db.reading() as connection:
            assert store.links(connection, ours.id, made.id) == wanted
            assert [one.question for one in store.of_engagement(connection, ours.id, ours.engagement)] == [
                "gov.policy",
                "wag.slips",
            ]

    def test_linking_twice_is_linking_once(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        with db.writing() as connection:
            store.link(connection, ours.id, self.link(made, ours), NOW)
            store.link(connection, ours.id, self.link(made, ours), NOW)
            assert len(store.links(connection, ours.id, made.id)) == 1

    def test_a_link_can_be_taken_back(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        with db.writing() as connection:
            store.link(connection, ours.id, self.link(made, ours), NOW)
            store.unlink(connection, ours.id, self.link(made, ours))
            assert store.links(connection, ours.id, made.id) == ()


class TestOtherFirms:
    """A firm that knows the id of another firm's file gets nowhere with it."""

    def test_a_file_is_not_found(self, db, blobs, ours, theirs):
        made = kept(db, blobs, theirs)
        with db.reading() as connection, pytest.raises(NotFound):
            store.load(connection, ours.id, made.id)

    def test_a_file_is_not_listed(self, db, blobs, ours, theirs):
        kept(db, blobs, theirs, valid_until=TODAY)
        with db.reading() as connection:
            assert store.listed(connection, ours.id) == ()
            assert store.expiring(connection, ours.id, TODAY) == ()
            assert store.occupied(connection, ours.id) == 0

    def test_a_file_is_not_erased(self, db, blobs, ours, theirs):
        made = kept(db, blobs, theirs)
        with db.writing() as connection, pytest.raises(NotFound):
            files.erase(connection, ours.id, made.id, "spite", NOW)

    def test_a_file_is_not_described(self, db, blobs, ours, theirs):
        made = kept(db, blobs, theirs)
        with db.writing() as connection:
            store.describe(connection, msgspec.structs.replace(made, organisation=ours.id, shared=False))
            assert store.load(connection, theirs.id, made.id).shared

    def test_a_file_is_not_linked(self, db, blobs, ours, theirs):
        made = kept(db, blobs, theirs)
        one = Link(file=made.id, engagement=ours.engagement, question="gov.policy")
        with db.writing() as connection, pytest.raises(NotFound):
            store.link(connection, ours.id, one, NOW)

    def test_an_assessment_is_not_linked_to(self, db, blobs, ours, theirs):
        made = kept(db, blobs, ours)
        one = Link(file=made.id, engagement=theirs.engagement, question="gov.policy")
        with db.writing() as connection, pytest.raises(NotFound):
            store.link(connection, ours.id, one, NOW)

    def test_a_link_is_not_taken_back(self, db, blobs, ours, theirs):
        made = kept(db, blobs, theirs)
        one = Link(file=made.id, engagement=theirs.engagement, question="gov.policy")
        with db.writing() as connection:
            store.link(connection, theirs.id, one, NOW)
            with pytest.raises(NotFound):
                store.unlink(connection, ours.id, one)
            assert store.links(connection, ours.id, made.id) == ()
            assert store.links(connection, theirs.id, made.id) == (one,)


class TestReviewers:
    @pytest.fixture
    def linked(self, db: Database, blobs: MemoryStore, ours: Firm) -> Callable[..., File]:
        def make(**changes: object) -> File:
            made = kept(db, blobs, ours, **changes)
            with db.writing() as connection:
                one = Link(file=made.id, engagement=ours.engagement, question="gov.policy")
                store.link(connection, ours.id, one, NOW)
            return made

        return make

    def test_a_shared_file_of_the_assessment_is_found(self, db, ours, linked):
        made = linked()
        with db.reading() as connection:
            assert store.load_shared(connection, ours.id, ours.engagement, made.id) == made

    def test_a_private_file_is_not(self, db, ours, linked):
        made = linked(shared=False)
        with db.reading() as connection, pytest.raises(NotFound):
            store.load_shared(connection, ours.id, ours.engagement, made.id)

    def test_an_erased_file_is_not(self, db, blobs, ours, linked):
        made = linked()
        erased(db, blobs, ours, made)
        with db.reading() as connection, pytest.raises(NotFound):
            store.load_shared(connection, ours.id, ours.engagement, made.id)

    def test_a_file_of_no_answer_is_not(self, db, blobs, ours):
        made = kept(db, blobs, ours)
        with db.reading() as connection, pytest.raises(NotFound):
            store.load_shared(connection, ours.id, ours.engagement, made.id)

    def test_a_file_of_another_assessment_is_not(self, db, ours, theirs, linked):
        made = linked()
        with db.reading() as connection, pytest.raises(NotFound):
            store.load_shared(connection, ours.id, theirs.engagement, made.id)


class TestPlaces:
    def test_a_folder_is_made_for_its_owner_alone(self, tmp_path):
        folder = tmp_path / "data" / "files"
        assert isinstance(blob.opened(str(folder)), LocalStore)
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_a_folder_holds_what_was_put_there(self, tmp_path):
        place = blob.opened(str(tmp_path / "files"))
        blob.put(place, "firm/digest", b"one")
        blob.put(place, "firm/digest", b"two")
        assert blob.get(place, "firm/digest") == b"two"
        assert [path.name for path in (tmp_path / "files" / "firm").iterdir()] == ["digest"]

    def test_what_is_not_there_is_nothing(self, tmp_path):
        place = blob.opened(str(tmp_path / "files"))
        blob.delete(place, "firm/digest")
        assert blob.get(place, "firm/digest") is None
        assert not blob.has(place, "firm/digest")

    def test_no_key_leaves_the_folder(self, tmp_path):
        place = blob.opened(str(tmp_path / "files"))
        with pytest.raises(ValueError, match=r"\.\."):
            blob.put(place, "../outside", b"x")
        assert not (tmp_path / "outside").exists()

    def test_a_place_that_takes_nothing_says_so(self, tmp_path):
        place = blob.opened(str(tmp_path / "files"))
        (tmp_path / "files" / "firm").write_text("a file where a folder should be")
        with pytest.raises(Unavailable):
            blob.put(place, "firm/digest", b"x")

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path):
        (tmp_path / "files").write_text("in the way")
        with pytest.raises(Unusable, match="files"):
            blob.opened(str(tmp_path / "files" / "inside"))

    @pytest.mark.parametrize(
        ("address", "prefix"),
        [("s3://evidence", None), ("s3://evidence/", None), ("s3://evidence/firms/2026/", "firms/2026")],
    )
    def test_a_bucket_is_opened_by_its_address(self, address, prefix):
        place = blob.opened(address)
        assert isinstance(place, S3Store)
        assert (place.config["bucket"], place.prefix) == ("evidence", prefix)

    @pytest.mark.parametrize(
        "address", ["s3://", "s3:///prefix", "s3://key:secret@bucket", "s3://bucket?x=1", "gs://bucket", "http://host/"]
    )
    def test_an_address_of_no_place_is_refused(self, address):
        with pytest.raises(Unusable):
            blob.opened(address)


class Scanner(msgspec.Struct):
    """A clamd that always gives one answer, and what it was sent."""

    address: str = ""
    received: bytes = b""


@contextmanager
def scanner(answer: bytes | None) -> Iterator[Scanner]:
    """Give a scanner; one with nothing to say hangs up."""
    found = Scanner()

    def serve(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line, line.makefile("rb") as stream:
            command = stream.read(10)
            assert command == b"zINSTREAM\x00"
            while length := struct.unpack(">I", stream.read(4))[0]:
                found.received += stream.read(length)
            if answer:
                line.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        found.address = f"127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        yield found
        thread.join()


class TestScanner:
    def test_the_whole_file_is_sent(self):
        data = bytes(range(256)) * 1_000
        with scanner(b"stream: OK\x00") as found:
            assert clamav.refusal(found.address, data) is None
        assert found.received == data

    def test_what_it_finds_is_refused(self):
        with scanner(b"stream: Win.Test.EICAR_HDB-1 FOUND\x00") as found:
            refused = clamav.refusal(found.address, b"x")
        assert refused is not None
        assert refused.code == "FILE_INFECTED"

    @pytest.mark.parametrize("answer", [None, b"INSTREAM size limit exceeded. ERROR\x00", b"\xff\x00", b"stream: O"])
    def test_no_clear_answer_keeps_nothing(self, answer):
        with scanner(answer) as found, pytest.raises(Unavailable):
            clamav.refusal(found.address, b"x")

    def test_a_scanner_that_is_not_there_keeps_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            address = f"127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(Unavailable):
            clamav.refusal(address, b"x")

    @pytest.mark.parametrize("address", ["", "clamd", "clamd:", ":3310", "clamd:port"])
    def test_an_address_of_no_scanner_is_refused(self, address):
        with pytest.raises(Unusable):
            clamav.refusal(address, b"x")


def test_a_file_kept_in_a_folder_comes_back(db: Database, ours: Firm, tmp_path: Path) -> None:
    place = blob.opened(str(tmp_path / "files"))
    screened = note()
    files.write(place, ours.id, screened)
    with db.writing() as connection:
        made = files.keep(connection, place, screened, upload(ours))
    assert files.read(place, made) == screened.data
