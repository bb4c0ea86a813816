"""What settings must be: each refusal is one sentence that names the setting."""

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from shared.base.errors import ConfigurationError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(url: str) -> bool:
    """Whether an address stays on this machine."""
    return urlsplit(url).hostname in LOOPBACK


def address_of(url: str, name: str) -> SplitResult:
    """The parts of an address. Raises ConfigurationError naming the setting when it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is no number shows only now
    except ValueError:
        raise ConfigurationError(f"{name} is not an address: write it anew.") from None
    return parts


def demand_safe(url: str, name: str) -> None:
    """Nothing of ours crosses a network in the clear; this machine itself is no network."""
    parts = address_of(url, name)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or not parts.hostname:
        raise ConfigurationError(f"{name} must begin with https:// .")


def demand_length(secret: SecretStr, name: str) -> None:
    """Raises ConfigurationError for a secret that is short enough to be guessed."""
    if len(secret.get_secret_value()) < 32:
        raise ConfigurationError(
            f"{name} must hold at least 32 characters; see `ardoise keys new`."
        )


def refuse_present(environment: Mapping[str, str], names: tuple[str, ...], process: str) -> None:
    """Raises ConfigurationError for what this process must not hold, however its name is spelled."""
    given = {name.upper() for name, value in environment.items() if value}
    present = [name for name in names if name in given]
    if present:
        raise ConfigurationError(
            f"{present[0]} is in the {process}'s environment: remove it, the {process} must not hold it."
        )
