"""The line that an import leaves in the history, whichever way it came in."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping

from ardoise.importing.context import Run
from ardoise.importing.report import ImportReport
from shared.accounts import practice_vault
from shared.base.vault import KeyRing
from shared.imports import ImportJob, write_rows

BY_COMMAND = "ligne de commande"


def mark_of(report: ImportReport) -> str:
    """A fingerprint of all that an import does: the same file does something else on other books."""
    lines = [(f.kind, f.row, f.number, f.before_cents, f.after_cents) for f in report.fates]
    whole = [sorted(figures_of(report).items()), sorted(lines)]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def figures_of(report: ImportReport) -> dict[str, int]:
    """The counts that staff read, with the sums beside them, and how many lines there are of each kind."""
    refused = {problem.row for problem in report.blocking}
    figures: Mapping[str, int] = {
        "lines": report.lines,
        "rows": report.rows,
        "refused": len(refused),
        "noted": len({problem.row for problem in report.problems} - refused),
        "absent_cents": sum(cents for _, cents in report.absent),
    }
    lines = Counter(f"kind_{fate.kind}" for fate in report.fates)
    whole = {**report.counts, **figures, **lines}
    return {name: number for name, number in whole.items() if number}


def note_command(run: Run, report: ImportReport, *, size: int, keys: KeyRing) -> None:
    """An import from the command line shows in the same history."""
    job = ImportJob(
        practice_id=run.practice.id,
        id=run.id,
        source_name=run.source.name,
        status="kept",
        via="command",
        media="xlsx" if report.encoding == "xlsx" else "csv",
        size_bytes=size,
        full=report.full,
        as_of=report.as_of,
        once=run.id.hex,
        asked_name=BY_COMMAND,
        asked_at=run.at,
        moved_name=BY_COMMAND,
        moved_at=run.at,
        counts=figures_of(report),
        mark=mark_of(report),
        run_id=run.id,
        traced=True,
    )
    run.session.add(job)
    run.session.flush()
    write_rows(
        run.session,
        report.fates,
        practice_id=run.practice.id,
        job_id=job.id,
        vault=practice_vault(keys, run.practice),
    )
