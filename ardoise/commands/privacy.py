"""What is kept for how long: shown, changed, tried, switched on; a copy of all about one account."""

import json
import os
from pathlib import Path

import click

from ardoise.commands.context import OPERATOR, open_house, practice_option, which_practice
from ardoise.office import House
from ardoise.retaining import remove_what_is_due, whole_accounts
from shared.accounts import account_vault, find_account, get_account, get_practice
from shared.base.clock import local_date
from shared.base.formats import french_spaces
from shared.erasing import (
    ASKERS,
    CHECKS,
    Asked,
    By,
    foretell,
    note_request,
    obstacles_of,
    order_erasure,
)
from shared.privacy import (
    COPY_REASONS,
    JSON,
    PERIODS,
    days_of,
    in_words,
    note_copy,
    preview,
    retention_of,
    set_days,
    subject_data,
    switch,
)
from shared.staff import roles_by_name


@click.group()
def privacy() -> None:
    """Decide what is kept for how long, and see what would go before it does."""


@privacy.command("periods")
@practice_option("practice_id")
def periods(practice_id: int | None) -> None:
    """Show for how many days everything is kept, and within which bounds that may be changed."""
    house, number = _house(practice_id)
    with house.database.reading(number) as session:
        kept = retention_of(session, number)
    state = f"since {kept.on_since.isoformat()}" if kept.on_since else "off: nothing is removed"
    click.echo(f"Practice {number}: {state}.")
    for period in PERIODS.values():
        days = days_of(period.name, kept.days)
        click.echo(
            f"  {period.name:<18} {days:>5} days ({period.least} to {period.most})  {period.title}"
        )


@privacy.command("keep")
@click.argument("name")
@click.argument("days", type=int)
@practice_option("practice_id")
def keep(name: str, days: int, practice_id: int | None) -> None:
    """Keep NAME for so many DAYS after it ended; `ardoise privacy periods` shows the names and bounds."""
    house, number = _house(practice_id)
    with house.database.unit_of_work(number) as work:
        set_days(
            work.session,
            practice_id=number,
            name=name,
            days=days,
            actor=OPERATOR,
            at=house.clock.now(),
        )
        work.commit()
    click.echo(f"Practice {number} keeps {name} for {days} days.")


@privacy.command("preview")
@practice_option("practice_id")
def show_preview(practice_id: int | None) -> None:
    """Say what would go tonight. Nothing is changed."""
    house, number = _house(practice_id)
    with house.database.reading(number) as session:
        found = preview(
            session, practice_id=number, at=house.clock.now(), others=whole_accounts(house)
        )
    said = ", ".join(in_words(found))
    click.echo(french_spaces(f"Ce soir : {said or 'rien'}."))


@privacy.command("on")
@practice_option("practice_id")
def switch_on(practice_id: int | None) -> None:
    """Have what was kept long enough go each night. Look at the preview first: it does not come back."""
    _switch(practice_id, on=True)


@privacy.command("off")
@practice_option("practice_id")
def switch_off(practice_id: int | None) -> None:
    """Have nothing go any more; what went stays gone."""
    _switch(practice_id, on=False)


@privacy.command("sweep")
@practice_option("practice_id")
def sweep(practice_id: int | None) -> None:
    """Do today's part now, as the worker does each night from two o'clock on."""
    house, number = _house(practice_id)
    parts = 0
    while done := remove_what_is_due(house, number):
        parts += done
    click.echo(f"Practice {number}: {'done' if parts else 'nothing to do now'}.")


@privacy.command("export")
@click.argument("account")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--reason",
    type=click.Choice(list(COPY_REASONS)),
    default="person",
    show_default=True,
    help="Why the copy is made; it stands in the account's history.",
)
@practice_option("practice_id")
def export(account: str, file: Path, reason: str, practice_id: int | None) -> None:
    """Write all that is held about the persons of ACCOUNT (its number) to a new FILE, as JSON.

    The file holds health data in the clear: hand it over and delete it.
    """
    house, number = _house(practice_id)
    now = house.clock.now()
    with house.database.unit_of_work(number) as work:
        found = find_account(work.session, practice_id=number, number=account)
        vault = account_vault(house.keys, found)
        roles = roles_by_name(work.session, practice_id=number)
        data = subject_data(work.session, account=found, vault=vault, roles=roles)
        note_copy(
            work.session,
            account=found,
            data=data,
            actor=OPERATOR,
            reason=reason,
            form=JSON,
            at=now,
        )
        told = json.dumps(data.document(at=now, reason=reason), ensure_ascii=False, indent=2)
        _write_for_oneself(file, told)
        work.commit()
    click.echo(f"Account {found.number}: written to {file}, digest {data.digest[:12]}…")


@privacy.command("erase")
@click.argument("account")
@click.option(
    "--asker",
    type=click.Choice(list(ASKERS)),
    default="person",
    show_default=True,
    help="Whose wish it is; it stands in the account's history.",
)
@click.option(
    "--checked",
    type=click.Choice(list(CHECKS)),
    required=True,
    help="How it was made sure who asks.",
)
@click.option("--yes", is_flag=True, help="Order it; without, only say what would go and stay.")
@practice_option("practice_id")
def erase(account: str, asker: str, checked: str, yes: bool, practice_id: int | None) -> None:
    """Have all that is held about the persons of ACCOUNT (its number) erased, but for the vouchers.

    The worker does it within some minutes, after a last word to the person. It does not come back.
    """
    house, number = _house(practice_id)
    now, by = house.clock.now(), By(None, OPERATOR.name, OPERATOR)
    with house.database.unit_of_work(number) as work:
        session = work.session
        found = find_account(session, practice_id=number, number=account)
        held = get_account(session, practice_id=number, account_id=found.id, lock=True)
        practice = get_practice(session, number)
        foretold = foretell(session, held)
        in_the_way = obstacles_of(session, held)
        click.echo(french_spaces(f"Partirait : {', '.join(foretold.goes)}."))
        for sentence in in_the_way.values():
            click.echo(french_spaces(f"Empêché : {sentence}"))
        if not yes:
            return
        if in_the_way:
            raise click.ClickException("Nothing is ordered: see to what stands in the way first.")
        asked = Asked(asker, checked, local_date(now, practice.timezone))
        erasure = note_request(session, asked, practice=practice, account=held, by=by, at=now)
        order_erasure(session, erasure.id, practice=practice, account=held, by=by, at=now)
        work.commit()
    click.echo(f"Account {found.number}: ordered. The worker erases it within some minutes.")


def _write_for_oneself(file: Path, text: str) -> None:
    """A new file that nobody else of this machine may read. Raises ClickException where there is one."""
    try:
        with open(
            os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as opened:
            opened.write(text)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already: choose another name.") from None


def _house(practice_id: int | None) -> tuple[House, int]:
    house = open_house()
    return house, which_practice(house, practice_id)


def _switch(practice_id: int | None, *, on: bool) -> None:
    house, number = _house(practice_id)
    with house.database.unit_of_work(number) as work:
        new = switch(work.session, practice_id=number, on=on, actor=OPERATOR, at=house.clock.now())
        if new:
            work.commit()
    state = "on" if on else "off"
    click.echo(f"Practice {number}: {state}{'' if new else ', as before'}.")
