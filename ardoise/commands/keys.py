"""Keys: made, shown for safe-keeping, changed."""

import secrets

import click
from tqdm import tqdm

from ardoise.commands.context import open_house
from ardoise.rewrapping import rewrap_accounts, rewrap_practices, rewrap_staff
from shared.base.errors import ArdoiseError
from shared.base.vault import format_key, new_key


@click.group()
def keys() -> None:
    """Make, keep and change the keys. Losing the master keys is losing the data."""


@keys.command("new")
@click.option("--name", default="k1", show_default=True, help="Name of the new keys.")
def new(name: str) -> None:
    """Print a fresh set of keys as environment lines. Nothing is stored: keep them yourself.

    The portal gets ARDOISE_LINK_KEYS, ARDOISE_GATEWAY_KEYS and ARDOISE_PORTAL_SECRET only; the
    back-office gets neither ARDOISE_GATEWAY_KEYS nor ARDOISE_PORTAL_SECRET. Only the worker and the
    command line get ARDOISE_WORKER_KEYS and ARDOISE_AUDIT_KEYS.
    """
    for setting in ("MASTER_KEYS", "LINK_KEYS", "GATEWAY_KEYS", "WORKER_KEYS", "AUDIT_KEYS"):
        click.echo(f"ARDOISE_{setting}={format_key(name, new_key())}")
    for setting in ("INDEX_KEY", "PORTAL_SECRET", "STAFF_SECRET"):
        click.echo(f"ARDOISE_{setting}={secrets.token_urlsafe(36)}")


@keys.command()
@click.confirmation_option(prompt="Print the master keys on this screen?")
def export() -> None:
    """Print the master keys, to be kept apart from the backups."""
    house = open_house()
    for name, key in house.keys.keys.items():
        click.echo(format_key(name, key))


@keys.command()
def rotate() -> None:
    """Wrap every data key with the first of ARDOISE_MASTER_KEYS; the older ones must still be there.

    Put the new key first, run this, then take the old key out. It can be stopped and run again.
    """
    house = open_house()
    if len(house.keys.keys) < 2:
        raise ArdoiseError("Put the new key before the old one in ARDOISE_MASTER_KEYS first.")
    with tqdm(unit=" keys", disable=None) as bar:
        count = rewrap_practices(house) + rewrap_staff(house)
        for done in rewrap_accounts(house):
            bar.update(done)
            count += done
    click.echo(f"{count} key(s) are now wrapped by {house.keys.current}.")
