"""The real servers that tests talk to: found on the machine, or brought, and stopped at the end."""
