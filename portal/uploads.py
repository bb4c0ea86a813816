"""Documents that patients send: larger forms, for the pages that take documents, kept in memory only."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, TypeVar

from flask import Flask, Request, current_app, request

LARGEST_UPLOAD = 16 * 1024 * 1024
"""Three documents of 5 MB each, and the words beside them."""

View = TypeVar("View", bound=Callable[..., object])
_MARK = "takes_documents"


def takes_documents(view: View) -> View:
    """Let a view's form be as large as its documents."""
    setattr(view, _MARK, True)
    return view


class PatientRequest(Request):
    """A request whose files never touch the disk in the clear."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - the signature is werkzeug's
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()


def install_uploads(app: Flask) -> None:
    """Install before whatever reads forms: the limit is read with the first of their fields."""
    app.request_class = PatientRequest

    @app.before_request
    def allow() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        # Only this kind of form is read piece by piece, its words being limited apart.
        if getattr(view, _MARK, False) and request.mimetype == "multipart/form-data":
            request.max_content_length = LARGEST_UPLOAD
