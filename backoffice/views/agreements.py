"""« Demandes d’accord »: money that waits for somebody else's word, what would come of it, the word."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.agreements import (
    ChangedError,
    decide,
    list_agreements,
    place_of,
    read_agreement,
)
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.base.errors import NotAllowedError

desk = Blueprint("agreements", __name__)
_ORDER = "/agreements/<uuid:order_id>"
CHANGED = (
    "Ce que ferait ce remboursement a changé depuis que vous l’avez vu. Rien n’est accordé : lisez ce qui "
    "suit, puis décidez."
)


@desk.get("/agreements")
@needs("refunds.write")
def list_orders() -> str:
    """What waits, the oldest first."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        waiting = list_agreements(reading, who=who, at=here.now())
    return render_template("backoffice/agreements.html", waiting=waiting)


@desk.get(_ORDER)
@needs("refunds.write")
def show(order_id: UUID) -> str:
    """One of them, with what would come of it."""
    return _page(order_id)


@desk.post(f"{_ORDER}/approve")
@needs("refunds.approve")
@grave
def approve(order_id: UUID) -> Response | tuple[str, int]:
    """Agree to what a colleague asked for, as one was shown what it does."""
    return _decide(
        order_id, "approve", "Accord donné : le remboursement est fait et inscrit dans un instant."
    )


@desk.post(f"{_ORDER}/decline")
@needs("refunds.approve")
def decline(order_id: UUID) -> Response | tuple[str, int]:
    """Do not agree; nothing goes back."""
    return _decide(order_id, "decline", "Refus noté : rien ne part.")


@desk.post(f"{_ORDER}/stop")
@needs("refunds.write")
def stop(order_id: UUID) -> Response | tuple[str, int]:
    """Stop what a colleague asked for alone, before its day has passed."""
    return _decide(order_id, "stop", "Demande arrêtée : rien ne part.")


@desk.post(f"{_ORDER}/withdraw")
@needs("refunds.write")
def withdraw(order_id: UUID) -> Response | tuple[str, int]:
    """Think again about one's own."""
    return _decide(order_id, "withdraw", "Demande retirée : rien ne part.")


def _decide(order_id: UUID, event: str, told: str) -> Response | tuple[str, int]:
    """Do it and say so, or say why not, where the order's money is."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            number = decide(
                work.session,
                who=who,
                order_id=order_id,
                event=event,
                seen=request.form.get("seen", ""),
                at=here.now(),
            )
        except ChangedError:
            work.session.rollback()
            return _page(order_id, CHANGED), 422
        except NotAllowedError as refused:
            number = place_of(work.session, who=who, order_id=order_id)
            flash(str(refused), "err")
        else:
            work.commit()
            flash(told, "ok")
    if number:
        return redirect(url_for("accounts.show", number=number), code=303)
    return redirect(url_for("strays.list_strays"), code=303)


def _page(order_id: UUID, wrong: str = "") -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        shown = read_agreement(reading, who=who, order_id=order_id, keys=here.keys, at=here.now())
    return render_template("backoffice/agreement.html", of=shown, wrong=wrong)
