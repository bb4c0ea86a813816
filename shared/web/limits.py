"""A limit on failures from one network address, so that nobody tries dates of birth in bulk.

Only failures count, so a day of ordinary visits never meets it. The height is for addresses that
many people share: behind one address of a mobile carrier there are thousands of telephones, but a few
of them at a time mistype a date here. Lock-outs of a link or an account are the database's (they must
survive a restart); this one is only a fence around them.
"""

import hashlib
import hmac
import ipaddress

from flask import Flask, Response, g, request
from flask_limiter import Limiter

FAILURES_AN_HOUR = 300
_IPV6_NETWORK = 64
_WAIT_SECONDS = 1
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def install_failure_limit(
    app: Flask, *, redis_url: str, forms: frozenset[str], an_hour: int = FAILURES_AN_HOUR
) -> Limiter:
    """Refuse ``forms`` with 429 from an address that failed ``an_hour`` times within an hour.

    ``forms`` are the endpoints where one can fail; whoever is through them already (a visit, a
    session, a signed call) shares an address with whoever guesses and is not held up.

    Counts live in Redis where there is one (shared by all machines), else in this process. When
    Redis can't be reached they fall back to this process: an unreachable Redis closes nothing.
    """
    limiter = Limiter(
        lambda: address_key(request.remote_addr or "", str(app.secret_key)),
        app=app,
        application_limits=[f"{an_hour} per hour"],
        application_limits_deduct_when=_failed,
        storage_uri=redis_url or "memory://",
        storage_options=(
            {"socket_connect_timeout": _WAIT_SECONDS, "socket_timeout": _WAIT_SECONDS}
            if redis_url
            else {}
        ),
        strategy="fixed-window",
        key_prefix="ardoise",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
    )
    limiter.request_filter(lambda: request.method in _READS or request.endpoint not in forms)
    return limiter


def count_failure() -> None:
    """Count this request as a failure of its address."""
    g.counts_as_failure = True


def _failed(_response: Response) -> bool:
    return bool(g.get("counts_as_failure", False))


def address_key(address: str, secret: str) -> str:
    """A keyed fingerprint of an address (of its /64 network for IPv6), so that none is stored."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        network = address
    else:
        mapped = parsed.ipv4_mapped if parsed.version == 6 else None
        length = 32 if parsed.version == 4 or mapped else _IPV6_NETWORK
        network = str(ipaddress.ip_network(f"{mapped or parsed}/{length}", strict=False))
    return hmac.new(secret.encode(), network.encode(), hashlib.sha256).hexdigest()[:32]
