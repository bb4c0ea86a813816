"""The page that was asked for before signing in."""

from flask import request, session

NEXT = "next"
_LONGEST_NEXT = 300


def remember_next() -> None:
    """Keep the page that was asked for, to go there after signing in."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        session[NEXT] = request.full_path.rstrip("?")[:_LONGEST_NEXT]


def take_next(default: str) -> str:
    """The page that was asked for before signing in: one of our own paths, else ``default``."""
    wanted = str(session.pop(NEXT, ""))
    own = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if own else default
