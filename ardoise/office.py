"""What the worker and the command line work with, put together from their settings."""

from dataclasses import dataclass

from ardoise.causes import is_hour_for_cards, may_ask_again
from ardoise.news import CHECKS
from shared.accounts import Practice, get_practice
from shared.base.clock import Clock, local_date
from shared.base.config import OfficeSettings, WorkerSettings
from shared.base.config_demands import is_loopback
from shared.base.database import Database
from shared.base.vault import BlindIndex, KeyRing
from shared.base.working_days import is_public_holiday
from shared.delivery import (
    CODE,
    LADDER,
    NEW_LINK,
    NEWS,
    Carrier,
    HttpSmsCarrier,
    NoticeRenderer,
    Office,
    SmtpCarrier,
    code_gate,
    new_link_gate,
    news_gate,
)
from shared.ladder import truth_gate
from shared.links import LinkSigner
from shared.payments import Desk
from shared.processor import Gateways, Seals
from shared.texts import own_words


@dataclass(frozen=True, slots=True)
class House:
    """Everything sealed can be opened from here: for the worker and the command line only."""

    settings: OfficeSettings
    database: Database
    clock: Clock
    keys: KeyRing
    index: BlindIndex
    signer: LinkSigner
    gateways: Gateways

    @classmethod
    def of(
        cls, settings: OfficeSettings, clock: Clock, *, lock_seconds: int | None = None
    ) -> "House":
        """Open the database and the keys that the settings name; ``lock_seconds`` as in ``make_engine``."""
        database = Database(settings.database_url, lock_seconds=lock_seconds)
        return cls(
            settings=settings,
            database=database,
            clock=clock,
            keys=settings.masters(),
            index=settings.index(),
            signer=LinkSigner(settings.links()),
            gateways=Gateways(
                database, Seals(settings.gateway(), settings.own()), settings.processor_url
            ),
        )

    def desk(self, practice_id: int) -> Desk | None:
        """Where the practice's payments are settled; None when it takes no cards."""
        gateway = self.gateways.of(practice_id)
        if gateway is None:
            return None
        return Desk(
            database=self.database,
            clock=self.clock,
            practice_id=practice_id,
            gateway=gateway,
            site=self.settings.site,
            may_ask_again=may_ask_again,
            is_hour_for_cards=lambda session: is_hour_for_cards(
                get_practice(session, practice_id), self.clock.now()
            ),
        )


def carriers(settings: WorkerSettings, clock: Clock) -> dict[str, Carrier]:
    """The vendors, by channel."""
    return {
        "email": SmtpCarrier(settings.smtp_url.get_secret_value(), settings.mail_from, clock),
        "sms": HttpSmsCarrier(settings.sms_url, settings.sms_token.get_secret_value()),
    }


def sending_office(house: House, by_channel: dict[str, Carrier]) -> Office:
    """What it takes to send notices."""
    return Office(
        database=house.database,
        clock=house.clock,
        keys=house.keys,
        signer=house.signer,
        renderer=NoticeRenderer(loopback=is_loopback(house.settings.site)),
        carriers=by_channel,
        gates={
            LADDER: truth_gate,
            NEW_LINK: new_link_gate,
            CODE: code_gate,
            NEWS: news_gate(CHECKS),
        },
        wording=own_words,
        site=house.settings.site,
    )


def is_holiday(practice: Practice, clock: Clock) -> bool:
    """Whether today is a public holiday where the practice is."""
    return is_public_holiday(local_date(clock.now(), practice.timezone), practice.timezone)
