"""The one figure of promises: how many answers of thirty days came by their day, wherever it is shown."""

from shared.totals import Totals


def kept_share(totals: Totals) -> int | None:
    """In hundredths, rounded down, so that what was late never shows as 100; None before any promise."""
    every = totals["promises.all"].count
    return 100 * totals["promises.kept"].count // every if every else None
