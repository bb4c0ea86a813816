"""Run by Alembic: the chain on whichever database the caller handed over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from shared.base.database import Model, UtcDateTime


def _plain_types(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations stand by themselves: they name no class of ours."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=_plain_types,
    compare_type=True,
    # Both databases undo what was done to tables: either all steps are taken or none.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
