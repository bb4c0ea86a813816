"""What an export changes: found out before anything is held or written."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from ardoise.importing.checks import ERASED, ERASED_PAID, twice, wrong_sums
from ardoise.importing.context import Run
from ardoise.importing.matching import Match, candidates, match_accounts
from ardoise.importing.on_file import of_another_source, read_on_file
from ardoise.importing.reading import absent_holds, open_candidates
from ardoise.importing.wishes import Spoken, account_key
from ardoise.importing.writing import to_write
from shared.base.money import Cents
from shared.billing import InvoiceRow, ParsedExport


def compare(
    run: Run, parsed: ParsedExport, progress: Callable[[int], object] = lambda _rows: None
) -> list[Match]:
    """The accounts to which anything happens; what speaks against it is noted with the problems.

    Only another import changes what this is about: names, numbers, and who owes which invoice.
    """
    matches = _match(run, parsed)
    return list(to_write(run, matches, absent=absent_holds(run), progress=progress))


def _match(run: Run, parsed: ParsedExport) -> list[Match]:
    groups = _by_debtor(run, parsed.rows)
    numbers = (row.invoice_number for row in parsed.rows)
    on_file = read_on_file(run, groups, numbers)
    groups = _without_erased(run, groups, on_file.erased)
    opened = open_candidates(run, _distinct(candidates(groups, on_file).values()))
    matches, refusals = match_accounts(
        groups, on_file=on_file, opened=opened, spoken=Spoken.of(parsed)
    )
    for row, field, reason in refusals:
        run.problems.refuse(row, field, reason)
    _refuse_twice(run, matches)
    return matches


def _without_erased(
    run: Run, groups: Mapping[str, Sequence[InvoiceRow]], erased: Mapping[str, Cents]
) -> dict[str, list[InvoiceRow]]:
    """No list brings back what was erased: whoever returns to care has new invoices, and a new account. Of
    what was paid here the software may not know yet: such a row says nothing new.
    """
    kept: dict[str, list[InvoiceRow]] = defaultdict(list)
    for key, rows in groups.items():
        for row in rows:
            if row.invoice_number not in erased:
                kept[key].append(row)
            elif row.remaining_cents > erased[row.invoice_number]:
                run.problems.refuse(row.row, "invoice_number", ERASED)
            else:
                run.problems.note(row.row, ERASED_PAID)
                run.tally.counts["aside"] += 1
    return kept


def _refuse_twice(run: Run, matches: Iterable[Match]) -> None:
    """One invoice under two sources would be asked for twice."""
    rows = [(m.account_id, row) for m in matches if m.account_id for row in m.wish.rows]
    others = of_another_source(run, (row.invoice_number for _, row in rows))
    for account_id, row in rows:
        source = others.get((account_id, row.invoice_number))
        if source is not None:
            run.problems.refuse(row.row, "invoice_number", twice(source))


def _distinct(ids: Iterable[UUID]) -> list[UUID]:
    return sorted(set(ids))


def _by_debtor(run: Run, rows: Iterable[InvoiceRow]) -> dict[str, list[InvoiceRow]]:
    groups: dict[str, list[InvoiceRow]] = defaultdict(list)
    for row in rows:
        for field, reason in wrong_sums(row):
            run.problems.refuse(row.row, field, reason)
        key = account_key(row, practice_id=run.practice.id, index=run.index)
        groups[key].append(row)
    return groups
