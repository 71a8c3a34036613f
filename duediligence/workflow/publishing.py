"""What the service publishes each morning and after each change: who no longer stands, and how far the ledger goes.

Both are signed. A status list may be believed for two days, so that a reader without a
network knows how old its news may be, and a service that is down for a day does no harm.
A head of the ledger is kept for ever: whoever wrote one down can ask for the proof that
a later one goes on from it.
"""

from datetime import datetime, timedelta

from duediligence import signing
from duediligence.database import Connection
from duediligence.job import Context, Done, Nothing
from duediligence.proof import did, ledger_proof, status_list, tree
from duediligence.proof.ledger_proof import Head
from duediligence.proof.signing_key import Purpose, Signer
from duediligence.proof.status_list import StatusPurpose
from duediligence.store import attestation as attestations
from duediligence.store import ledger_tree

BELIEVED = timedelta(days=2)
"""For how long a status list may be believed."""


def publish(context: Context, _: Nothing) -> Done:
    """Sign the status lists and the head of the ledger as they are now.

    Raises:
        Unusable: the key for credentials cannot be opened.
    """
    with context.db.reading() as connection:
        signer = signing.signer(context.settings, connection, Purpose.CREDENTIAL)
    now, address = context.clock(), context.settings.address

    def write(connection: Connection) -> None:
        head(connection, signer, address, now)
        _statuses(connection, signer, address, now)

    return Done(write=write)


def head(connection: Connection, signer: Signer, address: str, now: datetime) -> tuple[int, str]:
    """Return how many entries the ledger has, and the signed head over them.

    Args:
        connection: of a writer. Until the transaction ends, no other one adds entries.
        signer: with a key for credentials.
        address: the public address of the service.
        now: the moment.
    """
    size = ledger_tree.grow(connection)
    if kept := ledger_tree.head_at(connection, size):
        return size, kept
    root = tree.root(size, ledger_tree.reader(connection)).hex()
    made = Head(service=did.host_did(address), size=size, root=root, at=now)
    signed = ledger_proof.signed(made, signer, did.key_id(address, signer.public))
    ledger_tree.keep_head(connection, made, signed)
    return size, signed


def _statuses(connection: Connection, signer: Signer, address: str, now: datetime) -> None:
    places = zip(StatusPurpose, attestations.fallen(connection), strict=True)
    for purpose, found in places:
        until = now + BELIEVED
        whole = status_list.credential(address, purpose, found, at=now, until=until)
        attestations.keep_status(connection, purpose, status_list.sign(whole, signer), now, until)
