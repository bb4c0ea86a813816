"""What must always be true of requests to erase, and of accounts whose persons' data are gone."""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from shared.accounts import ACCOUNT, NOBODYS, Account, ContactPoint
from shared.base.invariants import Invariant
from shared.delivery import Notice
from shared.erasing.model import Erasure
from shared.erasing.rules import ERASURE, OPEN
from shared.links import Link, PortalSession
from shared.messages import Message


def _has(table: Any) -> ColumnElement[bool]:
    return exists().where(table.practice_id == Account.practice_id, table.account_id == Account.id)


INVARIANTS = (
    Invariant(
        "erasure-status",
        "every request to erase is on its edge table, and only one that is over has its end",
        select(Erasure.id).where(
            or_(
                Erasure.status.not_in(ERASURE.statuses),
                Erasure.status.in_(OPEN) != Erasure.ended_at.is_(None),
            )
        ),
    ),
    Invariant(
        "account-status",
        "every account is on its edge table, and one that was erased says since when",
        select(Account.id).where(
            or_(
                Account.status.not_in(ACCOUNT.statuses),
                Account.status.in_(NOBODYS) != Account.erased_at.is_not(None),
            )
        ),
    ),
    Invariant(
        "nobody-behind",
        "behind an erased account nobody is written to, comes in, or is quoted",
        select(Account.id).where(
            Account.erased_at.is_not(None),
            or_(
                Account.protection.is_not(None),
                *(_has(table) for table in (ContactPoint, Notice, Link, PortalSession, Message)),
            ),
        ),
    ),
)
