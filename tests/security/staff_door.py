"""Staff at the back-office's door on PostgreSQL, by its own login, for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from shared.audit import Actor, record
from shared.base.database import Database
from shared.staff import (
    Enrolment,
    Maker,
    Opener,
    Visit,
    add_staff,
    new_secret,
    read_secret,
)
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.servers.roles import tell_time
from tests.world import World

KEPT = "$argon2id$v=19$m=65536,t=3,p=4$x$y"


@dataclass
class Door:
    """The back-office's own login at work, at a test's time, and two people of its practice."""

    world: World
    database: Database
    opener: Opener
    owner: UUID
    colleague: UUID
    secret: str

    def do(self, act: Callable[..., Any], **how: Any) -> Any:
        """A use case of the back-office, kept."""
        with self.database.unit_of_work(self.world.practice_id) as work:
            done = act(work.session, practice_id=self.world.practice_id, at=self.now, **how)
            work.commit()
        return done

    @property
    def now(self) -> Any:
        return self.world.clock.now()

    @property
    def maker(self) -> Maker:
        return Maker(self.owner, Actor("staff", "Camille"))

    def visit(self, token: str) -> Visit:
        return Visit(read_secret(token), self.opener, "here", self.now)

    def follow(self, act: Callable[..., Any], token: str, **how: Any) -> Any:
        with self.database.unit_of_work(self.world.practice_id) as work:
            done = act(work.session, self.visit(token), **how)
            work.commit()
        return done


@contextmanager
def open_door(secured: Secured, captured: Captured) -> Iterator[Door]:
    """An owner and a colleague of the first practice, and the door that they use."""
    world, house = secured.stories.world, secured.stories.world.house
    with world.database.unit_of_work(world.practice_id) as work:
        made = [
            add_staff(
                work.session,
                email=f"{role}@r12.example",
                name=f"Camille {role}",
                role=role,
                practice_id=world.practice_id,
                password="cheval correct agrafe pile",
                keys=house.keys,
                at=world.clock.now(),
            )
            for role in ("owner", "manager")
        ]
        work.commit()
    database = Database(captured.url)
    tell_time(database, world.clock)
    opener = Opener(house.keys, house.index)
    owner, colleague = made
    yield Door(world, database, opener, owner.user.id, colleague.user.id, colleague.totp_secret)
    database.dispose()


def enrolment(door: Door) -> Enrolment:
    """A new second factor, as it would be shown."""
    secret = new_secret()
    return Enrolment(secret, pyotp.TOTP(secret).at(door.now))


def tell(session: Session, kind: str, *, practice_id: int, at: Any, who: UUID) -> None:
    """An event that names somebody."""
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind=kind,
        actor=Actor("staff", "x"),
        at=at,
        user=str(who),
    )
