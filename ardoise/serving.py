"""Serving the two front doors with gunicorn: one process of threads, so that limits stay exact."""

import re
from typing import Any
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

_OF_A_REQUEST = re.compile(r"(.*?\brequest\b).*", re.IGNORECASE | re.DOTALL)


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn comes without types
    """gunicorn's own words through our handler; of a request neither its line nor who sent it.

    A request line that gunicorn cannot read may still hold a whole link.
    """

    def setup(self, cfg: Any) -> None:
        """Hand everything to the root logger, which writes redacted JSON lines."""
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True

    def warning(self, msg: str, *args: object, **kwargs: Any) -> None:
        """A request that can't be read, among others."""
        super().warning(*_told(msg, args), **kwargs)

    def error(self, msg: str, *args: object, **kwargs: Any) -> None:
        """What went wrong in the server itself."""
        super().error(*_told(msg, args), **kwargs)

    def exception(self, msg: str, *args: object, **kwargs: Any) -> None:
        """A failure: its kind and where it went through are added by our handler."""
        super().exception(*_told(msg, args), **kwargs)


def _told(msg: str, args: tuple[object, ...]) -> tuple[object, ...]:
    """What may be said: nothing of what stands behind the word « request »."""
    of_request = _OF_A_REQUEST.fullmatch(msg)
    return (of_request[1],) if of_request else (msg, *args)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn comes without types
    """One app behind gunicorn's threads; more machines, not more processes, make it wider."""

    def __init__(
        self, app: WSGIApplication, *, name: str, host: str, port: int, threads: int
    ) -> None:
        self._app = app
        self._options: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": threads,
            "accesslog": None,
            "errorlog": "-",
            "logger_class": QuietLogger,
            "loglevel": "warning",
            "graceful_timeout": 10,
            "timeout": 60,
            "keepalive": 5,
            "control_socket_disable": True,
            "proc_name": f"ardoise-{name}",
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """The application."""
        return self._app
