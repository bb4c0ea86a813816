"""Mails to staff from their templates: a text whose first line is the subject, and the same as a page."""

from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.base.formats import french_spaces

TEMPLATES = Path(__file__).parents[2] / "templates" / "staff_mails"


@dataclass(frozen=True, slots=True, repr=False)
class MailValues:
    """All that a mail to staff may say. ``link`` is empty where none is meant; ``at`` is the time of what it
    tells of and ``until`` the end of its link, both as the practice's clock says them."""

    sender: str
    name: str
    maker: str
    role: str
    link: str
    at: str
    until: str


@dataclass(frozen=True, slots=True, repr=False)
class StaffMailText:
    """A subject line and two bodies, which say the same."""

    subject: str
    text: str
    html: str


def render(kind: str, values: MailValues) -> StaffMailText:
    """The mail of this kind."""
    said = {field.name: getattr(values, field.name) for field in fields(values)}
    whole = _templates().get_template(f"{kind}.txt").render(said)
    subject, _, text = whole.partition("\n")
    text = french_spaces(text.strip()) + "\n"
    paragraphs = [part.split("\n") for part in text.strip().split("\n\n")]
    page = _templates().get_template("frame.html")
    html = page.render(subject=subject, paragraphs=paragraphs, link=values.link)
    return StaffMailText(subject, text, html)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """Our own templates, read once in a process."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
    )
