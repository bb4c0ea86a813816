"""What every view works with: the settings, the data, the time and the keys of this process."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, current_app

from shared.base.clock import Clock, local_date
from shared.base.config import BackofficeSettings
from shared.base.database import Database
from shared.base.vault import BlindIndex, KeyRing

_KEY = "ardoise-office"


@dataclass(frozen=True, slots=True)
class Office:
    """One back-office process."""

    settings: BackofficeSettings
    database: Database
    clock: Clock
    keys: KeyRing
    index: BlindIndex

    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    def today(self, timezone: str) -> date:
        """The practice's own day."""
        return local_date(self.clock.now(), timezone)


def keep_office(app: Flask, office: Office) -> None:
    """Give an app its office."""
    app.extensions[_KEY] = office


def office() -> Office:
    """The office of the app at hand."""
    found: Office = current_app.extensions[_KEY]
    return found
