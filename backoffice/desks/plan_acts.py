"""What staff may do with an agreement as it stands, why not, and who did what before them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.decision_words import DEEDS
from shared.audit import TimelineEvent, facts_of
from shared.base.clock import local_date
from shared.base.formats import clock_time, day
from shared.base.money import Cents
from shared.plans import PlanView

LATEST = 60  # events of an account that are looked through for who decided
BY_PEOPLE = frozenset({"staff"})


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done, or ``why_not``."""

    name: str
    why_not: str = ""

    @property
    def possible(self) -> bool:
        """Whether it may be done now."""
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Around:
    """What else decides what may be done: another plan that lives (its id), whether a charge is on its
    way, and how much could be spread now."""

    other_live: UUID | None
    offer_waits: bool
    leaving: bool
    spread_cents: Cents


def acts_for(view: PlanView, around: Around) -> tuple[Act, ...]:
    """What may be done with a plan, in the order of the page."""
    status = view.plan.status
    acts: list[Act] = []
    if status == "proposed":
        acts += [Act("accept"), Act("offer", _offer(around)), Act("decline")]
    elif status == "offered":
        acts += [Act("offer", _offer(around)), Act("take_back")]
    elif status == "active":
        asked = view.plan.asked is not None
        acts += [
            Act("offer", _offer(around)),
            Act("pause"),
            Act("keep", "" if asked else "La personne ne demande rien : les dates restent."),
            Act("stop"),
        ]
    elif status == "paused":
        waits = "Un paiement par carte parti avant la pause n’est pas encore connu : attendez-le."
        acts += [
            Act("resume", waits if around.leaving else ""),
            Act("offer", _offer(around)),
            Act("stop"),
        ]
    else:
        other = "Un autre accord de ce compte court ou attend : voyez-le."
        acts.append(Act("offer", other if around.other_live else _offer(around)))
    return tuple(acts)


def is_possible(acts: Iterable[Act], name: str) -> bool:
    """Whether one of these acts may be done now."""
    return any(act.name == name and act.possible for act in acts)


def _offer(around: Around) -> str:
    if around.spread_cents > 0:
        return ""
    return "Rien ne peut être étalé : tout est payé, en cours de paiement, retenu ou contesté."


def who_decided(
    session: Session, *, practice_id: int, account_id: UUID, of: UUID, timezone: str
) -> str:
    """Who last did something with a plan or a request and when, for whoever comes second; empty where
    nobody did."""
    events = session.scalars(
        select(TimelineEvent)
        .where(
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.account_id == account_id,
            TimelineEvent.kind.in_(DEEDS),
        )
        .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
        .limit(LATEST)
    )
    for event in events:
        if facts_of(event).get("id") == str(of):
            on = day(local_date(event.at, timezone))
            by = f" par {event.actor}" if event.actor_kind in BY_PEOPLE else ""
            return f"{DEEDS[event.kind]}{by}, le {on} à {clock_time(event.at, timezone)}"
    return ""
