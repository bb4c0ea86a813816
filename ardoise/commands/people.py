"""Practices, staff and single links, from the command line."""

import secrets
from datetime import datetime

import click
import segno

from ardoise.commands import staff_access
from ardoise.commands.context import (
    OPERATOR,
    Day,
    open_house,
    practice_option,
    secret_given,
    which_practice,
)
from ardoise.commands.rules import practice_rules_command
from ardoise.commands.ways import practice_ways
from ardoise.opening import PracticeDetails, open_practice
from shared.accounts import (
    account_vault,
    find_account,
    get_practice,
)
from shared.audit import record
from shared.base.clock import local_date
from shared.base.config_demands import is_loopback
from shared.base.errors import ArdoiseError
from shared.delivery import NoticeRenderer
from shared.links import mint
from shared.processor import ProcessorKeys, check_keys, register_webhook, set_processor_account
from shared.staff import ROLES, add_staff, check_new_password


@click.group()
def practice() -> None:
    """Open a practice and connect it to its card processor."""


@practice.command("add")
@click.option(
    "--sender", required=True, help="Neutral name that patients see, as in « Secrétariat R12 »."
)
@click.option(
    "--sms-sender", required=True, help="Its short form for SMS: 3 to 11 letters or digits."
)
@click.option("--phone", required=True, help="Public telephone number.")
@click.option("--hours", default="", help="When someone answers, in French.")
@click.option("--address", required=True, help="Neutral postal address, for receipts.")
@click.option("--siren", required=True, help="Its SIREN number, nine digits, for receipts.")
@click.option(
    "--vat",
    default="Exonération de TVA, article 261-4-1° du CGI",
    show_default=True,
    help="What receipts say about VAT, in French.",
)
@click.option("--started", type=Day(), help="First day here; today if not said.")
def practice_add(
    sender: str,
    sms_sender: str,
    phone: str,
    hours: str,
    address: str,
    siren: str,
    vat: str,
    started: datetime | None,
) -> None:
    """Open a practice; its texts are tried at once, so that none fails later."""
    house = open_house()
    now = house.clock.now()
    with house.database.unit_of_work() as work:
        made = open_practice(
            work.session,
            details=PracticeDetails(
                sender=sender,
                sms_sender=sms_sender,
                phone=phone,
                opening_hours={"fr": hours},
                postal_address=address,
                siren=siren,
                vat_mention=vat,
                started_on=started.date() if started else local_date(now, "Europe/Paris"),
            ),
            keys=house.keys,
            renderer=NoticeRenderer(loopback=is_loopback(house.settings.site)),
            site=house.settings.site,
            at=now,
        )
        work.commit()
    click.echo(f"Practice {made.id} is open. Next: `ardoise staff add`, `ardoise import invoices`.")


practice.add_command(practice_rules_command)
practice.add_command(practice_ways)


@practice.command("processor")
@practice_option("number")
def practice_processor(number: int | None) -> None:
    """Connect the practice to its own processor account by two restricted keys, which are sealed.

    Make both in the processor's own pages: one for the worker, which takes and gives back, one for the
    portal, which opens payment pages only. They are asked for, or read as two lines of standard input,
    or from ARDOISE_PROCESSOR_KEY and ARDOISE_PROCESSOR_PORTAL_KEY: what is typed as an option, other
    people on this machine can see. Without a second key the portal holds the worker's.
    """
    house = open_house()
    worker = secret_given("ARDOISE_PROCESSOR_KEY", "The processor's secret key for the worker")
    if not worker:
        raise ArdoiseError("Give the processor's restricted secret key when asked for it.")
    portal = secret_given(
        "ARDOISE_PROCESSOR_PORTAL_KEY", "Its key for the portal (empty: the same key)"
    )
    keys = ProcessorKeys(portal=portal or worker, worker=worker)
    chosen = which_practice(house, number)
    if portal:
        check_keys(keys, base_address=house.settings.processor_url)
    secret = register_webhook(
        worker,
        base_address=house.settings.processor_url,
        url=f"{house.settings.site}/webhooks/{chosen}",
    )
    with house.database.unit_of_work(chosen) as work:
        set_processor_account(
            work.session,
            practice_id=chosen,
            keys=keys,
            webhook_secrets=[secret],
            gateway_keys=house.settings.gateway(),
            worker_keys=house.settings.own(),
        )
        record(
            work.session,
            practice_id=chosen,
            account_id=None,
            kind="processor.connected",
            actor=OPERATOR,
            at=house.clock.now(),
        )
        work.commit()
    click.echo("Connected. Cards are open for this practice.")
    if keys.portal == keys.worker:
        click.echo(
            "Portal and worker share this key: whoever took the portal over could refund with it. Make a "
            "second one for the portal, and run this again.",
            err=True,
        )


@click.group()
def staff() -> None:
    """Add members of staff, end or restore their access, help who is locked out."""


for command in (
    staff_access.suspend,
    staff_access.restore,
    staff_access.unlock,
    staff_access.reset,
    staff_access.password_link,
):
    staff.add_command(command)


@staff.command("add")
@practice_option("number")
@click.option("--email", required=True, help="Address that the person signs in with.")
@click.option("--name", required=True, help="Name that colleagues see, as in « Claire Le Goff ».")
@click.option(
    "--role", type=click.Choice(sorted(ROLES)), required=True, help="What the person may do."
)
def staff_add(number: int | None, email: str, name: str, role: str) -> None:
    """Add a person, with a second factor from the start. The secret is shown once.

    The password is asked for, or read from standard input or from ARDOISE_NEW_PASSWORD; when it is
    empty one is drawn and shown.
    """
    house = open_house()
    chosen = which_practice(house, number)
    password = secret_given("ARDOISE_NEW_PASSWORD", "Password (empty draws one)")
    drawn = not password
    password = password or secrets.token_urlsafe(15)
    check_new_password(password, email=email)
    with house.database.unit_of_work(chosen) as work:
        made = add_staff(
            work.session,
            email=email,
            name=name,
            role=role,
            practice_id=chosen,
            password=password,
            keys=house.keys,
            at=house.clock.now(),
        )
        work.commit()
    if drawn:
        click.echo(f"Password: {password}")
    click.echo(f"Second factor, to be put into an authenticator app now: {made.totp_secret}")
    segno.make(made.provisioning_uri).terminal(compact=True)


@click.group()
def link() -> None:
    """Make a single link for a patient."""


@link.command("new")
@click.argument("account")
@practice_option("number")
def link_new(account: str, number: int | None) -> None:
    """Print a new link to ACCOUNT (its number, as P7K4Q9). It is noted in the account's history."""
    house = open_house()
    chosen = which_practice(house, number)
    now = house.clock.now()
    with house.database.unit_of_work(chosen) as work:
        found = find_account(work.session, practice_id=chosen, number=account)
        minted = mint(
            work.session,
            practice=get_practice(work.session, chosen),
            account=found,
            vault=account_vault(house.keys, found),
            signer=house.signer,
            at=now,
        )
        record(
            work.session,
            practice_id=chosen,
            account_id=found.id,
            kind="link.printed",
            actor=OPERATOR,
            at=now,
        )
        work.commit()
    click.echo(f"{house.settings.site}/l/{minted.token}")
