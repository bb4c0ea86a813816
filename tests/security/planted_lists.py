"""A list that waits in the back-office for its columns, marked wherever it keeps what a file said."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.accounts import get_practice, practice_vault
from shared.base.ids import new_id
from shared.base.vault import KeyRing
from shared.imports import (
    REFUSED,
    Fate,
    ImportFile,
    ImportJob,
    ImportMapping,
    seal_words,
    write_rows,
)

LIST_MARKS: dict[str, tuple[str, ...]] = {
    "import_job.head": ("Grisélidis-zq96",),
    "import_job.mapping": ("Fuchsine-zq97",),
    "import_job.said": ("Ocarina-zq98",),
    "import_file.content": ("Rutabaga-zq89",),
    "import_row.said": ("Pimprenelle-zq99",),
    "import_mapping.mapping": ("Salsifis-zq88",),
}
LIST_SHOWN = {"import_job.head", "import_job.said", "import_row.said"}


def send_list(session: Session, practice_id: int, keys: KeyRing, at: datetime) -> None:
    """Keep such a list, with columns that were chosen before."""
    vault = practice_vault(keys, get_practice(session, practice_id))
    marks = {column: texts[0] for column, texts in LIST_MARKS.items()}
    job = ImportJob(
        practice_id=practice_id,
        id=new_id(),
        source_name="autre logiciel",
        status="preview",
        via="office",
        media="csv",
        size_bytes=100,
        full=True,
        as_of=at,
        once="9" * 32,
        asked_name="Claire Le Goff",
        asked_at=at,
        moved_name="Claire Le Goff",
        moved_at=at,
    )
    head = {
        "header_row": 1,
        "titles": ["Nom", "Note"],
        "meant": {"surname": "Nom"},
        "care": [],
        "rows": [[marks["import_job.head"], "x"]],
    }
    job.head = seal_words(vault, job.id, "head", head)
    job.mapping = seal_words(vault, job.id, "mapping", {"surname": marks["import_job.mapping"]})
    job.said = seal_words(vault, job.id, "said", marks["import_job.said"])
    session.add(job)
    session.flush()
    content = vault.seal_bytes(
        marks["import_file.content"].encode(), table="import_file", row=job.id, column="content"
    )
    session.add(ImportFile(practice_id=practice_id, id=job.id, content=content))
    write_rows(
        session,
        [Fate(REFUSED, 2, reason=marks["import_row.said"])],
        practice_id=practice_id,
        job_id=job.id,
        vault=vault,
    )
    saved = ImportMapping(
        practice_id=practice_id,
        id=new_id(),
        source_name="autre logiciel",
        name="Colonnes",
        headings_index=b"h" * 16,
        saved_by="Claire Le Goff",
        saved_at=at,
    )
    saved.mapping = vault.seal(
        {"surname": marks["import_mapping.mapping"]},
        table="import_mapping",
        row=saved.id,
        column="mapping",
    )
    session.add(saved)
    session.flush()
