"""Settings: one frozen set per process, read once from the environment.

Each process knows only its job's secrets; a missing or misplaced one stops the start with one sentence.
"""

import os
import re
from collections.abc import Mapping
from typing import Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.base.errors import ConfigurationError
from shared.base.vault import BlindIndex, KeyRing, derive

PREFIX = "ARDOISE_"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_DATABASE = re.compile(r"sqlite:///[^?]+.*|postgresql(?:\+psycopg)?://.+")
_MAIL_FROM = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)

# The portal faces the open internet: it must not even be able to hold these.
FORBIDDEN_IN_PORTAL = (
    "ARDOISE_WORKER_KEYS",
    "ARDOISE_MASTER_KEYS",
    "ARDOISE_INDEX_KEY",
    "ARDOISE_STAFF_SECRET",
    "ARDOISE_SMTP_URL",
    "ARDOISE_SMS_TOKEN",
)
# The back-office speaks to no processor: it asks, the worker does.
FORBIDDEN_IN_BACKOFFICE = ("ARDOISE_GATEWAY_KEYS", "ARDOISE_WORKER_KEYS")


def is_loopback(url: str) -> bool:
    """Whether an address stays on this machine."""
    return urlsplit(url).hostname in LOOPBACK


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
        _demand_safe(self.site_url, "ARDOISE_SITE_URL")
        processor = _address(self.processor_url, "ARDOISE_PROCESSOR_URL")
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
        _refuse_present(os.environ, FORBIDDEN_IN_PORTAL, "portal")
        _demand_length(self.portal_secret, "ARDOISE_PORTAL_SECRET")


class SealedSettings(ProcessSettings):
    """What opens everything sealed of accounts."""

    master_keys: SecretStr
    index_key: SecretStr

    def check(self) -> None:
        super().check()
        _demand_length(self.index_key, "ARDOISE_INDEX_KEY")
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

    def check(self) -> None:
        super().check()
        others = self.elsewhere() | set(self.masters().keys.values())
        if others & set(self.own().keys.values()):
            raise ConfigurationError(
                "A key of ARDOISE_WORKER_KEYS also serves elsewhere: make it anew with `ardoise keys new`."
            )

    def own(self) -> KeyRing:
        """Keys that seal what of the practices' processor keys only the worker uses."""
        return KeyRing.parse(self.worker_keys.get_secret_value(), "ARDOISE_WORKER_KEYS")

    def elsewhere(self) -> set[bytes]:
        return super().elsewhere() | set(self.gateway().keys.values())


class BackofficeSettings(SealedSettings):
    """The back-office process: no gateway key."""

    staff_secret: SecretStr
    backoffice_url: str
    backoffice_threads: int = Field(8, ge=1)
    import_megabytes: int = Field(20, ge=1, le=50)

    def check(self) -> None:
        super().check()
        _refuse_present(os.environ, FORBIDDEN_IN_BACKOFFICE, "back-office")
        _demand_length(self.staff_secret, "ARDOISE_STAFF_SECRET")
        _demand_safe(self.backoffice_url, "ARDOISE_BACKOFFICE_URL")

    @property
    def secure_cookies(self) -> bool:
        return self.backoffice_url.startswith("https://")


class WorkerSettings(OfficeSettings):
    """The worker, which alone speaks to the mail and SMS vendors."""

    smtp_url: SecretStr
    mail_from: str
    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")

    def check(self) -> None:
        super().check()
        server = _address(self.smtp_url.get_secret_value(), "ARDOISE_SMTP_URL")
        if server.scheme not in {"smtp", "smtps"} or not server.hostname:
            raise ConfigurationError(
                "ARDOISE_SMTP_URL must begin with smtp:// or smtps:// and name a host."
            )
        if not _MAIL_FROM.fullmatch(self.mail_from):
            raise ConfigurationError("ARDOISE_MAIL_FROM must be one bare e-mail address.")
        if self.sms_url:
            _demand_safe(self.sms_url, "ARDOISE_SMS_URL")
            if not self.sms_token.get_secret_value():
                raise ConfigurationError(
                    "ARDOISE_SMS_TOKEN is missing: the SMS vendor asks for it."
                )


def _address(url: str, name: str) -> SplitResult:
    """The parts of an address. Raises ConfigurationError naming the setting when it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is no number shows only now
    except ValueError:
        raise ConfigurationError(f"{name} is not an address: write it anew.") from None
    return parts


def _demand_safe(url: str, name: str) -> None:
    """Nothing of ours crosses a network in the clear; this machine itself is no network."""
    parts = _address(url, name)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or not parts.hostname:
        raise ConfigurationError(f"{name} must begin with https:// .")


def _demand_length(secret: SecretStr, name: str) -> None:
    if len(secret.get_secret_value()) < 32:
        raise ConfigurationError(
            f"{name} must hold at least 32 characters; see `ardoise keys new`."
        )


def _refuse_present(environment: Mapping[str, str], names: tuple[str, ...], process: str) -> None:
    given = {name.upper() for name, value in environment.items() if value}
    present = [name for name in names if name in given]
    if present:
        raise ConfigurationError(
            f"{present[0]} is in the {process}'s environment: remove it, the {process} must not hold it."
        )
