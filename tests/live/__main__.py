"""``python -m tests.live``: walk the flows with the key in ``ARDOISE_PROCESSOR_TEST_KEY``."""

import os
import re
import sys
from collections.abc import Callable, Mapping

import stripe

from shared.base.errors import ArdoiseError
from shared.processor.stripe_gateway import StripeGateway
from tests.live.walk import NOT_CHECKED, Walk

VARIABLE = "ARDOISE_PROCESSOR_TEST_KEY"
_TEST_KEY = re.compile(r"[sr]k_test_[A-Za-z0-9_]+")
DONE, FAILED, REFUSED = 0, 1, 2


def at_a_browser(url: str, card: str) -> None:
    """Ask whoever runs this to fill the page in."""
    sys.stdout.write(
        f"\nOpen {url}\nPay with {card}, any later month, any three digits; say yes to the bank if it "
        "asks.\nIf the card is refused, leave the page. Then press Enter here. "
    )
    sys.stdout.flush()
    sys.stdin.readline()


def main(
    environment: Mapping[str, str],
    *,
    person: Callable[[str, str], None] = at_a_browser,
    address: str = "",
) -> int:
    """Exit status: 0 when all was as we count on, 1 when something was not, 2 when it may not run."""
    key = environment.get(VARIABLE, "")
    if environment.get("CI"):
        return _no("This is for somebody at a browser, never for CI.")
    if "_live_" in key:
        return _no("This is a live key: it was not used. Roll it if it was shown to anybody.")
    if not _TEST_KEY.fullmatch(key):
        return _no(f"Set {VARIABLE} to a test-mode key of your own (sk_test_… or rk_test_…).")
    client = stripe.StripeClient(key, base_addresses={"api": address} if address else None)
    walk = Walk(StripeGateway(key, [], address), client, person)
    try:
        for found in walk.steps():
            sys.stdout.write(f"as we count on: {found}\n")
    except (AssertionError, ArdoiseError, stripe.StripeError) as error:
        sys.stdout.write(f"NOT as we count on, and nothing after it was tried: {error}\n")
        return FAILED
    sys.stdout.write("Not checked here:\n" + "".join(f"- {one}\n" for one in NOT_CHECKED))
    return DONE


def _no(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(os.environ))
