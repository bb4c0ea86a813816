"""Patients in their space and the worker behind it: codes, details, preferences, proposals."""

import re
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select, update

from ardoise import jobs, jobs_preferences
from shared.accounts import (
    Account,
    ContactPoint,
    account_vault,
    contacts_of,
    get_account,
    get_practice,
    open_contact,
)
from shared.audit import Actor, timeline_of
from shared.billing import Invoice
from shared.codes import OneTimeCode, open_code
from shared.delivery import Envelope, Notice
from shared.links import Link, PortalSession
from shared.preferences import Proposal, accept_proposal, decline_proposal
from shared.privacy import Look, accesses_of
from shared.worklist import Task
from tests.security.portal_house import Browser, portal_app, visitor
from tests.world import World

CLAIRE = Actor("staff", "Claire Le Goff")
CARE = {"Acte": "Zorbectomie", "Cotation": "QZFA004"}
SIX = re.compile(r"\b\d{6}\b")
NEW_PHONE, NEW_MAIL = "06 39 98 07 77", "Nadia.F@Courriel.example"
# Who proposes herself as a representative, as the form sends it.
MOTHER = {
    "relation": "guardian",
    "given": "Solange",
    "surname": "Ferhat",
    "day": "3",
    "month": "2",
    "year": "1961",
    "contact": NEW_PHONE,
    "once": "b" * 32,
}


class Space(World):
    """One practice on a fresh database, its portal, and its worker at hand."""

    def keep_lines(self, account: Account, lines: Mapping[str, str] = CARE) -> UUID:
        """The account's first invoice tells what it is for; its id."""
        invoice = self.invoices(account)[0]
        sealed = account_vault(self.house.keys, account).seal(
            dict(lines), table="invoice", row=invoice.id, column="lines"
        )
        with self.database.unit_of_work() as work:
            work.session.execute(
                update(Invoice).where(Invoice.id == invoice.id).values(lines=sealed)
            )
            work.commit()
        return invoice.id

    def visitor(self, account: Account) -> Browser:
        """A browser inside the account's space."""
        return visitor(portal_app(self), self.token(account))

    def work(self) -> None:
        """The worker draws codes, tells of changes and sends both."""
        jobs_preferences.answer_code_requests(self.house, self.practice_id)
        jobs_preferences.tell_changes(self.house, self.practice_id)
        jobs.send_new_links(self.office, self.practice_id)

    def sent(self) -> list[Envelope]:
        """All that left, text messages first."""
        return [*self.sms.sent, *self.mail.sent]

    def code(self, *, to: str = "") -> str:
        """The digits of the latest message, that to ``to`` if several are about."""
        found = [one for one in self.sent() if to in one.to and SIX.search(one.text)]
        match = SIX.search(found[-1].text)
        assert match
        return match[0]

    def drawn(self, account: Account) -> list[str]:
        """Every code of an account, opened, the oldest first."""
        vault = account_vault(self.house.keys, account)
        with self.database.reading() as session:
            codes = session.scalars(select(OneTimeCode).order_by(OneTimeCode.asked_at))
            return [open_code(vault, one) for one in codes if one.code is not None]

    def codes(self) -> list[tuple[str, int]]:
        """(status, wrong tries) of each code, the oldest first."""
        with self.database.reading() as session:
            rows = session.scalars(select(OneTimeCode).order_by(OneTimeCode.asked_at))
            return [(one.status, one.wrong_tries) for one in rows]

    def looks(self, account: Account) -> list[Look]:
        """Who opened the lines."""
        with self.database.reading() as session:
            return accesses_of(session, practice_id=self.practice_id, account_id=account.id)

    def story(self, account: Account, kind: str) -> int:
        """How often something happened."""
        with self.database.reading() as session:
            told = timeline_of(session, practice_id=self.practice_id, account_id=account.id)
        return sum(event.kind == kind for event in told)

    def contacts(self, account: Account) -> dict[str, str]:
        """Status by value of every contact that an account ever had."""
        vault = account_vault(self.house.keys, account)
        with self.database.reading() as session:
            rows = session.scalars(
                select(ContactPoint).where(ContactPoint.account_id == account.id)
            )
            return {open_contact(vault, one): one.status for one in rows}

    def contact_id(self, account: Account, kind: str = "phone") -> UUID:
        """The first contact of a kind on file."""
        with self.database.reading() as session:
            found = contacts_of(session, practice_id=self.practice_id, account_id=account.id)
        return next(one.id for one in found if one.kind == kind)

    def live_links(self) -> int:
        """How many links still open something."""
        with self.database.reading() as session:
            query = select(func.count()).select_from(Link).where(Link.status == "live")
            return session.scalar(query) or 0

    def visits(self) -> int:
        """How many visits are open."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(PortalSession)) or 0

    def tasks(self, account: Account) -> list[str]:
        """What waits for a human."""
        with self.database.reading() as session:
            query = select(Task.kind).where(Task.account_id == account.id, Task.status == "open")
            return sorted(session.scalars(query))

    def notices(self, account: Account) -> list[tuple[str, str, str | None]]:
        """(template, status, outcome) of each message, the oldest first."""
        with self.database.reading() as session:
            rows = session.scalars(
                select(Notice)
                .where(Notice.account_id == account.id)
                .order_by(Notice.planned_at, Notice.id)
            )
            return [(one.template, one.status, one.outcome) for one in rows]

    def proposal(self, account: Account) -> Proposal:
        """The account's only proposal."""
        with self.database.reading() as session:
            return session.scalars(select(Proposal).where(Proposal.account_id == account.id)).one()

    def accept(self, account: Account) -> None:
        """Staff accept the account's proposal."""
        proposal = self.proposal(account)
        with self.database.unit_of_work(self.practice_id) as work:
            held = get_account(
                work.session, practice_id=self.practice_id, account_id=account.id, lock=True
            )
            accept_proposal(
                work.session,
                practice=get_practice(work.session, self.practice_id),
                account=held,
                proposal_id=proposal.id,
                vault=account_vault(self.house.keys, held),
                index=self.house.index,
                actor=CLAIRE,
                at=self.clock.now(),
            )
            work.commit()

    def decline(self, account: Account, reason: str = "call") -> None:
        """Staff decline the account's proposal."""
        proposal = self.proposal(account)
        with self.database.unit_of_work(self.practice_id) as work:
            held = get_account(
                work.session, practice_id=self.practice_id, account_id=account.id, lock=True
            )
            decline_proposal(
                work.session,
                account=held,
                proposal_id=proposal.id,
                reason=reason,
                actor=CLAIRE,
                at=self.clock.now(),
            )
            work.commit()

    def propose_contact(self, browser: Browser, contact: str = NEW_PHONE) -> str:
        """Propose a contact; the address of the proposal's page."""
        answer = browser.post("/preferences/new-contact", {"contact": contact, "once": "a" * 32})
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    def confirmed(self, browser: Browser, contact: str = NEW_PHONE) -> str:
        """Propose a contact and give its code."""
        page = self.propose_contact(browser, contact)
        self.work()
        end = contact.replace(" ", "")[-4:].lower()
        assert browser.post(page, {"code": self.code(to=end)}).location == page
        self.work()
        return page
