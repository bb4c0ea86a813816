"""A real Chromium: the machine's own, else Debian's package, else Playwright's download."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Playwright

from tests.servers.process import ServerMissingError

ON_PATH = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ON_MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root

# Quiet: a browser under test asks nothing of anyone but the pages under test.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *SANDBOX,
]


def find_or_bring(playwright: Playwright) -> str:
    """The path of a Chromium that runs. Raises ServerMissingError."""
    own = playwright.chromium.executable_path
    found = find(own)
    if found is None:
        bring()
        found = find(own)
    if found is None:
        raise ServerMissingError(
            "No Chromium was found and none could be brought: install it (Debian: apt-get install "
            "chromium; macOS: install Google Chrome)."
        )
    return found


def find(own: str) -> str | None:
    """The first candidate that can say its version; ``own`` is where Playwright would keep one."""
    for path in candidates(own):
        told = run([path, "--version"])
        if told and told.returncode == 0:
            return path
    return None


def candidates(own: str) -> Iterator[str]:
    """Where a Chromium may lie, the machine's own first."""
    for name in ON_PATH:
        on_path = shutil.which(name)
        if on_path:
            yield on_path
    yield from (path for path in (*ON_MACOS, own) if Path(path).exists())


def bring() -> None:
    """Install Chromium as this machine's users would; what fails is told by its absence."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        run(["apt-get", "update", "-q"])
        run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"])
        if shutil.which("chromium"):
            return
    run([sys.executable, "-m", "playwright", "install", "chromium"])


def run(command: list[str]) -> "subprocess.CompletedProcess[bytes] | None":
    """Run a command quietly; None when it cannot be run or takes beyond ten minutes."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(
            command, env=environment, capture_output=True, check=False, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
