"""What the views of an agreement do alike: its page, its lock, and why something can't be done."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.desks.decision_words import (
    STARTS,
    STOP_REASONS,
    broken_words,
    plan_error_words,
    schedule_words,
)
from backoffice.desks.plan_acts import is_possible, who_decided
from backoffice.desks.plan_page import PlanPage, page_of_plan, read_plan_page
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.forms import LONGEST_PAUSE, USUAL_PAUSE, typed_day
from backoffice.office import office
from backoffice.plan_offer_form import OfferForm, mark_of
from backoffice.words_form import WarnedError, WordsDraft
from shared.accounts import get_account, get_practice
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.money import Cents
from shared.messages import once_of
from shared.plans import (
    LAST_DAY,
    Part,
    Plan,
    PlanError,
    broken_rules,
    check_parts,
    durations,
    postponed,
)

Act = Callable[[Session, PlanPage, datetime], str]


def plan_page(
    plan_id: UUID,
    *,
    typed: OfferForm | None = None,
    parts: Sequence[Part] = (),
    draft: WordsDraft | None = None,
    flaw: Flaw | None = None,
) -> str:
    """An agreement's page: with an offer as it was typed, the dates (``parts``) that it comes to, words
    that are still being written, or what is to be mended. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        page = read_page(reading, plan_id)
    return shown_page(page, typed=typed, parts=parts, draft=draft, flaw=flaw)


def read_page(reading: Session, plan_id: UUID) -> PlanPage:
    """What an agreement's page shows, and the rail beside it. Raises NotFoundError."""
    here, who = office(), staff()
    page = read_plan_page(
        reading, practice_id=who.practice_id, plan_id=plan_id, keys=names_keys(), at=here.now()
    )
    totals(reading)  # for the rail, while the practice is named
    return page


def shown_page(
    page: PlanPage,
    *,
    typed: OfferForm | None = None,
    parts: Sequence[Part] = (),
    draft: WordsDraft | None = None,
    flaw: Flaw | None = None,
) -> str:
    """The page as it was read, with the same beside it as `plan_page`."""
    today = office().today(staff().timezone)
    open_parts = page.view.open_parts
    goes_on = postponed([part.due_on for part in open_parts], today)
    return render_template(
        "backoffice/plan.html",
        page=page,
        account=page.account,
        typed=typed or _fresh(page),
        parts=parts,
        parts_words=schedule_words(parts),
        parts_broken=broken_words(broken_rules(parts, page.rules), page.rules) if parts else (),
        mark=mark_of(parts, covers_shown(page)),
        draft=draft or WordsDraft(),
        once=secrets.token_hex(16),
        starts=STARTS,
        stop_reasons=STOP_REASONS,
        first_on=goes_on[0] if goes_on else None,
        until=(today + USUAL_PAUSE).isoformat(),
        last_until=(today + LONGEST_PAUSE).isoformat(),
        flaw=flaw,
    )


def _fresh(page: PlanPage) -> OfferForm:
    """An offer begins with the most months inside the rules, on the day that was wished for."""
    wanted = page.view.parts
    most = max(durations(page.spread_cents, page.rules), default=0)
    return OfferForm.fresh(
        months=min(len(wanted), most) if most else 0,
        day=min(wanted[0].due_on.day, LAST_DAY),
        way=page.view.plan.way,
    )


def act_on_plan(plan_id: UUID, name: str, act: Act) -> Response | tuple[str, int]:
    """Do one of the things that the agreement allows now, under the account's lock; what can't be is said
    on its page, with what was typed. Raises NotFoundError."""
    here, who = office(), staff()
    field = {"pause": "until"}.get(name, f"body-{name}")
    draft = WordsDraft.typed(request.form, name)
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            page = locked_page(work.session, plan_id)
            check_possible(work.session, page, name)
            told = act(work.session, page, here.now())
            work.commit()
    except WarnedError as again:
        warned = WordsDraft(name, draft.body, draft.reason, again.warned)
        return plan_page(plan_id, draft=warned), 422
    except NotAllowedError as refused:
        return plan_page(plan_id, draft=draft, flaw=flaw_of(refused, form=field)), 422
    flash(told, "ok")
    return redirect(url_for("decisions.show", plan_id=plan_id), code=303)


def locked_page(session: Session, plan_id: UUID) -> PlanPage:
    """An agreement as it is now, under its account's lock. Raises NotFoundError."""
    who = staff()
    row = session.get(Plan, (who.practice_id, plan_id))
    if row is None:
        raise NotFoundError("Cet accord n’existe pas.")
    account = get_account(
        session, practice_id=who.practice_id, account_id=row.account_id, lock=True
    )
    session.refresh(row)
    practice = get_practice(session, who.practice_id)
    return page_of_plan(session, plan_id, practice=practice, account=account, at=office().now())


def check_possible(session: Session, page: PlanPage, name: str) -> None:
    """Raises NotAllowedError where something may not be done (any more): it says who did what."""
    if is_possible(page.acts, name):
        return
    done = who_decided(
        session,
        practice_id=page.practice.id,
        account_id=page.account.id,
        of=page.view.plan.id,
        timezone=page.practice.timezone,
    )
    why = next((act.why_not for act in page.acts if act.name == name), "")
    raise NotAllowedError(
        why
        or f"L’accord a changé entre-temps{f' : {done}' if done else ''}. Relisez-le, rien n’est fait."
    )


def parts_of(typed: OfferForm, page: PlanPage) -> list[Part]:
    """The dates that an offer comes to. Raises FieldError, or NotAllowedError for an old page."""
    if once_of(typed.once) is None:
        raise NotAllowedError("Cette page a vieilli : rouvrez-la, puis recommencez.")
    today = office().today(page.practice.timezone)
    parts = typed.parts(page.spread_cents, page.rules, today)
    try:
        check_parts(parts, page.spread_cents, today)
    except PlanError as error:
        raise plan_error(error) from None
    return parts


def plan_error(error: PlanError) -> FieldError:
    """What to mend of dates that can't be."""
    return FieldError(*plan_error_words(error))


def covers_shown(page: PlanPage) -> list[tuple[UUID, Cents]]:
    """What an offer is for, as its mark keeps it."""
    return [(cover.invoice_id, cover.cents) for cover in page.covers]


def until_day(today: date) -> date:
    """The day on which a pause is looked at again. Raises FieldError."""
    try:
        return typed_day(request.form.get("until", ""))
    except ValueError:
        raise FieldError(
            "until",
            "En pause jusqu’au",
            f"Donnez le jour où revoir la pause, par exemple {today + USUAL_PAUSE:%d/%m/%Y}.",
        ) from None
