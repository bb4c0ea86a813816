"""What the sandbox is told: four values, read once from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from shared.base.errors import ConfigurationError

HOST = "127.0.0.1"
DEMO_SMS_BEARER = "demo-sms-token"
_PORT, _SMTP_PORT = 8002, 8025
_TOKEN = re.compile(r"[!-~]{8,200}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Ports on 127.0.0.1, the bearer token that ``POST /sms`` asks for, and who has which phone."""

    port: int = _PORT
    smtp_port: int = _SMTP_PORT
    sms_token: str = DEMO_SMS_BEARER
    people: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read and check. Raises ConfigurationError with one sentence."""
        token = environment.get("ARDOISE_SANDBOX_SMS_TOKEN", DEMO_SMS_BEARER)
        if not _TOKEN.fullmatch(token):
            raise ConfigurationError(
                "ARDOISE_SANDBOX_SMS_TOKEN must be 8 to 200 printable characters without spaces."
            )
        people = environment.get("ARDOISE_SANDBOX_PEOPLE", "")
        settings = cls(
            port=_port(environment, "ARDOISE_SANDBOX_PORT", _PORT),
            smtp_port=_port(environment, "ARDOISE_SANDBOX_SMTP_PORT", _SMTP_PORT),
            sms_token=token,
            people=Path(people) if people else None,
        )
        if settings.port == settings.smtp_port:
            raise ConfigurationError(
                "ARDOISE_SANDBOX_PORT and ARDOISE_SANDBOX_SMTP_PORT must be two different ports."
            )
        return settings

    @property
    def base_url(self) -> str:
        """Where the API, the hosted page and the phone are reached."""
        return f"http://{HOST}:{self.port}"


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ConfigurationError(f"{name} must be a port number between 1 and 65535.")
    return int(text)
