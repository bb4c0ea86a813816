"""`ardoise demo`: the whole house on one machine, with nothing else installed."""

import os
import signal
import threading
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import click

from ardoise.demo.making import make, write_files
from ardoise.demo.processes import Processes
from ardoise.demo.setting import DemoError, Ports, environments, free_port, fresh_folder
from shared.base.config import WorkerSettings
from shared.base.log import configure_logging


@click.command()
def demo() -> None:
    """Start a fictional practice with its patients; Ctrl-C stops it.

    The portal, the back-office, the worker and a sandbox that stands in for the card processor and
    for the patients' phones. Nothing leaves this machine. It is made afresh at each start.
    """
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    ports = Ports(
        portal=_port("PORTAL", 8000),
        backoffice=_port("BACKOFFICE", 8001),
        sandbox=_port("SANDBOX", 8002),
        smtp=free_port(),
    )
    ports.check_free()
    folder = fresh_folder(Path(os.environ.get("ARDOISE_DEMO_DIR", "var/demo")))
    environment = environments(folder, ports)
    processes = Processes(folder)
    try:
        click.echo("Making a fictional practice; its last three months take a moment…")
        processes.start("sandbox", ["sandbox"], environment.sandbox)
        processes.wait_for("sandbox", f"http://127.0.0.1:{ports.sandbox}/health")
        made = _make(folder, environment, ports)
        portal = ["ardoise", "serve", "portal", "--port", str(ports.portal)]
        backoffice = ["ardoise", "serve", "backoffice", "--port", str(ports.backoffice)]
        processes.start("portal", portal, environment.portal)
        processes.start("backoffice", backoffice, environment.backoffice)
        processes.start("worker", ["ardoise", "worker"], environment.worker)
        processes.wait_for("portal", f"{made['portal']}/health")
        processes.wait_for("backoffice", f"{made['backoffice']}/health")
        write_files(folder, made, environment)
        _show(made, folder)
        processes.watch(stopping)
    finally:
        processes.stop()
    click.echo("\nStopped.")


def _port(name: str, default: int) -> int:
    text = os.environ.get(f"ARDOISE_{name}_PORT", str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise DemoError(f"ARDOISE_{name}_PORT must be a port number between 1 and 65535.")
    return int(text)


def _make(folder: Path, environment: Any, ports: Ports) -> dict[str, Any]:
    for name in [n for n in os.environ if n.startswith("ARDOISE_")]:
        del os.environ[name]
    os.environ.update(environment.worker)
    with (folder / "making.log").open("w") as log, redirect_stderr(log):
        configure_logging("demo")
        made = make(WorkerSettings.from_environment(), environment, ports, folder)
    configure_logging("demo")
    return made


def _show(made: dict[str, Any], folder: Path) -> None:
    first = next(a for a in made["accounts"] if a["story"] == "unpaid")
    click.echo(f"""
  Patients' portal    {made["portal"]}
  A patient's link    {first["link"]}
                      {first["name"]} (invented), born {first["birth_date"]}
  Phone and mailbox   {made["sandbox"]}/telephone
  Back-office         {made["backoffice"]}
""")
    for person in made["staff"]:
        click.echo(f"  {person['role']:<12} {person['email']:<22} {person['password']}")
        click.echo(f"  {'':<12} second factor: {person['totp_secret']}")
    click.echo(f"""
  {len(made["accounts"])} accounts with their stories, links and birth dates: {folder}/demo.json
  The practice's unpaid list of today: {folder}/impayes.csv
  The command line, beside it:  . {folder}/env && .venv/bin/ardoise check
  Ctrl-C stops everything.
""")
