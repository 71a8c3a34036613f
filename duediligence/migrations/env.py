"""What Alembic reads before it runs a revision; the connection is handed in by `migrate` or `write`.

Tables are changed in batches, because SQLite can change little in place, and DDL
is part of the transaction on both databases.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from duediligence.store.table import Moment


def spelled(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:  # noqa: ANN401
    """Return how a revision spells a type of ours; it must not change when our code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
    transaction_per_migration=True,
    render_item=spelled,
)
context.run_migrations()
