"""Pages that do something obey forms of their own only."""

from flask import abort, request


def refuse_other_sites() -> None:
    """Another site's form, which the browser names as such, breaks nothing and moves no money."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method == "POST" and site not in {"same-origin", "none"}:
        abort(403)
