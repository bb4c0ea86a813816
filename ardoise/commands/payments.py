"""`ardoise payments`: the processor's list held against our journal."""

import sys
from datetime import datetime, timedelta

import click

from ardoise.commands.context import Day, open_house, practice_option, which_practice
from ardoise.patience import Patience
from ardoise.verifying import Finding, verify
from shared.accounts import get_practice
from shared.base.clock import at_local
from shared.base.money import Cents
from shared.reconciliation import (
    DISPUTE_MISSING,
    DISPUTE_OTHER,
    DISPUTE_UNKNOWN,
    MISSING_HERE,
    MISSING_THERE,
    NOBODYS,
    OTHER_CURRENCY,
    OTHER_SUM,
    REFUND_FAILED,
    REFUND_MISSING,
    REFUND_SUM,
    REFUND_UNKNOWN,
    WRONG_MODE,
    Difference,
)

PATIENT_SECONDS = 3600.0
SENTENCES = {
    MISSING_HERE: "taken for an attempt of ours, and not booked here",
    NOBODYS: "asked for by no attempt of ours, so it is nobody's until staff assign it",
    MISSING_THERE: "booked here, and not in the processor's list",
    OTHER_SUM: "booked here with another sum",
    OTHER_CURRENCY: "in another currency than euros, which can't be booked here",
    WRONG_MODE: "of the other mode, test or live, than this practice's key",
    REFUND_UNKNOWN: "given back at the processor, and not booked here so",
    REFUND_FAILED: "it failed at the processor, and was booked here as given back",
    REFUND_MISSING: "booked here as given back, and not in the processor's list",
    REFUND_SUM: "booked here as given back with another sum",
    DISPUTE_UNKNOWN: "disputed at a bank, and not known here",
    DISPUTE_OTHER: "what the bank has taken, with the processor's fee, or how it stands, is not so here",
    DISPUTE_MISSING: "known here as disputed, and not in the processor's list",
}
OF_DISPUTES = (DISPUTE_UNKNOWN, DISPUTE_OTHER, DISPUTE_MISSING)
WITH_OURS = (OTHER_SUM, REFUND_SUM, DISPUTE_OTHER)


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
    """A difference in plain words, and whether it is one no more."""
    one = finding.difference
    outcome = "booked now" if finding.booked else "TO LOOK AT"
    here = f" ({_euros(one.here)} here)" if one.kind in WITH_OURS else ""
    return (
        f"  {outcome}  {one.at:%Y-%m-%d %H:%M} UTC, {_euros(one.cents)}, {_name(one)}: "
        f"{SENTENCES[one.kind]}{here}"
    )


def _name(one: Difference) -> str:
    if not one.part:
        return f"payment {one.intent_id}"
    return f"{'dispute' if one.kind in OF_DISPUTES else 'refund'} {one.part}"


def _euros(cents: Cents) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
