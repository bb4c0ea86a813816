"""The inbox as its tests use it: patients who write, colleagues who open, answer and press."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.accounts import Hold, account_vault, get_account, get_practice
from shared.aid import AidAnswers, ask_aid
from shared.audit import TimelineEvent
from shared.messages import Message, Thread, Words, open_body, open_thread, reply
from shared.worklist import Task
from tests.backoffice_office import Samples, opened, token_of
from tests.backoffice_people import KEYS, OURS

STORY = "sister"


@dataclass
class Inbox:
    """The samples, and what one does in their inbox."""

    office: Samples

    def write(self, subject: str = "other", body: str = "Ma question", story: str = STORY) -> UUID:
        """A patient opens a thread; its id."""
        with self.office.database.unit_of_work(OURS) as work:
            account = get_account(work.session, practice_id=OURS, account_id=self.office.ids[story])
            thread = open_thread(
                work.session,
                practice=get_practice(work.session, OURS),
                account_id=account.id,
                vault=account_vault(KEYS, account),
                subject=subject,
                words=Words(body, secrets.token_hex(16)),
                at=self.office.clock.now(),
            )
            work.commit()
        return thread.id

    def write_on(self, thread_id: UUID, body: str, story: str = STORY) -> UUID:
        """The patient writes on; the thread that holds it now."""
        with self.office.database.unit_of_work(OURS) as work:
            account = get_account(work.session, practice_id=OURS, account_id=self.office.ids[story])
            moved = reply(
                work.session,
                practice=get_practice(work.session, OURS),
                account_id=account.id,
                thread_id=thread_id,
                vault=account_vault(KEYS, account),
                words=Words(body, secrets.token_hex(16)),
                at=self.office.clock.now(),
            )
            work.commit()
        return moved.id

    def ask_help(self, story: str = STORY) -> UUID:
        """A patient asks for help; the thread of the request."""
        with self.office.database.unit_of_work(OURS) as work:
            account = get_account(work.session, practice_id=OURS, account_id=self.office.ids[story])
            request = ask_aid(
                work.session,
                practice=get_practice(work.session, OURS),
                account_id=account.id,
                vault=account_vault(KEYS, account),
                answers=AidAnswers(("later",), (), None, ""),
                once=secrets.token_hex(16),
                at=self.office.clock.now(),
            )
            work.commit()
        return request.thread_id

    def page(self, client: FlaskClient, thread_id: UUID) -> str:
        """A thread's page as somebody sees it now."""
        return client.get(f"/inbox/{thread_id}").text

    def press(self, client: FlaskClient, address: str, **fields: str) -> TestResponse:
        """Send a form of the inbox."""
        data = {"csrf_token": token_of(client)} | fields
        return client.post(f"/inbox/{address}", data=data)

    def send(
        self, client: FlaskClient, thread_id: UUID, page: str, body: str, **more: str
    ) -> TestResponse:
        """Send the answer form as it stood on a page."""
        fields = {name: hidden(page, name) for name in ("once", "seen", "answered")}
        return self.press(client, f"{thread_id}/answer", **fields, body=body, **more)

    def answer(self, client: FlaskClient, thread_id: UUID, body: str = "Voici.") -> TestResponse:
        """Open a thread and answer it."""
        return self.send(client, thread_id, self.page(client, thread_id), body)

    def thread(self, thread_id: UUID) -> Thread:
        """A thread as it is now."""
        with self.office.database.reading(OURS) as reading:
            return reading.get_one(Thread, (OURS, thread_id))

    def said(self, thread_id: UUID) -> list[str]:
        """What stands in a thread."""
        with self.office.database.reading(OURS) as reading:
            rows = reading.scalars(
                select(Message)
                .where(Message.thread_id == thread_id)
                .order_by(Message.at, Message.id)
            ).all()
            account = get_account(
                reading, practice_id=OURS, account_id=self.thread(thread_id).account_id
            )
            return [open_body(account_vault(KEYS, account), row) for row in rows]

    def holds(self, story: str = STORY) -> list[str]:
        """What stops the account's clock."""
        return self._of(select(Hold.kind).where(Hold.status == "active"), Hold, story)

    def work(self, story: str = STORY) -> list[str]:
        """What waits for somebody on the account."""
        return self._of(select(Task.kind).where(Task.status == "open"), Task, story)

    def told(self, kind: str, story: str = STORY) -> list[dict[str, object]]:
        """The facts of an account's events of a kind."""
        query = select(TimelineEvent.facts).where(
            TimelineEvent.kind == kind, TimelineEvent.account_id == self.office.ids[story]
        )
        with self.office.database.reading(OURS) as reading:
            return list(reading.scalars(query))

    def _of(self, query: object, table: object, story: str) -> list[str]:
        of = query.where(table.account_id == self.office.ids[story])  # type: ignore[attr-defined]
        with self.office.database.reading(OURS) as reading:
            return sorted(reading.scalars(of))


@contextmanager
def opened_inbox(url: str) -> Iterator[Inbox]:
    """The samples' inbox over a migrated database."""
    with opened(url) as samples:
        yield Inbox(samples)


def hidden(page: str, name: str) -> str:
    """What a form of a page holds in a hidden field or a pressed button."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no {name} on the page"
    return unescape(found[1])


def list_of(client: FlaskClient, view: str = "", **query: str) -> str:
    """A list of the inbox."""
    return client.get("/inbox", query_string={"list": view, **query}).text


def lines_of(html: str) -> list[str]:
    """The lines of a list, in their order, as words."""
    lines = re.findall(r"<a [^>]*data-row.*?</a>", html, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]
