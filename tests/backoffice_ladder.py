"""What of the ladder the back-office's tests meet: an act on many, a formal notice that is asked for."""

from datetime import date, timedelta

from sqlalchemy import update

from shared.accounts import Account, Party, account_vault
from shared.audit import SYSTEM
from shared.base.ids import new_id
from shared.delivery import LADDER, Notice
from shared.ladder import (
    APPROVAL_TASK,
    DEFAULT_POLICY,
    HOLD,
    Ask,
    Fit,
    LadderCycle,
    Staff,
    ask_bulk,
    step_bulk,
)
from shared.worklist import open_task
from tests.backoffice_office import Samples
from tests.backoffice_people import KEYS, NOW, OURS, TODAY, add_account, add_cycle, add_invoice


def add_bulk(samples: Samples) -> None:
    """The secretary paused one account, by an act on many."""
    user = samples.staff["secretary"].user
    account = samples.ids["doubt"]
    with samples.database.unit_of_work(OURS) as work:
        bulk = ask_bulk(
            work.session,
            Ask(HOLD, "9" * 32, Fit(), (account,), review_on=TODAY + timedelta(days=14)),
            practice_id=OURS,
            by=Staff(SYSTEM, user.id, user.name),
            at=NOW,
        )
        samples.ids["bulk"] = bulk.id
        step_bulk(work.session, practice_id=OURS, bulk_id=bulk.id, keys=KEYS, at=NOW)
        work.commit()


def add_letter(samples: Samples, story: str = "letter", *, address: bool = True) -> str:
    """Somebody whose two reminders went out and whom nobody reached: a formal notice is asked for. Returns
    the account's number."""
    stories = samples.stories
    with samples.database.unit_of_work(OURS) as work:
        session = work.session
        add_account(stories, session, story, "René", f"Caradec {story}")
        add_invoice(stories, session, story, f"{story}-1", date(2026, 7, 1), 16200)
        add_invoice(stories, session, story, f"{story}-2", TODAY - timedelta(days=40), 5000)
        asked = NOW - timedelta(days=2)
        add_cycle(stories, session, story, position=4, stepped_on=TODAY - timedelta(days=20))
        session.flush()
        cycle_id = stories.ids[f"{story}_cycle"]
        session.execute(
            update(LadderCycle)
            .where(LadderCycle.id == cycle_id)
            .values(asked_position=5, asked_at=asked, messages=2)
        )
        for step, name, days in ((2, "reminder", 90), (3, "second_reminder", 60)):
            at = NOW - timedelta(days=days)
            session.add(
                Notice(
                    practice_id=OURS,
                    id=new_id(),
                    account_id=stories.ids[story],
                    purpose=LADDER,
                    cause_id=cycle_id,
                    step=step,
                    template=name,
                    channel="sms",
                    language="fr",
                    contact_id=stories.ids[f"{story}_phone"],
                    status="sent",
                    planned_at=at,
                    not_before=at,
                    claimed_at=at,
                    outcome_at=at,
                    tries=1,
                )
            )
        open_task(
            session,
            APPROVAL_TASK,
            practice_id=OURS,
            account_id=stories.ids[story],
            key=f"{cycle_id}:5",
            due_on=TODAY,
            actor=SYSTEM,
            at=asked,
        )
        if address:
            account = session.get_one(Account, (OURS, stories.ids[story]))
            party = session.get_one(Party, (OURS, stories.ids[f"{story}_party"]))
            lines = {"line1": "3 rue des Tilleuls", "postcode": "44000", "city": "Nantes"}
            party.address = account_vault(KEYS, account).seal(
                lines, table="party", row=party.id, column="address"
            )
        work.commit()
    return samples.numbers[story]


def policy_form(**changes: str) -> dict[str, str]:
    """The editor's form as it stands, with some of it changed."""
    fields = {"segment": "ordinary", "revision": "0", "letter_days": "15", "warn_days": "60"}
    for step in DEFAULT_POLICY:
        fields |= {
            f"{step.name}-on": "1",
            f"{step.name}-act": step.act,
            f"{step.name}-anchor": step.anchor,
            f"{step.name}-offset": str(step.offset_days),
            f"{step.name}-gap": str(step.gap_days),
            f"{step.name}-minimum": f"{step.minimum_cents // 100}",
        }
    return fields | changes
