"""Exports in, payments out, and the tables themselves."""

from datetime import date, datetime
from pathlib import Path

import click
from tqdm import tqdm

from ardoise.commands.context import open_house, which_practice
from ardoise.exporting import write_csv
from ardoise.importing import report_lines, run_import
from shared.base.clock import at_local, local_date
from shared.base.config import OfficeSettings
from shared.base.database import downgrade, upgrade
from shared.base.errors import ArdoiseError


@click.group("import")
def import_group() -> None:
    """Bring in what the practice's software exports."""


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        name, sign, title = pair.partition("=")
        if not sign:
            raise ArdoiseError(f"Write --mapping as field=title, not {pair!r}.")
        mapping[name.strip()] = title.strip()
    return mapping


@import_group.command("invoices")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--practice", "number", type=int)
@click.option(
    "--source", default="logiciel", show_default=True, help="Which software it comes from."
)
@click.option("--mapping", "pairs", multiple=True, help="field=column title; may be given again.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the export; today if not said."
)
@click.option("--partial", is_flag=True, help="Not the whole unpaid list: what is missing stays.")
@click.option("--dry-run", is_flag=True, help="Only report what would change.")
def import_invoices(
    file: Path,
    number: int | None,
    source: str,
    pairs: tuple[str, ...],
    as_of: datetime | None,
    partial: bool,
    dry_run: bool,
) -> None:
    """Import FILE (CSV or XLSX), the practice's list of unpaid invoices. It sends nothing.

    Importing again is a synchronisation: what did not change stays, a changed remainder is booked,
    an invoice that is missing from a full list is held. One bad row, and nothing is imported.
    """
    house = open_house()
    chosen = which_practice(house, number)
    now = house.clock.now()
    day = as_of.date() if as_of is not None else local_date(now, "Europe/Paris")
    with tqdm(unit=" rows", disable=None) as bar:
        report = run_import(
            house.database,
            practice_id=chosen,
            source_name=source,
            data=file.read_bytes(),
            filename=file.name,
            mapping=_mapping(pairs),
            full=not partial,
            as_of=min(at_local(day, 23, 59, "Europe/Paris"), now),
            keys=house.keys,
            index=house.index,
            clock=house.clock,
            dry_run=dry_run,
            progress=bar.update,
        )
    for line in report_lines(report):
        click.echo(line)
    if not report.kept and not dry_run:
        raise SystemExit(1)


@click.group("export")
def export_group() -> None:
    """Give back to the practice's software."""


@export_group.command("payments")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--practice", "number", type=int)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day.")
def export_payments(
    file: Path, number: int | None, since: datetime | None, until: datetime | None
) -> None:
    """Write the payments taken here to FILE (CSV), for the practice's software. No names."""
    house = open_house()
    chosen = which_practice(house, number)
    with house.database.reading(chosen) as session:
        count = write_csv(session, file, practice_id=chosen, since=_day(since), until=_day(until))
    click.echo(f"{count} line(s) written to {file}.")


def _day(instant: datetime | None) -> date | None:
    return instant.date() if instant is not None else None


@click.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
@click.option("--to", "revision", default="head", show_default=True)
def db_upgrade(revision: str) -> None:
    """Bring the tables to the newest revision."""
    upgrade(OfficeSettings.from_environment().database_url, revision)
    click.echo("The tables are up to date.")


@db.command("downgrade")
@click.argument("revision")
@click.confirmation_option(prompt="Going back can lose data. Go on?")
def db_downgrade(revision: str) -> None:
    """Take the tables back to REVISION; `base` removes them all."""
    downgrade(OfficeSettings.from_environment().database_url, revision)
    click.echo(f"The tables are at {revision}.")
