"""The demo's processes: started, watched, started again when one falls, stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import requests

from ardoise.demo.setting import DemoError

STOP_SECONDS = 15
READY_SECONDS = 60


class Processes:
    """Child processes by name, each with its own environment and log file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._commands: dict[str, tuple[list[str], dict[str, str]]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        """Start ``python -m …`` with nothing in its environment but what it is given."""
        self._commands[name] = (arguments, environment)
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith("ARDOISE_") and k != "PYTHONPATH"
        }
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-m", *arguments],
                env=kept | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us; we stop them in order
            )

    def wait_for(self, name: str, url: str) -> None:
        """Wait until a process answers. Raises DemoError when it ends or stays silent."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._running[name].poll() is not None:
                break
            try:
                if requests.get(url, timeout=1).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise DemoError(f"{name} did not start; its last lines:\n{self._last_lines(name)}")

    def watch(self, stopping: threading.Event) -> None:
        """Until ``stopping``: start again whatever falls."""
        while not stopping.wait(0.5):
            for name, process in list(self._running.items()):
                if process.poll() is not None and not stopping.is_set():
                    sys.stderr.write(f"{name} ended ({process.returncode}); starting it again.\n")
                    self.start(name, *self._commands[name])

    def stop(self) -> None:
        """Ask all to end, in the reverse order of their start; after a while make them."""
        for process in reversed(list(self._running.values())):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _last_lines(self, name: str) -> str:
        lines = (self._folder / f"{name}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-8:])
