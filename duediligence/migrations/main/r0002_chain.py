"""chain."""
# ruff: noqa: PLR0915  A revision says all it does in one place.

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    """Lead to this revision from the one before."""
    op.create_table(
        "import_mapping",
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("headers", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_import_mapping_organisation")),
        sa.PrimaryKeyConstraint("organisation", "headers", name=op.f("pk_import_mapping")),
    )
    op.create_table(
        "party_import",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=32), nullable=True),
        sa.Column("undone", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_party_import_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_party_import_organisation")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_party_import_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_import")),
    )
    with op.batch_alter_table("party_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_import_organisation"), ["organisation"], unique=False)

    op.create_table(
        "party",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("partner", sa.String(length=32), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["batch"], ["party_import.id"], name=op.f("fk_party_batch")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_party_created_by")),
        sa.ForeignKeyConstraint(["merged_into"], ["party.id"], name=op.f("fk_party_merged_into")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_party_organisation")),
        sa.ForeignKeyConstraint(["partner"], ["organisation.id"], name=op.f("fk_party_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_party_merged_into"), ["merged_into"], unique=False)
        batch_op.create_index("ix_party_organisation_sort_id", ["organisation", "sort", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_party_partner"), ["partner"], unique=False)

    op.create_table(
        "match_decision",
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["party_import.id"], name=op.f("fk_match_decision_batch")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_match_decision_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_match_decision_organisation")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_match_decision_party")),
        sa.PrimaryKeyConstraint("organisation", "mark", "party", name=op.f("pk_match_decision")),
    )
    with op.batch_alter_table("match_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_decision_batch"), ["batch"], unique=False)
        batch_op.create_index("ix_match_decision_party", ["party"], unique=False)

    op.create_table(
        "partner_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("form_version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("party_key", sa.String(length=32), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_partner_request_created_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_partner_request_organisation")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_partner_request_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_request")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_partner_request_token_hash")),
    )
    with op.batch_alter_table("partner_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_request_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_request_party"), ["party"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_request_party_key"), ["party_key"], unique=False)

    op.create_table(
        "party_change",
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["party_import.id"], name=op.f("fk_party_change_batch")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_party_change_by")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_change_party")),
        sa.PrimaryKeyConstraint("party", "revision", name=op.f("pk_party_change")),
    )
    with op.batch_alter_table("party_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_change_batch"), ["batch"], unique=False)

    op.create_table(
        "party_identifier",
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_party_identifier_organisation")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_identifier_party")),
        sa.PrimaryKeyConstraint("party", "scheme", "value", name=op.f("pk_party_identifier")),
    )
    with op.batch_alter_table("party_identifier", schema=None) as batch_op:
        batch_op.create_index(
            "ix_party_identifier_organisation_scheme_value", ["organisation", "scheme", "value"], unique=False
        )

    op.create_table(
        "party_merge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("kept", sa.String(length=32), nullable=False),
        sa.Column("gone", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("split_by", sa.String(length=32), nullable=True),
        sa.Column("split", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_party_merge_by")),
        sa.ForeignKeyConstraint(["gone"], ["party.id"], name=op.f("fk_party_merge_gone")),
        sa.ForeignKeyConstraint(["kept"], ["party.id"], name=op.f("fk_party_merge_kept")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_party_merge_organisation")),
        sa.ForeignKeyConstraint(["split_by"], ["person.id"], name=op.f("fk_party_merge_split_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_merge")),
    )
    with op.batch_alter_table("party_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_merge_gone"), ["gone"], unique=False)
        batch_op.create_index(batch_op.f("ix_party_merge_kept"), ["kept"], unique=False)
        batch_op.create_index(batch_op.f("ix_party_merge_organisation"), ["organisation"], unique=False)

    op.create_table(
        "party_spelling",
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_party_spelling_organisation")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_spelling_party")),
        sa.PrimaryKeyConstraint("party", "folded", name=op.f("pk_party_spelling")),
    )
    with op.batch_alter_table("party_spelling", schema=None) as batch_op:
        batch_op.create_index("ix_party_spelling_organisation_folded", ["organisation", "folded"], unique=False)

    op.create_table(
        "screening_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("rescreen_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_screening_file_created_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_screening_file_organisation")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_screening_file_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_file")),
    )
    with op.batch_alter_table("screening_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_file_organisation"), ["organisation"], unique=False)
        batch_op.create_index(
            "ix_screening_file_organisation_rescreen_on", ["organisation", "rescreen_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_screening_file_party"), ["party"], unique=False)

    op.create_table(
        "supply_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("supplier", sa.String(length=32), nullable=False),
        sa.Column("buyer", sa.String(length=32), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch"], ["party_import.id"], name=op.f("fk_supply_link_batch")),
        sa.ForeignKeyConstraint(["buyer"], ["party.id"], name=op.f("fk_supply_link_buyer")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_supply_link_created_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_supply_link_organisation")),
        sa.ForeignKeyConstraint(["supplier"], ["party.id"], name=op.f("fk_supply_link_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_link")),
    )
    with op.batch_alter_table("supply_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supply_link_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_supply_link_buyer"), ["buyer"], unique=False)
        batch_op.create_index(batch_op.f("ix_supply_link_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_supply_link_supplier"), ["supplier"], unique=False)

    op.create_table(
        "partner_response",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("party_key", sa.String(length=32), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=True),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("form_version", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("profile", sa.LargeBinary(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["partner_request.id"], name=op.f("fk_partner_response_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_response")),
    )
    with op.batch_alter_table("partner_response", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_response_party_key"), ["party_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_response_request"), ["request"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partner_response", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("given", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("withdrawn", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_consent_organisation")),
        sa.ForeignKeyConstraint(
            ["partner_response"], ["partner_response.id"], name=op.f("fk_consent_partner_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_partner_response"), ["partner_response"], unique=False)


def downgrade() -> None:
    """Lead back to the revision before."""
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_partner_response"))
        batch_op.drop_index(batch_op.f("ix_consent_organisation"))

    op.drop_table("consent")
    with op.batch_alter_table("partner_response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_response_request"))
        batch_op.drop_index(batch_op.f("ix_partner_response_party_key"))

    op.drop_table("partner_response")
    with op.batch_alter_table("supply_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supply_link_supplier"))
        batch_op.drop_index(batch_op.f("ix_supply_link_organisation"))
        batch_op.drop_index(batch_op.f("ix_supply_link_buyer"))
        batch_op.drop_index(batch_op.f("ix_supply_link_batch"))

    op.drop_table("supply_link")
    with op.batch_alter_table("screening_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screening_file_party"))
        batch_op.drop_index("ix_screening_file_organisation_rescreen_on")
        batch_op.drop_index(batch_op.f("ix_screening_file_organisation"))

    op.drop_table("screening_file")
    with op.batch_alter_table("party_spelling", schema=None) as batch_op:
        batch_op.drop_index("ix_party_spelling_organisation_folded")

    op.drop_table("party_spelling")
    with op.batch_alter_table("party_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_merge_organisation"))
        batch_op.drop_index(batch_op.f("ix_party_merge_kept"))
        batch_op.drop_index(batch_op.f("ix_party_merge_gone"))

    op.drop_table("party_merge")
    with op.batch_alter_table("party_identifier", schema=None) as batch_op:
        batch_op.drop_index("ix_party_identifier_organisation_scheme_value")

    op.drop_table("party_identifier")
    with op.batch_alter_table("party_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_change_batch"))

    op.drop_table("party_change")
    with op.batch_alter_table("partner_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_request_party_key"))
        batch_op.drop_index(batch_op.f("ix_partner_request_party"))
        batch_op.drop_index(batch_op.f("ix_partner_request_organisation"))

    op.drop_table("partner_request")
    with op.batch_alter_table("match_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_match_decision_party")
        batch_op.drop_index(batch_op.f("ix_match_decision_batch"))

    op.drop_table("match_decision")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_partner"))
        batch_op.drop_index("ix_party_organisation_sort_id")
        batch_op.drop_index(batch_op.f("ix_party_merged_into"))
        batch_op.drop_index(batch_op.f("ix_party_batch"))

    op.drop_table("party")
    with op.batch_alter_table("party_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_import_organisation"))

    op.drop_table("party_import")
    op.drop_table("import_mapping")
