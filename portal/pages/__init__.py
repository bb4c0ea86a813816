"""What a page shows, read in few statements and handed to its template as plain values."""
