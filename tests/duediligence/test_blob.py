"""Evidence in a bucket of S3, against a server that speaks its language (moto)."""

from datetime import UTC, datetime

import pytest
import requests
from moto.server import ThreadedMotoServer

from duediligence import blob, files
from duediligence.database import new_id
from duediligence.errors import Unavailable
from duediligence.evidence import Upload
from duediligence.key import Tampered
from duediligence.organisation import Role
from duediligence.screening.screen import screen
from tests.world import NOW, world

KEYS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_DEFAULT_REGION": "eu-central-1"}
TABLE = b"role,hours\nfield,40\n"


@pytest.fixture(scope="module")
def server():
    """Give the address of a server with one bucket."""
    found = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    found.start()
    host, port = found.get_host_and_port()
    requests.put(f"http://{host}:{port}/evidence", timeout=10).raise_for_status()
    yield f"http://{host}:{port}"
    found.stop()


@pytest.fixture(autouse=True)
def _keys(server, monkeypatch):
    for name, value in (KEYS | {"AWS_ENDPOINT_URL": server, "AWS_ALLOW_HTTP": "true"}).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def place():
    """Give an empty part of the bucket."""
    return blob.opened(f"s3://evidence/{new_id()}")


def test_what_was_put_is_got(place):
    blob.put(place, "firm/digest", TABLE)
    assert blob.get(place, "firm/digest") == TABLE


def test_what_is_put_again_takes_the_place(place):
    for content in (b"one", b"two"):
        blob.put(place, "firm/digest", content)
    assert blob.get(place, "firm/digest") == b"two"


def test_what_is_not_there_is_none(place):
    assert blob.get(place, "firm/digest") is None
    assert not blob.has(place, "firm/digest")


def test_what_was_deleted_is_gone(place):
    blob.put(place, "firm/digest", TABLE)
    blob.delete(place, "firm/digest")
    assert not blob.has(place, "firm/digest")


def test_what_is_gone_already_is_deleted_without_complaint(place):
    blob.delete(place, "firm/digest")


def test_what_is_there_is_listed_by_key_with_its_moment(place):
    blob.put(place, "firm/digest", TABLE)
    (one,) = blob.listed(place)
    assert one.key == "firm/digest"
    assert abs(one.written - datetime.now(UTC)).total_seconds() < 60


def test_other_parts_of_the_bucket_are_not_seen(place):
    blob.put(blob.opened("s3://evidence/another"), "firm/digest", TABLE)
    assert blob.get(place, "firm/digest") is None
    assert list(blob.listed(place)) == []


def test_a_bucket_that_is_not_there_is_unavailable():
    with pytest.raises(Unavailable):
        blob.put(blob.opened("s3://nowhere"), "firm/digest", TABLE)


class TestADocument:
    @pytest.fixture
    def firm(self, db, settings):
        here = world(db, settings)
        firm = here.organisation()
        return firm, here.somebody((firm, Role.COMPANY_LEAD)).person

    @pytest.fixture
    def kept(self, db, place, firm):
        upload = Upload(organisation=firm[0], by=firm[1], at=NOW, shared=True, confirmed=True)
        with db.writing() as connection:
            return files.keep(connection, place, screen(TABLE, "hours.csv"), upload)

    def test_is_read_as_it_was_kept(self, place, kept):
        assert files.read(place, kept) == TABLE

    def test_that_somebody_changed_in_the_bucket_is_not_handed_out(self, place, kept):
        (one,) = blob.listed(place)
        blob.put(place, one.key, TABLE + b"barn,60\n")
        with pytest.raises(Tampered):
            files.read(place, kept)

    def test_that_is_erased_leaves_no_byte(self, db, place, kept):
        with db.writing() as connection:
            files.erase(connection, kept.organisation, kept.id, "It was of another month.", NOW)
        with db.writing() as connection:
            files.discard(connection, place, kept.organisation, kept.sha256)
        assert list(blob.listed(place)) == []
