"""« Validations »: money that waits for somebody's word, then for their hands."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.desks.agreement_lists import read_lists
from backoffice.desks.agreements import (
    ChangedError,
    decide,
    leaving_order,
    place_of,
    read_agreement,
    read_debt,
)
from backoffice.desks.order_words import DEBT_END_REASONS, END_REASONS, told_of_decision
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.base.errors import NotAllowedError
from shared.orders import ASKS, FORGIVE

desk = Blueprint("agreements", __name__)
_ORDER = "/agreements/<uuid:order_id>"
CHANGED = (
    "Ce que ferait cette demande a changé depuis que vous l’avez vu. Rien n’est accordé : lisez ce qui "
    "suit, puis décidez."
)


@desk.get("/agreements")
@needs(*ASKS.values())
def list_orders() -> str:
    """What is to be handed over, what waits, and what was decided lately."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        after_hand, after = (request.args.get(name, "") for name in ("hand", "after"))
        lists = read_lists(
            reading,
            who=who,
            keys=names_keys(),
            after_hand=after_hand,
            after=after,
            at=here.now(),
        )
    return render_template(
        "backoffice/agreements.html", lists=lists, after_hand=after_hand, after=after
    )


@desk.get(_ORDER)
@needs(*ASKS.values())
def show(order_id: UUID) -> str:
    """One of them, with what would come of it."""
    return _page(order_id)


@desk.post(f"{_ORDER}/approve")
@needs("refunds.approve")
@grave
def approve(order_id: UUID) -> Response | tuple[str, int]:
    """Agree to what a colleague asked for, as one was shown what it does."""
    return _decide(order_id, "approve")


@desk.post(f"{_ORDER}/hand-over")
@needs("refunds.write")
def hand_over(order_id: UUID) -> Response | tuple[str, int]:
    """The team handed over what was agreed to; the worker books it."""
    return _decide(order_id, "hand_over")


@desk.post(f"{_ORDER}/decline")
@needs("refunds.approve")
def decline(order_id: UUID) -> Response | tuple[str, int]:
    """Do not agree; nothing goes back."""
    return _decide(order_id, "decline")


@desk.post(f"{_ORDER}/stop")
@needs(*ASKS.values())
def stop(order_id: UUID) -> Response | tuple[str, int]:
    """Stop what a colleague asked for alone, before its day has passed, or what nobody handed over."""
    return _decide(order_id, "stop")


@desk.post(f"{_ORDER}/withdraw")
@needs(*ASKS.values())
def withdraw(order_id: UUID) -> Response | tuple[str, int]:
    """Think again about one's own."""
    return _decide(order_id, "withdraw")


def _decide(order_id: UUID, event: str) -> Response | tuple[str, int]:
    """Do it and say so, or say why not, where the order's money is."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            order = decide(
                work.session,
                who=who,
                order_id=order_id,
                event=event,
                seen=request.form.get("seen", ""),
                why=request.form.get("why"),
                at=here.now(),
            )
        except ChangedError:
            work.session.rollback()
            return _page(order_id, CHANGED), 422
        except FieldError as missing:
            work.session.rollback()
            return _page(order_id, flaw=flaw_of(missing, form="why")), 422
        except NotAllowedError as refused:
            number = place_of(work.session, who=who, order_id=order_id)
            flash(str(refused), "err")
        else:
            told = told_of_decision(order, event)
            number = place_of(work.session, who=who, order_id=order_id)
            work.commit()
            flash(told, "ok")
    if number:
        return redirect(url_for("accounts.show", number=number), code=303)
    return redirect(url_for("strays.list_strays"), code=303)


def _page(order_id: UUID, wrong: str = "", flaw: Flaw | None = None) -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        order = leaving_order(reading, who, order_id)
        if order.kind == FORGIVE:
            debt = read_debt(
                reading, who=who, order=order, keys=here.keys, names=names_keys(), at=here.now()
            )
            return render_template(
                "backoffice/agreement_debt.html",
                of=debt,
                wrong=wrong,
                flaw=flaw,
                end_reasons=DEBT_END_REASONS,
            )
        shown = read_agreement(
            reading, order, who=who, keys=here.keys, names=names_keys(), at=here.now()
        )
        totals(reading)
    return render_template(
        "backoffice/agreement.html",
        of=shown,
        wrong=wrong,
        flaw=flaw,
        end_reasons=END_REASONS,
    )
