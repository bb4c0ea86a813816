"""People whose dates are taken from a card that they saved: what the kill test of charges begins with."""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import requests

from ardoise import settling
from shared import plans
from shared.accounts import Account, get_account, get_practice
from shared.base.clock import local_date
from shared.base.ids import new_id
from shared.payments import ONLY_A_CARD, Choice, Consent, start_payment
from shared.plans import Part, PlanView
from tests.functional.kill_house import KillHouse
from tests.integration.plan_world import STAFF, PlanWorld

TODAY_CENTS, LATER_CENTS = 1500, 1250
CARD = {"card": "4242424242424242", "expiry": "12/34", "cvc": "123"}


def people_with_a_date_today(house: KillHouse, count: int) -> list[Account]:
    """People who agreed five days ago to pay a part today, were told three days ago, and saved a card."""
    world = PlanWorld.around(house.world)
    house.be_now()
    now = world.clock.now()
    world.clock.instant = now - timedelta(days=5)
    accounts = [world.account(owes=(TODAY_CENTS + LATER_CENTS,)) for _ in range(count)]
    for account in accounts:
        _agree(world, account, days=5)
    world.clock.instant = now - timedelta(days=3)
    world.work()
    house.be_now()
    for account in accounts:
        _save_card(house, world.views(account)[0])
    return accounts


def _agree(world: PlanWorld, account: Account, *, days: int) -> None:
    number, now = account.practice_id, world.clock.now()
    with world.database.unit_of_work(number) as work:
        practice = get_practice(work.session, number)
        today = local_date(now + timedelta(days=days), practice.timezone)
        offer = plans.offer_dates(
            work.session,
            practice=practice,
            account=get_account(work.session, practice_id=number, account_id=account.id, lock=True),
            parts=[Part(today, TODAY_CENTS), Part(today + timedelta(days=31), LATER_CENTS)],
            way="card",
            once=new_id().hex,
            actor=STAFF,
            at=now,
        )
        work.commit()
    world.answer(offer, agrees=True)


def _save_card(house: KillHouse, view: PlanView) -> None:
    plan, world = view.plan, house.world
    desk = world.house.desk(plan.practice_id)
    assert desk
    page = start_payment(
        desk,
        account_id=plan.account_id,
        choice=Choice(ONLY_A_CARD),
        language="fr",
        consent=Consent(plan.id, str(plan.text_version), str(plan.text_hash)),
    )
    address = urljoin(house.sandbox, urlsplit(page).path)
    answer = requests.post(address, data=CARD, timeout=30, allow_redirects=False)
    if answer.headers["Location"].endswith("/authentication"):
        asked = f"{address}/authentication"
        requests.post(asked, data={"answer": "confirm"}, timeout=30, allow_redirects=False)
    attempts = house.attempts_of(plan.account_id)
    assert settling.settle_one(world.house, plan.practice_id, attempts[0].id)
