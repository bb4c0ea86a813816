"""What staff read when the row policies refuse as the clocks of the two hosts differ."""

from backoffice.office import Office
from shared.base.clocks_apart import REFUSED_BEYOND, clocks_apart, was_refused_by_policy
from shared.base.errors import UnavailableError
from shared.base.log import get_logger

log = get_logger(__name__)
SAID = (
    "L’horloge du serveur et celle de la base de données diffèrent de plus de cinq minutes : rien n’a été "
    "demandé. Demandez à qui tient l’installation de les régler, puis recommencez."
)


def told_of_clocks(here: Office, error: Exception) -> UnavailableError | None:
    """The sentence for a refusal that comes of the clocks; None for any other failure."""
    if not was_refused_by_policy(error):
        return None
    with here.database.reading() as session:
        ahead = clocks_apart(session, here.clock, policies=True)
    if abs(ahead) <= REFUSED_BEYOND:
        return None
    log.error("clocks.apart", seconds=round(ahead.total_seconds()))
    return UnavailableError(SAID)
