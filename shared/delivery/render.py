"""Notices from their templates: rendered, measured and linted, or not at all.

A notice is a folder under templates/notices with, for each language, sms.txt, subject.txt,
body.txt and body.html; folders whose name begins with `_` hold frames and footers. Nothing that
breaks the tone-and-secrecy lint, or a text message's one segment, leaves this module.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from shared.base.errors import NotFoundError
from shared.delivery import gsm7
from shared.delivery.lint import Finding, Profile, SecrecyError, lint_field, lint_free, mask
from shared.delivery.values import SAMPLE_CODE, NoticeValues, UnusableNoticeError
from shared.delivery.wording import (
    LINK,
    PHONE,
    SENDER,
    OwnWords,
    check_words,
    filled,
    letter_of,
)

FRENCH = "fr"
LANGUAGES = (FRENCH, "en")
TEMPLATES = Path(__file__).parents[2] / "templates" / "notices"
OWN = "_own"
"""The folder of what stands about a practice's own words."""
SMS_COLON = {FRENCH: " : ", "en": ": "}


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

    def sms(
        self, template: str, language: str, values: NoticeValues, own: OwnWords | None = None
    ) -> RenderedSms:
        """The notice as a text message, French where the language is not ours; in the practice's ``own``
        words where there are some.

        Raises NotFoundError for an unknown template, SecrecyError for a breach of the lint,
        NotGsm7Error or UnusableNoticeError if it would not fit into one segment, UnfitWordsError."""
        if own is not None:
            check_words(own, "sms")
        text = self.sms_text(template, language, values, own)
        length = gsm7.septets(text)
        if length > gsm7.SEGMENT:
            raise UnusableNoticeError(
                f"The text message {template} has {length} characters, {length - gsm7.SEGMENT} "
                "too many for one message: shorten the practice's sender name or the site's host."
            )
        self._refuse(f"{template} (text message)", values, text)
        return RenderedSms(text)

    def email(
        self, template: str, language: str, values: NoticeValues, own: OwnWords | None = None
    ) -> RenderedEmail:
        """The notice as an e-mail, French where the language is not ours; in the practice's ``own`` words
        where there are some.

        Raises NotFoundError for an unknown template, SecrecyError for a breach of the lint,
        UnfitWordsError."""
        if own is not None:
            check_words(own, "email")
        made = self.email_text(template, language, values, own)
        self._refuse(f"{template} (e-mail)", values, made.subject, made.text, html=made.html)
        return made

    def sms_text(
        self, template: str, language: str, values: NoticeValues, own: OwnWords | None = None
    ) -> str:
        """What `sms` would send, unjudged: to be looked at, never to be sent."""
        if own is None:
            return self._render(template, language, "sms.txt", values)
        self._known(template, language, "sms.txt")
        named = _named(values) | {PHONE: values.phone}
        said = " ".join(filled(own.body, named.__getitem__).split())
        return f"{values.sender}{SMS_COLON[spoken_language(language)]}{said}"

    def email_text(
        self, template: str, language: str, values: NoticeValues, own: OwnWords | None = None
    ) -> RenderedEmail:
        """What `email` would send, unjudged: to be looked at, never to be sent. Raises UnfitWordsError."""
        if own is None:
            subject = self._render(template, language, "subject.txt", values)
            text = self._render(template, language, "body.txt", values)
            html = self._render(template, language, "body.html", values, subject=subject)
            return RenderedEmail(subject, text, html)
        self._known(template, language, "body.txt")
        letter, named = letter_of(own), _named(values)
        said = {
            name: [[filled(line, named.__getitem__) for line in lines] for lines in paragraphs]
            for name, paragraphs in (("before", letter.before), ("after", letter.after))
        }
        text = self._render(OWN, language, "body.txt", values, **said)
        html = self._render(OWN, language, "body.html", values, subject=own.subject, **said)
        return RenderedEmail(own.subject, text, html)

    def check(self, values: NoticeValues) -> None:
        """Make every notice once, to learn early that a practice's settings suit them all.

        Raises what `sms` and `email` raise."""
        values = replace(values, code=values.code or SAMPLE_CODE)
        for template in self.templates():
            for language in LANGUAGES:
                self.sms(template, language, values)
                self.email(template, language, values)

    def _known(self, template: str, language: str, part: str) -> Template:
        try:
            return self._parts[template, spoken_language(language), part]
        except KeyError:
            raise NotFoundError(f"There is no notice template named {template!r}.") from None

    def _render(
        self, template: str, language: str, part: str, values: NoticeValues, **more: object
    ) -> str:
        found = self._known(template, language, part)
        # A text message has no line ends to keep together, and its alphabet no such space.
        phone = values.phone if part == "sms.txt" else values.whole_phone
        spoken = spoken_language(language)
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


def spoken_language(language: str) -> str:
    """The language of ours that is meant; French where it is none."""
    spoken = language[:2].lower()
    return spoken if spoken in LANGUAGES else FRENCH


def _named(values: NoticeValues) -> dict[str, str]:
    return {LINK: values.link or "", PHONE: values.whole_phone, SENDER: values.sender}


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
    wanted = [
        (name, language, part)
        for name in _names(folder)
        for language in LANGUAGES
        for part in ("sms.txt", "subject.txt", "body.txt", "body.html")
    ]
    if (folder / OWN).is_dir():
        wanted += [(OWN, one, part) for one in LANGUAGES for part in ("body.txt", "body.html")]
    return {key: environment.get_template("/".join(key)) for key in wanted}


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
