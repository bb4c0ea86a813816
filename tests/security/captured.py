"""A front door in wrong hands: whatever SQL its role lets through."""

from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from tests.security.secured import Secured
from tests.servers.roles import TELL

ONE_MORE = sql.SQL("""
    INSERT INTO {table} SELECT made.* FROM (SELECT * FROM {table} WHERE {row} LIMIT 1) AS one,
    jsonb_populate_record(
        one::{table}, jsonb_build_object('id', gen_random_uuid()) || %(changes)s
    ) AS made
""")


class Captured:
    """A door of a practice, and what somebody tries with it who is not bound by its pages.

    All is undone at once. What not even the tables' owner could do would prove nothing, and is an error.
    """

    def __init__(self, secured: Secured, door: str) -> None:
        self.owner, self.url = secured.owner, secured.log_in(door)
        self.clock = secured.stories.world.clock
        self.practice_id = secured.stories.world.practice_id

    def lets_through(self, *updates: str, **values: Any) -> list[str]:
        """Which of these updates (``table SET … WHERE …``) change something."""
        return [one for one in updates if self._lets(sql.SQL("UPDATE ") + _sql(one), values)]

    def reads(self, table: str, column: str) -> bool:
        """Whether it sees a column (``*`` for whole rows)."""
        of = sql.SQL("*") if column == "*" else sql.Identifier(column)
        return self._lets(sql.SQL("SELECT {} FROM {}").format(of, sql.Identifier(table)), {})

    def takes(self, table: str, row: str, **changes: Any) -> bool:
        """Whether it takes one more row, like that of the condition ``row`` but for id and changes."""
        made = ONE_MORE.format(table=sql.Identifier(table), row=_sql(row))
        return self._lets(made, {"changes": Jsonb(changes)})

    def _lets(self, statement: sql.Composed, values: dict[str, Any]) -> bool:
        assert self._done(self.owner, statement, values) > 0, f"nothing to do: {statement}"
        try:
            return self._done(self.url, statement, values) > 0
        except InsufficientPrivilege:
            return False

    def _done(self, url: str, statement: sql.Composed, values: dict[str, Any]) -> int:
        """How many rows changed; nothing stays."""
        with psycopg.connect(url) as connection:
            connection.execute(
                "SELECT set_config('ardoise.practice', %s, true)", (str(self.practice_id),)
            )
            connection.execute(TELL, (self.clock.now().isoformat(),))
            done = connection.execute(statement, values)
            connection.rollback()
            return done.rowcount


def _sql(text: str) -> sql.SQL:
    """A test's own words."""
    return sql.SQL(text)  # type: ignore[arg-type]  # psycopg wants literals alone, these come from tests
