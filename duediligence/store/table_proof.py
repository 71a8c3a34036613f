"""Tables of shipments, of what was issued for them, and of the keys it was signed with."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from duediligence.store.schema import Moment, id_, metadata, of

product_line = Table(
    "product_line",
    metadata,
    id_(),
    of("organisation", index=False),
    Column("name", String(200), nullable=False),
    Column("sort", String(200), nullable=False),  # the name folded to plain letters
    Column("hs", String(6), nullable=False),
    Column("document", LargeBinary, nullable=False),  # JSON: all that is said of it
    Column("revision", Integer, nullable=False),
    of("person", "created_by", index=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("retired", Moment),
    Column("sample", Boolean, nullable=False),
    Index("ix_product_line_organisation_sort_id", "organisation", "sort", "id"),
)

shipment = Table(
    "shipment",
    metadata,
    id_(),
    of("organisation", index=False),
    Column("reference", String(80), nullable=False),
    Column("destination", String(2), nullable=False),
    Column("document", LargeBinary, nullable=False),  # JSON: all that is said of it
    Column("revision", Integer, nullable=False),
    of("engagement", null=True),
    of("person", "created_by", index=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("sample", Boolean, nullable=False),
    Index("ix_shipment_organisation_changed_id", "organisation", "changed", "id"),
)

attestation = Table(
    "attestation",
    metadata,
    id_(),  # the code in its address
    of("organisation", index=False),
    of("engagement"),
    of("shipment", null=True),
    Column("regime", String(40), nullable=False),
    Column("language", String(2), nullable=False),
    Column("label", String(24), nullable=False),
    Column("face", LargeBinary, nullable=False),  # JSON: what anybody with the code may see
    Column("dossier", LargeBinary, nullable=False),  # JSON: as the firm consented to it
    of("person", "asked_by", index=False),
    Column("asked", Moment, nullable=False),
    of("person", "consented_by", null=True, index=False),
    Column("consented", Moment),
    Column("expires", Date, nullable=False),
    Column("expires_because", String(20), nullable=False),
    Column("status_index", Integer, nullable=False, unique=True),
    Column("issued", Moment),
    Column("record_sha256", String(64), nullable=False),
    Column("dossier_sha256", String(64), nullable=False),
    Column("pdf_sha256", String(64), nullable=False),
    Column("credential", Text, nullable=False),  # compact JWS
    Column("report_key", String(43), nullable=False),
    Column("credential_key", String(43), nullable=False),
    Column("entry", Integer, nullable=False),
    Column("timestamp", String(20), nullable=False),
    Column("withdrawn", Moment),
    Column("withdrawn_because", String(12)),
    of("attestation", "replaced_by", null=True, index=False),
    Column("suspended", Moment),
    Column("sample", Boolean, nullable=False),
    Index("ix_attestation_organisation_asked_id", "organisation", "asked", "id"),
    Index("ix_attestation_pdf_sha256", "pdf_sha256"),
)

named_copy = Table(
    "named_copy",
    metadata,
    id_(),
    of("attestation"),
    Column("reader", String(200), nullable=False),  # a business or an office, never a person
    Column("purpose", String(200), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("left_out", Text, nullable=False),  # JSON: parts left out, and why
    Column("expires", Date, nullable=False),
    of("person", "made_by", index=False),
    Column("made", Moment, nullable=False),
    Column("revoked", Moment),
    Column("opened", Integer, nullable=False),  # how often
    Column("opened_last", Moment),
)

signing_key = Table(
    "signing_key",
    metadata,
    Column("id", String(43), primary_key=True),  # RFC 7638 thumbprint of the public key
    Column("purpose", String(12), nullable=False),  # report, credential
    Column("algorithm", String(10), nullable=False),  # ES256, Ed25519
    Column("jwk", Text, nullable=False),  # the public key
    Column("certificates", LargeBinary, nullable=False),  # PEM, the key's own first; empty for credentials
    Column("created", Moment, nullable=False),
    Column("retired", Moment),
    Column("revoked", Moment),
    Column("revoked_because", String(200), nullable=False),
    Index("ix_signing_key_purpose", "purpose"),
)

status_list = Table(
    "status_list",
    metadata,
    Column("purpose", String(20), primary_key=True),  # revocation, suspension
    Column("signed", Text, nullable=False),  # compact JWS
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)

ledger_node = Table(
    "ledger_node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),  # 0: one entry
    Column("place", Integer, primary_key=True, autoincrement=False),  # from the left, from 0
    Column("hash", LargeBinary, nullable=False),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),  # entries it covers
    Column("root", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("signed", Text, nullable=False),  # compact JWS
)
