"""What commands have in common: the house, and which practice is meant."""

from sqlalchemy import select

from ardoise.office import House
from shared.accounts import Practice
from shared.base.clock import SystemClock
from shared.base.config import OfficeSettings
from shared.base.errors import ArdoiseError
from shared.base.log import configure_logging


class WhichPracticeError(ArdoiseError):
    """It is not clear which practice is meant."""


def open_house() -> House:
    """The house of this machine's settings."""
    configure_logging("cli")
    return House.of(OfficeSettings.from_environment(), SystemClock())


def which_practice(house: House, wanted: int | None) -> int:
    """The practice that is meant; without a number the only one. Raises WhichPracticeError."""
    with house.database.reading() as session:
        numbers = list(session.scalars(select(Practice.id).order_by(Practice.id)))
    if wanted is not None and wanted in numbers:
        return wanted
    if wanted is None and len(numbers) == 1:
        return numbers[0]
    if not numbers:
        raise WhichPracticeError("There is no practice yet: make one with `ardoise practice add`.")
    listed = ", ".join(map(str, numbers))
    raise WhichPracticeError(f"Say which practice with --practice; there are {listed}.")
