"""State machines as edge tables ``{(from, event): to}``.

A machine only tells what an event leads to; ``shared.audit.advance`` is the one place that writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.base.errors import NotAllowedError

REGISTRY: dict[str, "StateMachine"] = {}


@dataclass(frozen=True, slots=True)
class StateMachine:
    """``name`` is the table whose ``status`` column the machine rules; ``initial`` where rows begin."""

    name: str
    initial: frozenset[str]
    edges: Mapping[tuple[str, str], str]
    statuses: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        known = set(self.initial)
        for (start, _), end in self.edges.items():
            known |= {start, end}
        object.__setattr__(self, "statuses", frozenset(known))
        REGISTRY[self.name] = self

    def after(self, status: str, event: str) -> str:
        """The status that ``event`` leads to. Raises NotAllowedError when there is no such edge."""
        try:
            return self.edges[(status, event)]
        except KeyError:
            raise NotAllowedError(
                f"{self.name}: « {event} » is not possible from {status}"
            ) from None

    def allows(self, status: str, event: str) -> bool:
        """Whether there is an edge for ``event`` from ``status``."""
        return (status, event) in self.edges
