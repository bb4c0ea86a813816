"""Typed values of a text (links, names, addresses, numbers), each judged by its own kind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from shared.delivery import gsm7, lint_words
from shared.delivery.lint_folding import unaccented
from shared.delivery.lint_patterns import HOST_CHECKS, NAME_CHECKS, REFERENCE_CHECKS, Profile
from shared.delivery.lint_search import Finding, search


class FieldKind(StrEnum):
    """Kinds of value that stand in a text and are judged apart from it."""

    URL = "url"
    POSTAL_ADDRESS = "postal_address"
    LEGAL_IDENTITY = "legal_identity"
    NAME = "name"
    REFERENCE = "reference"
    PHONE = "phone"
    """The practice's public number, never a patient's."""
    CODE = "code"
    """A one-time code: six digits and nothing else."""


@dataclass(frozen=True, slots=True)
class TypedField:
    """A value exactly as it stands in the text, and what it is."""

    kind: FieldKind
    value: str


_TOKEN = re.compile(r"[A-Za-z0-9_.-]{46}[A-Za-z0-9]")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?")
_LOOPBACK = re.compile(r"127\.0\.0\.1(?::\d{1,5})?")
ANY_URL = re.compile(
    r"((?:https?://|www\.)[^\s/?#]+)\S*"
    r"|(?<![@\w.-])((?:[\w-]+\.)+(?:fr|com|net|org|eu|info|io|ly|me|co|app|link|example)\b)(?:/\S*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?[0-9](?:[ .()\u00a0\u202f-]{0,2}[0-9]){2,14}")
_CODE = re.compile("[0-9]{6}")
_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/-]{0,62}[A-Za-z0-9])?")
_ADDRESS_LINES = re.compile(r"[^\x00-\x09\x0b-\x1f<>@]{3,300}")
_HOST_PARTS = tuple(
    term.rstrip("*") for term in lint_words.MEDICAL if " " not in term and len(term) > 5
)


@lru_cache(maxsize=256)
def lint_host(host: str) -> tuple[Finding, ...]:
    """Findings in a site's host name, which every link shows: R7 malformed, R4 medical words.

    Long medical words count inside others too (`cabinetdupont`), as a host has no spaces."""
    if not _HOST.fullmatch(host):
        return (Finding("R7", host, 0),)
    name = host.split(":")[0]
    if "xn--" in name:
        try:
            name = name.encode("ascii").decode("idna")
        except UnicodeError:
            return (Finding("R7", host, 0),)
    bare = unaccented(name).lower()
    found = [Finding("R4", part, bare.index(part)) for part in _HOST_PARTS if part in bare]
    words = re.sub("[.-]", " ", bare)
    return tuple(found or search(words, HOST_CHECKS, Profile.SHORT))


def lint_sender(name: str) -> list[Finding]:
    """Findings in a practice's neutral sender name: it opens every text message and e-mail.

    R1-R4 words, R7 an address, R8 anything but 3 to 30 printable GSM-7 characters."""
    found = list(search(name, NAME_CHECKS, Profile.SHORT))
    if address := ANY_URL.search(name):
        found.append(Finding("R7", address[0], address.start()))
    printable = gsm7.BASIC - set('\r\n@<>"')
    found += [Finding("R8", char, name.index(char)) for char in sorted(set(name) - printable)]
    if not 3 <= len(name.strip()) <= 30:
        found.append(Finding("R8", name[:30], 0))
    return found


def _leads_home(address: str, site: str, *, loopback: bool) -> bool:
    """Whether an address is a link of this site, or the bare site."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address == site
    plain = scheme == "http" and loopback and _LOOPBACK.fullmatch(site)
    if not (plain or scheme == "https"):
        return False
    host, _, path = rest.partition("/")
    is_link = path.startswith("l/") and _TOKEN.fullmatch(path, 2)
    return host == site and (not path or bool(is_link))


def lint_field(
    field: TypedField, profile: Profile, *, site: str, loopback: bool = False, start: int = 0
) -> Iterator[Finding]:
    """Judge a typed value by its kind; excerpts name the kind, never an address or a number."""
    value = field.value
    malformed = Finding("R6", field.kind.value, start)
    match field.kind:
        case FieldKind.URL:
            if not (site and _leads_home(value, site, loopback=loopback)):
                yield Finding("R7", field.kind.value, start)
            for one in lint_host(site) if site else ():
                yield Finding(one.rule, one.excerpt, start)
        case FieldKind.NAME | FieldKind.LEGAL_IDENTITY:
            if profile is Profile.SHORT:
                for one in search(value, NAME_CHECKS, profile):
                    yield Finding(one.rule, one.excerpt, start + one.start)
        case FieldKind.POSTAL_ADDRESS:
            if not _ADDRESS_LINES.fullmatch(value):
                yield malformed
        case FieldKind.PHONE:
            if not _PHONE.fullmatch(value):
                yield malformed
        case FieldKind.CODE:
            if not _CODE.fullmatch(value):
                yield malformed
        case FieldKind.REFERENCE:
            found = (one.excerpt for one in search(value, REFERENCE_CHECKS, profile))
            if value in found or not _REFERENCE.fullmatch(value):
                yield malformed
