"""Engine, units of work and column types, the same on SQLite and PostgreSQL.

A unit of work rolls back unless it is committed. On PostgreSQL it also names the practice to
row-level security; on SQLite a writing one takes the write lock at once, so that what it read holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

from shared.base.ids import new_id

WAKE_CHANNEL = "ardoise_worker"
LOCK_TIMEOUT = "55P03"  # lock_not_available, of PostgreSQL's error codes


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it as naive text, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is not None and value.tzinfo is None:
            raise TypeError("instants must be aware")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Model(DeclarativeBase):
    """Base of all tables; constraint names are spelled out so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a plain dict
        datetime: UtcDateTime(),
        UUID: Uuid(),
        bytes: LargeBinary(),
    }


class PracticeScoped:
    """Every row of a practice: the practice comes first in its key, so no reference can cross over."""

    practice_id: Mapped[int] = mapped_column(Integer, ForeignKey("practice.id"), sort_order=-2)
    id: Mapped[UUID] = mapped_column(default=new_id, sort_order=-1)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - a class-level directive
        return (PrimaryKeyConstraint("practice_id", "id"), *cls.more_table_args())

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        """Further constraints and indexes of the table."""
        return ()


def reference(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key to a row of the same practice."""
    return ForeignKeyConstraint(["practice_id", column], [f"{table}.practice_id", f"{table}.id"])


def make_engine(url: str, *, lock_seconds: int | None = None, for_pages: bool = False) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql://…`` (psycopg 3). On PostgreSQL a statement fails that
    waited ``lock_seconds`` for what somebody else has locked; without, it waits as the server says. Those
    ``for_pages`` read few rows: none takes further processes of the server, which others' pages need."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            connect_args={"timeout": 30, "check_same_thread": False},
            poolclass=QueuePool,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(
        parsed, pool_size=8, max_overflow=8, pool_pre_ping=True, hide_parameters=True
    )
    wishes = {} if lock_seconds is None else {"lock_timeout": f"{lock_seconds}s"}
    if for_pages:
        wishes["max_parallel_workers_per_gather"] = "0"

    def say_wishes(connection: Any, _record: Any) -> None:
        for name, value in wishes.items():
            connection.execute(f"SET {name} = '{value}'")
        connection.commit()

    if wishes:
        event.listen(engine, "connect", say_wishes)
    return engine


def was_locked(error: Exception) -> bool:
    """Whether it failed as somebody else kept a row locked for longer than it waits."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == LOCK_TIMEOUT


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver's guess
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    only_reads = "ON" if options.get("only_reads") else "OFF"
    connection.connection.driver_connection.execute(f"PRAGMA query_only={only_reads}")
    connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}")


class UnitOfWork:
    """One transaction. Nothing is kept unless ``commit`` is called."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def commit(self) -> None:
        """Keep what was done."""
        self.session.commit()


class Database:
    """The one door to the data; opens units of work."""

    def __init__(
        self, url: str, *, lock_seconds: int | None = None, for_pages: bool = False
    ) -> None:
        self.url = url
        self.engine = make_engine(url, lock_seconds=lock_seconds, for_pages=for_pages)
        self._writing = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._reading = self.engine.execution_options(postgresql_readonly=True, only_reads=True)

    @property
    def is_postgresql(self) -> bool:
        """Whether several processes may wake each other through the database."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self, practice_id: int | None = None) -> Iterator[Session]:
        """A session in which the database itself refuses every change."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            self._scope(session, practice_id)
            yield session

    @contextmanager
    def at_one_moment(self, practice_id: int | None = None) -> Iterator[Session]:
        """As ``reading``, and all its statements see the database as it is at the first of them."""
        engine = self._reading
        if self.is_postgresql:  # SQLite's transactions are so by themselves
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine, expire_on_commit=False, autoflush=False) as session:
            self._scope(session, practice_id)
            yield session

    @contextmanager
    def unit_of_work(self, practice_id: int | None = None) -> Iterator[UnitOfWork]:
        """A writing transaction, rolled back unless committed."""
        with Session(self._writing, expire_on_commit=False) as session:
            self._scope(session, practice_id)
            yield UnitOfWork(session)

    def _scope(self, session: Session, practice_id: int | None) -> None:
        if practice_id is not None and self.is_postgresql:
            session.execute(
                text("SELECT set_config('ardoise.practice', :practice, true)"),
                {"practice": str(practice_id)},
            )

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def wake_worker(session: Session) -> None:
    """Wake the worker when this transaction commits; SQLite's worker looks by itself twice a second."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {WAKE_CHANNEL}"))


def take_turns(session: Session, name: str) -> None:
    """Whoever names the same comes here one after the other, until the transaction before has ended.

    For what no row can be locked for. On SQLite transactions that write take turns by themselves.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
        )


def has_turn(session: Session, name: str) -> bool:
    """Whether nobody else who names the same is at it now; if so, nobody else is until this transaction ends.

    For work that whoever is at it does for all: the others leave it, where ``take_turns`` would wait.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    return bool(session.scalar(lock, {"name": name}))
