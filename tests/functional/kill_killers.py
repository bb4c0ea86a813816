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
MOMENTS_OF_WORKER = (
    *(("sms", phase) for phase in ("before", "after", "answered")),
    *(("email", phase) for phase in ("before", "after", "answered")),
    *(("processor", phase) for phase in ("before", "after", "answered")),
)
TRAP_SECONDS = 5
LONGEST_LIFE_SECONDS = 2.5
LONGEST_TRANSACTION_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: whom, what it waited for, whether it met that, and what was then in the database.

    ``claims`` and ``created`` are the claimed notices and the attempts without a known page that
    were found right after it.
    """

    name: str
    aim: str
    met: bool
    claims: int
    created: int


@dataclass
class Killer:
    """Kills one process ``count`` times and starts it again each time, at once.

    At each death the books must balance already: there is no instant at which they need not.
    """

    house: KillHouse
    name: str
    count: int
    seed: int
    kills: list[Kill] = field(default_factory=list)
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        self._chance = chance_of(self.seed)
        self._thread = threading.Thread(target=self._work)
        self._enough = threading.Event()
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether there is more to kill."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Kill no more."""
        self._enough.set()

    def join(self) -> None:
        """Wait until all is done. Raises what went wrong."""
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _work(self) -> None:
        try:
            while len(self.kills) < self.count and not self._enough.is_set():
                self.kills.append(self._kill_once())
        except BaseException as failure:
            self.failure = failure

    def _kill_once(self) -> Kill:
        chance = self._chance.random()
        if chance < 0.1:
            time.sleep(self._chance.uniform(0, LONGEST_LIFE_SECONDS))
            return self._kill("while it starts", None)
        self.house.wait_ready(self.name)
        if chance < 0.45:
            time.sleep(self._chance.uniform(0, LONGEST_LIFE_SECONDS))
            return self._kill("any moment", None)
        moments = MOMENTS_OF_PORTAL if self.name == "portal" else MOMENTS_OF_WORKER
        place, phase = self._chance.choice(moments)
        trap = Trap(self.name, place, phase)
        self.house.wires.arm(trap)
        trap.sprung.wait(TRAP_SECONDS)
        time.sleep(self._chance.uniform(0, LONGEST_TRANSACTION_SECONDS))
        return self._kill(f"{place} {phase}", trap)

    def _kill(self, aim: str, trap: Trap | None) -> Kill:
        house = self.house
        house.processes.kill(self.name)
        if trap is not None:
            trap.lost = self._chance.random() < 0.5
            house.wires.disarm(trap)
        kill = Kill(
            name=self.name,
            aim=aim,
            met=trap is not None and trap.sprung.is_set(),
            claims=house.claims(),
            created=house.attempts_created(),
        )
        house.world.check()
        house.processes.start_again(self.name)
        return kill
