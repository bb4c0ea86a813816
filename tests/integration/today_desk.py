"""Members of staff at « Aujourd’hui », for tests."""

import re
from datetime import date
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.audit import SYSTEM
from shared.base.ids import new_id
from shared.worklist import KINDS, Task, open_task
from tests.backoffice_office import Samples, text_of, token_of
from tests.backoffice_people import OURS, TODAY

IN_PLACE = {"HX-Request": "true"}


def plain(text: str) -> str:
    """With ordinary spaces."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " "))


def work_for(
    office: Samples,
    kind: str,
    *,
    story: str = "",
    due_on: date = TODAY,
    key: str = "",
    practice_id: int = OURS,
) -> UUID:
    """Work that is put on the list; of an account of the samples, or of none."""
    key = key or new_id().hex
    with office.database.unit_of_work(practice_id) as work:
        open_task(
            work.session,
            KINDS[kind],
            practice_id=practice_id,
            account_id=office.ids[story] if story else None,
            key=key,
            due_on=due_on,
            actor=SYSTEM,
            at=office.clock.now(),
        )
        task = work.session.query(Task).filter_by(practice_id=practice_id, key=key).one()
        work.commit()
        return task.id


def task_of(office: Samples, kind: str) -> UUID:
    """The open task of a kind."""
    with office.database.reading() as reading:
        return reading.query(Task).filter_by(kind=kind, status="open").one().id


def kept(office: Samples, task: UUID) -> Task:
    """The task as it is now."""
    with office.database.reading() as reading:
        return reading.query(Task).filter_by(id=task).one()


def act(
    client: FlaskClient, task: UUID, deed: str, *, in_place: bool = True, **fields: str
) -> TestResponse:
    """What a form of the row answers; without JavaScript, the page that follows."""
    return client.post(
        f"/today/{task}/{deed}",
        data={"csrf_token": token_of(client)} | fields,
        headers=IN_PLACE if in_place else {},
        follow_redirects=not in_place,
    )


def said(answer: TestResponse) -> str:
    """What it says, with plain spaces."""
    return plain(text_of(answer))


def listed(client: FlaskClient, address: str = "/today") -> str:
    """What the list says, without what stands around it."""
    page = plain(text_of(client.get(address)))
    return page.partition("la plus ancienne promesse d’abord")[2] or page
