"""Documents that patients send: larger forms, for the pages that take documents, kept in memory only."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, TypeVar

from flask import Flask, Request, current_app, request

from shared.messages import LARGEST_DOCUMENT, MOST_DOCUMENTS

LARGEST_UPLOAD = 40 * 1024 * 1024
"""Three photos as phones make them: the form then says which is too heavy, and keeps the words."""

View = TypeVar("View", bound=Callable[..., object])
_MARK = "takes_documents"


def takes_documents(view: View) -> View:
    """Let a view's form be as large as its documents."""
    setattr(view, _MARK, True)
    return view


def may_take_documents() -> bool:
    """Whether the request at hand is for a view that takes documents."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, _MARK, False))


class Cut(BytesIO):
    """A file of which only so much is kept as shows that it is too heavy; the rest is let go."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # werkzeug writes bytes only
        super().write(data[: max(self._room - self.tell(), 0)])
        return len(data)


class PatientRequest(Request):
    """A request whose files never touch the disk in the clear, nor fill the memory."""

    _files_begun = 0

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - the signature is werkzeug's
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        # One file too many is still begun, and refused by their number: nothing of it is read.
        self._files_begun += 1
        return Cut(LARGEST_DOCUMENT + 1 if self._files_begun <= MOST_DOCUMENTS else 0)


def install_uploads(app: Flask) -> None:
    """Install before whatever reads forms: the limit is read with the first of their fields."""
    app.request_class = PatientRequest

    @app.before_request
    def allow() -> None:
        # Only this kind of form is read piece by piece, its words being limited apart.
        if may_take_documents() and request.mimetype == "multipart/form-data":
            request.max_content_length = LARGEST_UPLOAD
