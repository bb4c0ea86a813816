"""Pictures and PDFs as patients send them, and as those send them who mean harm."""

from io import BytesIO

from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

GPS, ORIENTATION = 0x8825, 0x0112
NANTES = (IFDRational(47), IFDRational(13), IFDRational(7))


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **more: object) -> bytes:
    """A picture, red above and blue below."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, size[1] // 2, size[0], size[1]))
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def photo(*, turned: int = 1) -> bytes:
    """A photo as a phone makes it: with its place, its maker, a comment, and the way it was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif[0x010F] = "Canarifone"
    exif.get_ifd(GPS).update({1: "N", 2: NANTES, 3: "W", 4: NANTES})
    return picture(exif=exif.tobytes(), comment=b"Canaricomment", quality=95)


def bomb() -> bytes:
    """A small file that unpacks to 30 000 by 30 000 points."""
    out = BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


def paper(pages: int = 1) -> PdfWriter:
    """A PDF with empty pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    return writer


def written(writer: PdfWriter) -> bytes:
    """A PDF's bytes."""
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    """A harmless PDF, with a title that tells too much."""
    writer = paper(pages)
    writer.add_metadata({"/Title": "Canarititre"})
    return written(writer)


def pdf_with_javascript() -> bytes:
    """One that runs a script when opened."""
    writer = paper()
    writer.root_object[NameObject("/OpenAction")] = _script()
    return written(writer)


def _script() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('x');"),
        }
    )


def pdf_with_hidden_script() -> bytes:
    """One whose page, not its catalogue, holds a script, in a name written in code."""
    writer = paper()
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): _script()})
    return written(writer).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53")


def pdf_that_starts_a_program() -> bytes:
    """One whose button starts a program."""
    button = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): DictionaryObject(
                {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("x")}
            ),
        }
    )
    writer = paper()
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(button)])
    return written(writer)


def pdf_with_a_file() -> bytes:
    """One that carries another file."""
    writer = paper()
    writer.add_attachment("x.exe", b"MZ")
    return written(writer)


def pdf_with_a_link() -> bytes:
    """One that leads to a page on the web."""
    writer = paper()
    writer.add_annotation(0, Link(rect=(0, 0, 99, 99), url="https://ailleurs.example/"))
    return written(writer)


def _away() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/S"): NameObject("/URI"),
            NameObject("/URI"): TextStringObject("https://ailleurs.example/"),
        }
    )


def _told(writer: PdfWriter, thing: DictionaryObject) -> None:
    """Let a part of a PDF tell who made it, with what and when."""
    packet = DecodedStreamObject()
    packet.set_data(b"<x:xmpmeta>Canariauteur</x:xmpmeta>")
    packet[NameObject("/Type")] = NameObject("/Metadata")
    thing[NameObject("/Metadata")] = writer._add_object(packet)
    thing[NameObject("/PieceInfo")] = DictionaryObject(
        {NameObject("/Maker"): DictionaryObject({NameObject("/Private"): _text("Canariatelier")})}
    )
    thing[NameObject("/LastModified")] = _text("D:20260101Canarijour")


def _text(words: str) -> TextStringObject:
    return TextStringObject(words)


def pdf_whose_pages_tell_of_their_making() -> bytes:
    """One whose page, and the drawing on it, hold what the programs that made them noted."""
    writer = paper()
    drawing = DecodedStreamObject()
    drawing.set_data(b"0 0 10 10 re f")
    drawing[NameObject("/Type")] = NameObject("/XObject")
    drawing[NameObject("/Subtype")] = NameObject("/Form")
    drawing[NameObject("/BBox")] = ArrayObject([FloatObject(n) for n in (0, 0, 10, 10)])
    page = writer.pages[0]
    for part in (page, drawing):
        _told(writer, part)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/A"): writer._add_object(drawing)})}
    )
    return written(writer)


def _mark(writer: PdfWriter, kind: str, **more: object) -> DictionaryObject:
    mark = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(f"/{kind}"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (0, 0, 9, 9)]),
            NameObject("/Contents"): _text("Ma note"),
        }
    )
    for name, value in more.items():
        mark[NameObject(f"/{name}")] = writer._add_object(value)  # type: ignore[arg-type]
    return mark


def pdf_with_notes_that_lead_away() -> bytes:
    """One whose note opens a window, answers a note and names a page, each of which leads away."""
    writer = paper(2)
    window = _mark(writer, "Popup", A=_away())
    first = _mark(writer, "Text", A=_away())
    other = writer.pages[1]
    other[NameObject("/Annots")] = ArrayObject(
        [writer._add_object(_mark(writer, "Link", A=_away()))]
    )
    note = _mark(writer, "Text", Popup=window, IRT=first)
    note[NameObject("/P")] = other.indirect_reference
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    return written(writer)


def pdf_whose_content_is_another_file() -> bytes:
    """One whose page is to be read from a file beside it."""
    writer = paper()
    content = DecodedStreamObject()
    content[NameObject("/F")] = _text("/etc/passwd")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(content)
    return written(writer)


def locked_pdf() -> bytes:
    """One that asks for a password."""
    writer = paper()
    writer.encrypt("secret")
    return written(writer)
