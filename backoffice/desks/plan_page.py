"""One agreement: what is asked beside what the rules say, what is owed, and what was agreed to before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backoffice.desks.decision_words import STATES, broken_words, former_words, schedule_words
from backoffice.desks.people import get_named
from backoffice.desks.plan_acts import Act, Around, acts_for, who_decided
from shared.accounts import Account, Practice, get_practice
from shared.base.clock import local_date
from shared.base.errors import NotFoundError
from shared.base.formats import day
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.billing import Invoice
from shared.plans import (
    Cover,
    Part,
    Plan,
    PlanInvoice,
    PlanRules,
    PlanView,
    broken_rules,
    charges_leaving,
    covers_of,
    inside_rules,
    live_plan,
    plans_of,
    rules_of,
    waiting_plan,
)


@dataclass(frozen=True, slots=True)
class Owed:
    """One open invoice; ``planned`` when this agreement is for it."""

    number: str
    due_on: date
    open_cents: Cents
    planned: bool


@dataclass(frozen=True, slots=True)
class Former:
    """An agreement of before, in words."""

    id: UUID
    words: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Everything that one decides by. ``inside`` are dates inside the rules, empty where there are none;
    ``offer`` is what we offered beside it, or in its place, and waits for an answer."""

    account: Account
    name: str
    practice: Practice
    rules: PlanRules
    view: PlanView
    covers: tuple[Cover, ...]
    asked: str
    wanted: str
    broken: tuple[str, ...]
    inside: tuple[Part, ...]
    inside_words: str
    owed: tuple[Owed, ...]
    former: tuple[Former, ...]
    acts: tuple[Act, ...]
    decided: str
    offer: PlanView | None
    other_live: UUID | None

    @property
    def state(self) -> tuple[str, str]:
        """How it stands, with its tone."""
        return STATES[self.view.plan.status]

    @property
    def spread_cents(self) -> Cents:
        """What could be spread now."""
        return sum(cover.cents for cover in self.covers)

    def may(self, name: str) -> bool:
        """Whether an act is possible now."""
        return any(act.name == name and act.possible for act in self.acts)


ASKED = {
    "pause": "La personne demande une pause.",
    "dates": "La personne demande d’autres dates ou d’autres sommes.",
}


def read_plan_page(
    session: Session, *, practice_id: int, plan_id: UUID, keys: KeyRing | None, at: datetime
) -> PlanPage:
    """The page of one agreement, also when it is over. ``keys`` None leaves the name sealed. Raises
    NotFoundError."""
    row = session.get(Plan, (practice_id, plan_id))
    if row is None:
        raise NotFoundError("Cet accord n’existe pas.")
    practice = get_practice(session, practice_id)
    account, name = get_named(
        session, practice_id=practice_id, account_id=row.account_id, keys=keys
    )
    return page_of_plan(session, plan_id, practice=practice, account=account, name=name, at=at)


def page_of_plan(
    session: Session,
    plan_id: UUID,
    *,
    practice: Practice,
    account: Account,
    name: str = "",
    at: datetime,
) -> PlanPage:
    """The same of a plan whose account is known, with its name where it is to be shown."""
    practice_id, account_id = practice.id, account.id
    today = local_date(at, practice.timezone)
    rules = rules_of(practice)
    views = plans_of(session, practice_id=practice_id, account_id=account_id)
    view = next(one for one in views if one.plan.id == plan_id)
    covers = covers_of(session, practice_id=practice_id, account_id=account_id)
    live, waits = live_plan(views), waiting_plan(views)
    leaving = view.plan.status == "paused" and charges_leaving(
        session, practice_id=practice_id, account_id=account_id
    )
    other = live.plan.id if live is not None and live.plan.id != view.plan.id else None
    offer = waits if waits is not None and waits.plan.status == "offered" else None
    around = Around(
        other_live=other,
        offer_waits=offer is not None and offer.plan.id != view.plan.id,
        leaving=bool(leaving),
        spread_cents=sum(cover.cents for cover in covers),
    )
    wanted = [Part(part.due_on, part.cents) for part in view.parts]
    broken = broken_rules(wanted, rules)
    inside = inside_rules(wanted, around.spread_cents, rules, today) if broken else None
    return PlanPage(
        account=account,
        name=name,
        practice=practice,
        rules=rules,
        view=view,
        covers=covers,
        asked=ASKED.get(view.plan.asked or "", ""),
        wanted=schedule_words(wanted),
        broken=broken_words(broken, rules),
        inside=tuple(inside or ()),
        inside_words=schedule_words(inside or ()),
        owed=_owed(session, view.plan),
        former=_former(views, view.plan.id, practice.timezone),
        acts=acts_for(view, around),
        decided=""
        if view.is_live
        else who_decided(
            session,
            practice_id=practice_id,
            account_id=account_id,
            of=view.plan.id,
            timezone=practice.timezone,
        ),
        offer=offer,
        other_live=other,
    )


def _owed(session: Session, plan: Plan) -> tuple[Owed, ...]:
    """What is open of the account, the oldest due first."""
    covered = exists().where(
        PlanInvoice.practice_id == Invoice.practice_id,
        PlanInvoice.invoice_id == Invoice.id,
        PlanInvoice.plan_id == plan.id,
    )
    rows = session.execute(
        select(Invoice.number, Invoice.due_on, Invoice.open_cents, covered)
        .where(
            Invoice.practice_id == plan.practice_id,
            Invoice.account_id == plan.account_id,
            Invoice.status == "issued",
        )
        .order_by(Invoice.due_on, Invoice.number)
    )
    return tuple(Owed(number, due_on, cents, bool(mine)) for number, due_on, cents, mine in rows)


def _former(views: Sequence[PlanView], but: UUID, timezone: str) -> tuple[Former, ...]:
    return tuple(
        Former(
            one.plan.id,
            former_words(
                one.plan.status,
                day(local_date(one.plan.made_at, timezone)),
                len(one.parts),
                sum(part.paid_cents == part.cents for part in one.parts),
                one.plan.total_cents,
            ),
        )
        for one in views
        if one.plan.id != but
    )
