"""The tables brought to a revision. Apart from the database, so that doors start without Alembic."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, text

from shared.base.database import make_engine
from shared.base.errors import ArdoiseError

DOORS = ("ardoise_portal", "ardoise_backoffice")
MIGRATIONS = Path(__file__).parents[2] / "migrations"


class MigrationError(ArdoiseError):
    """The tables can't be brought to a revision."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database's tables to ``revision``; later ones need earlier ones, so all run in order.

    Raises MigrationError for a revision that there is not.
    """
    _migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> bool:
    """Take the database's tables back to ``revision``; ``base`` removes them all. Returns whether the front
    doors had rules on PostgreSQL: these name what goes, so that they go with it, and all rights with them,
    until deploy/postgresql/roles.sql is run again.

    Raises MigrationError for a revision that there is not, and when a table may not go since the journal
    keeps entries that it explains.
    """
    had_rules = False

    def step(config: Config) -> None:
        nonlocal had_rules
        had_rules = _take_rules(config.attributes["connection"])
        command.downgrade(config, revision)

    _migrate(url, step)
    return had_rules


def _take_rules(connection: Connection) -> bool:
    """In the transaction of the steps: when they fail, the rules stay too."""
    if connection.dialect.name != "postgresql":
        return False
    quote = connection.dialect.identifier_preparer.quote
    rules = connection.execute(
        text(
            "SELECT policyname, tablename FROM pg_policies"
            " WHERE schemaname = 'public' AND roles && CAST(:doors AS name[])"
        ),
        {"doors": list(DOORS)},
    ).all()
    for rule, table in rules:
        connection.execute(text(f"DROP POLICY {quote(rule)} ON {quote(table)}"))
    if rules:  # so the roles are there
        doors = ", ".join(DOORS)
        connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {doors}"))
    return bool(rules)


def _migrate(url: str, step: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            step(config)
    except CommandError as error:
        unknown = isinstance(error.__cause__, RevisionError)
        hint = " The files in migrations/versions name the revisions." if unknown else ""
        raise MigrationError(f"The tables stay as they are: {error}.{hint}") from None
    finally:
        engine.dispose()
