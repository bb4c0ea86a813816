"""Asking the net about a name. The only module that knows dnspython."""

from typing import Protocol

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from shared.base.errors import ArdoiseError

SECONDS = 4.0


class NoAnswerError(ArdoiseError):
    """The net did not answer in time, or not so that one could go by it."""


class Names(Protocol):
    """Whoever answers what stands under a name."""

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name; none where there are none. Raises NoAnswerError."""
        ...


class NetNames:
    """The resolver of this host, or the ``server`` (address, port) that is named instead."""

    def __init__(self, server: tuple[str, int] | None = None, *, seconds: float = SECONDS) -> None:
        self._server, self._seconds = server, seconds

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, the parts of each put together."""
        try:
            answers = self._resolver().resolve(name, "TXT", lifetime=self._seconds, search=False)
        except (NXDOMAIN, NoAnswer):
            return []
        except (DNSException, OSError) as error:
            raise NoAnswerError(f"The net did not answer: {type(error).__name__}.") from None
        return [b"".join(one.strings).decode("utf-8", "replace") for one in answers]

    def _resolver(self) -> Resolver:
        if self._server is None:
            return Resolver()
        resolver = Resolver(configure=False)
        host, resolver.port = self._server
        resolver.nameservers = [host]
        return resolver
