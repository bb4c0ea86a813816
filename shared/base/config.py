"""Settings: one frozen set per process, read once from the environment.

Each process knows only its job's secrets; a missing or misplaced one stops the start with one sentence.
"""

import os
import re
from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.base.config_demands import (
    LOOPBACK,
    address_of,
    demand_length,
    demand_safe,
    refuse_present,
)
from shared.base.errors import ConfigurationError
from shared.base.vault import BlindIndex, KeyRing, derive

PREFIX = "ARDOISE_"
_DATABASE = re.compile(r"sqlite:///[^?]+.*|postgresql(?:\+psycopg)?://.+")
_MAIL_FROM = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)

# The portal faces the open internet: it must not even be able to hold these.
FORBIDDEN_IN_PORTAL = (
    "ARDOISE_WORKER_KEYS",
    "ARDOISE_AUDIT_KEYS",
    "ARDOISE_MASTER_KEYS",
    "ARDOISE_INDEX_KEY",
    "ARDOISE_STAFF_SECRET",
    "ARDOISE_SMTP_URL",
    "ARDOISE_SMS_TOKEN",
)
# The back-office speaks to no processor: it asks, the worker does. And nobody seals what they wrote.
FORBIDDEN_IN_BACKOFFICE = ("ARDOISE_GATEWAY_KEYS", "ARDOISE_WORKER_KEYS", "ARDOISE_AUDIT_KEYS")


class ProcessSettings(BaseSettings):
    """What every process knows."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: str = Field(repr=False)  # it may hold a password
    site_url: str
    demo: bool = False
    redis_url: str = Field("", repr=False)
    proxies: int = Field(0, ge=0)
    processor_url: str = ""
    link_keys: SecretStr

    @classmethod
    def from_environment(cls) -> Self:
        """Read and check. Raises ConfigurationError with one sentence."""
        try:
            settings = cls()
        except ValidationError as error:
            names = ", ".join(
                sorted({PREFIX + str(e["loc"][0]).upper() for e in error.errors() if e["loc"]})
            )
            raise ConfigurationError(
                f"Set {names} (missing or not valid) and start again."
            ) from None
        settings.check()
        return settings

    def check(self) -> None:
        """Raises ConfigurationError for what is there but insecure."""
        if not _DATABASE.fullmatch(self.database_url):
            raise ConfigurationError(
                "ARDOISE_DATABASE_URL must be sqlite:///<file> or postgresql://<user>@<host>/<name> ."
            )
        if self.redis_url and not self.redis_url.startswith(("redis://", "rediss://")):
            raise ConfigurationError("ARDOISE_REDIS_URL must begin with redis:// or rediss:// .")
        demand_safe(self.site_url, "ARDOISE_SITE_URL")
        processor = address_of(self.processor_url, "ARDOISE_PROCESSOR_URL")
        if self.processor_url and not (self.demo and processor.hostname in LOOPBACK):
            raise ConfigurationError(
                "ARDOISE_PROCESSOR_URL may only name this machine, and only in the demo."
            )
        self.links()

    @property
    def site(self) -> str:
        """The portal's address without a trailing slash."""
        return self.site_url.rstrip("/")

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are bound to https; plain http exists on loopback only."""
        return self.site_url.startswith("https://")

    def links(self) -> KeyRing:
        """Keys that sign links."""
        return KeyRing.parse(self.link_keys.get_secret_value(), "ARDOISE_LINK_KEYS")


class GatewaySettings(ProcessSettings):
    """What processes know that speak to the card processor."""

    gateway_keys: SecretStr

    def check(self) -> None:
        super().check()
        self.gateway()

    def gateway(self) -> KeyRing:
        """Keys that seal the practices' processor keys."""
        return KeyRing.parse(self.gateway_keys.get_secret_value(), "ARDOISE_GATEWAY_KEYS")


class PortalSettings(GatewaySettings):
    """The portal: no master key, no mail or SMS credential."""

    portal_secret: SecretStr
    portal_threads: int = Field(8, ge=1)

    def check(self) -> None:
        super().check()
        refuse_present(os.environ, FORBIDDEN_IN_PORTAL, "portal")
        demand_length(self.portal_secret, "ARDOISE_PORTAL_SECRET")


class SealedSettings(ProcessSettings):
    """What opens everything sealed of accounts."""

    master_keys: SecretStr
    index_key: SecretStr

    def check(self) -> None:
        super().check()
        demand_length(self.index_key, "ARDOISE_INDEX_KEY")
        if self.elsewhere() & set(self.masters().keys.values()):
            raise ConfigurationError(
                "A key of ARDOISE_MASTER_KEYS also serves for links or the gateway, which the portal "
                "holds: make each its own with `ardoise keys new`."
            )

    def elsewhere(self) -> set[bytes]:
        """Keys that the portal holds too."""
        return set(self.links().keys.values())

    def masters(self) -> KeyRing:
        """Keys that wrap every account's data key."""
        return KeyRing.parse(self.master_keys.get_secret_value(), "ARDOISE_MASTER_KEYS")

    def index(self) -> BlindIndex:
        """The key of the blind indexes."""
        return BlindIndex(derive(self.index_key.get_secret_value().encode(), "blind-index"))


class OfficeSettings(SealedSettings, GatewaySettings):
    """What the worker and the command line may open: everything."""

    worker_keys: SecretStr
    audit_keys: SecretStr

    def check(self) -> None:
        super().check()
        others = self.elsewhere() | set(self.masters().keys.values())
        for setting, ring in (
            ("ARDOISE_WORKER_KEYS", self.own()),
            ("ARDOISE_AUDIT_KEYS", self.audits()),
        ):
            mine = set(ring.keys.values())
            if others & mine:
                raise ConfigurationError(
                    f"A key of {setting} also serves elsewhere: make it anew with `ardoise keys new`."
                )
            others |= mine

    def own(self) -> KeyRing:
        """Keys that seal what of the practices' processor keys only the worker uses."""
        return KeyRing.parse(self.worker_keys.get_secret_value(), "ARDOISE_WORKER_KEYS")

    def audits(self) -> KeyRing:
        """Keys that seal the record of what happened; the database never sees them."""
        return KeyRing.parse(self.audit_keys.get_secret_value(), "ARDOISE_AUDIT_KEYS")

    def elsewhere(self) -> set[bytes]:
        return super().elsewhere() | set(self.gateway().keys.values())


class BackofficeSettings(SealedSettings):
    """The back-office process: no gateway key."""

    staff_secret: SecretStr
    backoffice_url: str
    backoffice_threads: int = Field(8, ge=1)
    staff_mail: bool = True
    import_megabytes: int = Field(20, ge=1, le=50)

    def check(self) -> None:
        super().check()
        refuse_present(os.environ, FORBIDDEN_IN_BACKOFFICE, "back-office")
        demand_length(self.staff_secret, "ARDOISE_STAFF_SECRET")
        demand_safe(self.backoffice_url, "ARDOISE_BACKOFFICE_URL")

    @property
    def secure_cookies(self) -> bool:
        return self.backoffice_url.startswith("https://")


class WorkerSettings(OfficeSettings):
    """The worker, which alone speaks to the mail and SMS vendors."""

    smtp_url: SecretStr
    mail_from: str
    backoffice_url: str
    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")

    def check(self) -> None:
        super().check()
        server = address_of(self.smtp_url.get_secret_value(), "ARDOISE_SMTP_URL")
        if server.scheme not in {"smtp", "smtps"} or not server.hostname:
            raise ConfigurationError(
                "ARDOISE_SMTP_URL must begin with smtp:// or smtps:// and name a host."
            )
        if not _MAIL_FROM.fullmatch(self.mail_from):
            raise ConfigurationError("ARDOISE_MAIL_FROM must be one bare e-mail address.")
        demand_safe(self.backoffice_url, "ARDOISE_BACKOFFICE_URL")
        if self.sms_url:
            demand_safe(self.sms_url, "ARDOISE_SMS_URL")
            if not self.sms_token.get_secret_value():
                raise ConfigurationError(
                    "ARDOISE_SMS_TOKEN is missing: the SMS vendor asks for it."
                )

    @property
    def team_site(self) -> str:
        """The back-office's address without a trailing slash: links to staff lead there."""
        return self.backoffice_url.rstrip("/")
