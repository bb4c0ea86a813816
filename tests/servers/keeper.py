"""Keeps one server for as long as its owner lives: a killed test run leaves no server behind.

Run as a script of its own (see ``process.py``), so that nothing of the project need be importable:

    keeper.py OWNER_PID STOP_SIGNAL USER DIRECTORY COMMAND…

``USER`` is the unprivileged user to run the command as, or ``-`` for the present one. When the
keeper is asked to end, the owner has gone or the server has ended, ``DIRECTORY`` is removed.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE_SECONDS = 15


def keep(owner: int, stop_signal: int, user: str, directory: Path, command: list[str]) -> None:
    """Run ``command`` until it ends, the owner has gone, or SIGTERM comes."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    try:
        with (directory / "server.log").open("ab") as log:
            server = subprocess.Popen(
                command,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=None if user == "-" else user,
                group=None if user == "-" else pwd.getpwnam(user).pw_gid,
                extra_groups=None if user == "-" else [],
            )
        try:
            while server.poll() is None and is_alive(owner):
                time.sleep(0.2)
        finally:
            stop(server, stop_signal)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        if not is_alive(owner):  # nobody else is left to remove the folder of all its servers
            shutil.rmtree(directory.parent, ignore_errors=True)


def is_alive(pid: int) -> bool:
    """Whether a process of that number runs, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stop(server: "subprocess.Popen[bytes]", stop_signal: int) -> None:
    """End the server: asked first, then made to."""
    if server.poll() is None:
        server.send_signal(stop_signal)
        try:
            server.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


if __name__ == "__main__":
    keep(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]), sys.argv[5:])
