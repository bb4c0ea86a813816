"""Taking over an export, some accounts at a time, inside one transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from ardoise.importing.beginning import ImportRefusedError
from ardoise.importing.checks import OTHER_PARTS, SOMEONE_ELSE, parts_of, someone_else
from ardoise.importing.context import Run, chunks
from ardoise.importing.invoices import (
    add_invoices,
    change_invoice,
    dispute,
    entries_of,
    happenings_of,
)
from ardoise.importing.known import KnownAccount
from ardoise.importing.matching import Match
from ardoise.importing.people import protect, start_accounts, write_account
from ardoise.importing.plan import AccountPlan, known_as, plan_account
from ardoise.importing.reading import OpenAccount, open_accounts
from ardoise.importing.wishes import AccountWish
from shared.accounts import Account
from shared.audit import record_many
from shared.base.money import Cents
from shared.desk import remind_of_credit
from shared.ledger import PATIENTS, Entry, post


def to_write(
    run: Run,
    matches: Iterable[Match],
    *,
    absent: Mapping[UUID, UUID],
    progress: Callable[[int], object],
) -> Iterator[Match]:
    """The accounts to which anything happens; what speaks against it is noted with the problems."""
    for some in chunks(matches):
        for match, found in _opened(run, some, absent):
            if found is None:
                yield match
                continue
            _check(run, found.known, match.wish)
            plan = plan_account(found.known, match.wish)
            if plan.is_empty:
                run.tally.counts["unchanged"] += plan.unchanged
                progress(plan.unchanged)
            else:
                yield match


def _check(run: Run, known: KnownAccount, wish: AccountWish) -> None:
    strangers = {
        who.external_ref
        for who in wish.people
        if who.external_ref
        and (person := known_as(who, known))
        and someone_else(person.details, who.details)
    }
    for row in wish.rows:
        invoice = known.invoices.get(row.invoice_number)
        if row.external_ref in strangers:
            run.problems.refuse(row.row, "external_ref", SOMEONE_ELSE)
        if invoice and invoice.parts != parts_of(row).all:
            run.problems.note(row.row, OTHER_PARTS)


def _opened(
    run: Run, matches: Sequence[Match], absent: Mapping[UUID, UUID]
) -> Iterator[tuple[Match, OpenAccount | None]]:
    ids = [match.account_id for match in matches if match.account_id]
    numbers = [r.invoice_number for m in matches if m.account_id for r in m.wish.rows]
    opened = open_accounts(run, ids, numbers=numbers, absent=absent) if ids else {}
    for match in matches:
        yield match, opened[match.account_id] if match.account_id else None


def lock_accounts(run: Run, ids: Iterable[UUID], *, named: Collection[UUID]) -> None:
    """Hold the accounts until the end, always in the same order, so that nobody waits in a ring.

    Raises ImportRefusedError where the data of one that the list has ``named`` were erased since it was
    compared.
    """
    for some in chunks(sorted(ids)):
        held = run.session.execute(
            select(Account.id, Account.erased_at)
            .where(Account.practice_id == run.practice.id, Account.id.in_(some))
            .order_by(Account.id)
            .with_for_update()
        ).all()
        if any(row.erased_at is not None and row.id in named for row in held):
            raise ImportRefusedError(
                "Les données d’un compte de cette liste viennent d’être effacées. Importez la "
                "liste de nouveau."
            )


def write_matches(
    run: Run,
    matches: Iterable[Match],
    *,
    absent: Mapping[UUID, UUID],
    progress: Callable[[int], object],
) -> None:
    """Write what the export says of these accounts, which are locked or new."""
    for some in chunks(matches):
        fresh = iter(start_accounts(run, [m.wish for m in some if m.account_id is None]))
        work = [(found or next(fresh), match.wish) for match, found in _opened(run, some, absent)]
        planned = [(found, plan_account(found.known, wish)) for found, wish in work]
        _write(run, planned, absent)
        progress(sum(len(match.wish.rows) for match in some))


def _write(
    run: Run, planned: Sequence[tuple[OpenAccount, AccountPlan]], absent: Mapping[UUID, UUID]
) -> None:
    """In the order in which the rows refer to each other."""
    session = run.session
    for found, plan in planned:
        write_account(run, found, plan)
    session.flush()
    for found, plan in planned:
        add_invoices(run, found, plan.new_invoices)
        for change in plan.changed_invoices:
            change_invoice(run, found, change, absent=absent)
        run.tally.counts["unchanged"] += plan.unchanged
    session.flush()
    entries = [entry for found, plan in planned for entry in entries_of(run, found, plan)]
    post(session, entries, practice_id=run.practice.id, actor=run.actor, at=run.at)
    _remind_of_credit(run, entries)
    happenings = [h for found, plan in planned for h in happenings_of(run, found, plan)]
    record_many(session, happenings, actor=run.actor, at=run.at)
    for found, plan in planned:
        if plan.newly_protected:
            protect(run, found)
        if plan.newly_disputed:
            dispute(run, found)
    session.flush()


def _remind_of_credit(run: Run, entries: Sequence[Entry]) -> None:
    """Where more is owed now, credit is not to be forgotten: using it or giving it back is work again,
    but where it is used by itself."""
    if run.practice.credit_by_itself:
        return
    more: dict[UUID, Cents] = defaultdict(int)
    for line in (line for entry in entries for line in entry.lines):
        if line.ledger_account == PATIENTS and line.account_id is not None:
            more[line.account_id] += line.amount_cents
    remind_of_credit(
        run.session,
        [account_id for account_id, cents in more.items() if cents > 0],
        practice=run.practice,
        actor=run.actor,
        at=run.at,
    )
