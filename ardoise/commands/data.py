"""Exports in, payments out, and the tables themselves."""

from datetime import date, datetime
from pathlib import Path

import click
from tqdm import tqdm

from ardoise.commands.context import Day, open_house, practice_option, which_practice
from ardoise.exporting import write_csv
from ardoise.importing import choose_source, report_lines, run_import
from shared.base.clock import at_local, local_date
from shared.base.config import OfficeSettings
from shared.base.errors import ArdoiseError
from shared.base.migrating import downgrade, upgrade
from shared.imports import OLDEST_LIST


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
@practice_option("number")
@click.option("--source", help="Which software it comes from; not needed where there is one only.")
@click.option("--new-source", is_flag=True, help="A further software, whose invoices are others.")
@click.option("--mapping", "pairs", multiple=True, help="field=column title; may be given again.")
@click.option("--as-of", type=Day(), help="Day of the export; today if not said.")
@click.option("--partial", is_flag=True, help="Not the whole unpaid list: what is missing stays.")
@click.option("--dry-run", is_flag=True, help="Only report what would change.")
def import_invoices(
    file: Path,
    number: int | None,
    source: str | None,
    new_source: bool,
    pairs: tuple[str, ...],
    as_of: datetime | None,
    partial: bool,
    dry_run: bool,
) -> None:
    """Import FILE (CSV or XLSX), the practice's list of unpaid invoices. It sends nothing.

    Importing again is a synchronisation: what did not change stays, a changed remainder is booked,
    an invoice that is missing from a full list is held. One bad row, and nothing is imported: the
    command ends with status 1, with --dry-run too.
    """
    house = open_house()
    chosen = which_practice(house, number)
    now = house.clock.now()
    day = _export_day(as_of, today=local_date(now, "Europe/Paris"))
    with house.database.reading(chosen) as session:
        name = choose_source(session, practice_id=chosen, wanted=source, is_new=new_source)
    with tqdm(unit=" rows", disable=None) as bar:
        report = run_import(
            house.database,
            practice_id=chosen,
            source_name=name,
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
    if report.blocking:
        raise SystemExit(1)


def _export_day(as_of: datetime | None, *, today: date) -> date:
    if as_of is None:
        return today
    if as_of.date() > today:
        raise ArdoiseError(
            f"--as-of {as_of:%Y-%m-%d} is yet to come: give the day on which the list was exported."
        )
    first = today - OLDEST_LIST
    if as_of.date() < first:
        raise ArdoiseError(
            f"--as-of {as_of:%Y-%m-%d} is more than a year ago: give the day on which the list was "
            f"exported, not before {first:%Y-%m-%d}."
        )
    return as_of.date()


@click.group("export")
def export_group() -> None:
    """Give back to the practice's software."""


@export_group.command("payments")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@practice_option("number")
@click.option("--since", type=Day(), help="First day on which it was booked.")
@click.option("--until", type=Day(), help="Last day on which it was booked.")
def export_payments(
    file: Path, number: int | None, since: datetime | None, until: datetime | None
) -> None:
    """Write the payments taken here to FILE (CSV), for the practice's software. No names."""
    if since is not None and until is not None and since > until:
        raise ArdoiseError(
            f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}: exchange the two days."
        )
    house = open_house()
    chosen = which_practice(house, number)
    with house.database.reading(chosen) as session:
        count = write_csv(session, file, practice_id=chosen, since=_day(since), until=_day(until))
    click.echo(f"{count} line(s) written to {file}.")


def _day(instant: datetime | None) -> date | None:
    return instant.date() if instant is not None else None


@click.group()
def db() -> None:
    """Make, change or remove the database's tables."""


@db.command("upgrade")
@click.option(
    "--to",
    "revision",
    default="head",
    show_default=True,
    help="Which revision; head is the newest.",
)
def db_upgrade(revision: str) -> None:
    """Make the tables, or bring them to the newest revision. What they hold stays."""
    upgrade(OfficeSettings.from_environment().database_url, revision)
    click.echo("The tables are up to date.")


@db.command("downgrade")
@click.argument("revision")
@click.confirmation_option(prompt="Going back can lose data. Go on?")
def db_downgrade(revision: str) -> None:
    """Take the tables back to REVISION; `base` removes them all."""
    had_rules = downgrade(OfficeSettings.from_environment().database_url, revision)
    click.echo(f"The tables are at {revision}.")
    if had_rules:
        click.echo(
            "Portal and back-office can't reach them now: the rules of their roles went too. Run the "
            "deploy/postgresql/roles.sql of the version that you go back to."
        )
