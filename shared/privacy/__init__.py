"""What people may know of the use of their data: who looked at the details, and when."""

from shared.privacy.model import DetailAccess
from shared.privacy.service import Look, accesses_of, note_access

__all__ = ["DetailAccess", "Look", "accesses_of", "note_access"]
