"""Bars: a figure measured beside its floor, and what it must reach."""

import sys
from dataclasses import dataclass

from tests import proof


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure and its bar. ``at_least`` False means that smaller is better; ``told`` explains it."""

    name: str
    figure: float
    bar: float
    at_least: bool
    told: str

    @property
    def is_kept(self) -> bool:
        """Whether the figure reaches its bar."""
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar

    @property
    def line(self) -> str:
        """The bar as one line of a table."""
        sign = "≥" if self.at_least else "≤"
        kept = "kept" if self.is_kept else "MISSED"
        return f"{self.name:<44} {self.figure:8.2f}  {sign} {self.bar:<6g} {kept:<7} {self.told}"


def conclude(bars: list[Bar]) -> int:
    """Print the bars, keep them for docs/proof.md; the exit code is 1 when one is missed."""
    for bar in bars:
        print(bar.line)
        proof.record(bar.name, round(bar.figure, 3))
    missed = [bar.name for bar in bars if not bar.is_kept]
    if missed:
        sys.stderr.write(f"Missed: {'; '.join(missed)}.\n")
    return 1 if missed else 0
