"""What must always be true of imports."""

from sqlalchemy import exists, or_, select

from shared.base.invariants import Invariant
from shared.billing import ImportRun
from shared.imports.model import ImportFile, ImportJob
from shared.imports.rules import OPEN

_undone = (
    exists()
    .where(
        ImportRun.practice_id == ImportJob.practice_id,
        ImportRun.id == ImportJob.run_id,
        ImportRun.undone_at.is_not(None),
    )
    .correlate(ImportJob)
)

INVARIANTS = (
    Invariant(
        "import-kept",
        "an import names what it booked exactly once it is booked",
        select(ImportJob.id).where(
            ImportJob.status.in_(("kept", "undoing", "undone")) != ImportJob.run_id.is_not(None)
        ),
    ),
    Invariant(
        "import-undone",
        "what was booked of an import is taken back exactly when the import says so",
        select(ImportJob.id).where(
            or_(
                (ImportJob.status == "undone") & ~_undone,
                (ImportJob.status != "undone") & _undone,
            )
        ),
    ),
    Invariant(
        "import-file-open",
        "a list that was read and is still on its way has its file",
        select(ImportJob.id).where(
            ImportJob.via == "office",
            ImportJob.status.in_([status for status in OPEN if status != "undoing"]),
            ~exists().where(
                ImportFile.practice_id == ImportJob.practice_id, ImportFile.id == ImportJob.id
            ),
        ),
    ),
)
