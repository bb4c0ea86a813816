"""Forms bear a mark of their visit, so that no browser fills one in with another visit's words.

Going back, browsers put what was typed into the form that stands at the same address, which may by then
be another account's. They know a form again by its address and its first fields' names (Chromium, Safari),
or by its own name (Firefox): these therefore differ from visit to visit, and only there.
"""

from flask import Flask, g
from markupsafe import Markup

from shared.base.vault import derive

MARK_BYTES = 8


def install_marks(app: Flask) -> None:
    """Give templates ``visit_form()``, for a form's tag, and ``visit_field()``, its first field."""
    app.add_template_global(visit_form)
    app.add_template_global(visit_field)


def visit_form() -> Markup:
    """The name of the next form of the page, as an attribute; nothing outside of a visit."""
    mark = _mark()
    if not mark:
        return Markup()
    g.forms_named = g.get("forms_named", 0) + 1
    return Markup(' name="{}-{}"').format(mark, g.forms_named)


def visit_field() -> Markup:
    """A field that is never sent, being disabled; nothing outside of a visit."""
    mark = _mark()
    return Markup('<input type="hidden" name="{}" disabled>').format(mark) if mark else Markup()


def _mark() -> str:
    """Tells visits apart and nothing else: the row's identifier, of which it is made, opens nothing."""
    here = g.get("visit")
    return f"v-{derive(here.row.id.bytes, 'forms', MARK_BYTES).hex()}" if here else ""
