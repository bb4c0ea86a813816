"""What is owed: all open invoices, and each alone."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, g
from sqlalchemy import bindparam, literal, select, union_all

from portal.context import inside, page, portal, reading, visit
from portal.pages.invoices import InvoiceView, read_invoices, summed
from portal.pages.plan_notes import plan_note, plan_pause, spreadable
from portal.pages.steps import pause_of, shown_steps, unreachable_of
from shared.accounts import Hold
from shared.base.clock import local_date
from shared.base.errors import NotFoundError
from shared.ladder import standing
from shared.messages import Thread
from shared.payments import payments_of
from shared.plans import LEAST_PART, PlanView, beside_plan, pauses_from
from shared.web.filters import t

views = Blueprint("statement", __name__)

UNREAD = "(unread)"
"""Stands among the kinds of holds for an answer that waits to be read: one statement tells both."""

_HELD = select(Hold.kind.label("kind"), Hold.placed_at.label("at")).where(
    Hold.practice_id == bindparam("practice_id"),
    Hold.account_id == bindparam("account_id"),
    Hold.status == "active",
    Hold.invoice_id.is_(None),
)
_ANSWERED = select(literal(UNREAD), Thread.moved_at).where(
    Thread.practice_id == bindparam("practice_id"),
    Thread.account_id == bindparam("account_id"),
    Thread.patient_unread,
)
_SAID = beside_plan(union_all(_HELD, _ANSWERED).subquery())


@views.get("/statement")
@inside
def show() -> Response:
    """All that is open on the account."""
    here, session = visit(), reading()
    today = local_date(portal().clock.now(), here.practice.timezone)
    invoices = read_invoices(session, practice_id=here.practice.id, account_id=here.account.id)
    askable = [i for i in invoices if i.askable]
    where = standing(
        session,
        practice=here.practice,
        account_id=here.account.id,
        first_issued_on=_earliest([i.issued_on for i in askable]),
        oldest_due_on=_earliest([i.due_on for i in askable]),
        askable_cents=sum(i.open_cents for i in askable),
        today=today,
    )
    whose = {"practice_id": here.practice.id, "account_id": here.account.id}
    said = pauses_from(session.execute(_SAID, whose).all())
    holds = [kind for kind in said.kinds if kind != UNREAD]
    payments = payments_of(session, practice_id=here.practice.id, account_id=here.account.id)
    pause = pause_of(holds, where.withheld)
    processing = sum(i.processing_cents for i in invoices)
    total = sum(i.open_cents for i in invoices)
    return page(
        "portal/statement.html",
        name=here.name.full,
        total_cents=total,
        shares=summed(invoices),
        doors=[
            *_doors(total - processing),
            *_plan_door(spreadable(invoices, holds), said.plan),
            *_help_door(total, holds),
        ],
        unread=UNREAD in said.kinds,
        invoices=_translated(invoices),
        steps=[] if pause or said.plan else shown_steps(where, language=g.language, today=today),
        pause=plan_pause(said.plan) if said.plan and holds[:1] == ["plan"] else pause,
        plan=plan_note(said.plan, language=g.language, today=today) if said.plan else None,
        unreachable=None if pause or said.plan else unreachable_of(where),
        processing_cents=processing,
        credit_cents=sum(p.credit_cents for p in payments),
        payments=[
            {
                "number": p.number,
                "received_at": p.received_at,
                "amount_cents": p.amount_cents,
                "url": f"/receipt/{p.id}",
            }
            for p in payments
        ],
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
        doors=_doors(invoice.open_cents - invoice.processing_cents, f"/pay?invoice={invoice.id}"),
        details_url=f"/details/{invoice.id}",
        back_url="/statement",
    )


def _earliest(days: list[date]) -> date | None:
    return min(days, default=None)


def _doors(payable: int, url: str = "/pay") -> list[tuple[str, str, str]]:
    return [(t("Payer"), t("Tout, ou une partie."), url)] if payable > 0 else []


def _plan_door(spread: int, plan: PlanView | None) -> list[tuple[str, str, str]]:
    if plan is not None:
        return [(t("Votre accord"), t("Les dates et les sommes."), "/plan")]
    if spread < LEAST_PART:
        return []
    return [(t("Étaler"), t("En plusieurs fois, sans frais."), "/spread")]


def _help_door(owed: int, holds: list[str]) -> list[tuple[str, str, str]]:
    if "aid" in holds:
        return [(t("Votre demande d’aide"), t("Où elle en est."), "/help")]
    return [(t("Demander de l’aide"), t("Du temps, moins, ou parler."), "/help")] if owed else []


def _translated(invoices: list[InvoiceView]) -> list[dict[str, object]]:
    return [
        {
            "number": i.number,
            "issued_on": i.issued_on,
            "due_on": i.due_on,
            "total_cents": i.total_cents,
            "amo_cents": i.amo_cents,
            "amc_cents": i.amc_cents,
            "paid_cents": i.paid_cents,
            "corrected_cents": i.corrected_cents,
            "open_cents": i.open_cents,
            "note": t(i.note) if i.note else "",
            "url": i.url,
        }
        for i in invoices
    ]
