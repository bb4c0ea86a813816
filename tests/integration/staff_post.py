"""The worker's part in mails to staff, and a mailbox that keeps what arrives."""

import re
from dataclasses import dataclass, field

from sqlalchemy import select

from ardoise.jobs_staff_mail import (
    answer_door,
    doubt_lost_mails,
    forget_door,
    forget_old_mails,
    send_mails,
    tell_changes,
)
from ardoise.office import House
from shared.delivery import Envelope
from shared.staff_mail import Post, StaffMail
from tests.backoffice_office import Samples
from tests.backoffice_people import OTHERS, OURS
from tests.integration.staff_doors import SITE
from tests.world import Outbox


@dataclass
class Mailroom:
    """A worker over the samples, its mail server at hand."""

    office: Samples
    outbox: Outbox = field(default_factory=Outbox)

    @property
    def house(self) -> House:
        house = House.__new__(House)
        office = self.office
        for name, value in (
            ("database", office.database),
            ("clock", office.clock),
            ("index", office.settings.index()),
        ):
            object.__setattr__(house, name, value)
        return house

    @property
    def post(self) -> Post:
        return Post(self.office.database, self.office.clock, self.outbox, SITE)

    def look(self) -> list[Envelope]:
        """The worker looks once; what left."""
        before = len(self.outbox.sent)
        self.look_with(self.post)
        return self.outbox.sent[before:]

    def look_with(self, post: Post) -> None:
        """The same by another post."""
        answer_door(self.house)
        for practice_id in (OURS, OTHERS):
            tell_changes(self.house, practice_id)
            send_mails(post, practice_id)

    def tidy(self) -> None:
        """What it does now and then."""
        forget_door(self.house)
        forget_old_mails(self.house, OURS)
        doubt_lost_mails(self.post, OURS)

    def mails(self) -> list[StaffMail]:
        with self.office.database.reading(OURS) as reading:
            query = select(StaffMail).where(StaffMail.practice_id == OURS)
            return list(reading.scalars(query.order_by(StaffMail.made_at, StaffMail.id)))


def path_in(envelope: Envelope) -> str:
    """The path of the link that a mail carries."""
    found = re.search(rf"{re.escape(SITE)}(/welcome/\S+)", envelope.text)
    assert found, envelope.text
    assert found[0] in envelope.html
    return found[1]
