"""The long-running processes."""

from collections.abc import Callable
from typing import Any

import click

from shared.base.clock import SystemClock
from shared.base.log import configure_logging

# Each process imports its own door alone, when it starts: the portal holds nothing of the back-office.

host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address of this machine to listen on."
)


def port_option(default: int, envvar: str) -> Callable[[Any], Any]:
    """The option ``--port``, also set by an environment variable."""
    told = f"Port to listen on; {envvar} sets it too."
    return click.option("--port", default=default, show_default=True, envvar=envvar, help=told)


@click.group()
def serve() -> None:
    """Serve a front door: the portal or the back-office."""


@serve.command()
@host_option
@port_option(8000, "ARDOISE_PORTAL_PORT")
def portal(host: str, port: int) -> None:
    """The patients' portal. Refuses to start with a master key in its environment."""
    from ardoise.serving import Server
    from portal.app import create_app
    from shared.base.config import PortalSettings
    from shared.base.database import Database

    configure_logging("portal")
    settings = PortalSettings.from_environment()
    app = create_app(settings, Database(settings.database_url, for_pages=True), clock=SystemClock())
    Server(app, name="portal", host=host, port=port, threads=settings.portal_threads).run()


@serve.command()
@host_option
@port_option(8001, "ARDOISE_BACKOFFICE_PORT")
def backoffice(host: str, port: int) -> None:
    """The staff's back-office; keep it on the office network or behind a VPN."""
    from ardoise.serving import Server
    from backoffice.app import create_app
    from shared.base.config import BackofficeSettings
    from shared.base.database import Database

    configure_logging("backoffice")
    settings = BackofficeSettings.from_environment()
    app = create_app(settings, Database(settings.database_url, for_pages=True), clock=SystemClock())
    Server(app, name="backoffice", host=host, port=port, threads=settings.backoffice_threads).run()


@click.command()
def worker() -> None:
    """Settle payments, decide the ladder each night, send messages. Any number may run on PostgreSQL."""
    from ardoise.worker import Worker
    from shared.base.config import WorkerSettings

    configure_logging("worker")
    Worker(WorkerSettings.from_environment(), SystemClock()).run()
