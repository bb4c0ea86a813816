"""``python -m sandbox``: start everything, wait for SIGTERM or SIGINT, stop everything."""

import os
import signal
import socket
import sys
import threading
from wsgiref.types import WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox import debits, mailbox, payments, payouts
from sandbox.app import create_app
from sandbox.messages import Inbox
from sandbox.settings import HOST, Settings
from sandbox.store import Books
from sandbox.webhooks import Courier
from shared.base.errors import ConfigurationError
from shared.base.log import configure_logging, get_logger

_TICK_SECONDS = 0.5
_POLL_SECONDS = 0.1


class _Handler(WSGIRequestHandler):
    """No line per request: addresses of payment pages are secrets even here."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002 - werkzeug's signature
        environ: WSGIEnvironment | None = None,  # noqa: ARG002 - the same
    ) -> None:
        """A call that is cut off: without this the connection stays open, and its caller waits."""
        self.close_connection = True


def run(settings: Settings, stopping: threading.Event) -> None:
    """Serve until ``stopping`` is set. Raises ConfigurationError when a port is taken."""
    inbox = Inbox()
    books = Books(settings.base_url, Courier())
    listening = _listen(settings.port, "ARDOISE_SANDBOX_PORT")
    # aiosmtpd binds by itself, and tells of a taken port late and badly.
    _listen(settings.smtp_port, "ARDOISE_SANDBOX_SMTP_PORT").close()
    smtp = mailbox.controller(inbox, settings.smtp_port)
    smtp.start()
    try:
        server = make_server(
            HOST,
            settings.port,
            create_app(settings, books, inbox),
            threaded=True,
            request_handler=_Handler,
            fd=listening.fileno(),
        )
        serving = threading.Thread(
            target=server.serve_forever, args=(_POLL_SECONDS,), name="http", daemon=True
        )
        serving.start()
        books.courier.start()
        get_logger(__name__).info("sandbox ready", port=settings.port, smtp_port=settings.smtp_port)
        while not stopping.wait(_TICK_SECONDS):
            payments.expire_due(books)
            debits.answer_due(books)
            payouts.pay_due(books)
        books.courier.stop()
        server.shutdown()
        server.server_close()
    finally:
        smtp.stop()


def _listen(port: int, name: str) -> socket.socket:
    try:
        return socket.create_server((HOST, port), backlog=128)
    except OSError as error:
        raise ConfigurationError(f"Port {port} is taken: set {name} to a free one.") from error


def main() -> int:
    """Exit status: 0 after a signal, 2 when the settings do not allow a start."""
    configure_logging("sandbox")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: stopping.set())
    try:
        run(Settings.from_environment(os.environ), stopping)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
