"""Which people the back-office's tests meet, and what has happened to each."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from shared.accounts import place_hold
from shared.audit import PATIENT, SYSTEM, Actor, record
from shared.base.ids import new_id
from shared.billing import Source
from shared.delivery import IN_DOUBT
from shared.imports import ImportJob, ImportMapping
from shared.ladder import CALL_TASK
from shared.links import DOOR_CLOSED
from shared.payments import Payment, StrayPayment
from shared.reversals import Dispute
from tests.backoffice_people import (
    NOW,
    OURS,
    TODAY,
    Stories,
    add_account,
    add_answered_thread,
    add_canned,
    add_cycle,
    add_invoice,
    add_notice,
    add_plan,
    add_proposal,
    add_task,
    add_thread,
)


def fill(stories: Stories, session: Session) -> None:
    """Five people of our practice: held, door (closed), doubt, settled and a namesake."""
    stories.ids["source"] = new_id()
    session.add(Source(practice_id=OURS, id=stories.ids["source"], name="logiciel", as_of=NOW))
    _add_import(stories, session)
    nadia = add_account(stories, session, "held", "Nadia", "Ferhat")
    add_invoice(stories, session, "held", "2026-0412", date(2026, 10, 2), 2750)
    add_invoice(stories, session, "held", "2026-0438", date(2026, 10, 19), 1500)
    add_invoice(stories, session, "held", "2026-0188", date(2026, 5, 12), 0)
    add_cycle(stories, session, "held", position=2, withheld="hold_message", withheld_since=NOW)
    add_notice(stories, session, "held", 1, "sent", 35)
    add_notice(stories, session, "held", 2, "failed", 1)
    add_notice(stories, session, "held", 2, "sent", 0)
    hold = place_hold(
        session,
        account=nadia,
        kind="message",
        actor=SYSTEM,
        at=NOW,
        review_on=date(2026, 12, 1),
    )
    stories.ids["held_hold"] = hold.id
    add_task(stories, session, CALL_TASK, "held", "call")
    paid = Payment(
        practice_id=OURS,
        id=new_id(),
        account_id=nadia.id,
        method="card",
        amount_cents=2750,
        credit_cents=0,
        left_cents=4250,
        processor_ref="pi_1",
        number="R-2026-00001",
        received_at=NOW - timedelta(days=60),
        booked_on=TODAY - timedelta(days=60),
    )
    session.add(paid)
    session.flush()
    asked = Dispute(
        practice_id=OURS,
        id=new_id(),
        payment_id=paid.id,
        account_id=nadia.id,
        status="inquiry",
        reason="unrecognized",
        amount_cents=2750,
        fee_cents=0,
        processor_ref="du_1",
        respond_by=NOW + timedelta(days=12),
        opened_at=NOW - timedelta(days=2),
        moved_at=NOW - timedelta(days=2),
    )
    session.add(asked)
    stories.ids["held_dispute"] = asked.id
    stray = StrayPayment(
        practice_id=OURS,
        processor_ref="pi_2",
        amount_cents=5000,
        received_at=NOW - timedelta(days=1),
        booked_on=TODAY - timedelta(days=1),
        found_at=NOW,
    )
    session.add(stray)
    session.flush()
    stories.ids["stray"] = stray.id
    for kind, actor, facts in (
        ("link.opened", PATIENT, {}),
        ("notice.send", SYSTEM, {"channel": "sms", "template": "reminder"}),
        ("invoice.settle", Actor("processor", "processor"), {"number": "2026-0188"}),
    ):
        record(
            session,
            practice_id=OURS,
            account_id=nadia.id,
            kind=kind,
            actor=actor,
            at=NOW,
            **facts,
        )
    vasseur = add_account(stories, session, "door", "Étienne", "Vasseur")
    vasseur.door_closed_at = NOW - timedelta(hours=2)
    add_invoice(stories, session, "door", "2026-0500", date(2026, 11, 2), 6320)
    add_task(stories, session, DOOR_CLOSED, "door", str(vasseur.id))
    add_account(stories, session, "doubt", "Odile", "Kerbrat", language="en")
    add_invoice(stories, session, "doubt", "2026-0501", date(2026, 9, 2), 7420)
    add_cycle(stories, session, "doubt", position=0)
    notice = add_notice(stories, session, "doubt", 1, "in_doubt", 1)
    stories.ids["doubt_notice"] = notice.id
    add_task(stories, session, IN_DOUBT, "doubt", str(notice.id))
    add_account(stories, session, "settled", "Bruno", "Lemoine")
    add_thread(stories, session, "settled")
    add_answered_thread(stories, session, "settled")
    add_canned(stories, session)
    add_proposal(stories, session, "settled")
    add_plan(stories, session, "settled")
    add_account(stories, session, "sister", "Samira", "Ferhat")
    session.flush()


def _add_import(stories: Stories, session: Session) -> None:
    """A list that was tried from the command line's source, and columns that were chosen before."""
    stories.ids["import"], stories.ids["mapping"] = new_id(), new_id()
    session.add(
        ImportJob(
            practice_id=OURS,
            id=stories.ids["import"],
            source_name="autre logiciel",
            status="tried",
            via="command",
            media="csv",
            size_bytes=1200,
            full=True,
            as_of=NOW,
            once="f" * 32,
            asked_name="Claire Le Goff",
            asked_at=NOW,
            moved_name="Claire Le Goff",
            moved_at=NOW,
            counts={"rows": 1, "created": 1, "created_cents": 2000},
            mark="0" * 64,
        )
    )
    session.add(
        ImportMapping(
            practice_id=OURS,
            id=stories.ids["mapping"],
            source_name="logiciel",
            name="Colonnes de logiciel",
            headings_index=b"h" * 16,
            mapping=b"sealed",
            saved_by="Claire Le Goff",
            saved_at=NOW,
        )
    )
