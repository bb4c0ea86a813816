"""`ardoise payments`: the processor's list held against our journal."""

import sys
from datetime import datetime, timedelta

import click

from ardoise.commands.context import Day, open_house, practice_option, which_practice
from ardoise.commands.payment_words import (
    euros,
    what_differs,
    what_to_do,
    what_was_done,
)
from ardoise.patience import Patience
from ardoise.verifying import Finding, verify
from shared.accounts import get_practice
from shared.base.clock import at_local
from shared.processor import Disputed
from shared.reconciliation import (
    DISPUTE_MISSING,
    DISPUTE_OTHER,
    DISPUTE_UNKNOWN,
    OTHER_CURRENCY,
    Difference,
)

PATIENT_SECONDS = 3600.0
OF_DISPUTES = (DISPUTE_UNKNOWN, DISPUTE_OTHER, DISPUTE_MISSING)


@click.group("payments")
def payments_group() -> None:
    """Hold the card processor's list against our journal."""


@payments_group.command("verify")
@click.option("--from", "first", type=Day(), required=True, help="The first day.")
@click.option("--to", "last", type=Day(), required=True, help="The last day, included.")
@practice_option("practice")
def verify_command(first: datetime, last: datetime, practice: int | None) -> None:
    """Name each difference between the processor's list of these days and our journal.

    What can be booked is booked now, by the same ways as always. Exit status 0 when nothing differs or
    all was booked, 1 when something is left for a person or the processor did not answer.
    """
    if last < first:
        raise click.UsageError("--to is before --from.")
    house = open_house()
    number = which_practice(house, practice)
    with house.database.reading(number) as session:
        timezone = get_practice(session, number).timezone
    verified = verify(
        house,
        number,
        since=at_local(first.date(), 0, 0, timezone),
        until=at_local(last.date() + timedelta(days=1), 0, 0, timezone),
        patience=Patience(PATIENT_SECONDS),
    )
    days = f"from {first.date()} to {last.date()}"
    click.echo(f"{verified.listed} payment(s) at the processor {days}.")
    for finding in verified.findings:
        click.echo(line_of(finding))
    if not verified.answered:
        click.echo("The processor did not answer everything: run this again later.")
    if not verified.findings:
        click.echo("Nothing differs.")
    if verified.left or not verified.answered:
        sys.exit(1)


def line_of(finding: Finding) -> str:
    """A difference in plain words: what differs, by how much, and what was or is to be done."""
    one = finding.difference
    outcome, then = (
        ("booked now", what_was_done(one)) if finding.booked else ("TO LOOK AT", what_to_do(one))
    )
    return (
        f"  {outcome}  {one.at:%Y-%m-%d %H:%M} UTC, {_sum(one)}, {_name(one)}: "
        f"{what_differs(one)}; {then}."
    )


def _sum(one: Difference) -> str:
    """Of what is disputed the disputed sum, whatever is gone of it now."""
    if one.kind == OTHER_CURRENCY:
        return "a sum"
    return euros(one.told.amount_cents if isinstance(one.told, Disputed) else one.cents)


def _name(one: Difference) -> str:
    if not one.part:
        return f"payment {one.intent_id}"
    what = "dispute" if one.kind in OF_DISPUTES else "refund"
    return f"{what} {one.part} of payment {one.intent_id}"
