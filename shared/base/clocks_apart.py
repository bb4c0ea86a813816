"""This host's clock and the database's, which must tell the same time: what is asked is dated by one and
judged by the other."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.base.clock import Clock

WORTH_A_WORD = timedelta(minutes=1)
REFUSED_BEYOND = timedelta(minutes=5)  # as the row policies of deploy/postgresql/roles.sql
NOT_PRIVILEGED = "42501"  # insufficient_privilege, of PostgreSQL's error codes

# The policies' clock: there where their file was run.
_POLICIES = text("SELECT ardoise_clock()")
_OWN = text("SELECT clock_timestamp()")


def clocks_apart(session: Session, clock: Clock, *, policies: bool = False) -> timedelta:
    """How far this host's clock is ahead of the database's; below zero it is behind. The way there and
    back counts for nothing. Zero on SQLite, which asks this host's own.

    ``policies`` asks the clock by which the row policies judge.
    """
    if session.get_bind().dialect.name != "postgresql":
        return timedelta()
    before = clock.now()
    there = session.execute(_POLICIES if policies else _OWN).scalar_one()
    after = clock.now()
    if before <= there <= after:
        return timedelta()
    ahead: timedelta = before - there if there < before else after - there
    return ahead


def was_refused_by_policy(error: Exception) -> bool:
    """Whether PostgreSQL refused what a front door's role asked."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == NOT_PRIVILEGED
