"""Passkeys (WebAuthn): signing in with what a phone or a computer keeps.

A passkey proves a device and, by finger, face or PIN, its owner, so that it
counts as two factors at once; one that does not ask its owner is refused.

What the browser is asked to sign is kept nowhere: it travels in a sealed note of
five minutes. The same answer cannot serve twice, because a note given out before
the passkey was last used is refused.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from duediligence.accounts import token
from duediligence.accounts.words import unfit
from duediligence.database import Connection, new_id
from duediligence.errors import NotFound
from duediligence.key import Key
from duediligence.organisation import Person
from duediligence.store import second_factor as store
from duediligence.store.second_factor import Passkey

MOST = 10
"""Passkeys of one person."""

_STUMBLES = (LookupError, TypeError, ValueError)
"""What the library raises over a mangled key of a stranger, beside its own exception."""

_GIVEN_FOR = timedelta(minutes=5)
_NAME_LENGTH = 80


class Ceremony(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser is asked, and the note that comes back with its answer."""

    options: str  # JSON for navigator.credentials
    note: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser answered, and all that is needed to judge it."""

    key: Key
    address: str  # of the service
    note: str
    credential: str  # JSON, as the browser gave it


class _Asked(msgspec.Struct, frozen=True):
    challenge: bytes
    at: datetime
    person: str = ""  # whose passkey is to be added; "" when signing in


def possible(address: str) -> bool:
    """Return whether browsers make passkeys for an address at all: they want a name, encrypted or of this machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    named = bool(host) and ":" not in host and not host.replace(".", "").isdigit()
    return named and (parts.scheme == "https" or host == "localhost")


def ask_to_add(key: Key, person: Person, kept: Sequence[Passkey], address: str, now: datetime) -> Ceremony:
    """Return what to ask a browser in order to make a passkey.

    Args:
        key: of the service.
        person: whose.
        kept: the passkeys they have; the same device is not taken twice.
        address: of the service.
        now: the moment.
    """
    import webauthn
    from webauthn.helpers import generate_challenge, structs

    asked = _Asked(generate_challenge(), now, person.id)
    options = webauthn.generate_registration_options(
        rp_id=_host(address),
        rp_name=_host(address),
        user_id=person.id.encode(),
        user_name=person.email,
        user_display_name=person.name,
        challenge=asked.challenge,
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one.credential) for one in kept],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return Ceremony(options=webauthn.options_to_json(options), note=token.note(key, "passkey", asked, now + _GIVEN_FOR))


def add(connection: Connection, person: str, name: str, answer: Answer, now: datetime) -> Passkey:
    """Keep a new passkey and return it.

    Args:
        connection: an open one, for writing.
        person: id of whose it is.
        name: by which they know it again, such as the name of the phone.
        answer: of the browser.
        now: the moment.

    Raises:
        Unfit: the answer does not fit what was asked, or there are too many passkeys.
    """
    asked = token.read(answer.key, "passkey", answer.note, _Asked, now)
    if asked is None or not hmac.compare_digest(asked.person, person):
        raise unfit("PASSKEY_TOO_LATE", "passkey")
    if len(store.passkeys(connection, person)) >= MOST:
        raise unfit("PASSKEY_TOO_MANY", "passkey", most=MOST)
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_registration_response(
            credential=answer.credential,
            expected_challenge=asked.challenge,
            expected_rp_id=_host(answer.address),
            expected_origin=_origin(answer.address),
            require_user_verification=True,
        )
    except (WebAuthnException, *_STUMBLES) as error:
        raise unfit("PASSKEY_REFUSED", "passkey") from error
    if store.passkey_by_credential(connection, found.credential_id):
        raise unfit("PASSKEY_KNOWN", "passkey")
    one = Passkey(
        id=new_id(),
        person=person,
        credential=found.credential_id,
        public_key=found.credential_public_key,
        uses=found.sign_count,
        name=name.strip()[:_NAME_LENGTH],
        created=now,
    )
    store.add_passkey(connection, one)
    return one


def ask_to_sign_in(key: Key, address: str, now: datetime) -> Ceremony:
    """Return what to ask a browser that signs in; which passkey, and so whose, its owner chooses."""
    import webauthn
    from webauthn.helpers import generate_challenge
    from webauthn.helpers.structs import UserVerificationRequirement

    asked = _Asked(generate_challenge(), now)
    options = webauthn.generate_authentication_options(
        rp_id=_host(address), challenge=asked.challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Ceremony(options=webauthn.options_to_json(options), note=token.note(key, "passkey", asked, now + _GIVEN_FOR))


def recognised(connection: Connection, answer: Answer, now: datetime) -> Passkey:
    """Return the passkey that signed what was asked; it counts as used.

    Raises:
        Unfit: nothing that is known signed it, or not in time, or it was used already.
    """
    asked = token.read(answer.key, "passkey", answer.note, _Asked, now)
    if asked is None or asked.person:
        raise unfit("PASSKEY_TOO_LATE", "passkey")
    import webauthn
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        credential = parse_authentication_credential_json(answer.credential)
        one = store.passkey_by_credential(connection, credential.raw_id)
        if one is None or (one.used is not None and one.used >= asked.at):
            raise unfit("PASSKEY_REFUSED", "passkey")
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=asked.challenge,
            expected_rp_id=_host(answer.address),
            expected_origin=_origin(answer.address),
            credential_public_key=one.public_key,
            credential_current_sign_count=one.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, *_STUMBLES) as error:
        raise unfit("PASSKEY_REFUSED", "passkey") from error
    if not store.use_passkey(connection, one, found.new_sign_count, now):
        raise unfit("PASSKEY_REFUSED", "passkey")
    return one


def remove(connection: Connection, person: str, identifier: str) -> None:
    """Forget a passkey of a person.

    Raises:
        NotFound: the person has no such passkey.
    """
    if not store.remove_passkey(connection, person, identifier):
        raise NotFound("There is no such passkey.")


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _origin(address: str) -> str:
    """Return the address as a browser names it: without a path, and without the usual port."""
    parts = urlsplit(address)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}"
