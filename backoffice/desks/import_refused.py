"""The rows that an import refused, as a file for whoever mends them in the practice's software."""

import csv
import io
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import get_practice, practice_vault
from shared.base.vault import KeyRing
from shared.billing import safe_cell
from shared.imports import REFUSED, get_job, read_rows

AT_ONCE = 1000
TITLES = ("Ligne", "Colonne", "Raison", "Facture")


def refused_csv(session: Session, *, practice_id: int, job_id: UUID, keys: KeyRing) -> bytes:
    """Row, column, reason, invoice, for any spreadsheet; no cell becomes a formula. Raises NotFoundError."""
    job = get_job(session, practice_id=practice_id, job_id=job_id)
    vault = practice_vault(keys, get_practice(session, practice_id))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(TITLES)
    after = 0
    while rows := read_rows(
        session,
        practice_id=practice_id,
        job_id=job.id,
        kind=REFUSED,
        vault=vault,
        after=after,
        most=AT_ONCE,
    ):
        for _, fate in rows:
            cells = (fate.column, fate.reason, fate.number)
            writer.writerow((fate.row, *map(safe_cell, cells)))
        after = rows[-1][0]
    return ("\ufeff" + out.getvalue()).encode()
