"""Makes a clean copy of one picture or PDF, as a program of its own.

What patients send is hostile until shown otherwise, and so is whatever it does to the libraries that
read it. So this file is run by itself: without our settings, with little memory and time, fed by
standard input, and nothing but its standard output is heard. It imports nothing of ours.

Pictures are drawn anew as JPEG, so that places, comments and whatever hangs behind them stay out.
PDFs are refused when they hold programs, other files or a lock; the pages of the others are copied
into a new file.
"""

import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

LARGEST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 20_000_000
LONGEST_SIDE = 3508  # of A4 at 300 dots an inch
MOST_PAGES = 20
MOST_OBJECTS = 50_000
SECONDS = 10
MEMORY_BYTES = 1024 * 1024 * 1024
REFUSED = 3

# Names by which a PDF acts by itself or carries other files (ISO 32000-2, 12.6, 7.11.4 and 13).
ACTIVE = frozenset(
    {
        *("/JS", "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/XFA"),
        *("/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"),
    }
)
CARRIES_FILES = frozenset({"/EF", "/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment"})
MARKS_THAT_LEAD_ELSEWHERE = frozenset({"/Link", "/Screen", "/Popup"})
ACTIONS = ("/A", "/AA", "/PA")


class RefusedError(Exception):
    """The document is not taken; the text is the reason's name."""


def clean(data: bytes) -> tuple[str, int, bytes]:
    """(media, pages, clean copy). Raises RefusedError: what it is shows by its content alone."""
    if not data:
        raise RefusedError("empty")
    if len(data) > LARGEST_BYTES:
        raise RefusedError("too_heavy")
    if data.startswith(b"%PDF-"):
        pages, copy = _clean_pdf(data)
        return "pdf", pages, copy
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or data[8:12] == b"WEBP":
        return "jpeg", 1, _clean_picture(data)
    if data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}:
        raise RefusedError("heic")
    raise RefusedError("unknown")


def _clean_picture(data: bytes) -> bytes:
    Image.MAX_IMAGE_PIXELS = None  # asked for below, before anything is unpacked
    with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise RefusedError("too_many_pixels")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        turned = ImageOps.exif_transpose(picture)
        paper = Image.new("RGB", turned.size, "white")
        see_through = turned.convert("RGBA")
        paper.paste(see_through, mask=see_through.getchannel("A"))
    copy = BytesIO()
    paper.save(copy, "JPEG", quality=85)
    return copy.getvalue()


def _clean_pdf(data: bytes) -> tuple[int, bytes]:
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise RefusedError("locked")
    for name in _names(reader.trailer["/Root"]):
        if name in ACTIVE:
            raise RefusedError("active")
        if name in CARRIES_FILES:
            raise RefusedError("carries_files")
    if len(reader.pages) > MOST_PAGES:
        raise RefusedError("too_many_pages")
    if not reader.pages:
        raise RefusedError("unreadable")
    writer = PdfWriter()
    for page in reader.pages:
        _still(page)  # before it is copied, so that what is taken off is not copied along
        writer.add_page(page)
    writer.metadata = None
    copy = BytesIO()
    writer.write(copy)
    if copy.tell() > LARGEST_BYTES:
        raise RefusedError("too_heavy")
    return len(reader.pages), copy.getvalue()


def _names(root: Any) -> Iterator[str]:
    """Every name in whatever can be reached from a PDF's root, keys and values alike."""
    waiting, seen = [root], set()
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                continue
            seen.add(thing.idnum)
            thing = thing.get_object()
        if len(seen) > MOST_OBJECTS or len(waiting) > MOST_OBJECTS:
            raise RefusedError("unreadable")
        if isinstance(thing, NameObject):
            yield str(thing)
        elif isinstance(thing, DictionaryObject):
            yield from map(str, thing)
            waiting.extend(thing.values())
        elif isinstance(thing, ArrayObject):
            waiting.extend(thing)


def _still(page: DictionaryObject) -> None:
    """Take from a page whatever leads elsewhere or acts; filled-in fields and marks stay."""
    page.pop("/AA", None)
    kept = ArrayObject()
    for mark in page.get("/Annots") or ():
        seen = mark.get_object()
        if seen.get("/Subtype") not in MARKS_THAT_LEAD_ELSEWHERE:
            for action in ACTIONS:
                seen.pop(action, None)
            kept.append(mark)
    if "/Annots" in page:
        page[NameObject("/Annots")] = kept


def _limit() -> None:
    """From here on: little memory, little time, and no file is written."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main() -> int:
    """Standard input to standard output: a line « media pages » and the copy, or a refusal's name."""
    _limit()
    try:
        media, pages, copy = clean(sys.stdin.buffer.read(LARGEST_BYTES + 1))
    except RefusedError as refused:
        sys.stdout.write(str(refused))
        return REFUSED
    except Exception:
        sys.stdout.write("unreadable")
        return REFUSED
    sys.stdout.buffer.write(f"{media} {pages}\n".encode() + copy)
    return 0


if __name__ == "__main__":
    sys.exit(main())
