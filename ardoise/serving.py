"""Serving the two front doors with gunicorn: one process of threads, so that limits stay exact."""

from typing import Any
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication


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
