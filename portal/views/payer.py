"""Someone else pays by a link: a sum, a reference, nothing of the account. No visit, no key.

A GET reads and changes nothing. Links that are revoked, expired or unknown all look the same.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session
from sqlalchemy.orm import Session

from portal.context import portal, show_practice
from portal.pages.choices import LATER, REFUSED
from portal.till import PAYERS_PAGE, desk_of
from portal.views.paying import wait_for
from shared.accounts import Account, Practice
from shared.base.formats import marked
from shared.base.log import get_logger
from shared.links import Token
from shared.payments import (
    BeingPaidError,
    ChoiceError,
    OwnPageError,
    PayLinkOverError,
    ShownLink,
    TooManyPagesError,
    came_back,
    choice_of,
    find_pay_link,
    is_open,
    is_payable,
    payment_of_attempt,
    start_payment,
)
from shared.processor import GatewayRefusedError, GatewayUnavailableError
from shared.reversals import is_given_back
from shared.web.filters import t
from shared.web.limits import count_failure

views = Blueprint("payer", __name__)
log = get_logger(__name__)
BUSY = marked(
    "Un paiement est peut-être en cours sur une autre page. Rien n’a été pris. Réessayez dans une heure."
)
TOO_OFTEN = marked(
    "La page de paiement a été ouverte beaucoup de fois. Rien n’a été pris. Réessayez dans une heure."
)
KEPT = "payer"
"""In the browser's signed cookie: the link whose payment it comes back from."""


@views.get("/p/<pay_token>")
def show(pay_token: str) -> Response:
    """The sum and the reference; or that it is paid, or has changed."""
    token = _known(pay_token)
    return _look(pay_token, token) if token else _generic()


@views.post("/p/<pay_token>")
def pay(pay_token: str) -> Response:
    """Off to the processor's page. It takes the whole frozen sum or nothing."""
    token = _known(pay_token)
    if token is None:
        count_failure()
        return _generic()
    parts = portal()
    with parts.database.reading(token.practice_id) as reading:
        shown = find_pay_link(reading, token)
    desk = desk_of(token.practice_id)
    if shown is None or desk is None or not is_open(shown.link, parts.clock.now()):
        count_failure()
        return _dead(pay_token)
    session[KEPT] = pay_token
    try:
        url = start_payment(
            desk,
            account_id=shown.link.account_id,
            choice=choice_of(shown.link),
            language=g.language,
            pay_link=shown.link.id,
        )
    except (ChoiceError, PayLinkOverError):
        return _look(pay_token, token)
    except BeingPaidError as error:
        if error.attempt_id == shown.link.attempt_id:
            return make_response(redirect(PAYERS_PAGE, code=303))
        return _page(pay_token, "changed", status=409)  # the account's own page is being paid
    except OwnPageError:
        return _look(pay_token, token, trouble=t(BUSY), status=409)
    except TooManyPagesError:
        return _look(pay_token, token, trouble=t(TOO_OFTEN), status=429)
    except GatewayUnavailableError:
        return _look(pay_token, token, trouble=t(LATER), status=503)
    except GatewayRefusedError as error:
        log.error("payment.refused", reason=str(error))
        return _look(pay_token, token, trouble=t(REFUSED), status=502)
    return make_response(redirect(url, code=303))


@views.get("/thanks")
def done() -> Response:
    """Back from the processor: thanks, with what this browser paid if it is known here."""
    pay_token = session.get(KEPT)
    token = _known(pay_token) if isinstance(pay_token, str) else None
    if token is None or not isinstance(pay_token, str):
        return _page("", "thanks")
    if request.args.get("cancelled") == "1":
        return _page(pay_token, "cancelled")
    _note_return(token)
    return wait_for(lambda: _known_end(pay_token, token)) or _unknown(pay_token)


def _known(text: str) -> Token | None:
    parts = portal()
    token = parts.payer_signer.read(text)
    if token is None:
        return None
    with parts.database.reading(token.practice_id) as reading:
        practice = reading.get(Practice, token.practice_id)
    if practice is None:
        return None
    show_practice(practice)
    return token


def _look(pay_token: str, token: Token, *, trouble: str = "", status: int = 200) -> Response:
    """The link as it stands now."""
    with portal().database.reading(token.practice_id) as reading:
        shown = find_pay_link(reading, token)
        if shown is None or not is_open(shown.link, portal().clock.now()):
            return _dead(pay_token)
        facts = _facts(reading, shown)
        practice = reading.get_one(Practice, token.practice_id)
        payable = is_payable(reading, practice=practice, link=shown.link)
    if facts["given_back"]:
        return _dead(pay_token)
    if shown.is_paid:
        state = "paid" if facts["paid_at"] else "processing"
        return _page(pay_token, state, facts)
    if not payable:
        return _page(pay_token, "changed", status=409 if request.method == "POST" else 200)
    return _page(pay_token, "open", facts | {"trouble": trouble}, status=status)


def _note_return(token: Token) -> None:
    """Let the worker look at once, as when a patient comes back."""
    parts = portal()
    with parts.database.reading(token.practice_id) as reading:
        shown = find_pay_link(reading, token)
    if shown is not None and shown.attempt is not None:
        came_back(
            parts.database,
            practice_id=token.practice_id,
            account_id=shown.link.account_id,
            attempt_id=shown.attempt.id,
            at=parts.clock.now(),
        )


def _known_end(pay_token: str, token: Token) -> Response | None:
    with portal().database.reading(token.practice_id) as reading:
        shown = find_pay_link(reading, token)
        if shown is None:
            return _page("", "thanks")
        if shown.attempt is None:
            return _page(pay_token, "cancelled")
        facts = _facts(reading, shown)
    if facts["given_back"]:
        return _dead(pay_token)
    if facts["paid_at"]:
        return _page(pay_token, "paid", facts)
    states = {"processing": "processing", "failed": "failed", "expired": "failed"}
    state = states.get(shown.attempt.status)
    return _page(pay_token, state, facts) if state else None


def _unknown(pay_token: str) -> Response:
    response = _page(pay_token, "unknown")
    response.headers["Refresh"] = "5"
    return response


def _facts(reading: Session, shown: ShownLink) -> dict[str, object]:
    """All that is ever shown of an account: a sum, its reference, when it was paid by this link; and
    whether all of that was given back, after which it is a link like any other that is over."""
    link = shown.link
    account = reading.get_one(Account, (link.practice_id, link.account_id))
    payment = (
        payment_of_attempt(reading, practice_id=link.practice_id, attempt_id=shown.attempt.id)
        if shown.attempt is not None
        else None
    )
    return {
        "amount_cents": link.amount_cents,
        "reference": account.number,
        "paid_at": payment.received_at if payment else None,
        "given_back": payment is not None and is_given_back(reading, payment),
    }


def _page(
    pay_token: str, state: str, facts: Mapping[str, object] | None = None, *, status: int = 200
) -> Response:
    here = f"/p/{pay_token}" if pay_token else ""
    html = render_template(
        "portal/payer.html",
        state=state,
        pay_url=here,
        language_back=here if request.endpoint != "payer.done" else PAYERS_PAGE,
        **(facts or {}),
    )
    return make_response(html, status)


def _dead(pay_token: str) -> Response:
    html = render_template("portal/payer.html", state="dead", language_back=f"/p/{pay_token}")
    return make_response(html, 410)


def _generic() -> Response:
    return make_response(render_template("portal/generic.html", language_back="/"), 404)
