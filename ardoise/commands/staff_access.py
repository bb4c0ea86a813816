"""`ardoise staff suspend|restore|unlock|reset|password-link`: a colleague leaves, comes back, is shut out."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click
import segno
from sqlalchemy.orm import Session

from ardoise.commands.context import OPERATOR, open_house
from ardoise.office import House
from shared.audit import Actor
from shared.staff import (
    PASSWORD,
    Maker,
    find_staff,
    make_link,
    reset_staff,
    restore_staff,
    suspend_staff,
    unlock_staff,
)

T = TypeVar("T")


def _do(house: House, email: str, act: Callable[..., T]) -> T:
    """Run a use case on the person who signs in with an address, and keep what it did."""
    with house.database.reading() as session:
        place = find_staff(session, email=email)
    with house.database.unit_of_work(place.practice_id) as work:
        done = act(
            work.session,
            user_id=place.user_id,
            practice_id=place.practice_id,
            actor=OPERATOR,
            at=house.clock.now(),
        )
        work.commit()
    return done


@click.command()
@click.argument("email")
def suspend(email: str) -> None:
    """End the access of the person who signs in with EMAIL, and their sessions, at once."""
    _do(open_house(), email, suspend_staff)
    click.echo("Suspended. `ardoise staff restore` gives the access back.")


@click.command()
@click.argument("email")
def restore(email: str) -> None:
    """Give a suspended person access again, with the same password and second factor."""
    _do(open_house(), email, restore_staff)
    click.echo("Restored.")


@click.command()
@click.argument("email")
def unlock(email: str) -> None:
    """Forget a person's wrong tries, so that they need not wait to sign in."""
    _do(open_house(), email, unlock_staff)
    click.echo("Unlocked.")


@click.command("password-link")
@click.argument("email")
@click.option(
    "--backoffice",
    envvar="ARDOISE_BACKOFFICE_URL",
    required=True,
    help="Where the back-office is, as https://equipe.example (else ARDOISE_BACKOFFICE_URL).",
)
def password_link(email: str, backoffice: str) -> None:
    """Print a link by which a person chooses a new password, behind their second factor, within 24 hours."""

    def make(session: Session, *, actor: Actor, **place: Any) -> str:
        return make_link(session, purpose=PASSWORD, maker=Maker(None, actor), **place)

    click.echo(f"{backoffice.rstrip('/')}/welcome/{_do(open_house(), email, make)}")


@click.command()
@click.argument("email")
def reset(email: str) -> None:
    """Draw a new password and second factor for a person. Both are shown once; sessions end."""
    house = open_house()
    new = _do(house, email, partial(reset_staff, keys=house.keys))
    click.echo(f"Password: {new.password}")
    click.echo(f"Second factor, to be put into an authenticator app now: {new.totp_secret}")
    segno.make(new.provisioning_uri).terminal(compact=True)
