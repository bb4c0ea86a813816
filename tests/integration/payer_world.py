"""Links for someone else who pays, made through the concept's own door."""

import os
import secrets

from shared.accounts import Account, get_practice
from shared.links import OF_PAYERS, LinkSigner
from shared.payments import Choice, PayLink, make_pay_link, told_again
from tests.world import World


def payer_signer(world: World) -> LinkSigner:
    """What signs such links in the portal."""
    return LinkSigner(world.settings.links(), OF_PAYERS)


def pay_link(world: World, account: Account, choice: Choice | None = None) -> tuple[PayLink, str]:
    """A fresh link to pay what this account owes, or a part of it, and its token."""
    seed, once = os.urandom(32), secrets.token_hex(16)
    with world.database.unit_of_work(account.practice_id) as work:
        make_pay_link(
            work.session,
            practice=get_practice(work.session, account.practice_id),
            account_id=account.id,
            choice=choice or Choice("all"),
            once=once,
            seed=seed,
            signer=payer_signer(world),
            at=world.clock.now(),
        )
        work.commit()
    with world.database.reading(account.practice_id) as session:
        told = told_again(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            once=once,
            seed=seed,
            signer=payer_signer(world),
        )
    assert told
    return told
