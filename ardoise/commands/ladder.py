"""`ardoise run-ladder`: the night's decision by hand."""

from datetime import datetime
from typing import NoReturn

import click
from sqlalchemy import update
from tqdm import tqdm

from ardoise import jobs
from ardoise.commands.context import Day, open_house, practice_option, which_practice
from ardoise.office import House, carriers, sending_office
from shared.accounts import get_practice
from shared.base.clock import Clock, FixedClock, SystemClock, at_local, local_date
from shared.base.config import WorkerSettings
from shared.billing import Source
from shared.ladder import Run, run_night

# The desk says these in French; the command line speaks English.
STEPS = {
    "pre_due": "first message",
    "reminder": "reminder",
    "second_reminder": "second reminder",
    "call": "call",
    "formal_notice": "registered letter",
}
REASONS = {
    "door_closed": "door closed after ten wrong answers",
    "no_identity": "neither birth date, nor postcode and telephone on file",
    "paying": "a payment is under way",
    "stale": "the software's list is too old",
    "letter_only": "letters only, to be written by hand",
    "no_contact": "no contact that works",
    "cap_week": "a message went out in the last 7 days",
    "cap_cycle": "three messages went out already",
    "hold_staff": "paused by the team",
    "hold_dispute": "a disagreement to be looked into",
    "hold_message": "a message waits for an answer",
    "hold_aid": "a request for help is under way",
    "hold_plan": "instalments are under way",
    "hold_claim": "a payer's answer is awaited",
    "hold_protection": "a protection to be respected",
    "hold_refund": "a refund to be explained",
    "hold_dispute_card": "a payment disputed at the bank",
}


@click.command("run-ladder")
@practice_option("practice")
@click.option("--on", "on", type=Day(), help="Another day than today.")
@click.option("--dry-run", is_flag=True, help="Only show what would be decided.")
def run_ladder(practice: int | None, on: datetime | None, dry_run: bool) -> None:
    """Decide who gets which step today and why others don't.

    The worker then sends in the allowed hours. Another day than today is only shown, never kept or
    sent; in the demo it is played: decided as on that day, and sent at once to the demo's phones.
    The demo's practice gives its unpaid list again, unchanged, on a day to come: without that the
    list would be too old for any step.
    """
    house = open_house()
    number = which_practice(house, practice)
    with house.database.reading(number) as session:
        timezone = get_practice(session, number).timezone
    today = local_date(house.clock.now(), timezone)
    day = on.date() if on is not None else today
    clock: Clock = SystemClock() if day == today else FixedClock(at_local(day, 10, 30, timezone))
    keep = not dry_run and (day == today or house.settings.demo)
    listed_again = house.settings.demo and day > today
    run = _decide(house, number, clock, keep=keep, listed_again=listed_again)
    if listed_again:
        click.echo(f"In the demo, the practice's unpaid list comes again, unchanged, on {day}.")
    for line in summary(run):
        click.echo(line)
    if not keep:
        click.echo("Nothing was kept and nothing is sent.")
    elif house.settings.demo:
        click.echo(f"Sent to the demo's phones: {_send_now(clock, number)}.")
    else:
        click.echo("The worker sends these in the allowed hours.")


def _decide(house: House, number: int, clock: Clock, *, keep: bool, listed_again: bool) -> Run:
    now = clock.now()
    with house.database.unit_of_work(number) as work, tqdm(unit=" accounts", disable=None) as bar:
        practice = get_practice(work.session, number)
        if listed_again:
            fresh = update(Source).where(Source.practice_id == number).values(as_of=now)
            work.session.execute(fresh)
        run = run_night(
            work.session,
            practice=practice,
            today=local_date(now, practice.timezone),
            at=now,
            progress=lambda done: _step(bar, done),
        )
        if keep:
            work.commit()
    return run


def _step(bar: "tqdm[NoReturn]", done: int) -> None:
    bar.update(done)


def _send_now(clock: Clock, number: int) -> int:
    settings = WorkerSettings.from_environment()
    house = House.of(settings, clock)
    by_channel = carriers(settings, clock)
    sent = jobs.send_reminders(house, sending_office(house, by_channel), number)
    jobs.follow_ladder(house, number)
    for carrier in by_channel.values():
        carrier.close()
    return sent


def summary(run: Run) -> list[str]:
    """A run in a few lines."""
    lines = [f"{run.seen} account(s) whose turn has come, {run.opened} new, {run.closed} closed."]
    if run.quiet:
        lines.append("  nothing is decided: the team holds this night")
    for name, count in run.planned.items():
        lines.append(f"  goes      {STEPS.get(name, name)}: {count}")
    for name, count in run.asked.items():
        lines.append(f"  a human   {STEPS.get(name, name)}: {count}")
    for reason, count in run.withheld.most_common():
        lines.append(f"  withheld  {REASONS.get(reason, reason)}: {count}")
    return lines
