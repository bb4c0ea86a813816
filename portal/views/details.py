"""The lines of one invoice behind a fresh code, and who looked at them."""

import re
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from sqlalchemy.orm import Session

from portal.context import end_reading, inside, page, portal, reading, sentences, visit
from portal.forms import Sentence, say
from portal.pages.invoices import InvoiceView, read_invoices
from portal.pages.preferences import REASONS, ROLES, sent_to
from shared.accounts import open_contact
from shared.audit import PATIENT
from shared.base.errors import NotAllowedError
from shared.base.formats import marked
from shared.billing import Invoice, get_invoice, open_lines
from shared.codes import (
    DETAILS_CODE,
    Given,
    answer_code,
    ask_code,
    digits_of,
    is_live,
    latest_code,
    where_codes_go,
)
from shared.privacy import Look, accesses_of, note_access
from shared.web.filters import full_day, t

views = Blueprint("details", __name__)

SIX_DIGITS = marked("Écrivez les 6 chiffres du code.")
NO_LONGER = marked(
    "Ce code ne marche pas, ou ne marche plus. Vérifiez-le, ou demandez-en un autre."
)
NOT_KEPT, OPENED, NO_CONTACT, ASK = "not_kept", "opened", "no_contact", "ask"
LEAVES, SENT = "leaves", "sent"
DAY_IN_FIGURES = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")


@views.get("/details/<uuid:invoice_id>")
@inside
def show(invoice_id: UUID) -> Response:
    """The lines, or what has to be done to see them."""
    return _page(invoice_id)


@views.post("/details/<uuid:invoice_id>/code")
@inside
def ask(invoice_id: UUID) -> Response:
    """Have a code sent; the worker draws it."""
    here, parts = visit(), portal()
    invoice = _own(reading(), invoice_id)
    if _where(reading(), invoice)[0] not in (ASK, SENT):
        return _back(invoice_id)  # nothing to open, or opened, or nowhere to send a code
    end_reading()
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            ask_code(
                work.session,
                practice_id=here.practice.id,
                account_id=here.account.id,
                visit_id=here.row.id,
                purpose=DETAILS_CODE,
                subject_id=invoice_id,
                at=parts.clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return _page(invoice_id, say(str(refused)), field="form")
    return _back(invoice_id)


@views.post("/details/<uuid:invoice_id>")
@inside
def give(invoice_id: UUID) -> Response:
    """Try a code; the right one opens the lines for this visit, which is noted."""
    here, parts = visit(), portal()
    invoice = _own(reading(), invoice_id)
    typed = digits_of(request.form.get("code", "")[:20])
    if typed is None:
        return _page(invoice_id, say(SIX_DIGITS))
    end_reading()
    with parts.database.unit_of_work(here.practice.id) as work:
        given = answer_code(
            work.session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            visit_id=here.row.id,
            subject_id=invoice_id,
            typed=typed,
            vault=here.vault,
            at=parts.clock.now(),
        )
        if given is Given.RIGHT:
            note_access(work.session, invoice=invoice, actor=PATIENT, at=parts.clock.now())
        work.commit()
    return _page(invoice_id, say(NO_LONGER)) if given is Given.WRONG else _back(invoice_id)


@views.get("/looked")
@inside
def looked() -> Response:
    """Who opened the lines of one's invoices."""
    here = visit()
    found = accesses_of(reading(), practice_id=here.practice.id, account_id=here.account.id)
    return page(
        "portal/looked.html",
        looks=[(look.at, _who(look), _why(look), look.invoice) for look in found],
        back_url="/preferences",
    )


def _who(look: Look) -> str:
    if look.by == "patient":
        return t("Vous, par un lien et un code")
    return t(ROLES.get(look.role, ROLES["secretary"]))


def _why(look: Look) -> str:
    """Why staff opened it, in words for the person whose it is; nothing where they did themselves."""
    return t(REASONS[look.reason]) if look.reason in REASONS else ""


def _own(session: Session, invoice_id: UUID) -> Invoice:
    here = visit()
    return get_invoice(
        session, practice_id=here.practice.id, account_id=here.account.id, invoice_id=invoice_id
    )


def _where(session: Session, invoice: Invoice) -> tuple[str, str]:
    """How far one is from the lines, and where a code goes."""
    here = visit()
    if invoice.lines is None:
        return NOT_KEPT, ""
    code = latest_code(
        session, practice_id=here.practice.id, visit_id=here.row.id, subject_id=invoice.id
    )
    if code is not None and code.status == "used":
        return OPENED, ""
    contact = where_codes_go(session, here.account)
    if contact is None:
        return NO_CONTACT, ""
    to = sent_to(contact.kind, open_contact(here.vault, contact))
    now = portal().clock.now()
    if code is not None and code.status == "asked":
        return LEAVES, to
    waits = code is not None and is_live(code.status, code.expires_at, now=now)
    return SENT if waits else ASK, to


def _sums(session: Session, invoice_id: UUID) -> InvoiceView:
    here = visit()
    found = read_invoices(
        session, practice_id=here.practice.id, account_id=here.account.id, only=invoice_id
    )
    return found[0]


def _page(invoice_id: UUID, wrong: Sentence | None = None, field: str = "code") -> Response:
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        invoice = _own(session, invoice_id)
        state, to = _where(session, invoice)
        opened = state == OPENED
        sums = _sums(session, invoice_id) if opened else None
    errors = {} if wrong is None else {field if state in (LEAVES, SENT) else "form": wrong}
    response = page(
        "portal/details.html",
        number=invoice.number,
        state=state,
        to=to,
        lines=_worded(open_lines(here.vault, invoice)) if opened else [],
        invoice=sums,
        here_url=f"/details/{invoice_id}",
        errors=sentences(errors),
        back_url=f"/invoice/{invoice_id}",
    )
    response.status_code = 422 if errors else 200
    return response


def _worded(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Lines as the software words them, but for days in figures: the page writes all days alike."""
    return [(title, _day_in_words(text)) for title, text in lines]


def _day_in_words(text: str) -> str:
    if not DAY_IN_FIGURES.fullmatch(text.strip()):
        return text
    day, month, year = (int(part) for part in text.strip().split("/"))
    try:
        return full_day(date(year, month, day))
    except ValueError:
        return text


def _back(invoice_id: UUID) -> Response:
    return make_response(redirect(f"/details/{invoice_id}", code=303))
