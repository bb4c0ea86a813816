"""Sums and currencies that the processor takes."""

from sandbox.errors import ProcessorError

_SMALLEST = {"chf": "CHF 0.50", "eur": "€0.50", "gbp": "£0.50", "usd": "$0.50"}
_SMALLEST_CENTS = 50
_LARGEST_CENTS = 99_999_999


def known_currency(currency: str, param: str) -> str:
    """The currency, if the sandbox plays it. Raises ProcessorError."""
    if currency not in _SMALLEST:
        raise ProcessorError(
            f"Invalid currency: {currency}. The sandbox plays these currencies: "
            f"{', '.join(_SMALLEST)}",
            param=param,
        )
    return currency


def check_sum(cents: int, currency: str, what: str, param: str | None = None) -> None:
    """Raises ProcessorError for a sum outside the processor's bounds; ``what`` names it."""
    if cents < _SMALLEST_CENTS:
        raise ProcessorError(
            f"{what} must add up to at least {_SMALLEST[currency]} {currency}",
            code="amount_too_small",
            param=param,
        )
    if cents > _LARGEST_CENTS:
        raise ProcessorError(
            f"{what} must be no more than {_LARGEST_CENTS} in the smallest unit of the currency",
            code="amount_too_large",
            param=param,
        )
