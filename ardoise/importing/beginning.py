"""How an import begins: which source, whose turn, and that the list is not older than what is known."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ardoise.importing.context import Problems, Run
from shared.accounts import Practice, get_practice
from shared.base.clock import local_date
from shared.base.database import UtcDateTime
from shared.base.errors import ArdoiseError
from shared.base.formats import clock_time, day, french_spaces
from shared.base.ids import new_id
from shared.base.vault import BlindIndex, KeyRing
from shared.billing import ImportRun, ParsedExport, Source


class ImportRefusedError(ArdoiseError):
    """The list as a whole must not be taken over. The text is French and says what to do."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was read."""

    parsed: ParsedExport
    digest: str
    as_of: datetime
    full: bool
    source_name: str
    leaves_out: bool


def lock_imports(session: Session, practice_id: int) -> None:
    """Imports of one practice wait for each other: two of them could open one debtor twice."""
    session.execute(
        select(Practice.id).where(Practice.id == practice_id).with_for_update(key_share=True)
    ).one()


def begin(
    session: Session,
    practice_id: int,
    export: Export,
    keys: KeyRing,
    index: BlindIndex,
    at: datetime,
) -> tuple[Run, int]:
    """An import in this session, and how many of the practice's were kept or taken back, as the session
    sees it.

    A source that is not known yet is not written before something is taken over from it.
    """
    practice = get_practice(session, practice_id)
    source = session.scalar(
        select(Source).where(Source.practice_id == practice_id, Source.name == export.source_name)
    )
    if source is None:
        # A first list that is not full is all that is known of the source: it is that fresh.
        source = Source(
            practice_id=practice_id, id=new_id(), name=export.source_name, as_of=export.as_of
        )
    _refuse_older(session, practice, source, export.as_of)
    run = Run(
        id=new_id(),
        session=session,
        practice=practice,
        source=source,
        keys=keys,
        index=index,
        at=at,
        today=local_date(at, practice.timezone),
        tells_disputes="dispute" in export.parsed.columns.used,
        problems=Problems(export.parsed.columns.used, list(export.parsed.problems)),
    )
    imports = session.scalar(
        select(func.count() + func.count(ImportRun.undone_at)).where(
            ImportRun.practice_id == practice_id
        )
    )
    return run, imports or 0


def _refuse_older(session: Session, practice: Practice, source: Source, as_of: datetime) -> None:
    """An older list would take remainders back to what they were."""
    last = session.scalar(
        select(func.max(ImportRun.as_of, type_=UtcDateTime())).where(
            ImportRun.practice_id == practice.id,
            ImportRun.source_id == source.id,
            ImportRun.undone_at.is_(None),
        )
    )
    if last is not None and as_of < last:
        this, known = (_moment(instant, practice.timezone) for instant in (as_of, last))
        raise ImportRefusedError(
            french_spaces(
                f"Cet export date du {this}, plus ancien que le dernier importé ({known}). "
                "Exportez une liste à jour."
            )
        )


def _moment(instant: datetime, timezone: str) -> str:
    return f"{day(local_date(instant, timezone))}, {clock_time(instant, timezone)}"
