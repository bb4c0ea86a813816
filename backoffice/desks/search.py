"""Finding accounts by what somebody says on the telephone.

Numbers are found as they are; names, telephone numbers and addresses by their blind indexes, so
exact words only, and surnames also by their beginning (three letters are indexed, the rest is
compared after unsealing).
"""

from collections.abc import Sequence
from uuid import UUID

import phonenumbers
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from backoffice.desks.account_rows import Row, rows_of
from shared.accounts import (
    LISTED,
    Account,
    ContactPoint,
    Party,
    account_vault,
    contact_index,
    open_name,
)
from shared.base.vault import BlindIndex, KeyRing, folded
from shared.billing import Invoice
from shared.ladder import LadderCycle, Step

MOST = 50
_MOST_CANDIDATES = 400
_INDEXED_LETTERS = 3


def search(
    session: Session,
    *,
    practice_id: int,
    term: str,
    steps: Sequence[Step],
    keys: KeyRing | None,
    index: BlindIndex,
) -> tuple[Row, ...]:
    """Accounts that fit ``term``, at most 50, the best first.

    ``keys`` None is a role that sees no names: it finds by account and invoice number and by transfer
    reference only, since a hit by name would tell the name.
    """
    rank = found_accounts(session, practice_id=practice_id, term=term, keys=keys, index=index)
    return _rows(session, rank, practice_id=practice_id, steps=steps, keys=keys)


def found_accounts(
    session: Session, *, practice_id: int, term: str, keys: KeyRing | None, index: BlindIndex
) -> dict[UUID, int]:
    """Accounts that fit ``term``, each with how well: fewer is better. ``keys`` as in ``search``."""
    rank = dict.fromkeys(_by_number(session, practice_id, term), 0)
    if keys is not None:
        rank |= dict.fromkeys(_by_contact(session, practice_id, term, index), 0)
        rank = rank or _by_name(session, practice_id, term, keys=keys, index=index)
    return rank


def _by_number(session: Session, practice_id: int, term: str) -> set[UUID]:
    typed = "".join(term.upper().split())  # references are written in fours
    accounts = select(Account.id).where(
        Account.practice_id == practice_id,
        or_(Account.number == typed, Account.transfer_reference == typed),
    )
    invoices = select(Invoice.account_id).where(
        Invoice.practice_id == practice_id, Invoice.number == term
    )
    return set(session.scalars(accounts.union(invoices)))


def _by_contact(session: Session, practice_id: int, term: str, index: BlindIndex) -> set[UUID]:
    fingerprints = [contact_index(index, practice_id, "email", term)] if "@" in term else []
    phone = _as_phone(term)
    if phone:
        fingerprints += [
            contact_index(index, practice_id, kind, phone) for kind in ("phone", "landline")
        ]
    if not fingerprints:
        return set()
    query = select(ContactPoint.account_id).where(
        ContactPoint.practice_id == practice_id,
        ContactPoint.value_index.in_(fingerprints),
        ContactPoint.status != "replaced",
    )
    return set(session.scalars(query))


def _as_phone(term: str) -> str | None:
    try:
        number = phonenumbers.parse(term, "FR")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _by_name(
    session: Session, practice_id: int, term: str, *, keys: KeyRing, index: BlindIndex
) -> dict[UUID, int]:
    """Accounts with a person whose name fits, each with how well: fewer is better."""
    words = [word for word in term.split() if folded(word)]
    whole = {*words, term}
    beginnings = {folded(w)[:_INDEXED_LETTERS] for w in whole if len(folded(w)) >= _INDEXED_LETTERS}
    query = (
        select(Account, Party)
        .join(Party, and_(Party.practice_id == Account.practice_id, Party.account_id == Account.id))
        .where(
            Account.practice_id == practice_id,
            or_(
                Party.surname_index.in_([index.of(practice_id, "surname", w) for w in whole]),
                Party.surname3_index.in_(
                    [index.of(practice_id, "surname3", b) for b in beginnings]
                ),
                Party.given_index.in_([index.of(practice_id, "given", w) for w in whole]),
            ),
        )
        .limit(_MOST_CANDIDATES)
    )
    found: dict[UUID, int] = {}
    for account, party in session.execute(query):
        name = open_name(account_vault(keys, account), party)
        rank = _rank(words, folded(name.given), folded(name.surname))
        if rank is not None:
            found[account.id] = min(rank, found.get(account.id, rank))
    return found


def _rank(words: Sequence[str], given: str, surname: str) -> int | None:
    """0 for the whole name, 1 for the whole surname, 2 for less; None when a word fits nowhere."""
    typed = [folded(word) for word in words]
    together = "".join(typed)
    if together in (given + surname, surname + given):
        return 0
    if together == surname:
        return 1
    fits = all(surname.startswith(t) or given == t or t in surname for t in typed)
    return 2 if fits or surname.startswith(together) else None


def _rows(
    session: Session,
    rank: dict[UUID, int],
    *,
    practice_id: int,
    steps: Sequence[Step],
    keys: KeyRing | None,
) -> tuple[Row, ...]:
    if not rank:
        return ()
    best = sorted(rank, key=lambda i: (rank[i], i))[:MOST]
    query = (
        select(Account, LadderCycle.position, LadderCycle.withheld)
        .outerjoin(
            LadderCycle,
            and_(
                LadderCycle.practice_id == Account.practice_id,
                LadderCycle.account_id == Account.id,
                LadderCycle.status == "open",
            ),
        )
        .where(Account.practice_id == practice_id, Account.id.in_(best), Account.status.in_(LISTED))
    )
    found = [(row[0], row[1], row[2]) for row in session.execute(query)]
    found.sort(key=lambda row: (rank[row[0].id], -row[0].balance_cents, row[0].id))
    return rows_of(session, found, practice_id=practice_id, steps=steps, keys=keys)
