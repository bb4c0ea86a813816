"""A practice's own account with the card processor."""

from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped


class ProcessorAccount(PracticeScoped, Model):
    """A practice's own account with the card processor; keys are sealed by the gateway key."""

    __tablename__ = "processor_account"

    livemode: Mapped[bool]
    key_id: Mapped[str] = mapped_column(String(32))
    secret_key: Mapped[bytes]
    webhook_secrets: Mapped[bytes]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id"),)
