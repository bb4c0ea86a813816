"""Figures that the worker keeps for the desks."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model


class DeskTotal(Model):
    """One figure of a practice: how many, and how many cents where there is a sum. ``at`` is from when it
    is so; of the row without a name, when the worker last counted."""

    __tablename__ = "desk_total"

    practice_id: Mapped[int] = mapped_column(Integer, ForeignKey("practice.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    cents: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
