"""On PostgreSQL a captured portal says nothing of money, cards and codes that only the worker knows."""

import pytest
from sqlalchemy import select

from shared.codes import OneTimeCode
from shared.payments import Choice
from tests.integration.card_world import Cards
from tests.integration.payer_world import pay_link
from tests.integration.spaces import NEW_MAIL, Space
from tests.security.captured import Captured
from tests.security.secured import Secured


@pytest.fixture
def portal(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_portal")


@pytest.fixture
def cards(secured: Secured) -> Cards:
    return Cards.of(secured.stories.till)


@pytest.fixture
def space(secured: Secured) -> Space:
    same = Space.__new__(Space)
    same.__dict__ = secured.stories.world.__dict__
    return same


def test_what_became_of_a_payment_only_the_worker_says(secured: Secured, portal: Captured):
    till, world = secured.stories.till, secured.stories.world
    account = world.account()
    till.begin(account, Choice("all"))
    [begun] = till.attempts(account)
    assert begun.status == "redirected"
    of = "WHERE id = %(attempt)s"
    assert not portal.lets_through(
        f"payment_attempt SET status = 'succeeded', settled_at = now() {of}",
        f"payment_attempt SET status = 'failed', settled_at = now() {of}",
        f"payment_attempt SET status = 'processing' {of}",
        f"payment_attempt SET status = 'saved' {of}",
        f"payment_attempt SET status = 'created' {of}",
        f"payment_attempt SET settled_at = now() {of}",
        f"payment_attempt SET processor_session = 'cs_another' {of}",
        f"payment_attempt SET redirect_url = 'https://elsewhere.example' {of}",
        attempt=begun.id,
    )
    assert portal.lets_through(f"payment_attempt SET returned_at = now() {of}", attempt=begun.id)
    paid = next(
        a
        for a in till.attempts(secured.stories.accounts["mine"])
        if a.failure is None and a.status == "succeeded"
    )
    assert not portal.lets_through(
        f"payment_attempt SET status = 'expired' {of}",
        f"payment_attempt SET processor_session = 'cs_another' {of}",
        f"payment_attempt SET returned_at = now() {of}",
        attempt=paid.id,
    )
    [invoice] = world.invoices(account)
    row = f"attempt_id = '{paid.id}'"
    assert not portal.takes("attempt_share", row, invoice_id=str(invoice.id))
    elsewhere = world.account()
    bare = dict.fromkeys(("processor_session", "redirect_url", "processor_intent", "settled_at"))
    fresh = bare | {"account_id": str(elsewhere.id), "idempotency_key": "k"}
    for status in ("created", "redirected", "processing", "succeeded"):  # created: another's key
        assert not portal.takes("payment_attempt", f"id = '{begun.id}'", **fresh, status=status), (
            status
        )


def test_a_paid_link_for_someone_else_is_not_paid_again(secured: Secured, portal: Captured):
    till, world = secured.stories.till, secured.stories.world
    account = world.account()
    link, _ = pay_link(world, account)
    till.begin(account, Choice("all"))
    [own] = till.attempts(account)
    assert not portal.lets_through(
        "pay_link SET attempt_id = %(own)s WHERE id = %(link)s",
        own=own.id,
        link=link.id,
    )
    row = f"id = '{link.id}'"
    assert not portal.takes("pay_link", row, once="1" * 32, status="revoked")
    assert not portal.takes("pay_link", row, once="1" * 32, attempt_id=str(own.id))


@pytest.mark.broken_books("a card is removed by hand")
def test_a_card_is_only_given_up(cards: Cards, portal: Captured):
    account = cards.with_card()
    [card] = cards.cards(account)
    of = "WHERE id = %(card)s"
    assert not portal.lets_through(
        f"saved_card SET status = 'lapsed' {of}",
        f"saved_card SET status = 'asked' {of}",
        f"saved_card SET status = 'removed', removed_at = now() {of}",
        f"saved_card SET processor_customer = 'cus_another' {of}",
        card=card.id,
    )
    give_up = f"saved_card SET status = 'removing', removed_at = now() {of}"
    assert portal.lets_through(give_up, card=card.id)
    unknown = dict.fromkeys(("processor_method", "brand", "last4", "expires_on", "kept_at"))
    stranger = cards.world.account()
    assert not portal.takes(  # the processor's customer is somebody else's
        "saved_card", f"id = '{card.id}'", **unknown, account_id=str(stranger.id), status="asked"
    )
    cards.page(account)
    [_, asked] = cards.cards(account)
    assert not portal.lets_through(f"saved_card SET status = 'removing' {of}", card=asked.id)
    with cards.world.database.unit_of_work() as work:
        row = work.session.get_one(type(card), (card.practice_id, card.id))
        row.status = "removed"
        work.commit()
    assert not portal.lets_through(
        f"saved_card SET status = 'removing' {of}",
        f"saved_card SET status = 'lapsed' {of}",
        card=card.id,
    )


def code_of(space: Space) -> OneTimeCode:
    """The latest code that was asked for."""
    with space.database.reading() as session:
        return session.scalars(select(OneTimeCode).order_by(OneTimeCode.asked_at.desc())).first()


def test_a_code_gets_no_more_tries_and_lives_once(space: Space, portal: Captured):
    account = space.account(email="nadia@courriel.example")
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    space.later(minutes=1)
    browser.post(f"{page}/code")
    of = "WHERE id = %(code)s"
    asked = code_of(space).id
    assert not portal.lets_through(
        f"one_time_code SET status = 'used' {of}",
        f"one_time_code SET status = 'drawn' {of}",
        f"one_time_code SET wrong_tries = 1 {of}",
        code=asked,
    )
    space.work()
    assert browser.post(page, {"code": "000000"}).status_code == 422
    assert not portal.lets_through(
        f"one_time_code SET wrong_tries = 0 {of}",
        f"one_time_code SET wrong_tries = -9 {of}",
        f"one_time_code SET wrong_tries = 2, status = 'used' {of}",
        f"one_time_code SET status = 'asked' {of}",
        code=asked,
    )
    look = "by = 'patient'"
    assert browser.post(page, {"code": space.code(to="courriel")}).location == page
    assert not portal.lets_through(
        f"one_time_code SET status = 'drawn' {of}",
        f"one_time_code SET status = 'asked', wrong_tries = 0 {of}",
        code=asked,
    )
    row = f"id = '{asked}'"
    undrawn = {"code": None, "contact_id": None, "expires_at": None, "wrong_tries": 0}
    for changes in (
        undrawn | {"status": "used"},
        undrawn | {"status": "drawn"},
        undrawn | {"status": "asked", "wrong_tries": -5},
        {"status": "asked", "wrong_tries": 0},
    ):
        assert not portal.takes("one_time_code", row, **changes), changes
    stranger = space.account()
    [invoice] = space.invoices(stranger)
    whose = {"account_id": str(stranger.id), "invoice_id": str(invoice.id)}
    for changes in ({"by": "staff"}, {"role": "secretary"}, whose):
        assert not portal.takes("detail_access", look, **changes), changes


def test_a_change_is_confirmed_behind_its_code_alone(space: Space, portal: Captured):
    account = space.account()
    browser = space.visitor(account)
    space.later(minutes=1)
    page = space.propose_contact(browser, NEW_MAIL)
    space.work()
    proposal = space.proposal(account)
    of = "WHERE id = %(proposal)s"
    assert not portal.lets_through(f"proposal SET status = 'confirmed' {of}", proposal=proposal.id)
    row = f"id = '{proposal.id}'"
    stranger = {"account_id": str(space.account().id), "once": "2" * 32}
    for changes in ({"status": "confirmed", "contact_id": None}, {}):
        assert not portal.takes("proposal", row, **stranger, **changes), changes
    assert browser.post(page, {"code": space.code()}).location == page
    assert space.proposal(account).status == "confirmed"
    assert not portal.lets_through(
        f"proposal SET status = 'asked' {of}",
        f"proposal SET status = 'declined' {of}",
        "task SET status = 'done', closed_at = now(), closed_by = 'portal' "
        "WHERE key = %(proposal)s::text",
        proposal=proposal.id,
    )
    assert browser.post(f"{page}/withdraw").status_code == 303
    assert not portal.lets_through(
        f"proposal SET status = 'asked' {of}",
        f"proposal SET status = 'confirmed' {of}",
        proposal=proposal.id,
    )


def test_the_workers_key_is_not_even_read(secured: Secured, portal: Captured):
    assert portal.reads("processor_account", "secret_key")
    assert portal.reads("processor_account", "webhook_secrets")
    for column in ("worker_key", "worker_key_id", "*"):
        assert not portal.reads("processor_account", column)
    office = Captured(secured, "ardoise_backoffice")
    assert not office.reads("processor_account", "secret_key")
    assert not office.reads("processor_account", "worker_key")
