"""What is owed: all open invoices, and each alone."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, g
from sqlalchemy import bindparam, literal, null, select, union_all

from portal.context import inside, page, portal, reading, visit
from portal.pages.invoices import InvoiceView, has_settled, read_invoices, summed
from portal.pages.lately import FORGIVEN, TOLD_FOR, USED, rows_lately, summed_lately
from portal.pages.payments import payment_rows
from portal.pages.plan_notes import (
    announces_dates,
    answer_late,
    plan_note,
    plan_pause,
    spreadable,
)
from portal.pages.plans import name_of
from portal.pages.steps import CHECKED, pause_of, shown_steps, unreachable_of
from portal.pages.under_way import ANNOUNCED, LINK, rows_under_way, under_way_from
from shared.accounts import Hold
from shared.aid import GRANTED_HOLD, GrantedPause, granted_pause
from shared.base.clock import local_date
from shared.base.errors import NotFoundError
from shared.ladder import standing
from shared.messages import Thread
from shared.payments import payments_of, payments_of_invoice
from shared.plans import LEAST_PART, Plan, PlanView, beside_plan, pauses_from
from shared.web.filters import t

views = Blueprint("statement", __name__)

LATEST = 3
"""How many payments stand on the statement; the others are one step away."""

UNREAD = "(unread)"
"""Stands among the kinds of holds for an answer that waits to be read: one statement tells both."""

LATE = "(late)"
"""And for an answer of ours whose promised day is over."""

OFFERED = "(offered)"
"""And for other dates that we offer and that wait for their answer."""

SETTLED = "(settled)"
"""And for that there are invoices of which nothing is open any more."""

_HELD = select(Hold.kind, Hold.placed_at, null(), null()).where(
    Hold.practice_id == bindparam("practice_id"),
    Hold.account_id == bindparam("account_id"),
    Hold.status == "active",
    Hold.invoice_id.is_(None),
)
_ANSWERED = select(literal(UNREAD), Thread.moved_at, null(), null()).where(
    Thread.practice_id == bindparam("practice_id"),
    Thread.account_id == bindparam("account_id"),
    Thread.patient_unread,
)
_LATE = select(literal(LATE), Thread.moved_at, null(), null()).where(
    Thread.practice_id == bindparam("practice_id"),
    Thread.account_id == bindparam("account_id"),
    Thread.status == "waiting",
    Thread.answer_by < bindparam("today"),
)
_OFFERED = select(literal(OFFERED), Plan.made_at, null(), null()).where(
    Plan.practice_id == bindparam("practice_id"),
    Plan.account_id == bindparam("account_id"),
    Plan.status == "offered",
)
_SAID = beside_plan(
    union_all(
        *rows_under_way(), _HELD, _ANSWERED, _LATE, _OFFERED, *rows_lately(), has_settled(SETTLED)
    ).subquery()
)
_NO_HOLDS = frozenset({UNREAD, LATE, OFFERED, SETTLED, USED, FORGIVEN, ANNOUNCED, LINK})


@views.get("/statement")
@inside
def show() -> Response:
    """All that is open on the account."""
    here, session = visit(), reading()
    now = portal().clock.now()
    today = local_date(now, here.practice.timezone)
    invoices = read_invoices(session, practice_id=here.practice.id, account_id=here.account.id)
    askable = [i for i in invoices if i.askable]
    where = standing(
        session,
        practice=here.practice,
        account_id=here.account.id,
        first_issued_on=_earliest([i.issued_on for i in askable]),
        oldest_due_on=_earliest([i.due_on for i in askable]),
        askable_cents=sum(i.left_cents for i in askable),
        today=today,
    )
    whose = {"practice_id": here.practice.id, "account_id": here.account.id}
    rows = session.execute(
        _SAID, whose | {"now": now, "today": today, "lately": now - TOLD_FOR}
    ).all()
    said = pauses_from(rows)
    holds = [kind for kind in said.kinds if kind not in _NO_HOLDS]
    payments = payments_of(session, practice_id=here.practice.id, account_id=here.account.id)
    granted = (
        granted_pause(
            session, practice_id=here.practice.id, account_id=here.account.id, today=today
        )
        if GRANTED_HOLD in holds
        else None
    )
    pause = pause_of(
        holds if askable or not invoices else [*holds, CHECKED],
        where.withheld,
        plan_pause(said.plan),
        until=granted.until if granted else None,
    )
    processing = sum(i.processing_cents for i in invoices)
    from_credit = sum(i.from_credit_cents for i in invoices)
    total = sum(i.left_cents for i in invoices)
    payable = sum(i.payable_cents for i in invoices)
    shares = summed(invoices)
    credit = sum(received.credit_cents for received in payments)
    paid = sum(received.kept_cents for received in payments)
    return page(
        "portal/statement.html",
        name=here.name.full,
        total_cents=total,
        checked_cents=sum(i.checked_cents for i in invoices),
        under_way=under_way_from(rows, payable) if total else None,
        shares=shares,
        doors=[
            *_doors(payable),
            *_plan_door(spreadable(invoices, holds), said.plan),
            *_help_door(total, holds, granted),
        ],
        unread=UNREAD in said.kinds,
        offered=OFFERED in said.kinds,
        late=LATE in said.kinds
        or (said.plan is not None and answer_late(here.practice, said.plan)),
        invoices=_translated(invoices),
        steps=[]
        if pause or said.plan
        else shown_steps(
            where,
            language=g.language,
            today=today,
            since=_earliest([i.issued_on for i in invoices]),
        ),
        pause=pause,
        announces=where.unreachable is None and announces_dates(said.plan, holds),
        plan=plan_note(said.plan, language=g.language, today=today) if said.plan else None,
        unreachable=None if pause or said.plan else unreachable_of(where),
        processing_cents=processing,
        credit_cents=credit,
        from_credit_cents=from_credit,
        by_itself=here.practice.credit_by_itself,
        used=summed_lately(rows, USED),
        forgiven=summed_lately(rows, FORGIVEN),
        settled=SETTLED in said.kinds,
        paid_cents=paid,
        paid_before_cents=paid - credit - shares.paid_cents,
        payments=payment_rows(payments[:LATEST]),
    )


@views.get("/invoice/<uuid:invoice_id>")
@inside
def one(invoice_id: UUID) -> Response:
    """One invoice, without what it is for."""
    here = visit()
    found = read_invoices(
        reading(), practice_id=here.practice.id, account_id=here.account.id, only=invoice_id
    )
    if not found:
        raise NotFoundError("Cette facture n’est pas dans votre espace.")
    invoice = found[0]
    return page(
        "portal/invoice.html",
        invoice=_translated([invoice])[0],
        paid=payments_of_invoice(reading(), practice_id=here.practice.id, invoice_id=invoice.id),
        doors=_doors(invoice.payable_cents, f"/pay?invoice={invoice.id}"),
        details_url=f"/details/{invoice.id}",
        back_url="/statement",
    )


def _earliest(days: list[date]) -> date | None:
    return min(days, default=None)


def _doors(payable: int, url: str = "/pay") -> list[tuple[str, str, str]]:
    return [(t("Payer"), t("Tout, ou une partie."), url)] if payable > 0 else []


def _plan_door(spread: int, plan: PlanView | None) -> list[tuple[str, str, str]]:
    if plan is not None:
        return [(name_of(plan.plan), t("Les dates et les sommes."), "/plan")]
    if spread < LEAST_PART:
        return []
    return [(t("Étaler"), t("En plusieurs fois, sans frais."), "/spread")]


def _help_door(
    owed: int, holds: list[str], granted: GrantedPause | None
) -> list[tuple[str, str, str]]:
    if "aid" in holds:
        return [(t("Votre demande d’aide"), t("Où elle en est."), "/help")]
    if granted:
        return [(t("Votre demande d’aide"), t("Nous avons dit oui."), "/help")]
    return [(t("Demander de l’aide"), t("Du temps, moins, ou parler."), "/help")] if owed else []


def _translated(invoices: list[InvoiceView]) -> list[dict[str, object]]:
    return [
        {
            "number": i.number,
            "issued_on": i.issued_on,
            "due_on": i.due_on,
            "planned": i.planned,
            "total_cents": i.total_cents,
            "amo_cents": i.amo_cents,
            "amc_cents": i.amc_cents,
            "paid_cents": i.paid_cents,
            "corrected_cents": i.corrected_cents,
            "forgiven_cents": i.forgiven_cents,
            "from_credit_cents": i.from_credit_cents,
            "open_cents": i.left_cents,
            "note": t(i.note) if i.note else "",
            "url": i.url,
        }
        for i in invoices
    ]
