"""Messages: what it costs to make one, against what it costs to send it."""

import smtplib
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    ContactPoint,
    account_vault,
    get_practice,
    open_contact,
)
from shared.delivery import Envelope, NoticeRenderer, NoticeValues
from shared.links import mint
from tests.bench.measuring.crowd import KEYED
from tests.world import World

TEMPLATE = "reminder"
BLOCK = 25
Person = tuple[Account, ContactPoint]


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds for one message, medians of the blocks, and the median of the blocks' ratios."""

    making: float
    sending: float
    ratio: float


def compare(world: World, smtp: smtplib.SMTP) -> Pair:
    """Make a block of messages, send the very same block, and so on until everyone has one."""
    pairs: list[tuple[float, float]] = []
    with world.database.unit_of_work(world.practice_id) as work:
        kitchen = Kitchen(world, work.session)
        kitchen.make(*next(kitchen.people()))
        for block in kitchen.blocks():
            began = time.perf_counter()
            envelopes = [kitchen.make(*person) for person in block]
            made = time.perf_counter() - began
            work.session.flush()
            mails = [(envelope.to, composed(envelope, world)) for envelope in envelopes]
            began = time.perf_counter()
            for to, mail in mails:
                smtp.sendmail(world.settings.mail_from, [to], mail)
            pairs.append((made / len(block), (time.perf_counter() - began) / len(block)))
    return Pair(
        making=statistics.median(pair[0] for pair in pairs),
        sending=statistics.median(pair[1] for pair in pairs),
        ratio=statistics.median(pair[0] / pair[1] for pair in pairs),
    )


class Kitchen:
    """Makes messages as the sender does between claiming a notice and handing it over."""

    def __init__(self, world: World, session: Session) -> None:
        self._world, self._session = world, session
        self._practice = get_practice(session, world.practice_id)
        self._renderer = NoticeRenderer(loopback=True)

    def people(self) -> Iterator[Person]:
        """Accounts that have own keys, with their contacts, as the claim has read them."""
        rows = self._session.execute(
            select(Account, ContactPoint)
            .join(
                ContactPoint,
                and_(
                    ContactPoint.practice_id == Account.practice_id,
                    ContactPoint.account_id == Account.id,
                ),
            )
            .where(Account.practice_id == self._practice.id, Account.external_key.startswith(KEYED))
        ).all()
        yield from ((row[0], row[1]) for row in rows)

    def blocks(self) -> Iterator[list[Person]]:
        """The people in blocks."""
        people = list(self.people())
        for start in range(0, len(people), BLOCK):
            yield people[start : start + BLOCK]

    def make(self, account: Account, contact: ContactPoint) -> Envelope:
        """The link minted, the contact opened, the texts rendered and linted.

        The link's row is written with the claim, in one transaction with the notice's.
        """
        world, practice = self._world, self._practice
        vault = account_vault(world.house.keys, account)
        link = mint(
            self._session,
            practice=practice,
            account=account,
            vault=vault,
            signer=world.house.signer,
            at=world.clock.now(),
        )
        site = world.settings.site
        values = NoticeValues(
            sender=practice.sender,
            link=f"{site}/l/{link.token}",
            site=site.partition("://")[2],
            phone=practice.phone,
            link_days=practice.link_days,
        )
        mail = self._renderer.email(TEMPLATE, account.language, values)
        to = open_contact(vault, contact)
        return Envelope(to, practice.sender, link.link_id.hex, mail.subject, mail.text, mail.html)


def composed(envelope: Envelope, world: World) -> bytes:
    """The envelope as bytes; counted neither as making nor as sending."""
    message = EmailMessage(policy=SMTP)
    message["From"] = world.settings.mail_from
    message["To"] = envelope.to
    message["Subject"] = envelope.subject
    message.set_content(envelope.text)
    message.add_alternative(envelope.html, subtype="html")
    return message.as_bytes()
