"""Giving, changing and removing the card of a plan. The card itself is typed at the processor's."""

from flask import Blueprint, Response, g, make_response, redirect

from portal.context import end_reading, inside, portal, visit
from portal.pages.cards import due_now
from portal.till import desk_of
from shared.accounts import get_account
from shared.audit import PATIENT
from shared.base.log import get_logger
from shared.payments import (
    ONLY_A_CARD,
    BeingPaidError,
    Choice,
    ChoiceError,
    Consent,
    PagesSpentError,
    kept_card,
    remove_card,
    start_payment,
)
from shared.plans import covered_by, live_plan, plans_of
from shared.processor import GatewayRefusedError, GatewayUnavailableError

views = Blueprint("card", __name__)
log = get_logger(__name__)


@views.post("/plan/card")
@inside
def give() -> Response:
    """Off to the processor's page, to give a card or another one."""
    return to_card_page()


@views.post("/plan/card/remove")
@inside
def remove() -> Response:
    """The consent ends: nothing is taken from the card any more, the plan goes on by links."""
    here, parts = visit(), portal()
    with parts.database.unit_of_work(here.practice.id) as work:
        session = work.session
        get_account(session, practice_id=here.practice.id, account_id=here.account.id, lock=True)
        card = kept_card(session, practice_id=here.practice.id, account_id=here.account.id)
        if card is not None:
            remove_card(session, card, actor=PATIENT, at=parts.clock.now())
            work.commit()
    return _to_plan("removed")


def to_card_page() -> Response:
    """The page that keeps a card for the plan that runs, and takes what is due of it now.

    The consent is to the very words of the plan. Where there is nothing to keep a card for, or the
    page can't be opened, the plan's own page comes back and says so.
    """
    here = visit()
    asked, desk = _wanted(), desk_of(here.practice.id)
    if asked is None:
        return _to_plan()
    if desk is None:
        return _to_plan("refused")
    choices, consent = asked
    end_reading()  # nothing stays open while the processor is asked
    for choice in choices:
        try:
            url = start_payment(
                desk,
                account_id=here.account.id,
                choice=choice,
                language=g.language,
                consent=consent,
            )
        except ChoiceError:
            continue  # too small a sum for a card: only the card is kept
        except BeingPaidError as error:
            return make_response(redirect(f"/payment/{error.attempt_id}", code=303))
        except PagesSpentError:
            return _to_plan("often")
        except GatewayUnavailableError:
            return _to_plan("later")
        except GatewayRefusedError as error:
            log.error("card.refused", reason=str(error))
            return _to_plan("refused")
        return make_response(redirect(url, code=303))
    return _to_plan("refused")


def _wanted() -> tuple[list[Choice], Consent] | None:
    """What the page is to do, the first that can be; None when no plan is paid by card."""
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        view = live_plan(
            plans_of(session, practice_id=here.practice.id, account_id=here.account.id)
        )
        if view is None or view.plan.way != "card" or view.plan.status not in ("active", "paused"):
            return None
        covers = covered_by(session, practice_id=here.practice.id, plan_id=view.plan.id)
    plan, cents = view.plan, due_now(view)
    if plan.text_version is None or plan.text_hash is None:
        return None
    part = Choice("part", frozenset(cover.invoice_id for cover in covers), cents)
    only = Choice(ONLY_A_CARD)
    return [part, only] if cents else [only], Consent(plan.id, plan.text_version, plan.text_hash)


def _to_plan(told: str = "") -> Response:
    return make_response(redirect(f"/plan?card={told}" if told else "/plan", code=303))
