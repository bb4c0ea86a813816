"""The patients' front door."""
