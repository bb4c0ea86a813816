"""Starting a server under its keeper, and asking the keeper to end it."""

import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEEPER = Path(__file__).with_name("keeper.py")
START_SECONDS = 60
STOP_SECONDS = 20

_kept: list["subprocess.Popen[bytes]"] = []  # held so that Python does not warn of them as lost


class ServerMissingError(Exception):
    """A real server cannot be had; the text says what to install."""


@dataclass(frozen=True, slots=True)
class Home:
    """One run's folder of servers, and the process for whose life they are kept."""

    folder: Path
    owner: int

    def once(self, name: str, make: Callable[[Path], str]) -> str:
        """The answer of ``make``, asked for by the first of all test processes that needs it.

        ``make`` is given an empty folder of its own. A ServerMissingError is remembered too, so
        that each test that needs the server fails with the same sentence at once.
        """
        answer = self.folder / f"{name}.json"
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not answer.exists():
                place = self.folder / name
                place.mkdir()
                try:
                    told = {"is": make(place)}
                except ServerMissingError as missing:
                    told = {"missing": str(missing)}
                answer.write_text(json.dumps(told))
            told = json.loads(answer.read_text())
        if "missing" in told:
            raise ServerMissingError(told["missing"])
        return str(told["is"])

    def close(self) -> None:
        """Stop every server that was started here and remove the folder."""
        for note in sorted(self.folder.glob("*/keeper.pid")):
            stop(note.parent)
        shutil.rmtree(self.folder, ignore_errors=True)


def open_home() -> Home:
    """A new folder for the servers of this process."""
    folder = Path(tempfile.mkdtemp(prefix="ardoise-tests-"))
    folder.chmod(0o711)  # an unprivileged server must reach its own folder inside
    return Home(folder, os.getpid())


@contextmanager
def home() -> Iterator[Home]:
    """Servers for the length of a ``with``: for the benchmarks."""
    servers = open_home()
    try:
        yield servers
    finally:
        servers.close()


def unprivileged_user() -> str:
    """Whom to run as when we are root, else ``-``: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return "-"
    for name in ("nobody", "postgres", "_postgres"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise ServerMissingError(
        "PostgreSQL does not run as root and this machine has no user « nobody »: "
        "run the tests as an ordinary user."
    )


def start(
    command: list[str],
    *,
    home: Home,
    place: Path,
    is_ready: Callable[[], bool],
    user: str = "-",
    stop_signal: int = signal.SIGTERM,
) -> None:
    """Start a server in ``place`` and wait until it answers.

    Raises ServerMissingError with the end of the server's own log when it does not.
    """
    keeper = subprocess.Popen(
        [
            *(sys.executable, "-I", str(KEEPER)),
            *(str(home.owner), str(int(stop_signal)), user, str(place)),
            *command,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is the owner's to hear
    )
    _kept.append(keeper)
    (place / "keeper.pid").write_text(str(keeper.pid))
    log = place / "server.log"
    said = ""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if log.exists():
            said = log.read_text(errors="replace")
        if keeper.poll() is not None:
            break
        if is_ready():
            return
        time.sleep(0.05)
    stop(place)
    name = Path(command[0]).name
    raise ServerMissingError(f"{name} did not start. It said: {said[-1000:].strip()}")


def stop(place: Path) -> None:
    """Ask the keeper of ``place`` to end its server; it removes the folder last."""
    try:
        keeper = int((place / "keeper.pid").read_text())
        os.kill(keeper, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        return
    until = time.monotonic() + STOP_SECONDS
    while place.exists() and time.monotonic() < until:
        time.sleep(0.05)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something accepts connections on that port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
