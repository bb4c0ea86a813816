"""The tables brought to a revision. Apart from the database, so that doors start without Alembic."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from shared.base.database import make_engine
from shared.base.errors import ArdoiseError

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class MigrationError(ArdoiseError):
    """The tables can't be brought to a revision."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database's tables to ``revision``; later ones need earlier ones, so all run in order.

    Raises MigrationError for a revision that there is not.
    """
    _migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database's tables back to ``revision``; ``base`` removes them all.

    Raises MigrationError for a revision that there is not.
    """
    _migrate(url, lambda config: command.downgrade(config, revision))


def _migrate(url: str, step: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            step(config)
    except CommandError as error:
        raise MigrationError(
            f"The tables stay as they are: {error}. The files in migrations/versions name the "
            "revisions."
        ) from None
    finally:
        engine.dispose()
