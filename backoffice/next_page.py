"""The page that was asked for, or that a form was sent from, before signing in."""

from flask import request, session

NEXT = "next"
_LONGEST_NEXT = 300


def remember_next() -> None:
    """Keep the page that was asked for, to go there after signing in."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        session[NEXT] = request.full_path.rstrip("?")[:_LONGEST_NEXT]


def remember_page(page: str) -> None:
    """Keep the page that a refused form stood on, one of our own paths, to go there after signing in."""
    if page:
        session[NEXT] = page[:_LONGEST_NEXT]


def was_led() -> bool:
    """Whether a page of ours led to the door, and none since then led back."""
    return NEXT in session


def take_next(default: str) -> str:
    """The page that was asked for before signing in: one of our own paths, else ``default``."""
    wanted = str(session.pop(NEXT, ""))
    own = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if own else default
