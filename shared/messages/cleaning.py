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
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

LARGEST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 20_000_000
LONGEST_SIDE = 3508  # of A4 at 300 dots an inch
MOST_PAGES = 20
MOST_OBJECTS = 50_000
SECONDS = 5
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
# What leads elsewhere (12.5.2 and 12.6), stands in for another file (8.10.4 and 14.11.7), or tells
# who made it, with what and when (14.3 and 14.5). Taken off wherever it hangs.
TAKEN_OFF = (
    *("/AA", "/PA", "/Popup", "/IRT", "/Ref", "/OPI"),
    *("/Metadata", "/PieceInfo", "/LastModified"),
)
# What a page needs to be seen and printed (7.7.3.3); the rest of it stays behind.
OF_A_PAGE = frozenset(
    {
        *("/Type", "/Parent", "/Resources", "/Contents", "/Annots", "/Group"),
        *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit"),
    }
)


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
    root = reader.trailer["/Root"]
    for thing in _reached(root):
        _refuse(thing)
    if len(reader.pages) > MOST_PAGES:
        raise RefusedError("too_many_pages")
    if not reader.pages:
        raise RefusedError("unreadable")
    # Before any page is copied: marks name other pages, which are then copied along.
    for page in reader.pages:
        _still(page)
    for thing in _reached(ArrayObject([root, *reader.pages])):
        _take_off(thing)
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    copy = BytesIO()
    writer.write(copy)
    if copy.tell() > LARGEST_BYTES:
        raise RefusedError("too_heavy")
    return len(reader.pages), copy.getvalue()


def _reached(root: Any) -> Iterator[Any]:
    """Whatever can be reached from a part of a PDF; what is taken off a thing is not walked."""
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
        yield thing
        if isinstance(thing, DictionaryObject):
            waiting.extend(thing.values())
        elif isinstance(thing, ArrayObject):
            waiting.extend(thing)


def _refuse(thing: Any) -> None:
    """Refuse a PDF by one of its parts: its name, the names of its entries, or what it stands for."""
    names = {str(thing)} if isinstance(thing, NameObject) else set()
    if isinstance(thing, DictionaryObject):
        names = set(map(str, thing))
    if names & ACTIVE:
        raise RefusedError("active")
    # A stream's own /F is the file that holds its content (7.3.8.2).
    if names & CARRIES_FILES or (isinstance(thing, StreamObject) and "/F" in names):
        raise RefusedError("carries_files")


def _take_off(thing: Any) -> None:
    """Take from a part of a PDF what acts, leads elsewhere or tells of its making."""
    if not isinstance(thing, DictionaryObject):
        return
    for name in TAKEN_OFF:
        thing.pop(name, None)
    if "/A" in thing and _is_act(thing["/A"]):  # elsewhere it may be a font's name, say
        del thing["/A"]


def _is_act(thing: Any) -> bool:
    return isinstance(thing, DictionaryObject) and "/S" in thing


def _still(page: DictionaryObject) -> None:
    """Leave of a page what is seen; filled-in fields and marks stay, if they lead nowhere."""
    for name in page.keys() - OF_A_PAGE:
        del page[name]
    kept = ArrayObject()
    for mark in page.get("/Annots") or ():
        seen = mark.get_object()
        if seen.get("/Subtype") not in MARKS_THAT_LEAD_ELSEWHERE:
            seen.pop("/A", None)
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
