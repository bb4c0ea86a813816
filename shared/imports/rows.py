"""The lines of an import's outcome: written by the worker, read by page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from shared.base.ids import new_id
from shared.base.money import Cents
from shared.base.vault import Vault
from shared.imports.model import ImportRow

_AT_ONCE = 1000
PAGE = 50


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one line: its ``row`` in the file (0 for none), the invoice's number, what was left
    of it before and is after; ``column`` and ``reason`` where something speaks against it, and ``who`` the
    patient is."""

    kind: str
    row: int
    number: str = ""
    before_cents: Cents = 0
    after_cents: Cents = 0
    column: str = ""
    reason: str = ""
    who: str = field(default="", repr=False)


def write_rows(
    session: Session,
    fates: Iterable[Fate],
    *,
    practice_id: int,
    job_id: UUID,
    vault: Vault,
    of_kind: str = "",
) -> None:
    """Keep the lines in the place of those that were kept before; ``of_kind`` replaces that kind only."""
    gone = delete(ImportRow).where(ImportRow.practice_id == practice_id, ImportRow.job_id == job_id)
    session.execute(gone.where(ImportRow.kind == of_kind) if of_kind else gone)
    numbered = enumerate(fates, start=1)
    while some := list(islice(numbered, _AT_ONCE)):
        session.execute(
            insert(ImportRow),
            [_row(fate, position, practice_id, job_id, vault) for position, fate in some],
        )


def _row(
    fate: Fate, position: int, practice_id: int, job_id: UUID, vault: Vault
) -> dict[str, object]:
    row_id = new_id()
    said = None
    if fate.reason:
        said = vault.seal(
            {"column": fate.column, "reason": fate.reason, "who": fate.who},
            table="import_row",
            row=row_id,
            column="said",
        )
    return {
        "practice_id": practice_id,
        "id": row_id,
        "job_id": job_id,
        "kind": fate.kind,
        "position": position,
        "row": fate.row,
        "number": fate.number,
        "before_cents": fate.before_cents,
        "after_cents": fate.after_cents,
        "said": said,
    }


def read_rows(
    session: Session,
    *,
    practice_id: int,
    job_id: UUID,
    kind: str,
    vault: Vault,
    after: int = 0,
    most: int = PAGE,
) -> list[tuple[int, Fate]]:
    """(position, line) of one kind, those after a position, opened."""
    query = (
        select(ImportRow)
        .where(
            ImportRow.practice_id == practice_id,
            ImportRow.job_id == job_id,
            ImportRow.kind == kind,
            ImportRow.position > after,
        )
        .order_by(ImportRow.position)
        .limit(most)
    )
    return [(row.position, _opened(row, vault)) for row in session.scalars(query)]


def _opened(row: ImportRow, vault: Vault) -> Fate:
    said = None
    if row.said is not None:
        said = vault.open(row.said, table="import_row", row=row.id, column="said")
    words = said if isinstance(said, dict) else {}
    return Fate(
        row.kind,
        row.row,
        row.number,
        row.before_cents,
        row.after_cents,
        str(words.get("column", "")),
        str(words.get("reason", "")),
        str(words.get("who", "")),
    )
