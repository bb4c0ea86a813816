"""No text that is asked for or sent may hold NUL: PostgreSQL keeps none, and no person types one."""

from collections.abc import Iterable

from flask import Flask, abort, request

_NUL = "\0"


def refuse_nul(app: Flask, *, in_paths: bool) -> None:
    """Answer 400 to a question or form with a NUL in it, before any view sees it; with ``in_paths``
    to a path too. The portal's paths hold nothing that is looked up as text, and whatever is no link
    must get the one answer that its view gives.
    """

    @app.before_request
    def look() -> None:
        asked = (in_paths and _NUL in request.path) or _holds(request.args.items(multi=True))
        if asked or _holds(request.form.items(multi=True)):
            abort(400)


def _holds(pairs: Iterable[tuple[str, str]]) -> bool:
    return any(_NUL in name or _NUL in value for name, value in pairs)
