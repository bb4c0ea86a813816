"""Help that is granted by several means at once: for staff alone, who need not be known to the portal."""

from shared.granting.service import Grant, Granted, grant_aid

__all__ = ["Grant", "Granted", "grant_aid"]
