"""The keys of an installation that sign reports and credentials: made, renewed, revoked, unlocked.

Where their private halves are, the settings say: in files or in a device. Their public
halves and what became of them are in the database, and each step is in the ledger.
"""

from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from duediligence import ledger
from duediligence.database import Connection
from duediligence.errors import Unusable, WrongMoment
from duediligence.proof import key_device, key_file
from duediligence.proof.key_device import Device
from duediligence.proof.key_file import KeyFolder
from duediligence.proof.signing_key import Algorithm, PublicKey, Purpose, Signer, in_use
from duediligence.settings import Settings
from duediligence.store import signing_key as store

CREATED = "signing_key:create"
RETIRED = "signing_key:retire"
REVOKED = "signing_key:revoke"


def prepare(settings: Settings, connection: Connection, now: datetime) -> None:
    """Make a key for each purpose that has none in use.

    Raises:
        Unavailable: the device of keys does not answer.
        Unusable: a key file cannot be read or written, or a setting of the device is missing.
    """
    known = store.load_all(connection)
    for purpose in Purpose:
        if in_use(known, purpose) is None:
            create(settings, connection, purpose, now)


def create(
    settings: Settings,
    connection: Connection,
    purpose: Purpose,
    now: datetime,
    algorithm: Algorithm = Algorithm.ES256,
) -> PublicKey:
    """Return a new key for a purpose that has none in use.

    Raises:
        Unavailable: the device of keys does not answer.
        Unusable: a key file cannot be read or written, or the algorithm does not fit.
        WrongMoment: there is one in use.
    """
    _want_none(connection, purpose)
    folder, host = keys_folder(settings), urlsplit(settings.address).netloc
    if (device := keys_device(settings)) is None:
        made = key_file.create(folder, purpose, algorithm, host, now)
    else:

        def certified(public: EllipticCurvePublicKey) -> bytes:
            return key_file.certified(folder, public, host, now) if purpose is Purpose.REPORT else b""

        made = key_device.create(device, purpose, algorithm, certified, now)
    return _kept(connection, made, now)


def bring(settings: Settings, connection: Connection, private_pem: bytes, chain: bytes, now: datetime) -> PublicKey:
    """Return a key for reports that the operator brought, with certificates of its own, where none is in use.

    Raises:
        Unusable: key and certificates do not fit, or a file cannot be written.
        WrongMoment: there is one in use.
    """
    _want_none(connection, Purpose.REPORT)
    return _kept(connection, key_file.bring(keys_folder(settings), private_pem, chain, now), now)


def retire(connection: Connection, purpose: Purpose, now: datetime) -> PublicKey:
    """Return the key that was in use for a purpose and signs no more; what it signed still stands.

    Raises:
        WrongMoment: none is in use.
    """
    found = in_use(store.load_all(connection), purpose)
    if found is None or not store.retire(connection, found.id, now):
        raise WrongMoment(f"There is no key for {purpose} in use.")
    _note(connection, RETIRED, found, now)
    return found


def revoke(connection: Connection, id_: str, since: datetime, because: str, now: datetime) -> PublicKey:
    """Return a key that nobody is to believe any more; the signature of it alone proves nothing from now on.

    Args:
        connection: of a writer.
        id_: of the key.
        since: from when somebody else may have had it. What a reader wrote down earlier may stand.
        because: why, in the operator's words.
        now: the moment.

    Raises:
        NotFound: there is no such key.
        WrongMoment: it was revoked already.
    """
    found = store.load(connection, id_)
    if not store.revoke(connection, id_, since, because):
        raise WrongMoment("This key was revoked already.")
    _note(connection, REVOKED, found, now)
    return store.load(connection, id_)


def signer(settings: Settings, connection: Connection, purpose: Purpose) -> Signer:
    """Return the key in use for a purpose, unlocked.

    Raises:
        Unavailable: the device of keys does not answer.
        Unusable: there is none in use, its file is not there, or it does not open.
    """
    found = in_use(store.load_all(connection), purpose)
    if found is None:
        raise Unusable(f"There is no key for {purpose} in use. Say: duediligence key create {purpose}")
    folder, device = keys_folder(settings), keys_device(settings)
    if device is None or key_file.has(folder, found):
        return key_file.unlock(folder, found)
    return key_device.unlock(device, found)


def keys_folder(settings: Settings) -> KeyFolder:
    """Return where keys are as files."""
    return KeyFolder(settings.signing_folder(), settings.signing_passphrase_path())


def keys_device(settings: Settings) -> Device | None:
    """Return the device that keeps new keys, None where files do.

    Raises:
        Unusable: its token or its PIN file is not set.
    """
    if settings.signing_pkcs11 is None:
        return None
    if not settings.signing_token or settings.signing_pin_file is None:
        raise Unusable("DUE_SIGNING_PKCS11 wants DUE_SIGNING_TOKEN and DUE_SIGNING_PIN_FILE beside it.")
    return Device(settings.signing_pkcs11, settings.signing_token, settings.signing_pin_file)


def _want_none(connection: Connection, purpose: Purpose) -> None:
    if found := in_use(store.load_all(connection), purpose):
        raise WrongMoment(f"The key {found.id} is in use for {purpose}. Say: duediligence key rotate {purpose}")


def _kept(connection: Connection, made: PublicKey, now: datetime) -> PublicKey:
    store.add(connection, made)
    _note(connection, CREATED, made, now)
    return made


def _note(connection: Connection, event: str, key: PublicKey, now: datetime) -> None:
    ledger.record(connection, event, key.purpose, "", now, {"key": key.id, "algorithm": key.algorithm})
