"""The agreement: how it stands, what comes next, and how to change or stop it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from sqlalchemy.orm import Session

from portal.context import form_page, inside, portal, reading, visit
from portal.forms import Sentence, say
from portal.pages.cards import card_note, charges_noted
from portal.pages.plan_letter import letter_of
from portal.pages.plans import (
    agreed_text,
    is_proposal,
    name_of,
    offered_parts,
    offered_words,
    paragraphs_of,
    rows_of,
)
from portal.spread_form import TOO_OFTEN
from portal.views.card import to_card_page
from portal.views.spread import CHANGED, TICK
from shared import plans
from shared.accounts import Account, get_account
from shared.audit import PATIENT
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import marked
from shared.plans import Part, PlanError, PlanView
from shared.web.filters import today

views = Blueprint("plan", __name__)
FILE_NAME, PROPOSAL_NAME = "accord.pdf", "proposition.pdf"


@dataclass(frozen=True, slots=True)
class Known:
    """The account's plans: the one that the page is about, and our offer if one waits."""

    current: PlanView | None
    offer: PlanView | None
    agreed: PlanView | None


@views.get("/plan")
@inside
def show() -> Response:
    """The plan that runs, or waits, or was the last."""
    return _page(errors={})


@views.get("/plan/agreement.pdf")
@inside
def agreement() -> Response:
    """The agreement as a letter to keep."""
    known = _known()
    text = agreed_text(visit().vault, known.agreed.plan) if known.agreed else None
    if known.agreed is None or text is None:
        return _back()
    response = make_response(letter_of(known.agreed, text))
    response.mimetype = "application/pdf"
    name = PROPOSAL_NAME if is_proposal(known.agreed.plan) else FILE_NAME
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@views.post("/plan/agree")
@inside
def agree() -> Response:
    """Agree to our offer, if its words are still those that were shown."""
    if request.form.get("ok") != "1":
        return _page(errors={"ok": say(TICK)})

    def act(session: Session, account: Account, view: PlanView) -> Response | None:
        if view.plan.status != "offered":
            return _back()
        words = offered_words(session, view)
        if words.digest != request.form.get("words"):
            return _page(errors={"form": say(CHANGED)})
        plans.agree(
            session,
            view.plan,
            practice=visit().practice,
            account=account,
            words=words,
            vault=visit().vault,
            actor=PATIENT,
            at=portal().clock.now(),
        )
        agreed.append(view.plan.way)
        return None

    agreed: list[str] = []
    answer = _act(act, told="fresh")
    return to_card_page() if agreed == ["card"] else answer


@views.post("/plan/refuse")
@inside
def refuse() -> Response:
    """Our offer does not suit."""
    return _act(
        lambda session, _account, view: plans.refuse(
            session,
            view.plan,
            practice=visit().practice,
            actor=PATIENT,
            at=portal().clock.now(),
        )
    )


@views.post("/plan/withdraw")
@inside
def withdraw() -> Response:
    """Take a proposal back."""
    return _act(
        lambda session, _account, view: plans.withdraw(
            session, view.plan, actor=PATIENT, at=portal().clock.now()
        )
    )


@views.post("/plan/ask")
@inside
def ask() -> Response:
    """Ask for a pause or for other dates."""
    what = request.form.get("what", "")
    if what not in ("pause", "dates"):
        return _page(errors={"what": say(marked("Choisissez ce qui vous aiderait."))})
    return _act(
        lambda session, _account, view: plans.ask(
            session,
            view.plan,
            what=what,
            practice=visit().practice,
            actor=PATIENT,
            at=portal().clock.now(),
        )
    )


@views.post("/plan/end")
@inside
def end() -> Response:
    """Stop the plan."""
    return _act(
        lambda session, _account, view: plans.end(
            session, view.plan, actor=PATIENT, at=portal().clock.now()
        )
    )


Act = Callable[[Session, Account, PlanView], Response | None]


def _act(act: Act, *, told: str = "") -> Response:
    """Do something to the plan that the form names; what is done already is shown as it is."""
    here, parts = visit(), portal()
    with parts.database.unit_of_work(here.practice.id) as work:
        session = work.session
        account = get_account(
            session, practice_id=here.practice.id, account_id=here.account.id, lock=True
        )
        view = plans.get_plan(session, practice_id=here.practice.id, plan_id=_named())
        if view.plan.account_id != account.id:
            raise NotFoundError("Cet accord n’est pas dans votre espace.")
        try:
            answer = act(session, account, view)
        except (NotAllowedError, PlanError) as error:
            often = isinstance(error, PlanError) and error.reason == "too_often"
            return _page(errors={"form": say(TOO_OFTEN)}) if often else _back()
        if answer is not None:
            return answer
        work.commit()
    return _back(told)


def _named() -> UUID:
    try:
        return UUID(request.form.get("plan", ""))
    except ValueError:
        raise NotFoundError("Cet accord n’est pas dans votre espace.") from None


def _back(told: str = "") -> Response:
    return make_response(redirect(f"/plan?{told}=1" if told else "/plan", code=303))


def _known() -> Known:
    here = visit()
    found = plans.plans_of(reading(), practice_id=here.practice.id, account_id=here.account.id)
    live = plans.live_plan(found)
    waiting = plans.waiting_plan(found)
    return Known(
        current=live or next(iter(found), None),
        offer=waiting if waiting and waiting.plan.status == "offered" else None,
        agreed=_agreed(live, found),
    )


def _agreed(live: PlanView | None, found: list[PlanView]) -> PlanView | None:
    """The latest plan whose words were agreed to: the live one first."""
    return next((view for view in (live, *found) if view and view.plan.agreed_at), None)


def _page(*, errors: dict[str, Sentence]) -> Response:
    known = _known()
    if known.current is None:
        return make_response(redirect("/spread", code=303))
    current, plan = known.current, known.current.plan
    text = agreed_text(visit().vault, known.agreed.plan) if known.agreed else None
    leaving, passed = charges_noted(plan)
    return form_page(
        "portal/plan.html",
        errors,
        plan=plan,
        name=name_of(plan),
        rows=rows_of([Part(part.due_on, part.cents) for part in current.parts]),
        parts_of_plan=current.parts,
        left_cents=current.left_cents,
        next_part=current.next_part,
        card=card_note(current),
        leaving=leaving,
        passed=passed,
        expected_cents=current.expected_cents(today()),
        today=today(),
        answer_by=plans.answer_by(visit().practice, plan.asked_at or plan.made_at),
        offer=_offer(known.offer) if known.offer else None,
        agreed=known.agreed.plan if known.agreed else None,
        agreed_proposal=known.agreed is not None and is_proposal(known.agreed.plan),
        paragraphs=paragraphs_of(text) if text else [],
        fresh=request.args.get("fresh") == "1",
        back_url="/statement",
    )


def _offer(view: PlanView) -> dict[str, object]:
    words = offered_words(reading(), view)
    return {
        "id": view.plan.id,
        "rows": rows_of(offered_parts(view, today())),
        "paragraphs": paragraphs_of(words.text),
        "language": words.language,
        "digest": words.digest,
    }
