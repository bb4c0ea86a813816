"""How many random cases a test tries: a sample in `make test`, all of them in `make proof`."""

import os

from hypothesis import HealthCheck, settings

PROOF = os.environ.get("ARDOISE_PROOF") == "1"


def sample(in_test: int, in_proof: int) -> int:
    """``in_test`` in ordinary runs, ``in_proof`` in `make proof`."""
    return in_proof if PROOF else in_test


def load_hypothesis_profile() -> None:
    """The same for property tests that name no count of their own.

    A slow machine is no failure: the suite's time is watched as a whole, not by single examples.
    """
    for name, examples in (("sample", 100), ("proof", 5_000)):
        settings.register_profile(
            name,
            max_examples=examples,
            derandomize=False,
            print_blob=True,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
    settings.load_profile("proof" if PROOF else "sample")
