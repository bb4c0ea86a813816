"""A sum that is no longer asked for: what would come of it, then the asking. The worker does it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.debt_form import AMOUNT, DebtForm
from backoffice.desks.account_refunds import approvers_of, colleague
from backoffice.desks.debts import DebtForeseen, debts_left, foresee_debt
from backoffice.desks.decision_words import FORGIVE_REASONS
from backoffice.desks.desk_asking import USED_PAGE
from backoffice.desks.order_words import told_of
from backoffice.desks.people import find_named, name_of
from backoffice.flaws import Flaw, flaw_of
from backoffice.kept_choice import forget_choice, shows_choice
from backoffice.office import office
from backoffice.order_forms import chosen_unasked
from backoffice.permissions import grave, needs
from shared.accounts import (
    Account,
    Practice,
    account_vault,
    find_account,
    get_practice,
)
from shared.base.errors import NotAllowedError
from shared.base.money import Cents
from shared.forgiving import DebtLeft, cents_left
from shared.orders import MoneyOrder, ask_forgiveness, order_of_form, shares_asked

desk = Blueprint("debts", __name__)
_DEBTS = "/accounts/<number>/forgive"


@desk.get(_DEBTS)
@needs("debts.forgive")
def form(number: str) -> str:
    """How much, of which invoice, and why."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        account, name = find_named(
            reading, practice_id=who.practice_id, number=number, keys=names_keys()
        )
        left = debts_left(reading, account)
        totals(reading)
        before = chosen_unasked(reading, practice_id=who.practice_id)
    typed = DebtForm.typed(before) if before else DebtForm.fresh()
    return _form_page(account, name, left, typed, refilled=before is not None)


@desk.route(f"{_DEBTS}/check", methods=["GET", "POST"])
@needs("debts.forgive")
@shows_choice("debts.form", refills=True)
def check(number: str) -> str | tuple[str, int]:
    """What would come of it, before anything is asked for."""
    here, who = office(), staff()
    typed = DebtForm.typed(request.form)
    with here.database.reading(who.practice_id) as reading:
        account, name = find_named(
            reading, practice_id=who.practice_id, number=number, keys=names_keys()
        )
        practice = get_practice(reading, who.practice_id)
        left = debts_left(reading, account)
        try:
            shares = typed.shared(cents_left(left))
            wish = typed.wish(shares, account_id=account.id, vault=None)
            will = foresee_debt(
                reading,
                wish,
                shares,
                left=left,
                practice=practice,
                account=account,
                who=who,
                at=here.now(),
            )
            totals(reading)
        except NotAllowedError as refused:
            return _form_page(account, name, left, typed, _flaw(refused)), 422
    return _check_page(account, name, practice, typed.of_these(shares), will)


@desk.post(_DEBTS)
@needs("debts.forgive")
@grave
def ask(number: str) -> Response | tuple[str, int]:
    """Ask for it. The same form sent twice asks once."""
    here, who = office(), staff()
    typed = DebtForm.typed(request.form)
    with here.database.unit_of_work(who.practice_id) as work:
        session = work.session
        account = find_account(session, practice_id=who.practice_id, number=number, lock=True)
        left = debts_left(session, account)
        practice = get_practice(session, who.practice_id)
        try:
            known = order_of_form(session, practice_id=who.practice_id, once=typed.once)
            shares = _asked_before(session, known, typed) or typed.shared(cents_left(left))
            vault = account_vault(here.keys, account)
            order = ask_forgiveness(
                session,
                typed.wish(shares, account_id=account.id, vault=vault),
                shares,
                practice=practice,
                account=account,
                by=colleague(who),
                approvers=approvers_of(session, practice),
                at=here.now(),
            )
        except NotAllowedError as refused:
            name = name_of(session, account, keys=names_keys())
            return _form_page(account, name, left, typed, _flaw(refused)), 422
        told = told_of(order, who.timezone)
        work.commit()
    flash(told, "ok")
    return forget_choice(redirect(url_for("accounts.show", number=account.number), code=303))


def _asked_before(
    session: Session, known: MoneyOrder | None, typed: DebtForm
) -> dict[UUID, Cents] | None:
    """What the same form asked for already. Raises NotAllowedError where it asked for something else."""
    if known is None:
        return None
    shares = shares_asked(session, known)
    if not typed.repeats(shares):
        raise NotAllowedError(USED_PAGE)
    return shares


def _flaw(refused: NotAllowedError) -> Flaw:
    return flaw_of(refused, form=AMOUNT[0], label=AMOUNT[1])


def _check_page(
    account: Account, name: str, practice: Practice, typed: DebtForm, will: DebtForeseen
) -> str:
    return render_template(
        "backoffice/debt_check.html",
        account=account,
        name=name,
        practice=practice,
        typed=typed,
        will=will,
    )


def _form_page(
    account: Account,
    name: str,
    left: tuple[DebtLeft, ...],
    typed: DebtForm,
    flaw: Flaw | None = None,
    *,
    refilled: bool = False,
) -> str:
    return render_template(
        "backoffice/debt.html",
        account=account,
        name=name,
        left=left,
        typed=typed,
        flaw=flaw,
        reasons=FORGIVE_REASONS,
        refilled=refilled,
    )
