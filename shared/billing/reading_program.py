"""Reads one export, as a program of its own.

A practice's file comes from anywhere, and the libraries that take it apart were not written for hostile
input. So this is run by itself: without our settings, with little memory and time, fed by standard input
(a line of JSON that says what is asked, then the file), and nothing but its standard output is heard.
"""

import dataclasses
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

SECONDS = 120
MEMORY_BYTES = 2 * 1024 * 1024 * 1024
REFUSED = 3


def _limit() -> None:
    """From here on: little memory, little time, and no file is written."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _plain(value: object) -> object:
    """What JSON has no word for: a day, and a set of words."""
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _answers(asked: dict[str, Any], data: bytes) -> Iterator[object]:
    from shared.billing.export_head import read_head
    from shared.billing.export_rows import read_export

    if asked["what"] == "head":
        yield dataclasses.asdict(read_head(data, filename=asked["filename"]))
        return
    parsed = read_export(
        data,
        filename=asked["filename"],
        mapping=asked["mapping"],
        keep_care=asked["keep_care"],
        today=date.fromisoformat(asked["today"]),
    )
    yield {
        "columns": dataclasses.asdict(parsed.columns),
        "encoding": parsed.encoding,
        "delimiter": parsed.delimiter,
        "problems": [dataclasses.asdict(problem) for problem in parsed.problems],
    }
    for row in parsed.rows:
        yield dataclasses.asdict(row)


def main() -> int:
    """Standard input to standard output, one JSON value a line; a refusal is its sentence alone."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from shared.billing.export_types import UnreadableExportError

    _limit()
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        for answer in _answers(asked, sys.stdin.buffer.read()):
            sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=_plain) + "\n")
    except UnreadableExportError as refused:
        sys.stdout.write(json.dumps({"refused": str(refused)}, ensure_ascii=False) + "\n")
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
