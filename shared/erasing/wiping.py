"""The data of one account's persons go, table by table, in the caller's one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, delete, null, select, update
from sqlalchemy.orm import Session

from shared.accounts import ACCOUNT, Account, Party, account_vault, open_name
from shared.audit import SYSTEM, advance
from shared.base.database import Model
from shared.base.vault import Json, KeyRing, Vault, new_key
from shared.erasing.fates import Gone, Stays
from shared.erasing.standing import of_money
from shared.erasing.tables import GONE, NAMELESS, STAYS
from shared.imports import ImportTouch
from shared.links import drop_pages_of
from shared.worklist import Task

_INVOICE = "invoice"


def wipe(
    session: Session, account: Account, *, keys: KeyRing, keep_name: bool, at: datetime
) -> None:
    """Erase what is held about the persons of an account that the caller has locked and found closed.

    What stays sealed is sealed under a new key, so that whatever was sealed before opens no more. With
    ``keep_name`` the debtor's name is kept for the vouchers; without, nobody's is.
    """
    session.flush()
    vault = Vault(new_key())
    names = _names(session, account, account_vault(keys, account), keep_name=keep_name)
    drop_pages_of(session, practice_id=account.practice_id, account_id=account.id)
    for gone in GONE:
        _remove(session, gone, account)
    session.execute(
        delete(Task)
        .where(
            Task.practice_id == account.practice_id,
            Task.account_id == account.id,
            Task.kind.not_in(of_money()),
        )
        .execution_options(synchronize_session=False)
    )
    for stays in STAYS:
        _empty(session, stays, account, vault, late=not keep_name)
    _seal_names(session, account, vault, names)
    _forget_touches(session, account)
    event = "erase" if keep_name else "expire"
    account.key_id, account.wrapped_key = keys.wrap(vault, f"account|{account.id}")
    account.external_key = f"erased:{account.id.hex}"
    account.erased_at = account.erased_at or at
    advance(session, account, ACCOUNT, event, account_id=account.id, actor=SYSTEM, at=at)
    session.flush()
    session.expire_all()


def _names(
    session: Session, account: Account, vault: Vault, *, keep_name: bool
) -> dict[UUID, dict[str, Json]]:
    """By person the name that stays of them."""
    found: dict[UUID, dict[str, Json]] = {}
    for party in session.scalars(
        select(Party).where(
            Party.practice_id == account.practice_id, Party.account_id == account.id
        )
    ):
        found[party.id] = NAMELESS
        if keep_name and party.role == "debtor":
            name = open_name(vault, party)
            found[party.id] = {"given": name.given, "surname": name.surname}
    return found


def _seal_names(
    session: Session, account: Account, vault: Vault, names: dict[UUID, dict[str, Json]]
) -> None:
    for party_id, name in names.items():
        session.execute(
            update(Party)
            .where(Party.practice_id == account.practice_id, Party.id == party_id)
            .values(name=vault.seal(name, table="party", row=party_id, column="name"))
            .execution_options(synchronize_session=False)
        )


def _remove(session: Session, gone: Gone, account: Account) -> None:
    table = Model.metadata.tables[gone.table]
    session.execute(
        delete(table)
        .where(*rows_of(table, gone.through, account))
        .execution_options(synchronize_session=False)
    )


def _empty(session: Session, stays: Stays, account: Account, vault: Vault, *, late: bool) -> None:
    table = Model.metadata.tables[stays.table]
    mine = rows_of(table, stays.through, account)
    values = {**stays.emptied, **(stays.late if late else {})}
    if values:
        session.execute(
            update(table)
            .where(*mine)
            .values({name: null() if v is None else v for name, v in values.items()})
            .execution_options(synchronize_session=False)
        )
    for column, value in stays.blank.items():
        held = select(table.c.id).where(*mine, table.c[column].is_not(None))
        for row_id in session.scalars(held).all():
            sealed = vault.seal(value, table=stays.table, row=row_id, column=column)
            session.execute(
                update(table)
                .where(table.c.practice_id == account.practice_id, table.c.id == row_id)
                .values({column: sealed})
                .execution_options(synchronize_session=False)
            )


def rows_of(
    table: Table, through: tuple[str, str, str] | None, account: Account
) -> Iterable[ColumnElement[bool]]:
    """The conditions for an account's rows of a table."""
    of_practice = table.c.practice_id == account.practice_id
    if table.name == "account":
        return of_practice, table.c.id == account.id
    if through is None:
        return of_practice, table.c.account_id == account.id
    own, other_name, other_column = through
    other = Model.metadata.tables[other_name]
    column: Column[Any] = other.c[other_column]
    mine = select(column).where(
        other.c.practice_id == account.practice_id, other.c.account_id == account.id
    )
    return of_practice, table.c[own].in_(mine)


def _forget_touches(session: Session, account: Account) -> None:
    """Of what imports changed, sums and days of invoices stay, so that an import that can't be taken back any
    more is known as such."""
    mine = (
        ImportTouch.practice_id == account.practice_id,
        ImportTouch.account_id == account.id,
    )
    session.execute(
        delete(ImportTouch)
        .where(*mine, ImportTouch.kind != _INVOICE)
        .execution_options(synchronize_session=False)
    )
    for touch in session.scalars(select(ImportTouch).where(*mine)):
        touch.before = _without_lines(touch.before)
        touch.after = _without_lines(touch.after)


def _without_lines(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if name != "lines"}
