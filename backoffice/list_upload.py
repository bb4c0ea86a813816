"""Lists of invoices may be larger than any other form: for those only who may send one."""

from flask import Flask, request

from backoffice.auth import is_signed_in, staff
from shared.base.config import BackofficeSettings

UPLOAD = "imports.take"


def largest_list(settings: BackofficeSettings) -> int:
    """The largest list of invoices that staff may send, in bytes."""
    return settings.import_megabytes * 1_000_000


def allow_large_lists(app: Flask, *, largest_bytes: int) -> None:
    """Let the form of the import desk be so large; every other form, and every stranger, keeps to the
    app's own limit. Beyond half a megabyte the file is kept in an unnamed file until the request ends."""

    @app.before_request
    def lift() -> None:
        if request.endpoint != UPLOAD or request.method != "POST":
            return
        if is_signed_in() and staff().may("imports.write"):
            request.max_content_length = largest_bytes
