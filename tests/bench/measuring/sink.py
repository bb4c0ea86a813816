"""A mail server that takes everything and keeps nothing: what sending costs when nobody reads."""

import signal
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Sink:
    """The handler that aiosmtpd calls; its method's name is its own."""

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        """Accept a message and forget it."""
        return "250 Message forgotten"


def main(port: int) -> None:
    """Take messages until asked to end."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    controller = Controller(Sink(), hostname=HOST, port=port, ready_timeout=30)
    controller.start()
    stop.wait()
    controller.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
