"""`ardoise check`: what must always be true, asked of the database."""

import sys

import click

from ardoise.commands.context import open_house
from ardoise.invariants import ALL
from shared.base.invariants import find_breaches


@click.command()
def check() -> None:
    """Ask the database whether everything that must be true is.

    Books and balances, the ladder, messages and links, each in a sentence that holds or is broken.
    Exit status 0 when all holds, 1 when something does not.
    """
    house = open_house()
    with house.database.reading() as session:
        breaches = find_breaches(session, ALL)
    broken = {breach.invariant.name for breach in breaches}
    for invariant in ALL:
        if invariant.name not in broken:
            click.echo(f"  holds   {invariant.sentence}")
    for breach in breaches:
        click.echo(
            f"  BROKEN  {breach.invariant.sentence}: {breach.count} row(s), "
            f"for example {', '.join(breach.examples)}"
        )
    click.echo(f"{len(ALL) - len(broken)} of {len(ALL)} hold.")
    if breaches:
        sys.exit(1)
