"""proof."""

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"


def upgrade() -> None:
    """Lead to this revision from the one before."""
    op.create_table(
        "ledger_head",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_ledger_node")),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("algorithm", sa.String(length=10), nullable=False),
        sa.Column("jwk", sa.Text(), nullable=False),
        sa.Column("certificates", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.create_index("ix_signing_key_purpose", ["purpose"], unique=False)

    op.create_table(
        "status_list",
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_status_list")),
    )
    op.create_table(
        "product_line",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort", sa.String(length=200), nullable=False),
        sa.Column("hs", sa.String(length=6), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_product_line_created_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_product_line_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_line")),
    )
    with op.batch_alter_table("product_line", schema=None) as batch_op:
        batch_op.create_index("ix_product_line_organisation_sort_id", ["organisation", "sort", "id"], unique=False)

    op.create_table(
        "shipment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("destination", sa.String(length=2), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("engagement", sa.String(length=32), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_shipment_created_by")),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_shipment_engagement")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_shipment_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
    )
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shipment_engagement"), ["engagement"], unique=False)
        batch_op.create_index("ix_shipment_organisation_changed_id", ["organisation", "changed", "id"], unique=False)

    op.create_table(
        "attestation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("shipment", sa.String(length=32), nullable=True),
        sa.Column("regime", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("label", sa.String(length=24), nullable=False),
        sa.Column("face", sa.LargeBinary(), nullable=False),
        sa.Column("dossier", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_by", sa.String(length=32), nullable=True),
        sa.Column("consented", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("expires_because", sa.String(length=20), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("issued", sa.DateTime(timezone=True), nullable=True),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("dossier_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("report_key", sa.String(length=43), nullable=False),
        sa.Column("credential_key", sa.String(length=43), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("timestamp", sa.String(length=20), nullable=False),
        sa.Column("withdrawn", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=12), nullable=True),
        sa.Column("replaced_by", sa.String(length=32), nullable=True),
        sa.Column("suspended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_attestation_asked_by")),
        sa.ForeignKeyConstraint(["consented_by"], ["person.id"], name=op.f("fk_attestation_consented_by")),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_attestation_engagement")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_attestation_organisation")),
        sa.ForeignKeyConstraint(["replaced_by"], ["attestation.id"], name=op.f("fk_attestation_replaced_by")),
        sa.ForeignKeyConstraint(["shipment"], ["shipment.id"], name=op.f("fk_attestation_shipment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation")),
        sa.UniqueConstraint("status_index", name=op.f("uq_attestation_status_index")),
    )
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attestation_engagement"), ["engagement"], unique=False)
        batch_op.create_index("ix_attestation_organisation_asked_id", ["organisation", "asked", "id"], unique=False)
        batch_op.create_index("ix_attestation_pdf_sha256", ["pdf_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_attestation_shipment"), ["shipment"], unique=False)

    op.create_table(
        "named_copy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("attestation", sa.String(length=32), nullable=False),
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("opened_last", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["attestation"], ["attestation.id"], name=op.f("fk_named_copy_attestation")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_named_copy_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_copy")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_named_copy_token_sha256")),
    )
    with op.batch_alter_table("named_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_named_copy_attestation"), ["attestation"], unique=False)


def downgrade() -> None:
    """Lead back to the revision before."""
    with op.batch_alter_table("named_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_named_copy_attestation"))

    op.drop_table("named_copy")
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attestation_shipment"))
        batch_op.drop_index("ix_attestation_pdf_sha256")
        batch_op.drop_index("ix_attestation_organisation_asked_id")
        batch_op.drop_index(batch_op.f("ix_attestation_engagement"))

    op.drop_table("attestation")
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.drop_index("ix_shipment_organisation_changed_id")
        batch_op.drop_index(batch_op.f("ix_shipment_engagement"))

    op.drop_table("shipment")
    with op.batch_alter_table("product_line", schema=None) as batch_op:
        batch_op.drop_index("ix_product_line_organisation_sort_id")

    op.drop_table("product_line")
    op.drop_table("status_list")
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.drop_index("ix_signing_key_purpose")

    op.drop_table("signing_key")
    op.drop_table("ledger_node")
    op.drop_table("ledger_head")
