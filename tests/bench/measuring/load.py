"""A load: threads that ask for one page over and over, each on a connection that is kept open."""

import socket
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.servers.process import ServerMissingError

CONNECTIONS = 8
TIMEOUT_SECONDS = 20
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is asked for: its address, and the cookies that open it."""

    url: str
    cookies: str

    def request(self) -> bytes:
        """The request as it goes over the wire."""
        parts = urlsplit(self.url)
        head = (
            f"GET {parts.path} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Accept-Language: fr",
            f"Cookie: {self.cookies}",
        )
        return "\r\n".join((*head, "", "")).encode()


class Asker:
    """One connection that is kept open."""

    def __init__(self, page: Page) -> None:
        parts = urlsplit(page.url)
        self._socket = socket.create_connection(
            (parts.hostname or "", parts.port or 80), timeout=TIMEOUT_SECONDS
        )
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = page.request()

    def ask(self) -> bytes:
        """One answer's body. Raises ServerMissingError for anything but 200."""
        self._socket.sendall(self._request)
        answer = b""
        while _END_OF_HEAD not in answer:
            answer += self._more()
        head, _, body = answer.partition(_END_OF_HEAD)
        if not head.startswith(b"HTTP/1.1 200"):
            raise ServerMissingError(f"The page answered: {head.splitlines()[0].decode()}")
        lowered = head.lower()
        at = lowered.index(_LENGTH) + len(_LENGTH)
        length = int(lowered[at:].split(b"\r\n", 1)[0])
        parts, got = [body], len(body)
        while got < length:
            parts.append(self._more())
            got += len(parts[-1])
        return b"".join(parts)

    def _more(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise ServerMissingError("The server closed the connection in the middle of an answer.")
        return part

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def body_of(page: Page) -> bytes:
    """The page, asked for once."""
    asker = Asker(page)
    try:
        return asker.ask()
    finally:
        asker.close()


def rate(page: Page, seconds: float) -> float:
    """Requests a second that the server answers to ``CONNECTIONS`` connections at once.

    Raises ServerMissingError when one of them gets no page.
    """
    counts: list[int] = []
    wrong: list[Exception] = []
    start = threading.Barrier(CONNECTIONS + 1)
    stop = threading.Event()

    def run() -> None:
        done = 0
        try:
            asker = Asker(page)
        except OSError as error:
            wrong.append(error)
            start.abort()
            return
        try:
            start.wait()
            while not stop.is_set():
                asker.ask()
                done += 1
        except (OSError, ServerMissingError) as error:
            wrong.append(error)
        finally:
            asker.close()
            counts.append(done)

    threads = [threading.Thread(target=run) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if wrong:
        raise ServerMissingError(f"The load failed: {wrong[0]}")
    return sum(counts) / took
