"""Those who kill: one for each process, at random moments, half of them with work in flight."""

import threading
import time
from dataclasses import dataclass, field

from tests.functional.kill_house import KillHouse
from tests.functional.kill_wires import Trap, chance_of

MOMENTS_OF_PORTAL = (
    *(("processor", phase) for phase in ("before", "after", "answered")),
    *(("webhook", phase) for phase in ("during", "after", "answered")),
)
MOMENTS_OF_WORKER = tuple(
    (place, phase)
    for place in ("sms", "email", "processor")
    for phase in ("before", "after", "answered")
)
RARE_MOMENT_SECONDS, ANY_MOMENT_SECONDS = 1.5, 4
LONGEST_LIFE_SECONDS = 2.5
LONGEST_TRANSACTION_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: whom, with what of theirs in flight (empty when that was left to chance).

    ``claims`` and ``created`` are the claimed notices and the attempts without a known page that
    were found in the database right after it.
    """

    name: str
    met: str
    claims: int
    created: int


@dataclass
class Killer:
    """Kills one process ``count`` times and starts it again each time, at once.

    ``moments`` are those at which it is caught, the usual ones when none are given. At each death the
    books must balance already: there is no instant at which they need not.
    """

    house: KillHouse
    name: str
    count: int
    seed: int
    moments: tuple[tuple[str, str], ...] = ()
    kills: list[Kill] = field(default_factory=list)
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        self._chance = chance_of(self.seed)
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether there is more to kill."""
        return self._thread.is_alive()

    def join(self) -> BaseException | None:
        """Wait until all is done. Returns what went wrong."""
        self._thread.join()
        return self.failure

    def _work(self) -> None:
        try:
            while len(self.kills) < self.count and not self.house.over.is_set():
                self.kills.append(self._kill_once())
        except BaseException as failure:
            self.failure = failure

    def _kill_once(self) -> Kill:
        chance = self._chance.random()
        if chance < 0.1:
            time.sleep(self._chance.uniform(0, LONGEST_LIFE_SECONDS))
            return self._kill(None)
        self.house.wait_ready(self.name)
        if chance < 0.45:
            time.sleep(self._chance.uniform(0, LONGEST_LIFE_SECONDS))
            return self._kill(None)
        usual = MOMENTS_OF_PORTAL if self.name == "portal" else MOMENTS_OF_WORKER
        moments = self.moments or usual
        trap = Trap(self.name, frozenset({self._chance.choice(moments)}))
        self.house.wires.arm(trap)
        if not trap.sprung.wait(RARE_MOMENT_SECONDS):
            trap.moments = frozenset(moments)
            trap.sprung.wait(ANY_MOMENT_SECONDS)
        time.sleep(self._chance.uniform(0, LONGEST_TRANSACTION_SECONDS))
        return self._kill(trap)

    def _kill(self, trap: Trap | None) -> Kill:
        house = self.house
        house.processes.kill(self.name)
        if trap is not None:
            trap.lost = self._chance.random() < 0.5
            house.wires.disarm(trap)
        kill = Kill(
            name=self.name,
            met=trap.met if trap is not None else "",
            claims=house.claims(),
            created=house.attempts_created(),
        )
        house.world.check()
        house.processes.start_again(self.name)
        return kill
