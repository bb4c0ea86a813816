"""`ardoise check`: what must always be true, asked of the database."""

import sys
from datetime import timedelta

import click
from sqlalchemy import select

from ardoise.commands.context import open_house
from ardoise.commands.setup_words import finding_line
from ardoise.invariants import ALL
from ardoise.own_words import unsendable_texts
from shared.accounts import Practice
from shared.base.clocks_apart import WORTH_A_WORD, clocks_apart
from shared.base.invariants import find_breaches
from shared.setup import open_findings


@click.command()
def check() -> None:
    """Ask the database whether everything that must be true is.

    Books and balances, the ladder, messages and links, each in a sentence that holds or is broken.
    And whether its clock and this host's tell the same time, to a minute, and whether practices' own words
    for messages pass the rules of today. What the last look at a practice's account at the card processor
    left to be mended is told too, and breaks nothing here. Exit status 0 when all holds, 1 when something
    does not.
    """
    house = open_house()
    with house.database.reading() as session:
        breaches = find_breaches(session, ALL)
        ahead = clocks_apart(session, house.clock)
        findings = [
            finding_line(practice_id, found)
            for practice_id in session.scalars(select(Practice.id).order_by(Practice.id)).all()
            for found in open_findings(session, practice_id=practice_id)
        ]
        unsendable = unsendable_texts(session, house.settings.site)
    broken = {breach.invariant.name for breach in breaches}
    for invariant in ALL:
        if invariant.name not in broken:
            click.echo(f"  holds   {invariant.sentence}")
    for breach in breaches:
        click.echo(
            f"  BROKEN  {breach.invariant.sentence}: {breach.count} row(s), "
            f"for example {', '.join(breach.examples)}"
        )
    for told in unsendable:
        click.echo(
            f"  BROKEN  {told}: these words of the practice break a rule of today, so Ardoise's go instead; "
            "have an owner mend them under Réglages, Textes"
        )
    is_apart = abs(ahead) > WORTH_A_WORD
    if is_apart:
        click.echo(
            f"  BROKEN  this host's clock is {round(abs(ahead).total_seconds())} seconds "
            f"{'ahead of' if ahead > timedelta() else 'behind'} the database's: have both set (NTP); "
            "beyond five minutes staff can ask for nothing about money"
        )
    for line in findings:
        click.echo(line)
    click.echo(f"{len(ALL) - len(broken)} of {len(ALL)} hold.")
    if breaches or is_apart or unsendable:
        sys.exit(1)
