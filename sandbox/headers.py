"""Headers of every page: own style sheet, own forms, nothing from elsewhere, nothing kept."""

from flask import Response, request


def policy(*form_targets: str) -> str:
    """A content security policy; forms may lead to this process and to ``form_targets``."""
    targets = " ".join(("'self'", *form_targets))
    return (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action {targets}"
    )


def set_headers(response: Response) -> Response:
    """After each request."""
    response.headers.setdefault("Content-Security-Policy", policy())
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
