"""What the desks show, read by a fixed number of set-based queries into frozen values."""
