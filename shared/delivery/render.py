"""Notices from their templates: rendered, measured and linted, or not at all.

A notice is a folder under templates/notices with, for each language, sms.txt, subject.txt,
body.txt and body.html; folders whose name begins with `_` hold frames and footers. Nothing that
breaks the tone-and-secrecy lint, or a text message's one segment, leaves this module.
"""

import re
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from html import unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from markupsafe import escape

from shared.base.errors import ArdoiseError, NotFoundError
from shared.base.formats import NO_BREAK
from shared.delivery import gsm7
from shared.delivery.lint import (
    FieldKind,
    Finding,
    Profile,
    SecrecyError,
    TypedField,
    lint_field,
    lint_free,
    mask,
)

FRENCH = "fr"
LANGUAGES = (FRENCH, "en")
TEMPLATES = Path(__file__).parents[2] / "templates" / "notices"


SAMPLE_CODE = "0" * 6


class UnusableNoticeError(ArdoiseError):
    """A notice cannot be made from these values: one is missing, or the text gets too long."""


@dataclass(frozen=True)
class NoticeValues:
    """All that a notice may say.

    `sender` is the practice's neutral name, `link` the whole signed link, `site` the host that it
    leads to (with a port if any, no scheme), `phone` the practice's public number; `link_days`
    is a whole number of days; `code` six digits. Link and code are None where none is meant: a notice
    that asks for it can't be made then. Raises UnusableNoticeError if a value is empty."""

    sender: str
    link: str | None
    site: str
    phone: str
    link_days: int
    code: str | None = None

    def __post_init__(self) -> None:
        empty = [name for name, value in self.given.items() if not value]
        if empty:
            raise UnusableNoticeError(
                f"A notice needs {' and '.join(empty)}: set it in the practice's settings."
            )

    @property
    def given(self) -> dict[str, object]:
        """What may be said, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def whole_phone(self) -> str:
        """The number as it is written: no line ends in it."""
        return self.phone.replace(" ", NO_BREAK)

    @cached_property
    def typed(self) -> tuple[TypedField, ...]:
        return (
            *([TypedField(FieldKind.URL, self.link)] if self.link else []),
            *([TypedField(FieldKind.CODE, self.code)] if self.code else []),
            TypedField(FieldKind.NAME, self.sender),
            TypedField(FieldKind.PHONE, self.whole_phone),
            TypedField(FieldKind.PHONE, self.phone),
        )

    @cached_property
    def typed_in_html(self) -> tuple[TypedField, ...]:
        return tuple(TypedField(field.kind, str(escape(field.value))) for field in self.typed)


@dataclass(frozen=True)
class RenderedSms:
    """A text message of one segment."""

    text: str


@dataclass(frozen=True)
class RenderedEmail:
    """An e-mail's subject line and its two bodies, which say the same."""

    subject: str
    text: str
    html: str


class NoticeRenderer:
    """Makes notices; build it once, it is thread-safe afterwards.

    `loopback` allows links to http://127.0.0.1, for the demo."""

    def __init__(self, folder: Path = TEMPLATES, *, loopback: bool = False) -> None:
        self._folder = folder
        self._loopback = loopback
        self._parts = _own() if folder == TEMPLATES else _compiled(folder)

    def templates(self) -> list[str]:
        """Names of the notices that exist."""
        return _names(self._folder)

    def sms(self, template: str, language: str, values: NoticeValues) -> RenderedSms:
        """The notice as a text message, French where the language is not ours.

        Raises NotFoundError for an unknown template, SecrecyError for a breach of the lint,
        NotGsm7Error or UnusableNoticeError if it would not fit into one segment."""
        text = self._render(template, language, "sms.txt", values)
        length = gsm7.septets(text)
        if length > gsm7.SEGMENT:
            raise UnusableNoticeError(
                f"The text message {template} has {length} characters, {length - gsm7.SEGMENT} "
                "too many for one message: shorten the practice's sender name or the site's host."
            )
        self._refuse(f"{template} (text message)", values, text)
        return RenderedSms(text)

    def email(self, template: str, language: str, values: NoticeValues) -> RenderedEmail:
        """The notice as an e-mail, French where the language is not ours.

        Raises NotFoundError for an unknown template, SecrecyError for a breach of the lint."""
        subject = self._render(template, language, "subject.txt", values)
        text = self._render(template, language, "body.txt", values)
        html = self._render(template, language, "body.html", values, subject=subject)
        self._refuse(f"{template} (e-mail)", values, subject, text, html=html)
        return RenderedEmail(subject, text, html)

    def check(self, values: NoticeValues) -> None:
        """Make every notice once, to learn early that a practice's settings suit them all.

        Raises what `sms` and `email` raise."""
        values = replace(values, code=values.code or SAMPLE_CODE)
        for template in self.templates():
            for language in LANGUAGES:
                self.sms(template, language, values)
                self.email(template, language, values)

    def _render(
        self, template: str, language: str, part: str, values: NoticeValues, **more: str
    ) -> str:
        spoken = language[:2].lower()
        spoken = spoken if spoken in LANGUAGES else FRENCH
        try:
            found = self._parts[template, spoken, part]
        except KeyError:
            raise NotFoundError(f"There is no notice template named {template!r}.") from None
        # A text message has no line ends to keep together, and its alphabet no such space.
        phone = values.phone if part == "sms.txt" else values.whole_phone
        return found.render(values.given | {"phone": phone}, language=spoken, **more)

    def _refuse(self, notice: str, values: NoticeValues, *texts: str, html: str = "") -> None:
        findings: list[Finding] = []
        for field in values.typed:
            findings += lint_field(field, Profile.SHORT, site=values.site, loopback=self._loopback)
        for text in texts:
            findings += _lint_masked(mask(text, values.typed))
        findings += _lint_masked_page(mask(html, values.typed_in_html))
        if findings:
            raise SecrecyError(notice, findings)


def _names(folder: Path) -> list[str]:
    return sorted(
        path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("_")
    )


def _compiled(folder: Path) -> dict[tuple[str, str, str], Template]:
    """Every template of a folder, by notice, language and part."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return {
        (name, language, part): environment.get_template(f"{name}/{language}/{part}")
        for name in _names(folder)
        for language in LANGUAGES
        for part in ("sms.txt", "subject.txt", "body.txt", "body.html")
    }


@lru_cache(maxsize=1)
def _own() -> dict[tuple[str, str, str], Template]:
    """Our own templates, compiled once in a process: that takes a while."""
    return _compiled(TEMPLATES)


@lru_cache(maxsize=1024)
def _lint_masked(free: str) -> tuple[Finding, ...]:
    """Findings in a notice whose values are masked: the same text over and over, judged once."""
    return tuple(lint_free(free, Profile.SHORT))


@lru_cache(maxsize=1024)
def _lint_masked_page(html: str) -> tuple[Finding, ...]:
    return tuple(lint_free(visible_text(html), Profile.SHORT))


_UNSPOKEN = re.compile(r"<style>.*?</style>|</?(?:a|b|em|span|strong)\b[^>]*>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SPOKEN = re.compile(r'\b(?:href|src|alt|title|aria-label)="([^"]*)"')


def visible_text(html: str) -> str:
    """What a reader or a screen reader meets in a page: its text, and the attributes that speak.

    A plain reading for our own templates, whose attributes stand in double quotes."""
    text = _TAG.sub("\n\n", _UNSPOKEN.sub("", html))
    return unescape("\n\n".join((text, *_SPOKEN.findall(html))))
