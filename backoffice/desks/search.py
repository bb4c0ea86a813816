"""Finding accounts by what somebody says on the telephone.

Numbers are found as they are; names, telephone numbers and addresses by their blind indexes, so
exact words only, and surnames also by their beginning (three letters are indexed, the rest is
compared after unsealing).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import phonenumbers
from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, and_, func, or_, select, union_all
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
_MOST_EXACT = 200
_MOST_BEGUN = 400
_MOST_REST = 100
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
    query = (
        select(Account, Party)
        .join(Party, and_(Party.practice_id == Account.practice_id, Party.account_id == Account.id))
        .where(
            Party.practice_id == practice_id,
            Party.id.in_(
                _candidates(practice_id, words, _Named.of(practice_id, words, term, index))
            ),
        )
    )
    found: dict[UUID, int] = {}
    for account, party in session.execute(query):
        name = open_name(account_vault(keys, account), party)
        rank = _rank(words, folded(name.given), folded(name.surname))
        if rank is not None:
            found[account.id] = min(rank, found.get(account.id, rank))
    return found


@dataclass(frozen=True, slots=True)
class _Named:
    """Conditions on a person by the blind indexes of what was typed: that it is the surname with all its
    words, that one of the words is, that a surname begins as one of them, that one is a given name."""

    whole: ColumnElement[bool]
    surname: ColumnElement[bool]
    begins: ColumnElement[bool]
    given: ColumnElement[bool]

    @classmethod
    def of(cls, practice_id: int, words: list[str], term: str, index: BlindIndex) -> "_Named":
        typed = {*words, term}
        letters = {folded(word)[:_INDEXED_LETTERS] for word in typed}
        begin = [
            index.of(practice_id, "surname3", b) for b in letters if len(b) == _INDEXED_LETTERS
        ]
        return cls(
            whole=Party.surname_index == index.of(practice_id, "surname", term),
            surname=Party.surname_index.in_([index.of(practice_id, "surname", w) for w in typed]),
            begins=Party.surname3_index.in_(begin),
            given=Party.given_index.in_([index.of(practice_id, "given", w) for w in typed]),
        )


def _candidates(practice_id: int, words: list[str], named: _Named) -> Select[Any]:
    """People whose name may fit. What says less is looked at only where too few are found of what says more,
    since a practice may have a hundred thousand of it: first the whole name, or the surname where one word
    was typed; then the beginning of it; then any word of it."""
    several = len(words) > 1
    exact = and_(named.surname, or_(named.given, named.whole)) if several else named.surname
    begun = and_(named.begins, named.given) if several else named.begins
    enough = 1 if several else MOST
    likely = _some(practice_id, exact, _MOST_EXACT)
    less_so = _some(practice_id, begun, _MOST_BEGUN, _count(likely) < enough)
    rest = [
        _some(practice_id, part, _MOST_REST, _count(likely) + _count(less_so) < enough)
        for part in ((named.given, named.begins, named.surname) if several else (named.given,))
    ]
    both = union_all(*(select(found.c.id) for found in (likely, less_so, *rest))).subquery()
    return select(both.c.id)


def _some(
    practice_id: int, fits: ColumnElement[bool], most: int, *more: ColumnElement[bool]
) -> CTE:
    """Some people whom a condition fits, found by its index."""
    found = select(Party.id).where(Party.practice_id == practice_id, fits, *more).limit(most)
    return found.cte().prefix_with("MATERIALIZED")


def _count(found: CTE) -> ScalarSelect[int]:
    return select(func.count()).select_from(found).scalar_subquery()


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
