"""Tables of who takes part: organisations, people, and how they sign in."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from duediligence.store.schema import Moment, id_, metadata, of

organisation = Table(
    "organisation",
    metadata,
    id_(),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),  # firm, reviewing_body, operator
    Column("state_body", Boolean, nullable=False),
    Column("sector", String(40), nullable=False),  # a choice of pro.sector, "" where none applies
    Column("region", String(10), nullable=False),  # ISO 3166-2, "" where none applies
    Column("created", Moment, nullable=False),
    Column("disabled", Moment),
    Column("sample", Boolean, nullable=False),
    Index("ix_organisation_name", "name"),
)

site = Table(
    "site",
    metadata,
    id_(),
    of("organisation"),
    Column("name", String(200), nullable=False),
    Column("region", String(10), nullable=False),
    Column("created", Moment, nullable=False),
)

person = Table(
    "person",
    metadata,
    id_(),
    Column("email", String(254), nullable=False, unique=True),  # in lower case; a login name where there is no mail
    Column("name", String(120), nullable=False),
    Column("language", String(2), nullable=False),
    Column("password", String(200), nullable=False),  # Argon2id; "" until one is chosen
    Column("totp", LargeBinary),  # the secret, sealed with the key of the service; None without a second factor
    Column("totp_step", Integer, nullable=False),  # the last step used, so that no code serves twice
    Column("created", Moment, nullable=False),
    Column("disabled", Moment),
    Column("failures", Integer, nullable=False),  # sign-ins that failed since the last good one
    Column("sample", Boolean, nullable=False),
)

passkey = Table(
    "passkey",
    metadata,
    id_(),
    of("person"),
    Column("credential", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("uses", Integer, nullable=False),  # the authenticator's own counter
    Column("name", String(80), nullable=False),
    Column("created", Moment, nullable=False),
    Column("used", Moment),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the code
    of("person"),
    Column("used", Moment),
)

membership = Table(
    "membership",
    metadata,
    id_(),
    of("person"),
    of("organisation"),
    Column("role", String(24), nullable=False),
    Column("sections", Text, nullable=False),  # JSON list; empty: every section
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
    UniqueConstraint("person", "organisation", "role"),
)

invitation = Table(
    "invitation",
    metadata,
    id_(),
    of("organisation"),
    Column("role", String(24), nullable=False),
    Column("sections", Text, nullable=False),
    Column("email", String(254), nullable=False),  # "" where it is handed over on paper
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the code in the link
    of("person", "invited_by"),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("used", Moment),
    Column("withdrawn", Moment),
)

request_to_join = Table(
    "request_to_join",
    metadata,
    id_(),
    Column("organisation_name", String(200), nullable=False),
    Column("sector", String(40), nullable=False),
    Column("region", String(10), nullable=False),
    Column("email", String(254), nullable=False),
    Column("name", String(120), nullable=False),
    Column("language", String(2), nullable=False),
    Column("words", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("decided", Moment),
    Column("accepted", Boolean),
    of("person", "decided_by", null=True),
)

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token in the cookie
    of("person"),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),  # written at most once in a few minutes
    Column("expires", Moment, nullable=False),
    Column("second_factor", Boolean, nullable=False),
    Column("agent", String(200), nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    id_(),
    Column("digest", String(64), nullable=False, unique=True),
    of("person"),
    Column("name", String(80), nullable=False),
    Column("scope", String(20), nullable=False),  # read, write
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("used", Moment),
    Column("revoked", Moment),
)
