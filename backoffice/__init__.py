"""The staff's front door."""
