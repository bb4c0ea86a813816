"""What the Flask apps share: headers, CSRF, error pages, the request log, filters, styles, limits."""
