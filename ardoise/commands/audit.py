"""The record of what happened: whether it stands as it was sealed, and where it ends."""

import sys

import click

from ardoise.commands.context import open_house, practice_option, which_practice
from ardoise.jobs import practice_ids
from ardoise.office import House
from ardoise.sealing import seal_record
from shared.audit import Head, Verified, head_of, verify_chain
from shared.base.errors import ArdoiseError


@click.group()
def audit() -> None:
    """See whether the record of what happened stands as it was sealed."""


@audit.command()
@practice_option("practice_id")
@click.option(
    "--head",
    "heads",
    multiple=True,
    help="A head that was kept from `ardoise audit head`; it may be given once for each practice.",
)
def verify(practice_id: int | None, heads: tuple[str, ...]) -> None:
    """Read every event against the seals of its batch, and say the first thing that differs.

    Of one practice, or of all. With a head that was kept outside the database it also sees whether the
    end was cut off. Exit status 0 when all holds, 1 when something does not.
    """
    house = open_house()
    kept = {head.practice_id: head for head in map(Head.read, heads)}
    practices = _practices(house, practice_id)
    if strange := sorted(set(kept) - set(practices)):
        raise ArdoiseError(f"The head of practice {strange[0]} is none of a practice that is read.")
    keys, broken = house.settings.audits(), False
    for number in practices:
        with house.database.at_one_moment(number) as session:
            found = verify_chain(session, practice_id=number, keys=keys, kept=kept.get(number))
        click.echo(_said(found))
        broken = broken or found.flaw is not None
    if broken:
        sys.exit(1)


@audit.command()
@practice_option("practice_id")
def head(practice_id: int | None) -> None:
    """Print where the chain ends, to be kept outside the database: practice, batch and seal."""
    house = open_house()
    for number in _practices(house, practice_id):
        with house.database.reading(number) as session:
            click.echo(str(head_of(session, practice_id=number)))


@audit.command()
@practice_option("practice_id")
def seal(practice_id: int | None) -> None:
    """Seal what waits now, as the worker does by itself twice a minute."""
    house = open_house()
    for number in _practices(house, practice_id):
        count = 0
        while sealed := seal_record(house, number):
            count += sealed
        click.echo(f"practice {number}: {count} event(s) sealed.")


def _practices(house: House, wanted: int | None) -> list[int]:
    return practice_ids(house) if wanted is None else [which_practice(house, wanted)]


def _said(found: Verified) -> str:
    if found.flaw is not None:
        return f"  BROKEN  practice {found.practice_id}: {found.flaw}."
    until = (
        f", the last at {found.sealed_at.isoformat(timespec='seconds')}" if found.sealed_at else ""
    )
    removed = f"; {found.removed} removed for their age" if found.removed else ""
    return (
        f"  holds   practice {found.practice_id}: {found.events} event(s) in {found.batches} "
        f"sealed batch(es){until}{removed}; {found.waiting} not sealed yet."
    )
