"""Tables of the chain of suppliers: a firm's own register, and what its partners were asked.

A register belongs to one organisation, the buyer; every row names it. A party is a
document with the columns that lists and matching read beside it. A link leads from
a supplier to whom it supplies; where that is nobody in the register, it is the
buyer itself. What a merge, a change or an import replaced is kept, so that it can
be taken back. What a partner shares of an assessment of its own is kept as it was
when it agreed, and apart from what it answers over a link.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
)

from duediligence.store.schema import Moment, id_, metadata, of

party_import = Table(
    "party_import",
    metadata,
    id_(),
    of("organisation"),
    Column("name", String(200), nullable=False),  # of the file, fit to be shown
    Column("sha256", String(64), nullable=False),  # of the file
    Column("document", LargeBinary, nullable=False),  # JSON: what became of each row
    Column("added", Integer, nullable=False),  # parties that are new
    Column("joined", Integer, nullable=False),  # rows that were known already
    Column("left_out", Integer, nullable=False),  # rows that were not taken
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
    of("person", "undone_by", null=True, index=False),
    Column("undone", Moment),
)

import_mapping = Table(
    "import_mapping",
    metadata,
    Column("organisation", String(32), ForeignKey("organisation.id"), primary_key=True),
    Column("headers", String(64), primary_key=True),  # SHA-256 of the headings of a list, whatever their order
    Column("document", LargeBinary, nullable=False),  # JSON: what each heading means
    Column("changed", Moment, nullable=False),
)

party = Table(
    "party",
    metadata,
    id_(),
    of("organisation", index=False),
    Column("name", String(200), nullable=False),  # by which it is listed
    Column("sort", String(200), nullable=False),  # the name folded to plain letters
    Column("country", String(2), nullable=False),  # ISO 3166-1 of its first site, "" where unknown
    Column("roles", Text, nullable=False),  # between blanks, for lists: " gin supplier "
    Column("document", LargeBinary, nullable=False),  # JSON: all that is known of it
    Column("revision", Integer, nullable=False),
    of("party_import", "batch", null=True),  # the import that added it
    of("organisation", "partner", null=True),  # by that organisation's own consent alone
    of("person", "created_by", index=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("retired", Moment),
    of("party", "merged_into", null=True),
    Index("ix_party_organisation_sort_id", "organisation", "sort", "id"),
)

party_spelling = Table(
    "party_spelling",
    metadata,
    Column("party", String(32), ForeignKey("party.id"), primary_key=True),
    Column("folded", String(200), primary_key=True),  # one of its names in plain letters, without its legal form
    of("organisation", index=False),
    Index("ix_party_spelling_organisation_folded", "organisation", "folded"),
)

party_identifier = Table(
    "party_identifier",
    metadata,
    Column("party", String(32), ForeignKey("party.id"), primary_key=True),
    Column("scheme", String(20), primary_key=True),
    Column("value", String(60), primary_key=True),  # with the country before it where the scheme is of a country
    of("organisation", index=False),
    Index("ix_party_identifier_organisation_scheme_value", "organisation", "scheme", "value"),
)

party_change = Table(
    "party_change",
    metadata,
    Column("party", String(32), ForeignKey("party.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),  # the one that came of it
    Column("kind", String(12), nullable=False),  # change, retire, restore, join, merge, split
    Column("before", LargeBinary, nullable=False),  # JSON: the party as it was
    of("party_import", "batch", null=True),
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
)

supply_link = Table(
    "supply_link",
    metadata,
    id_(),
    of("organisation"),
    of("party", "supplier"),
    of("party", "buyer", null=True),  # NULL: the organisation itself
    Column("document", LargeBinary, nullable=False),  # JSON: goods, work, shares, months, heads
    Column("revision", Integer, nullable=False),
    of("party_import", "batch", null=True),
    of("person", "created_by", index=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("ended", Moment),
)

party_merge = Table(
    "party_merge",
    metadata,
    id_(),
    of("organisation"),
    of("party", "kept"),
    of("party", "gone"),
    Column("revision", Integer, nullable=False),  # of the kept party, as it came of the merge
    Column("document", LargeBinary, nullable=False),  # JSON: both parties and the links of the gone one, as they were
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
    of("person", "split_by", null=True, index=False),
    Column("split", Moment),
)

match_decision = Table(
    "match_decision",
    metadata,
    Column("organisation", String(32), ForeignKey("organisation.id"), primary_key=True),
    Column("mark", String(64), primary_key=True),  # of a line in a list: SHA-256; of a party: its id
    Column("party", String(32), ForeignKey("party.id"), primary_key=True),
    Column("decision", String(10), nullable=False),  # same, different, later
    of("party_import", "batch", null=True),
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
    Index("ix_match_decision_party", "party"),
)

partner_request = Table(
    "partner_request",
    metadata,
    id_(),
    of("organisation"),  # the buyer who asks
    of("party"),  # its entry for whom it asks
    Column("token_hash", String(64), nullable=False, unique=True),  # SHA-256 of the secret in the link
    Column("channel", String(10), nullable=False),  # link, qr, workbook, mail
    Column("form", String(60), nullable=False),
    Column("form_version", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", String(254)),  # NULL where no letter goes out
    # Whoever began lets a new code be sent to that address.
    Column("recovery", Boolean, nullable=False, server_default=false()),
    Column("party_key", String(32), index=True),  # of the side that answers; NULL until somebody opened it
    of("person", "created_by", index=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("opened", Moment),
    Column("answered", Moment),
    Column("withdrawn", Moment),
)

partner_response = Table(
    "partner_response",
    metadata,
    id_(),
    Column("party_key", String(32), nullable=False, index=True),  # the side that answers, the same for every buyer
    of("partner_request", "request", null=True),  # through which it was begun
    Column("form", String(60), nullable=False),
    Column("form_version", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),  # JSON, without protected answers
    Column("sealed", Moment),  # when it was handed in; it changes no more
    Column("profile", LargeBinary),  # JSON: what came of it; NULL before it was handed in
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    id_(),
    of("partner_response"),
    of("organisation"),  # the buyer who may see it
    Column("what", String(12), nullable=False),  # numbers, indicators, answers
    Column("given", Moment, nullable=False),
    Column("until", Date, nullable=False),
    Column("withdrawn", Moment),
)

assessment_share = Table(
    "assessment_share",
    metadata,
    id_(),
    of("engagement"),  # the assessment that is shared
    of("organisation"),  # whose assessment it is
    of("organisation", "buyer"),  # who may see it
    of("party"),  # the entry of the buyer that it answers for
    of("partner_request", "request"),
    Column("number", Integer, nullable=False),  # of the sealed result
    Column("digest", String(64), nullable=False),  # SHA-256 of the copy that may travel
    Column("profile", LargeBinary, nullable=False),  # JSON: what came of it, as that copy says it
    Column("what", String(12), nullable=False),  # numbers, indicators, answers
    Column("given", Moment, nullable=False),
    Column("until", Date, nullable=False),
    of("person", "by", index=False),
    Column("withdrawn", Moment),
)

sent_workbook = Table(
    "sent_workbook",
    metadata,
    id_(),
    of("organisation"),  # the buyer who read it in
    of("party"),
    of("partner_request", "request"),
    Column("sha256", String(64), nullable=False),  # of the file
    Column("profile", LargeBinary, nullable=False),  # JSON: what came of it
    Column("role", String(120), nullable=False),  # in which somebody at the partner has consented
    Column("consented", Date, nullable=False),
    Column("until", Date, nullable=False),
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
    Column("withdrawn", Moment),
)

own_share = Table(
    "own_share",
    metadata,
    Column("organisation", String(32), ForeignKey("organisation.id"), primary_key=True),
    Column("goods", Float),  # percent from own fields or own work; NULL where unknown
    Column("labour", Float),  # percent of people on own staff; NULL where unknown
    Column("revision", Integer, nullable=False),
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
)

screening_file = Table(
    "screening_file",
    metadata,
    id_(),
    of("organisation"),
    of("party"),
    Column("document", LargeBinary, nullable=False),  # JSON: steps, answers and decisions
    Column("revision", Integer, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("rescreen_on", Date),
    of("person", "created_by", index=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Index("ix_screening_file_organisation_rescreen_on", "organisation", "rescreen_on"),
)
