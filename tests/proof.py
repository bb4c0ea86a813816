"""Figures of a full run, and the page that keeps them: docs/proof.md.

Tests and benchmarks call `record`; `make proof` runs them in full, then this module as a script.
"""

import fcntl
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "proof.md"
FILE_VARIABLE = "ARDOISE_PROOF_FILE"

INTRODUCTION = """\
# Proof

What the last full run (`make proof`) measured, with every random test at its full count.
Anyone can repeat it: `make proof` writes this page anew.
"""


def record(name: str, value: str | int | float) -> None:
    """Keep one figure for the page; outside `make proof` there is no page and nothing is kept."""
    file = os.environ.get(FILE_VARIABLE)
    if not file:
        return
    with Path(file).open("a") as figures:
        fcntl.flock(figures, fcntl.LOCK_EX)
        figures.write(json.dumps({"name": name, "value": value}) + "\n")


def read(file: Path) -> dict[str, str | int | float]:
    """The figures of a run by name; one recorded twice keeps its last value."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return {line["name"]: line["value"] for line in lines}


def commit() -> str:
    """The commit that was measured, and whether files had been changed since."""
    name = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":!docs/proof.md")
    return f"{name} (with changes not yet committed)" if changed else name


def page(figures: dict[str, str | int | float], *, at: datetime, of: str) -> str:
    """The text of docs/proof.md."""
    seed = figures.get("seed", "unknown")
    facts = {
        "commit": of,
        "date": at.strftime("%Y-%m-%d %H:%M UTC"),
        "seed": f"{seed} (`pytest --randomly-seed={seed}`)",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
    }
    measured = {name: told(value) for name, value in sorted(figures.items()) if name != "seed"}
    return f"{INTRODUCTION}\n{table('run', facts)}\n{table('figure', measured)}"


def told(value: str | int | float) -> str:
    """A figure as people write it: 10 000, 0.53."""
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}".replace(",", " ")
    return f"{value:,}".replace(",", " ") if isinstance(value, int) else value


def table(title: str, rows: dict[str, str]) -> str:
    """A two-column table."""
    lines = [f"| {name} | {value} |\n" for name, value in rows.items()]
    return "".join([f"| {title} | |\n", "|---|---|\n", *lines])


def _git(*words: str) -> str:
    told = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout.strip()


def main(file: Path) -> None:
    """Write the page from the figures in ``file``."""
    figures = read(file)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(figures, at=datetime.now(UTC), of=commit()))
    sys.stdout.write(f"Wrote docs/proof.md with {len(figures)} figures.\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
