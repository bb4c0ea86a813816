"""One night in a process of its own, which then tells the most memory that it ever had."""

import json
import resource
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from shared.accounts import get_practice
from shared.base.database import Database
from shared.ladder import run_night

ROOT = Path(__file__).parents[3]
STATUS = Path("/proc/self/status")


def peak_of_night(url: str, practice_id: int, at: datetime) -> tuple[int, int]:
    """(accounts decided, peak bytes) of a night that is decided and rolled back."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.measuring.night_memory"],
        input=json.dumps([url, practice_id, at.isoformat()]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seen, peak = json.loads(told.stdout)
    return int(seen), int(peak)


def main() -> None:
    """Decide what standard input names."""
    url, practice_id, written = json.loads(sys.stdin.read())
    at = datetime.fromisoformat(written)
    with Database(url).unit_of_work(practice_id) as work:
        run = run_night(
            work.session, practice=get_practice(work.session, practice_id), today=at.date(), at=at
        )
    sys.stdout.write(json.dumps([run.seen, own_peak()]))


def own_peak() -> int:
    """The most bytes this process ever had in memory.

    Linux's ``ru_maxrss`` starts with what the parent had, so its own account is read there.
    """
    if STATUS.exists():
        line = next(one for one in STATUS.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
