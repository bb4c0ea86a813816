"""The demo's team: one for each role, and somebody who is invited. All of them are fictional."""

import secrets

from sqlalchemy import select

from ardoise.office import House
from shared.audit import Actor
from shared.staff import Maker, StaffUser, add_staff
from shared.staff_mail import ask_invitation

STAFF = (
    ("secretary", "claire@r12.example", "Claire Le Goff"),
    ("manager", "marc@r12.example", "Marc Oyono"),
    ("accountant", "ines@r12.example", "Inès Carpentier"),
    ("owner", "helene@r12.example", "Hélène Baudry"),
)


def sign_staff_up(house: House, practice_id: int) -> list[dict[str, str]]:
    """Add them; what each signs in with, for the demo's own page."""
    made = []
    for role, email, name in STAFF:
        password = f"ardoise-{secrets.token_urlsafe(9)}"
        with house.database.unit_of_work(practice_id) as work:
            new = add_staff(
                work.session,
                email=email,
                name=name,
                role=role,
                practice_id=practice_id,
                password=password,
                keys=house.keys,
                at=house.clock.now(),
            )
            work.commit()
        made.append(
            {"role": role, "email": email, "password": password, "totp_secret": new.totp_secret}
        )
    return made


def invite_somebody(house: House, practice_id: int) -> None:
    """The owner invites a colleague by mail, whose link waits: done last, as it lives three days."""
    with house.database.unit_of_work(practice_id) as work:
        email = next(email for role, email, _ in STAFF if role == "owner")
        owner = work.session.scalars(select(StaffUser).where(StaffUser.email == email)).one()
        ask_invitation(
            work.session,
            practice_id=practice_id,
            email="nina@r12.example",
            name="Nina Roche",
            role="secretary",
            maker=Maker(owner.id, Actor("staff", owner.name)),
            at=house.clock.now(),
        )
        work.commit()
