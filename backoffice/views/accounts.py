"""The account desk: the list, the search and an account's page. Nothing here changes an account."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.desks.account_changes import ContactLooked, look_at_contact
from backoffice.desks.account_list import Filters, counts_of, read_list
from backoffice.desks.account_page import read_page
from backoffice.desks.aid_choice import choice_of
from backoffice.desks.drafts import Draft
from backoffice.desks.phones import PhoneShown, look_at_phones
from backoffice.desks.search import MOST, search
from backoffice.desks.setup import has_begun
from backoffice.desks.words import (
    CANCEL_REASONS,
    DECLINE_REASONS,
    DESK_METHODS,
    LANGUAGES,
    PAUSE_REASONS,
    REASON_GROUPS,
    RELEASE_REASONS,
    WISHES,
)
from backoffice.flaws import Flaw
from backoffice.forms import (
    FIRST_REVIEW,
    LONGEST_NOTE,
    LONGEST_PAUSE,
    PauseForm,
    search_term,
)
from backoffice.office import office
from backoffice.payment_forms import PaymentForm
from backoffice.permissions import needs
from backoffice.rail import first_desk
from shared.accounts import account_vault, find_account
from shared.ladder import STEP_TITLES, WITHHELD_TITLES, policy_of
from shared.orders import first_receivable

desk = Blueprint("accounts", __name__)


@desk.get("/")
@needs("sessions.own")
def home() -> Response:
    """Where one arrives: the first desk that one has, or setting up where nothing has begun."""
    here, who = office(), staff()
    if who.may("settings.write"):
        with here.database.reading(who.practice_id) as reading:
            if not has_begun(reading, practice_id=who.practice_id):
                return redirect(url_for("setup.show_steps"), code=303)
    return redirect(url_for(first_desk()), code=303)


@desk.get("/accounts")
@needs("accounts.read")
def list_accounts() -> str:
    """All accounts, filtered by the address."""
    here, who = office(), staff()
    filters = Filters(
        state=request.args.get("state", ""),
        step=request.args.get("step", ""),
        held=request.args.get("held", ""),
        language=request.args.get("language", ""),
    )
    with here.database.reading(who.practice_id) as reading:
        steps = policy_of(reading, who.practice_id)
        page = read_list(
            reading,
            practice_id=who.practice_id,
            filters=filters,
            after=request.args.get("after", ""),
            steps=steps,
            keys=names_keys(),
        )
        counts = counts_of(totals(reading), steps=steps)
    return render_template(
        "backoffice/accounts.html",
        page=page,
        filters=filters,
        counts=counts,
        first=not request.args.get("after"),
        step_titles=STEP_TITLES,
        held_titles=WITHHELD_TITLES,
        held_groups=REASON_GROUPS,
        languages=LANGUAGES,
    )


@desk.post("/accounts/search")
@needs("accounts.read")
def search_accounts() -> Response | str:
    """What fits a search. A POST though it only reads: a name must not stand in an address."""
    here, who = office(), staff()
    term = search_term(request.form)
    if not term:
        return make_response(
            render_template("backoffice/found.html", rows=(), term="", most=MOST), 422
        )
    with here.database.reading(who.practice_id) as reading:
        rows = search(
            reading,
            practice_id=who.practice_id,
            term=term,
            steps=policy_of(reading, who.practice_id),
            keys=names_keys(),
            index=here.index,
        )
    if len(rows) == 1:
        return redirect(url_for(".show", number=rows[0].number), code=303)
    return render_template("backoffice/found.html", rows=rows, term=term, most=MOST)


@desk.get("/accounts/search")
@needs("accounts.read")
def search_again() -> Response:
    """A reloaded search has lost its words: back to the list."""
    return redirect(url_for(".list_accounts"), code=303)


@desk.get("/accounts/<number>")
@needs("accounts.read")
def show(number: str) -> str:
    """One account's whole story."""
    return page_of(number)


@desk.post("/accounts/<number>/phone")
@needs("accounts.names")
def show_phone(number: str) -> str:
    """The same page with the telephone numbers in full, while somebody has to call; that is noted.

    A POST, since it leaves a trace. Raises NotFoundError, NotAllowedError when no call waits.
    """
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        phones = look_at_phones(
            work.session,
            practice_id=who.practice_id,
            number=number,
            keys=here.keys,
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    return page_of(number, phones=phones)


@desk.post("/accounts/<number>/changes/<uuid:proposal_id>/contact")
@needs("contacts.write")
def show_contact(number: str, proposal_id: UUID) -> str:
    """The same page with a proposed or accepted contact in full; a POST, since it leaves a trace."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        account = find_account(work.session, practice_id=who.practice_id, number=number)
        looked = look_at_contact(
            work.session,
            account=account,
            proposal_id=proposal_id,
            vault=account_vault(here.keys, account),
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    return page_of(number, looked=looked)


def page_of(
    number: str,
    *,
    pause: PauseForm | None = None,
    phones: Sequence[PhoneShown] = (),
    draft: Draft | None = None,
    looked: ContactLooked | None = None,
    payment: PaymentForm | None = None,
    flaw: Flaw | None = None,
) -> str:
    """An account's page: with a form of a pause or of a payment to be mended, numbers to be called, an
    answer that is still being written, or a contact that staff asked to see; ``flaw`` is what to mend.
    Raises NotFoundError.
    """
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        page = read_page(reading, who=who, number=number, keys=here.keys, at=here.now())
        asked = any(one.aid is not None and one.aid.is_open for one in page.threads)
        choice = choice_of(reading, who, is_asked=asked)
    today, practice = here.today(who.timezone), page.found.practice
    return render_template(
        "backoffice/account.html",
        page=page,
        account=page.found.account,
        reasons=RELEASE_REASONS,
        wishes=WISHES,
        languages=LANGUAGES,
        pause_reasons=PAUSE_REASONS,
        pause=pause
        or PauseForm("staff", (today + timedelta(days=practice.pause_days)).isoformat(), ""),
        longest_note=LONGEST_NOTE,
        first_review=today + FIRST_REVIEW,
        last_review=today + LONGEST_PAUSE,
        granted_until=today + timedelta(days=practice.granted_pause_days),
        phones=phones,
        draft=draft or Draft(),
        looked=looked,
        flaw=flaw,
        payment=payment or PaymentForm.fresh(today, page.desk.mark),
        first_payment=first_receivable(today, started_on=practice.started_on),
        desk_methods=DESK_METHODS,
        cancel_reasons=CANCEL_REASONS,
        choice=choice,
        decline_reasons=DECLINE_REASONS,
    )
