"""Processes of a benchmark's own: started with nothing of ours in their environment, stopped at the end."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import ServerMissingError, answers

ROOT = Path(__file__).parents[3]
START_SECONDS = 60
STOP_SECONDS = 15


@contextmanager
def serving(
    module: list[str], environment: Mapping[str, str], *, port: int, log: Path
) -> Iterator[None]:
    """``python -m module…`` for the length of a ``with``, from when its port answers.

    Raises ServerMissingError with the end of its log when it does not.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARDOISE_")}
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            env=kept | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + START_SECONDS
        while not answers(port):
            if process.poll() is not None or time.monotonic() > until:
                said = log.read_text(errors="replace")[-1000:]
                raise ServerMissingError(f"{module[0]} did not start. It said: {said}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
