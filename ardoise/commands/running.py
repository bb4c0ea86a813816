"""The long-running processes."""

import click

from ardoise.serving import Server
from ardoise.worker import Worker
from backoffice.app import create_app as create_backoffice
from portal.app import create_app as create_portal
from shared.base.clock import SystemClock
from shared.base.config import BackofficeSettings, PortalSettings, WorkerSettings
from shared.base.database import Database
from shared.base.log import configure_logging


@click.group()
def serve() -> None:
    """Serve a front door: `serve portal` for patients, `serve backoffice` for staff."""


@serve.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="ARDOISE_PORTAL_PORT")
def portal(host: str, port: int) -> None:
    """The patients' portal. Refuses to start with a master key in its environment."""
    configure_logging("portal")
    settings = PortalSettings.from_environment()
    app = create_portal(settings, Database(settings.database_url), clock=SystemClock())
    Server(app, name="portal", host=host, port=port, threads=settings.portal_threads).run()


@serve.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True, envvar="ARDOISE_BACKOFFICE_PORT")
def backoffice(host: str, port: int) -> None:
    """The staff's back-office; keep it on the office network or behind a VPN."""
    configure_logging("backoffice")
    settings = BackofficeSettings.from_environment()
    app = create_backoffice(settings, Database(settings.database_url), clock=SystemClock())
    Server(app, name="backoffice", host=host, port=port, threads=settings.backoffice_threads).run()


@click.command()
def worker() -> None:
    """Settle payments, decide the ladder each night, send messages. Any number may run on PostgreSQL."""
    configure_logging("worker")
    Worker(WorkerSettings.from_environment(), SystemClock()).run()
