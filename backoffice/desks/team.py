"""Pages of the team's list, by name."""

import base64
import binascii
from uuid import UUID

from shared.base.errors import NotFoundError
from shared.staff import TeamMember


def write_key(last: TeamMember) -> str:
    """What leads to the page after this member."""
    return base64.urlsafe_b64encode(f"{last.user_id}|{last.name}".encode()).decode()


def read_key(text: str) -> tuple[str, UUID]:
    """The member after whom a page begins. Raises NotFoundError for what is no key."""
    try:
        user_id, _, name = base64.urlsafe_b64decode(text.encode()).decode().partition("|")
        return name, UUID(user_id)
    except (binascii.Error, ValueError):
        raise NotFoundError("Cette page de la liste n’existe pas.") from None
