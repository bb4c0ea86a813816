"""Somebody who asks to be erased, in the back-office's samples."""

from sqlalchemy import update

from shared.accounts import get_account, get_practice
from shared.audit import Actor
from shared.erasing import Asked, By, note_request
from shared.imports import ImportJob
from tests.backoffice_office import Samples
from tests.backoffice_people import OURS, TODAY, add_account, add_invoice


def add_erasures(office: Samples) -> None:
    """Requests that wait: one to be ordered, one to be declined, one that is taken back."""
    for story in ("leaving", "declined", "returning"):
        add_erasure(office, story)


def add_erasure(office: Samples, story: str) -> None:
    """A request that waits, on an account of its own on which nothing is open."""
    manager = office.staff["manager"].user
    with office.database.unit_of_work(OURS) as work:
        add_account(office.stories, work.session, story, "Odile", "Partante")
        number = f"2026-90{len(story):02}"
        add_invoice(office.stories, work.session, story, number, TODAY, 0)
        account = get_account(
            work.session, practice_id=OURS, account_id=office.ids[story], lock=True
        )
        erasure = note_request(
            work.session,
            Asked("person", "in_person", TODAY),
            practice=get_practice(work.session, OURS),
            account=account,
            by=By(manager.id, manager.name, Actor("staff", manager.name)),
            at=office.clock.now(),
        )
        office.ids[f"{story}_erasure"] = erasure.id
        work.commit()


def give_up_list(office: Samples) -> None:
    """No list waits any more, which would stand in the way of erasing."""
    with office.database.unit_of_work(OURS) as work:
        work.session.execute(update(ImportJob).values(status="withdrawn"))
        work.commit()
