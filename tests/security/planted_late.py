"""What came after a visit was over, and only the patient's own browser could open."""

from shared.links import LatePage, keep_late_form
from tests.world import World

LATE_MARKS: dict[str, tuple[str, ...]] = {"late_form.content": ("Formulaire-zq94 tardif",)}


def come_too_late(world: World) -> None:
    """A form that she sent after her visit had ended; only her browser could open what was kept."""
    with world.database.unit_of_work(world.practice_id) as work:
        typed, now = (
            LatePage("/messages", [("text", LATE_MARKS["late_form.content"][0])]),
            world.clock.now(),
        )
        keep_late_form(work.session, typed, practice_id=world.practice_id, owner="her", at=now)
        work.commit()
