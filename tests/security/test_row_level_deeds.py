"""On PostgreSQL a captured portal does to patients' things no more than patients' own deeds do."""

from datetime import timedelta

import pytest

from shared import plans
from shared.accounts import Account, account_vault, get_practice
from shared.aid import AidAnswers
from shared.audit import SYSTEM
from shared.links import Link, mint, revoke
from tests.integration.plan_world import PlanWorld
from tests.integration.talks import Talks, words
from tests.security.captured import Captured
from tests.security.secured import Secured

RELEASED = "status = 'released', released_at = now(), released_by = 'portal', release_reason = 'x'"
DONE = "status = 'done', closed_at = now(), closed_by = 'portal'"
OUTSIDE = plans.Wish(5, monthly_cents=500)  # less a month than the practice agrees to at once


@pytest.fixture
def portal(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_portal")


@pytest.fixture
def world(secured: Secured) -> PlanWorld:
    return PlanWorld.around(secured.stories.world)


def test_it_ends_no_pause_that_no_patient_ended(portal: Captured, world: PlanWorld):
    account = world.account()
    for kind in ("staff", "dispute", "message", "aid", "plan", "protection"):
        world.hold(account, kind)
        one = f"account_id = %(account)s AND kind = '{kind}'"
        assert not portal.lets_through(f"hold SET {RELEASED} WHERE {one}", account=account.id)
    assert not portal.lets_through(
        "hold SET review_on = review_on + 1 WHERE account_id = %(account)s AND kind = 'aid'",
        "hold SET review_on = review_on - 1 WHERE account_id = %(account)s AND kind = 'plan'",
        account=account.id,
    )
    mine = f"account_id = '{account.id}' AND kind = 'aid'"
    world.plan(other := world.account())
    theirs = str(other.id)
    for changes in ({"kind": "staff"}, {"kind": "absent"}, {"placed_by": "Claire"}):
        assert not portal.takes("hold", mine, account_id=theirs, **changes), changes


def test_what_a_patient_gives_up_ends_its_pause_and_no_other(portal: Captured, world: PlanWorld):
    """An earlier plan that was ended, a request that was withdrawn, free nothing that began since."""
    talks, account = Talks(world), world.account()
    world.at_desk(world.plan(account).plan, plans.end)
    talks.withdraw(talks.ask_aid(account, AidAnswers(("later",), (), None, "")))
    world.later(minutes=1)
    world.hold(account, "plan")
    world.hold(account, "aid")
    then = RELEASED.replace("now()", "%(then)s")
    for earlier in (world.clock.now(), world.clock.now() - timedelta(minutes=1)):
        assert not portal.lets_through(
            f"hold SET {then} WHERE account_id = %(account)s AND status = 'active'",
            account=account.id,
            then=earlier,
        )


def test_it_accepts_no_proposal_in_place_of_staff(portal: Captured, world: PlanWorld):
    account = world.account(owes=(9000,))
    plan = world.plan(account, OUTSIDE).plan
    assert plan.status == "proposed"
    of = "WHERE id = %(plan)s"
    assert not portal.lets_through(
        f"plan SET status = 'active' {of}",
        f"plan SET status = 'declined', closed_at = now() {of}",
        f"plan SET status = 'ended', closed_at = now() {of}",
        f"plan SET text_hash = repeat('0', 64), agreed_at = now() {of}",
        f"plan SET asked = 'pause', asked_at = now() {of}",
        f"plan SET closed_at = now() {of}",
        "instalment SET due_on = due_on + 30, agreed_on = due_on + 30, moves = 1 "
        "WHERE plan_id = %(plan)s",
        "task SET status = 'done', closed_at = now(), closed_by = 'portal' "
        "WHERE key = %(plan)s::text",
        plan=plan.id,
    )
    other = world.account()
    row = f"id = '{plan.id}'"
    fresh = {"account_id": str(other.id), "once": "0" * 32}
    unsaid = dict.fromkeys(("text_version", "text_hash", "agreed_text"))
    unsaid |= dict.fromkeys(("agreed_language", "agreed_at"))
    for changes in ({"status": "active"}, {"status": "offered"}, {"made_by": "staff"}):
        assert not portal.takes("plan", row, **fresh, **unsaid, **changes), changes
    part = f"plan_id = '{plan.id}'"
    assert not portal.takes("instalment", part, position=90)
    assert not portal.takes("plan_invoice", part, invoice_id=str(world.invoices(other)[0].id))


def test_it_accepts_at_once_what_the_practices_rules_accept(portal: Captured, world: PlanWorld):
    """What the page found to be inside the rules, the database looks at once more."""
    account = world.account(owes=(9000,))
    plan = world.plan(account, OUTSIDE).plan
    accept = "plan SET status = 'active' WHERE id = %(plan)s"
    for rules, fits in (
        ({"plan_minimum_cents": 500, "plan_most_months": 18}, True),
        ({"plan_most_months": 17}, False),
        ({"plan_most_months": 18, "plan_minimum_cents": 501}, False),
        ({"plan_minimum_cents": 500, "plan_instant_cents": 8999}, False),
    ):
        world.settle_rules(**rules)
        assert bool(portal.lets_through(accept, plan=plan.id)) is fits, rules


def test_it_neither_pauses_nor_moves_a_plan_that_runs(portal: Captured, world: PlanWorld):
    account = world.account()
    plan = world.plan(account).plan
    assert plan.status == "active"
    of = "WHERE id = %(plan)s"
    assert not portal.lets_through(
        f"plan SET status = 'paused' {of}",
        f"plan SET status = 'kept', closed_at = now() {of}",
        f"plan SET status = 'replaced' {of}",
        f"plan SET status = 'offered' {of}",
        "instalment SET due_on = due_on + 300, agreed_on = due_on + 300, "
        "moves = moves + 1 WHERE plan_id = %(plan)s",
        plan=plan.id,
    )
    world.at_desk(plan, plans.ask, what="pause")
    assert not portal.lets_through(f"plan SET asked = NULL, asked_at = NULL {of}", plan=plan.id)
    world.at_desk(plan, plans.end)
    assert not portal.lets_through(f"plan SET status = 'active' {of}", plan=plan.id)


def tried(world: PlanWorld, account: Account, tries: int) -> Link:
    """A link with so many wrong tries, of which the last made it wait."""
    with world.database.unit_of_work(account.practice_id) as work:
        minted = mint(
            work.session,
            practice=get_practice(work.session, account.practice_id),
            account=account,
            vault=account_vault(world.house.keys, account),
            signer=world.house.signer,
            at=world.clock.now(),
        )
        work.session.flush()
        link = work.session.get_one(Link, (account.practice_id, minted.link_id))
        link.wrong_tries = tries
        link.waits_until = world.clock.now() + timedelta(minutes=15) if tries >= 3 else None
        work.commit()
    return link


def test_it_gives_no_link_more_tries(portal: Captured, world: PlanWorld):
    account = world.account()
    link = tried(world, account, 4)
    of = "WHERE id = %(link)s"
    assert not portal.lets_through(
        f"link SET wrong_tries = 0 {of}",
        f"link SET wrong_tries = 0, waits_until = NULL {of}",
        f"link SET wrong_tries = 2 {of}",
        f"link SET waits_until = NULL {of}",
        f"link SET waits_until = waits_until - interval '14 minutes' {of}",
        f"link SET wrong_tries = 5, waits_until = NULL {of}",
        f"link SET wrong_tries = -90, waits_until = NULL {of}",
        link=link.id,
    )
    with world.database.unit_of_work(account.practice_id) as work:
        row = work.session.get_one(Link, (account.practice_id, link.id))
        revoke(work.session, row, actor=SYSTEM, at=world.clock.now(), reason="not_sent")
        work.commit()
    assert not portal.lets_through(f"link SET status = 'live' {of}", link=link.id)
    world.visitor(account)
    live = f"account_id = '{account.id}'"
    assert not portal.takes("portal_session", live, link_id=str(link.id))
    assert not portal.lets_through(
        "portal_session SET ends_at = ends_at + interval '1 day' WHERE account_id = %(account)s",
        "portal_session SET extensions = 0, ends_at = ends_at + interval '15 minutes' "
        "WHERE account_id = %(account)s",
        account=account.id,
    )


def test_it_closes_and_reopens_no_thread_without_words(portal: Captured, world: PlanWorld):
    talks, account = Talks(world), world.account()
    thread = talks.open(account, "unclear", words("Pourquoi ?"))
    of = "WHERE id = %(thread)s"
    assert not portal.lets_through(
        f"thread SET status = 'closed' {of}",
        f"thread SET status = 'answered' {of}",
        f"thread SET keeps_hold = true {of}",
        f"thread SET patient_unread = true {of}",
        f"thread SET answer_by = answer_by + 30 {of}",
        f"task SET {DONE} WHERE key = %(thread)s::text",
        "message SET read_at = now() WHERE thread_id = %(thread)s",
        thread=thread.id,
    )
    world.later(minutes=1)
    talks.answer(thread, words("Parce que."))
    talks.close(thread)
    assert not portal.lets_through(
        f"thread SET status = 'waiting' {of}",
        f"thread SET status = 'waiting', moved_at = opened_at {of}",
        thread=thread.id,
    )
    row = f"thread_id = '{thread.id}' AND side = 'patient'"
    for changes in ({"side": "staff"}, {"author": "Claire"}, {"account_id": other(world)}):
        assert not portal.takes("message", row, once="0" * 32, **changes), changes
    of_staff = f"thread_id = '{thread.id}' AND side = 'staff'"
    assert not portal.takes("message", of_staff, once="0" * 32)
    for changes in ({"status": "closed"}, {"status": "answered"}, {"keeps_hold": True}):
        fresh = {"answer_id": None, "answered_at": None, "patient_unread": False}
        row = f"id = '{thread.id}'"
        assert not portal.takes("thread", row, **fresh, **changes), changes


def other(world: PlanWorld) -> str:
    """Somebody else's account."""
    return str(world.account().id)


def test_it_decides_about_no_request_for_help(portal: Captured, world: PlanWorld):
    talks, account = Talks(world), world.account()
    request = talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
    of = "WHERE id = %(request)s"
    assert not portal.lets_through(
        f"aid_request SET status = 'granted', decided_at = now() {of}",
        f"aid_request SET status = 'declined', decided_at = now() {of}",
        f"aid_request SET status = 'documents' {of}",
        f"task SET {DONE} WHERE key = %(request)s::text",
        f"hold SET {RELEASED} WHERE account_id = %(account)s",
        request=request.id,
        account=account.id,
    )
    thread = talks.open(someone := world.account(), "other", words("?"))
    fresh = {"account_id": str(someone.id), "thread_id": str(thread.id), "once": "0" * 32}
    for status in ("granted", "declined", "documents"):
        row = f"id = '{request.id}'"
        assert not portal.takes("aid_request", row, **fresh, status=status), status
    talks.decide(request, "decline", words("Non."))
    assert not portal.lets_through(
        f"aid_request SET status = 'asked', decided_at = NULL {of}",
        request=request.id,
    )


def test_it_ends_no_work_of_staff(portal: Captured, world: PlanWorld):
    talks, account = Talks(world), world.account()
    talks.open(account, "paid", words("J’ai payé."))
    assert not portal.lets_through(
        f"task SET {DONE} WHERE account_id = %(account)s AND kind = 'payment_search'",
        "task SET status = 'done', closed_at = now(), closed_by = 'Claire' "
        "WHERE account_id = %(account)s",
        account=account.id,
    )
    row = f"account_id = '{account.id}'"
    closed = {"status": "done", "closed_at": "2026-11-24", "closed_by": "portal"}
    for changes in (closed, {"kind": "payment_mismatch"}, {"kind": "overpaid"}):
        assert not portal.takes("task", row, key="another", **changes), changes
