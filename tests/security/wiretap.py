"""Everything that leaves a process: bytes on the wire, addresses, texts of errors raised on purpose."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from shared.base.errors import ArdoiseError

HOST = "127.0.0.1"
ROOT = str(Path(__file__).resolve().parents[2])
TESTS = f"{ROOT}/tests/"


@dataclass
class Tap:
    """A wire to another port of this machine that keeps what was sent along it."""

    target: int
    port: int = 0
    _sent: list[bytearray] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sent(self) -> bytes:
        """All that was sent to the other side, one connection after the other."""
        with self._lock:
            return b"\n\n".join(bytes(one) for one in self._sent)

    def serve(self, listening: socket.socket) -> None:
        """Take connections until the socket is closed."""
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection((HOST, self.target))
                kept = bytearray()
                with self._lock:
                    self._sent.append(kept)
                for source, sink, note in ((near, far, kept), (far, near, None)):
                    threading.Thread(
                        target=self._pass_on, args=(source, sink, note), daemon=True
                    ).start()

    @staticmethod
    def _pass_on(source: socket.socket, sink: socket.socket, kept: bytearray | None) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if kept is not None:
                    kept += data
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def tapped(target: int) -> Iterator[Tap]:
    """A tap on the way to a port."""
    with socket.create_server((HOST, 0)) as listening:
        tap = Tap(target, listening.getsockname()[1])
        threading.Thread(target=tap.serve, args=(listening,), daemon=True).start()
        yield tap
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def errors_noted() -> Iterator[list[str]]:
    """The texts of all errors that our own code raises on purpose meanwhile, caught or not."""
    texts: list[str] = []

    def look(frame: FrameType, event: str, told: Any) -> Any:
        if event == "call":
            file = frame.f_code.co_filename
            ours = file.startswith(ROOT) and not file.startswith((TESTS, f"{ROOT}/.venv"))
            frame.f_trace_lines = False
            return look if ours else None
        if event == "exception" and isinstance(told[1], ArdoiseError):
            texts.append(f"{type(told[1]).__name__}: {told[1]}")
        return look

    before = sys.gettrace()
    threading.settrace(look)
    sys.settrace(look)
    try:
        yield texts
    finally:
        sys.settrace(before)
        threading.settrace(None)  # type: ignore[arg-type]  # None is what there was
