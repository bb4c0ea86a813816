"""A practice's own account with the card processor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped

OF_WORKER = "of_worker"  # columns that only who holds the worker's keys reads
OF_OFFICE = "of_office"  # columns that the portal has no use for


class ProcessorAccount(PracticeScoped, Model):
    """A practice's own account with the card processor.

    ``secret_key``, which the portal opens pages with, and ``webhook_secrets`` are sealed by the gateway key
    ``key_id``; ``worker_key``, which takes and gives back, by the worker's own ``worker_key_id``. Where it
    is missing the worker uses ``secret_key``. ``receipts_…`` say who gave their word, and when, that the
    processor mails no receipts by itself: it doesn't tell. With other keys the word is over.
    """

    __tablename__ = "processor_account"

    livemode: Mapped[bool]
    key_id: Mapped[str] = mapped_column(String(32))
    secret_key: Mapped[bytes]
    webhook_secrets: Mapped[bytes]
    # deferred: the portal's database role may not even read the two
    worker_key_id: Mapped[str | None] = mapped_column(
        String(32), deferred=True, deferred_group=OF_WORKER
    )
    worker_key: Mapped[bytes | None] = mapped_column(deferred=True, deferred_group=OF_WORKER)
    receipts_by: Mapped[UUID | None] = mapped_column(deferred=True, deferred_group=OF_OFFICE)
    receipts_name: Mapped[str | None] = mapped_column(
        String(80), deferred=True, deferred_group=OF_OFFICE
    )
    receipts_at: Mapped[datetime | None] = mapped_column(deferred=True, deferred_group=OF_OFFICE)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id"),)
