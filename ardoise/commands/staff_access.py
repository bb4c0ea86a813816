"""`ardoise staff suspend|restore|unlock|reset`: a colleague leaves, comes back, or is locked out."""

from typing import Any

import click
import segno

from ardoise.commands.context import open_house
from shared.audit import Actor
from shared.staff import find_staff, reset_staff, restore_staff, suspend_staff, unlock_staff

OPERATOR = Actor("system", "command line")


def _do(email: str, act: Any, **more: Any) -> Any:
    """Run a use case on the person who signs in with an address, and keep what it did."""
    house = open_house()
    with house.database.reading() as session:
        place = find_staff(session, email=email)
    with house.database.unit_of_work(place.practice_id) as work:
        done = act(
            work.session,
            user_id=place.user_id,
            practice_id=place.practice_id,
            actor=OPERATOR,
            at=house.clock.now(),
            **{name: getattr(house, value) for name, value in more.items()},
        )
        work.commit()
    return done


@click.command()
@click.argument("email")
def suspend(email: str) -> None:
    """End the access of the person who signs in with EMAIL, and their sessions, at once."""
    _do(email, suspend_staff)
    click.echo("Suspended. `ardoise staff restore` gives the access back.")


@click.command()
@click.argument("email")
def restore(email: str) -> None:
    """Give a suspended person access again, with the same password and second factor."""
    _do(email, restore_staff)
    click.echo("Restored.")


@click.command()
@click.argument("email")
def unlock(email: str) -> None:
    """Forget a person's wrong tries, so that they need not wait to sign in."""
    _do(email, unlock_staff)
    click.echo("Unlocked.")


@click.command()
@click.argument("email")
def reset(email: str) -> None:
    """Draw a new password and second factor for a person. Both are shown once; sessions end."""
    new = _do(email, reset_staff, keys="keys")
    click.echo(f"Password: {new.password}")
    click.echo(f"Second factor, to be put into an authenticator app now: {new.totp_secret}")
    segno.make(new.provisioning_uri).terminal(compact=True)
