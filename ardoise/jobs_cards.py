"""The worker and saved cards: dates taken from them, cards given up, cards that end too soon."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ardoise.causes import (
    CARD_ENDS,
    is_ending,
    is_hour_for_cards,
    is_looked_into,
    plan_of_card,
    plans_of_cards,
)
from ardoise.office import House
from ardoise.pages import close_page
from ardoise.patience import Patience
from ardoise.settling import settle_one
from shared.accounts import get_account, get_practice
from shared.audit import SYSTEM
from shared.base.clock import local_date
from shared.base.log import get_logger
from shared.delivery import NEWS, News, Notice, plan_news
from shared.payments import (
    NO_CARD,
    TAKEN,
    Begun,
    Choice,
    Desk,
    SavedCard,
    begin_charge,
    cards_to_forget,
    charges_to_look_behind,
    kept_card,
    note_forgotten,
    outcome_of,
    remove_card,
)
from shared.plans import NEAR_BEFORE, DueCharge, covered_by, still_meant
from shared.processor import GatewayRefusedError, GatewayUnavailableError

log = get_logger(__name__)
MOST_CLOSED = 4  # pages that are closed for one charge in a look, while others are opened


class CardCharger:
    """Takes dates of one practice's plans from cards that its patients saved (``plans.Charger``)."""

    def __init__(self, house: House, practice_id: int, patience: Patience | None = None) -> None:
        self._house = house
        self._practice_id = practice_id
        self._patience = patience or Patience()

    def charge(self, due: DueCharge) -> str:
        """As ``plans.Charger`` says. What was not announced is not taken; it is paid by a link. What was
        announced late waits until there was time to read of it."""
        desk = self._house.desk(self._practice_id)
        told_at = self._told_at(due)
        if desk is None or told_at is None:
            return NO_CARD
        if self._is_early(told_at) or self._patience.is_over or not self._is_alone(due):
            return TAKEN  # its turn comes
        begun = self._begin(desk, due)
        if begun.attempt_id is None:
            return begun.outcome
        settle_one(self._house, self._practice_id, begun.attempt_id, self._patience)
        with self._house.database.reading(self._practice_id) as session:
            outcome = outcome_of(
                session, practice_id=self._practice_id, attempt_id=begun.attempt_id
            )
        log.info("instalment.charged", practice=self._practice_id, outcome=outcome)
        return outcome

    def _begin(self, desk: Desk, due: DueCharge) -> Begun:
        """Begin, and close what stands in the way; a page that can't be closed now is at the next look,
        and what was paid on it counts."""
        for _ in range(MOST_CLOSED):
            begun = begin_charge(
                desk,
                account_id=due.account_id,
                agreement_id=due.plan_id,
                cause=due.cause,
                meant=lambda s: self._meant(s, due),
            )
            if begun.in_the_way is None or not close_page(desk, begun.in_the_way, self._patience):
                return begun
        return begun

    def _told_at(self, due: DueCharge) -> datetime | None:
        """When the date was told beforehand; a message in doubt told nobody for sure."""
        with self._house.database.reading(self._practice_id) as session:
            return session.scalar(
                select(func.max(Notice.outcome_at)).where(
                    Notice.practice_id == self._practice_id,
                    Notice.account_id == due.account_id,
                    Notice.purpose == NEWS,
                    Notice.cause_id == due.instalment_id,
                    Notice.step == due.announced_by,
                    Notice.status == "sent",
                )
            )

    def _is_early(self, told_at: datetime) -> bool:
        """Whether cards are not charged at this hour, or not as many days after the announcement as the
        agreement promises."""
        with self._house.database.reading(self._practice_id) as session:
            practice = get_practice(session, self._practice_id)
        now, zone = self._house.clock.now(), practice.timezone
        told_for = local_date(now, zone) - local_date(told_at, zone)
        return told_for < NEAR_BEFORE or not is_hour_for_cards(practice, now)

    def _is_alone(self, due: DueCharge) -> bool:
        """Whether no charge for the same date, given up before, has come after all."""
        with self._house.database.reading(self._practice_id) as session:
            given_up = charges_to_look_behind(
                session,
                practice_id=self._practice_id,
                cause=due.causes,
                at=self._house.clock.now(),
            )
        return all(
            settle_one(self._house, self._practice_id, attempt_id, self._patience)
            for attempt_id in given_up
        )

    def _meant(self, session: Session, due: DueCharge) -> Choice | None:
        """What is open of the date now, for what its plan covers; nothing while something is asked."""
        practice = get_practice(session, self._practice_id)
        part = still_meant(session, practice=practice, due=due)
        if part is None or is_looked_into(session, due.account_id, practice_id=practice.id):
            return None
        covers = covered_by(session, practice_id=practice.id, plan_id=due.plan_id)
        cents = min(part.open_cents, due.cents)
        return Choice("part", frozenset(cover.invoice_id for cover in covers), cents)


def mind_cards(house: House, practice_id: int, patience: Patience | None = None) -> None:
    """Give up cards of plans that are over, have the processor forget those given up, and say so
    when a card ends before its plan does."""
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        today = local_date(now, get_practice(session, practice_id).timezone)
        known = plans_of_cards(session, practice_id=practice_id)
    for card, plan in known:
        if plan is None:
            _give_up(house, practice_id, card.account_id)
    desk = house.desk(practice_id)
    if desk is not None:
        _forget(desk, patience or Patience())
    ending = [card for card, plan in known if plan is not None and is_ending(card, plan, today)]
    _tell_ends(house, practice_id, ending)


def _give_up(house: House, practice_id: int, account_id: UUID) -> None:
    with house.database.unit_of_work(practice_id) as work:
        session = work.session
        get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
        card = kept_card(session, practice_id=practice_id, account_id=account_id)
        if card is not None and plan_of_card(session, card) is None:
            remove_card(session, card, actor=SYSTEM, at=house.clock.now())
            work.commit()


def _forget(desk: Desk, patience: Patience) -> None:
    with desk.database.reading(desk.practice_id) as session:
        given_up = cards_to_forget(session, practice_id=desk.practice_id)
    for card_id, method in given_up:
        if patience.is_over:
            return
        try:
            desk.gateway.forget_card(method)
        except GatewayUnavailableError as error:
            patience.unanswered(card_id)
            log.warning("card.kept_on", reason=str(error))
            continue
        except GatewayRefusedError as error:
            patience.answered()
            log.error("card.kept_on", reason=str(error))
            continue
        patience.answered()
        with desk.database.unit_of_work(desk.practice_id) as work:
            note_forgotten(
                work.session,
                practice_id=desk.practice_id,
                card_id=card_id,
                at=desk.clock.now(),
            )
            work.commit()


def _tell_ends(house: House, practice_id: int, ending: list[SavedCard]) -> None:
    if not ending:
        return
    news = [News(card.account_id, card.id, 0, CARD_ENDS) for card in ending]
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        plan_news(work.session, news, practice=practice, at=house.clock.now())
        work.commit()
