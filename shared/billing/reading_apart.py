"""Reading exports by a program of its own: see ``reading_program``."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from shared.base.log import get_logger
from shared.billing import reading_program
from shared.billing.export_head import ExportHead
from shared.billing.export_types import (
    ColumnReport,
    InvoiceRow,
    ParsedExport,
    PartyRow,
    RowProblem,
    UnreadableExportError,
)

log = get_logger(__name__)
PROGRAM = Path(reading_program.__file__)
PATIENCE_SECONDS = 180  # its own limit is on the processor's time, which it may share
MOST_ANSWERED_BYTES = 400_000_000
TOO_MUCH = (
    "Ce fichier n’a pas pu être lu : il est abîmé, ou demande trop de mémoire ou de temps. "
    "Réexportez-le en CSV, ou sur une période plus courte."
)


def read_head_apart(data: bytes, *, filename: str) -> ExportHead:
    """As ``read_head``, by a program of its own. Raises UnreadableExportError."""
    head = _asked({"what": "head", "filename": filename}, data)[0]
    return ExportHead(
        header_row=head["header_row"],
        titles=tuple(head["titles"]),
        meant=head["meant"],
        care=tuple(head["care"]),
        rows=tuple(tuple(_cell(cell) for cell in row) for row in head["rows"]),
        encoding=head["encoding"],
        delimiter=head["delimiter"],
    )


def read_export_apart(
    data: bytes,
    *,
    filename: str,
    mapping: Mapping[str, str] | None = None,
    keep_care: bool = False,
    today: date,
) -> ParsedExport:
    """As ``read_export``, by a program of its own. Raises UnreadableExportError."""
    head, *rows = _asked(
        {
            "what": "rows",
            "filename": filename,
            "mapping": dict(mapping or {}),
            "keep_care": keep_care,
            "today": today.isoformat(),
        },
        data,
    )
    columns = head["columns"]
    return ParsedExport(
        rows=tuple(_invoice(row) for row in rows),
        problems=tuple(RowProblem(**problem) for problem in head["problems"]),
        columns=ColumnReport(
            header_row=columns["header_row"],
            used=columns["used"],
            unused=tuple(columns["unused"]),
            care_columns=tuple(columns["care_columns"]),
            unknown=tuple(columns["unknown"]),
        ),
        encoding=head["encoding"],
        delimiter=head["delimiter"],
    )


def _asked(question: dict[str, Any], data: bytes) -> list[dict[str, Any]]:
    """The program's answers. What hangs, dies or floods us is a refusal with a sentence."""
    program = subprocess.Popen(  # noqa: S603 - our own program, told nothing but the bytes
        [sys.executable, "-I", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    ends = threading.Timer(PATIENCE_SECONDS, program.kill)
    feeds = threading.Thread(target=_feed, args=(program, question, data), daemon=True)
    ends.start()
    feeds.start()
    with program:
        assert program.stdout is not None  # noqa: S101 - a pipe was asked for
        told = program.stdout.read(MOST_ANSWERED_BYTES + 1)
        if len(told) > MOST_ANSWERED_BYTES:
            program.kill()
        feeds.join()
        code = program.wait()
    ends.cancel()
    return _understood(told, code)


def _feed(program: "subprocess.Popen[bytes]", question: dict[str, Any], data: bytes) -> None:
    with suppress(BrokenPipeError):  # it has seen enough, or is dead: its answer tells
        assert program.stdin is not None  # noqa: S101 - a pipe was asked for
        with program.stdin as pipe:
            pipe.write(json.dumps(question).encode() + b"\n")
            pipe.write(data)


def _understood(told: bytes, code: int) -> list[dict[str, Any]]:
    try:
        answers: list[dict[str, Any]] = [json.loads(line) for line in told.splitlines()]
        if code == reading_program.REFUSED:
            raise UnreadableExportError(str(answers[0]["refused"]))
    except (ValueError, LookupError):
        answers = []
    if code != 0 or not answers:
        log.warning("export.refused", reason="stopped")
        raise UnreadableExportError(TOO_MUCH)
    return answers


def _cell(cell: Any) -> Any:
    return date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell


def _invoice(row: dict[str, Any]) -> InvoiceRow:
    days = {name: _cell(row[name]) for name in ("issued_on", "due_on")}
    protections = row["protections"]
    people = {
        "patient": _party(row["patient"]),
        "debtor": _party(row["debtor"]) if row["debtor"] else None,
        "protections": None if protections is None else frozenset(protections),
    }
    return InvoiceRow(**(row | days | people))


def _party(party: dict[str, Any]) -> PartyRow:
    return PartyRow(**(party | {"birth_date": _cell(party["birth_date"])}))
