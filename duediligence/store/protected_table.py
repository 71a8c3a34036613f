"""The tables of the protected database: sealed bytes, and what they belong to.

Whoever knows these tables can copy them and cannot read them. Sealing and opening
is done in `duediligence.protected`, and nowhere else.
"""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from duediligence.store.schema import NAMES, Moment

metadata = MetaData(naming_convention=NAMES)

protected_answer = Table(
    "protected_answer",
    metadata,
    Column("engagement", String(32), primary_key=True),
    Column("question", String(60), primary_key=True),
    Column("revision", Integer, nullable=False),  # of the response; may be ahead of the main database
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
)

protected_document = Table(
    "protected_document",
    metadata,
    Column("engagement", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
)
