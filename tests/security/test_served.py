"""A front door as it is really served: what its server writes, and who may read its files."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ardoise.demo.setting import fresh_folder
from tests.servers.process import answers, free_port
from tests.world import fresh_key

ARDOISE = Path(sys.executable).with_name("ardoise")
TOKEN = "Zq7MarkerZq7MarkerZq7Marker7Zq7M.Zq7MarkerZq7Ma"
START_SECONDS = 60


@dataclass
class Served:
    """A running front door and the file its words go to."""

    port: int
    log: Path

    def say(self, line: bytes) -> bytes:
        """Send a request byte by byte as given; the first of the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            wire.sendall(line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return wire.recv(200)

    def lines(self, wanted: int) -> list[dict[str, object]]:
        """What it wrote, as JSON, once there are so many lines."""
        until = time.monotonic() + 10
        while len(told := self.log.read_text().splitlines()) < wanted:
            assert time.monotonic() < until, told
            time.sleep(0.05)
        return [json.loads(line) for line in told]


def settings(url: str, **more: str) -> dict[str, str]:
    """The environment of either door."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ARDOISE_")}
    return bare | {
        "ARDOISE_DATABASE_URL": url,
        "ARDOISE_SITE_URL": "https://espace.example",
        "ARDOISE_LINK_KEYS": fresh_key(),
        "ARDOISE_GATEWAY_KEYS": fresh_key(),
        **more,
    }


@contextmanager
def serving(door: str, environment: dict[str, str], folder: Path) -> Iterator[Served]:
    served = Served(free_port(), folder / f"{door}.log")
    with served.log.open("wb") as log:
        process = subprocess.Popen(
            [str(ARDOISE), "serve", door, "--port", str(served.port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            until = time.monotonic() + START_SECONDS
            while not answers(served.port):
                assert process.poll() is None, served.log.read_text()
                assert time.monotonic() < until, served.log.read_text()
                time.sleep(0.05)
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.fixture
def portal(sqlite_url: str, tmp_path: Path) -> Iterator[Served]:
    environment = settings(sqlite_url, ARDOISE_PORTAL_SECRET="p" * 40, ARDOISE_PROXIES="1")
    with serving("portal", environment, tmp_path) as served:
        yield served


UNREADABLE = [
    b"GET /l/%s\xc3\xa9 HTTP/1.1",
    b"get /l/%s HTTP/1.1",
    b"GET  /l/%s HTTP/1.1",
    b"GET /l/%s HTTP/9.9",
    b"GET /l/%s",
]


def test_a_request_that_cannot_be_read_leaves_neither_its_link_nor_its_address_in_the_log(
    portal: Served,
) -> None:
    before = len(portal.lines(0))
    for line in UNREADABLE:
        assert b" 400 " in portal.say(line % TOKEN.encode()), line
    portal.say(b"GET /l/" + TOKEN.encode() + b" HTTP/1.1\r\nBad Header " + TOKEN.encode() + b": x")
    told = portal.lines(before + len(UNREADABLE) + 1)[before:]
    assert {line["event"] for line in told} == {"Invalid request"}
    written = portal.log.read_text()
    assert "Zq7" not in written
    assert "127.0.0.1" not in written


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def warnings(served: Served) -> list[object]:
    return [line["event"] for line in served.lines(0) if line["level"] == "warning"]


@pytest.mark.parametrize(
    ("site", "proxies", "warned"),
    [("https://espace.example", "0", True), ("https://espace.example", "1", False)],
)
def test_https_without_a_named_proxy_is_told_at_the_start(
    sqlite_url: str, tmp_path: Path, site: str, proxies: str, warned: bool
) -> None:
    environment = settings(
        sqlite_url, ARDOISE_PORTAL_SECRET="p" * 40, ARDOISE_PROXIES=proxies, ARDOISE_SITE_URL=site
    )
    with serving("portal", environment, tmp_path) as served:
        served.say(b"GET / HTTP/1.1")
        said = [str(event) for event in warnings(served)]
    assert any("ARDOISE_PROXIES" in sentence for sentence in said) is warned


def test_only_the_owner_reads_what_a_command_makes(tmp_path: Path) -> None:
    file = tmp_path / "ardoise.sqlite"
    environment = settings(
        f"sqlite:///{file}",
        ARDOISE_MASTER_KEYS=fresh_key(),
        ARDOISE_WORKER_KEYS=fresh_key(),
        ARDOISE_AUDIT_KEYS=fresh_key(),
        ARDOISE_INDEX_KEY="i" * 40,
    )
    subprocess.run(
        [str(ARDOISE), "db", "upgrade"],
        env=environment,
        check=True,
        capture_output=True,
        umask=0o022,
    )
    assert mode(file) == 0o600


def test_only_the_owner_looks_into_the_demos_folder(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir(0o755)
    assert mode(fresh_folder(folder)) == 0o700
    assert mode(fresh_folder(tmp_path / "another")) == 0o700
