"""Patients who write and staff who answer, through the concepts' own doors."""

import secrets
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select

from shared.accounts import Account, Hold, account_vault, get_practice
from shared.aid import AidAnswers, AidRequest, answer_aid, ask_aid, follow_up, withdraw_aid
from shared.audit import Actor
from shared.delivery import Notice
from shared.messages import (
    CleanDocument,
    Message,
    Thread,
    Words,
    add_note,
    answer_thread,
    close_thread,
    messages_of,
    open_body,
    open_thread,
    read_answers,
    reply,
)
from shared.staff import StaffUser
from shared.worklist import Task
from tests.world import World

CLAIRE = Actor("staff", "Claire Le Goff")
SCAN = CleanDocument("pdf", 1, b"%PDF-1.4 a scan")


def words(body: str, *documents: CleanDocument, once: str = "") -> Words:
    """What a form brings; each time with a mark of its own unless one is given."""
    return Words(body, once or secrets.token_hex(16), documents)


@dataclass
class Talks:
    """What is said and done on a practice's accounts."""

    world: World
    practice_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.practice_id = self.world.practice_id

    def open(self, account: Account, subject: str, said: Words) -> Thread:
        """A patient opens a thread."""
        with self.world.database.unit_of_work(account.practice_id) as work:
            thread = open_thread(
                work.session,
                practice=get_practice(work.session, account.practice_id),
                account_id=account.id,
                vault=account_vault(self.world.house.keys, account),
                subject=subject,
                words=said,
                at=self.world.clock.now(),
            )
            work.commit()
        return thread

    def reply(self, thread: Thread, said: Words) -> Thread:
        """The patient writes on."""
        account = self.account(thread.account_id)
        with self.world.database.unit_of_work(thread.practice_id) as work:
            moved = reply(
                work.session,
                practice=get_practice(work.session, thread.practice_id),
                account_id=thread.account_id,
                thread_id=thread.id,
                vault=account_vault(self.world.house.keys, account),
                words=said,
                at=self.world.clock.now(),
            )
            work.commit()
        return moved

    def answer(self, thread: Thread, said: Words, *, keeps_hold: bool = False) -> bool:
        """Staff answer, having seen all."""
        account = self.account(thread.account_id)
        with self.world.database.unit_of_work(thread.practice_id) as work:
            is_new = answer_thread(
                work.session,
                practice_id=thread.practice_id,
                account_id=thread.account_id,
                thread_id=thread.id,
                vault=account_vault(self.world.house.keys, account),
                words=said,
                actor=CLAIRE,
                at=self.world.clock.now(),
                seen=self.latest(thread),
                keeps_hold=keeps_hold,
            )
            work.commit()
        return is_new

    def note(self, thread: Thread, said: Words) -> None:
        """A colleague, the first there is, notes something for the team."""
        account = self.account(thread.account_id)
        with self.world.database.unit_of_work(thread.practice_id) as work:
            author = work.session.scalars(select(StaffUser).order_by(StaffUser.id)).first()
            assert author is not None
            add_note(
                work.session,
                practice_id=thread.practice_id,
                account_id=thread.account_id,
                thread_id=thread.id,
                vault=account_vault(self.world.house.keys, account),
                words=said,
                author_id=author.id,
                actor=Actor("staff", author.name),
                at=self.world.clock.now(),
            )
            work.commit()

    def close(self, thread: Thread, reason: str = "spoken") -> None:
        """Staff have nothing more to do; where nobody answered, for a reason."""
        with self.world.database.unit_of_work(thread.practice_id) as work:
            close_thread(
                work.session,
                practice_id=thread.practice_id,
                account_id=thread.account_id,
                thread_id=thread.id,
                actor=CLAIRE,
                at=self.world.clock.now(),
                reason=reason,
            )
            work.commit()

    def read(self, thread: Thread) -> None:
        """The patient has the thread before their eyes as it is now."""
        now = self.world.clock.now()
        with self.world.database.unit_of_work(thread.practice_id) as work:
            read_answers(
                work.session,
                practice_id=thread.practice_id,
                account_id=thread.account_id,
                thread_id=thread.id,
                seen=now,
                at=now,
            )
            work.commit()

    def ask_aid(self, account: Account, answers: AidAnswers, once: str = "") -> AidRequest:
        """A patient asks for help."""
        with self.world.database.unit_of_work(account.practice_id) as work:
            request = ask_aid(
                work.session,
                practice=get_practice(work.session, account.practice_id),
                account_id=account.id,
                vault=account_vault(self.world.house.keys, account),
                answers=answers,
                once=once or secrets.token_hex(16),
                at=self.world.clock.now(),
            )
            work.commit()
        return request

    def follow_up(self, request: AidRequest, said: Words) -> None:
        """The patient writes about a request, or sends documents."""
        account = self.account(request.account_id)
        with self.world.database.unit_of_work(request.practice_id) as work:
            follow_up(
                work.session,
                practice=get_practice(work.session, request.practice_id),
                account_id=request.account_id,
                request_id=request.id,
                vault=account_vault(self.world.house.keys, account),
                words=said,
                at=self.world.clock.now(),
            )
            work.commit()

    def withdraw(self, request: AidRequest) -> None:
        """The patient takes a request back."""
        with self.world.database.unit_of_work(request.practice_id) as work:
            withdraw_aid(
                work.session,
                practice_id=request.practice_id,
                account_id=request.account_id,
                request_id=request.id,
                at=self.world.clock.now(),
            )
            work.commit()

    def decide(
        self,
        request: AidRequest,
        decision: str | None,
        said: Words,
        *,
        pause_until: date | None = None,
    ) -> None:
        """Staff answer a request for help."""
        account = self.account(request.account_id)
        with self.world.database.unit_of_work(request.practice_id) as work:
            answer_aid(
                work.session,
                practice=get_practice(work.session, request.practice_id),
                account=account,
                request_id=request.id,
                vault=account_vault(self.world.house.keys, account),
                decision=decision,
                words=said,
                by=None,
                actor=CLAIRE,
                at=self.world.clock.now(),
                seen=self._latest(request.practice_id, request.thread_id),
                pause_until=pause_until,
            )
            work.commit()

    def account(self, account_id: UUID) -> Account:
        """An account by its id."""
        with self.world.database.reading() as session:
            return session.scalars(select(Account).where(Account.id == account_id)).one()

    def latest(self, thread: Thread) -> UUID | None:
        """The patient's latest message of a thread."""
        return self._latest(thread.practice_id, thread.id)

    def _latest(self, practice_id: int, thread_id: UUID) -> UUID | None:
        with self.world.database.reading(practice_id) as session:
            return session.scalar(
                select(Message.id)
                .where(Message.thread_id == thread_id, Message.side == "patient")
                .order_by(Message.at.desc(), Message.id.desc())
            )

    def thread(self, thread_id: UUID) -> Thread:
        """A thread as it is now."""
        with self.world.database.reading() as session:
            return session.scalars(select(Thread).where(Thread.id == thread_id)).one()

    def threads(self, account: Account) -> list[Thread]:
        """An account's threads as they are now."""
        with self.world.database.reading(account.practice_id) as session:
            return list(session.scalars(select(Thread).where(Thread.account_id == account.id)))

    def request(self, request: AidRequest) -> AidRequest:
        """A request as it is now."""
        with self.world.database.reading(request.practice_id) as session:
            return session.scalars(select(AidRequest).where(AidRequest.id == request.id)).one()

    def said(self, account: Account) -> list[str]:
        """All that was written, the oldest first."""
        vault = account_vault(self.world.house.keys, account)
        with self.world.database.reading(account.practice_id) as session:
            found = messages_of(session, practice_id=account.practice_id, account_id=account.id)
            return [open_body(vault, message) for message in found]

    def holds(self, account: Account) -> list[str]:
        """What stops the clock now."""
        with self.world.database.reading(account.practice_id) as session:
            query = select(Hold.kind).where(Hold.account_id == account.id, Hold.status == "active")
            return sorted(session.scalars(query))

    def work(self, account: Account) -> list[str]:
        """What waits for a human."""
        with self.world.database.reading(account.practice_id) as session:
            query = select(Task.kind).where(Task.account_id == account.id, Task.status == "open")
            return sorted(session.scalars(query))

    def notices(self, account: Account) -> list[tuple[str, str]]:
        """(template, status) of each message that was planned, the oldest first."""
        with self.world.database.reading(account.practice_id) as session:
            rows = session.scalars(
                select(Notice)
                .where(Notice.account_id == account.id)
                .order_by(Notice.planned_at, Notice.id)
            )
            return [(notice.template, notice.status) for notice in rows]
