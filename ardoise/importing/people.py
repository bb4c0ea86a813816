"""Writing what an export changes of accounts, people and contacts, everything personal sealed."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from ardoise.importing.context import Run
from ardoise.importing.known import KnownAccount
from ardoise.importing.plan import AccountPlan, PersonChange
from ardoise.importing.reading import OpenAccount
from ardoise.importing.wishes import POSITIONS, AccountWish
from shared.accounts import (
    CONTACT,
    Account,
    describe,
    identity_on_file,
    new_account,
    new_contact,
    new_party,
    place_hold,
    seal_protection,
)
from shared.audit import advance, record
from shared.base.ids import new_account_number
from shared.links import live_links, revoke

PROTECTION_REVIEW = timedelta(days=90)


def start_accounts(run: Run, wishes: Sequence[AccountWish]) -> list[OpenAccount]:
    """Fresh accounts, with numbers that nobody has yet."""
    opened = []
    for wish in wishes:
        language, channel = wish.language or "fr", wish.channel or "any"
        account, vault = new_account(
            run.practice,
            external_key=wish.key,
            language=language,
            channel=channel,
            keys=run.keys,
            at=run.at,
        )
        known = KnownAccount(wish.key, language, channel)
        opened.append(OpenAccount(account, vault, [], [], {}, known))
    _tell_numbers_apart(run, [found.account for found in opened])
    run.session.add_all(found.account for found in opened)
    run.session.flush()
    run.tally.counts["accounts_opened"] += len(opened)
    return opened


def _tell_numbers_apart(run: Run, accounts: Sequence[Account]) -> None:
    """Numbers are drawn at random: among many accounts two would soon be the same."""
    drawn = [account.number for account in accounts]
    query = select(Account.number).where(
        Account.practice_id == run.practice.id, Account.number.in_(drawn)
    )
    taken = set(run.session.scalars(query))
    for account in accounts:
        while account.number in taken:
            account.number = new_account_number()
        taken.add(account.number)


def write_account(run: Run, found: OpenAccount, plan: AccountPlan) -> None:
    """Everything of an account but its invoices and its pauses."""
    account = found.account
    is_new = not found.parties
    if plan.key is not None:
        account.external_key = plan.key
    if plan.language is not None:
        account.language, account.source_language = plan.language, None
    if plan.channel is not None:
        account.channel, account.source_channel = plan.channel, None
    if plan.protections is not None:
        sealed = seal_protection(found.vault, account.id, sorted(plan.protections))
        account.protection = sealed if plan.protections else None
    for change in plan.people:
        _write_person(run, found, change)
    _write_contacts(run, found, plan)
    if plan.people or not plan.contacts.is_empty:
        on_file = identity_on_file(found.vault, found.parties, found.contacts)
        account.checkable = on_file.checkable
    if plan.changes_account and not is_new:
        run.tally.counts["accounts_changed"] += 1
        record(
            run.session,
            practice_id=account.practice_id,
            account_id=account.id,
            kind="account.changed",
            actor=run.actor,
            at=run.at,
            what=_changed(plan),
        )


def _changed(plan: AccountPlan) -> list[str]:
    """What of an account changes, in words that tell nothing of what it is now."""
    happens = {
        "key": plan.key is not None,
        "people": bool(plan.people),
        "contacts": not plan.contacts.is_empty,
        "language": plan.language is not None,
        "channel": plan.channel is not None,
        "protection": plan.protections is not None,
    }
    return [what for what, changed in happens.items() if changed]


def _write_person(run: Run, found: OpenAccount, change: PersonChange) -> None:
    if change.id is None:
        party = new_party(
            found.account,
            role=change.role,
            external_ref=change.external_ref,
            details=change.details,
            vault=found.vault,
            index=run.index,
        )
        run.session.add(party)
        found.parties.append(party)
        return
    party = next(party for party in found.parties if party.id == change.id)
    party.external_ref = change.external_ref
    describe(party, change.details, vault=found.vault, index=run.index)


def _write_contacts(run: Run, found: OpenAccount, plan: AccountPlan) -> None:
    account = found.account
    for contact in found.contacts:
        event = "replace" if contact.id in plan.contacts.replaced else "opt_out"
        if event == "replace" or contact.id in plan.contacts.opted_out:
            advance(
                run.session,
                contact,
                CONTACT,
                event,
                account_id=account.id,
                actor=run.actor,
                at=run.at,
            )
    kept = [c for c in found.contacts if c.id not in plan.contacts.replaced]
    fresh = [
        new_contact(
            account,
            kind=new.kind,
            value=new.value,
            position=POSITIONS[new.kind],
            status=new.status,
            vault=found.vault,
            index=run.index,
        )
        for new in plan.contacts.new
    ]
    run.session.add_all(fresh)
    found.contacts = sorted(kept + fresh, key=lambda contact: contact.position)
    if plan.contacts.replaced:
        run.tally.counts["contacts_replaced"] += len(plan.contacts.replaced)
        _revoke_links(run, account)


def _revoke_links(run: Run, account: Account) -> None:
    """Who had the old telephone or mailbox must not get in with what was sent there."""
    links = live_links(
        run.session, practice_id=account.practice_id, account_id=account.id, at=run.at
    )
    for link in links:
        revoke(run.session, link, actor=run.actor, at=run.at, reason="contact_changed")
    run.tally.counts["links_revoked"] += len(links)


def protect(run: Run, found: OpenAccount) -> None:
    """Stop the clock for a protection, until staff have looked; only they start it again."""
    place_hold(
        run.session,
        account=found.account,
        kind="protection",
        actor=run.actor,
        at=run.at,
        review_on=run.today + PROTECTION_REVIEW,
    )
    run.tally.counts["protected"] += 1
