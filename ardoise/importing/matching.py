"""Which account each row of an export belongs to. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from ardoise.importing.checks import MOVED, same_person
from ardoise.importing.wishes import AccountWish, Spoken, account_wish
from shared.accounts import PersonDetails
from shared.base.money import Cents
from shared.billing import InvoiceRow

Refusal = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """What the export says of an account; ``account_id`` is None for one that is not known yet."""

    account_id: UUID | None
    wish: AccountWish


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is known before matching: accounts by key, and by the number of each known invoice; and by the
    number of each invoice of an account whose persons' data are erased what the software last said is
    left."""

    by_key: Mapping[str, UUID]
    by_invoice: Mapping[str, UUID]
    erased: Mapping[str, Cents] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that already holds the invoices of a debtor whose key is new."""

    key: str
    debtor: PersonDetails


def candidates(groups: Mapping[str, Sequence[InvoiceRow]], on_file: OnFile) -> dict[str, UUID]:
    """By unknown key the one account that holds all its known invoices, if there is just one."""
    found = {}
    for key, rows in groups.items():
        holders = {holder for row in rows if (holder := on_file.by_invoice.get(row.invoice_number))}
        if key not in on_file.by_key and len(holders) == 1:
            found[key] = holders.pop()
    return found


def match_accounts(
    groups: Mapping[str, Sequence[InvoiceRow]],
    *,
    on_file: OnFile,
    opened: Mapping[UUID, Candidate],
    spoken: Spoken,
) -> tuple[list[Match], list[Refusal]]:
    """The accounts, with (row, field, sentence) for each invoice that would change its debtor.

    A known person under a new key (a new name, telephone or file number) keeps their account.
    """
    new: list[Match] = []
    known: dict[UUID, dict[str, Sequence[InvoiceRow]]] = defaultdict(dict)
    holders = candidates(groups, on_file)
    for key, rows in groups.items():
        account_id = on_file.by_key.get(key)
        if account_id is None:
            wish = account_wish(key, rows, spoken)
            holder = holders.get(key)
            if holder is None or not _still_owes(opened.get(holder), wish):
                new.append(Match(None, wish))
                continue
            account_id = holder
        known[account_id][key] = rows
    matches = [*new, *(_joined(i, by_key, opened, spoken) for i, by_key in known.items())]
    refusals = [
        (row.row, "invoice_number", MOVED)
        for match in matches
        for row in match.wish.rows
        if on_file.by_invoice.get(row.invoice_number, match.account_id) != match.account_id
    ]
    return matches, refusals


def _still_owes(candidate: Candidate | None, wish: AccountWish) -> bool:
    return candidate is not None and same_person(candidate.debtor, wish.people[0].details)


def _joined(
    account_id: UUID,
    by_key: Mapping[str, Sequence[InvoiceRow]],
    opened: Mapping[UUID, Candidate],
    spoken: Spoken,
) -> Match:
    """All keys that mean one account together, under the key that it has if that is among them."""
    candidate = opened.get(account_id)
    own = candidate.key if candidate and candidate.key in by_key else next(iter(by_key))
    rows = sorted((row for some in by_key.values() for row in some), key=lambda row: row.row)
    return Match(account_id, account_wish(own, rows, spoken))
