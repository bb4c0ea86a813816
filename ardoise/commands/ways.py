"""`ardoise practice ways`: how a practice takes money beside cards on its pages."""

import click

from ardoise.commands.context import OPERATOR, open_house, practice_option, which_practice
from shared.accounts import (
    AT_DESK,
    WaysToPay,
    changing_settings,
    lock_practice,
    set_ways_to_pay,
)
from shared.base.bank_numbers import checked_bic, checked_iban
from shared.delivery import Profile, lint_text


@click.command("ways")
@practice_option("number")
@click.option("--iban", default="", help="Account for transfers.")
@click.option("--bic", default="", help="Its bank's BIC; needed outside of the EEA only.")
@click.option("--holder", default="", help="The account's holder, exactly as the bank knows it.")
@click.option("--cheques", default="", help="To whose order cheques are made out.")
@click.option(
    "--desk", multiple=True, type=click.Choice(AT_DESK), help="Taken at the desk; may be repeated."
)
def practice_ways(
    number: int | None, iban: str, bic: str, holder: str, cheques: str, desk: tuple[str, ...]
) -> None:
    """Say how the practice takes money beside cards on its pages.

    All of it is said at once: what is left out is not taken. Holder and order stand on patients' bank
    statements and cheque stubs; where there is a choice, take neutral names.
    """
    house = open_house()
    chosen = which_practice(house, number)
    with house.database.unit_of_work(chosen) as work:
        practice = lock_practice(work.session, chosen)
        with changing_settings(work.session, practice, actor=OPERATOR, at=house.clock.now()):
            set_ways_to_pay(
                practice,
                WaysToPay(
                    checked_iban(iban) if iban else "",
                    checked_bic(bic) if bic else "",
                    holder,
                    cheques,
                    desk,
                ),
            )
        work.commit()
    for name in filter(None, (holder, cheques)):
        if any(found.rule == "R4" for found in lint_text(name, profile=Profile.SHORT)):
            click.echo(f"Take note: « {name} » tells of care, and stands on bank statements.")
    click.echo("Written down. Patients see it on their next page.")
