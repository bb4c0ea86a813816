"""What patients send is taken by its content, made clean, or refused with a sentence."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from shared.messages import DocumentError, clean_document, cleaning
from shared.messages.cleaning import LARGEST_BYTES, LONGEST_SIDE, RefusedError, clean
from shared.messages.documents import REFUSALS
from tests import papers

MARKS = (b"Canari", b"GPS", b"Exif", b"<script", b"PK\x03\x04", b"ailleurs")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_drawn_anew(kind: str) -> None:
    media, pages, copy = clean(papers.picture(kind))
    assert (media, pages) == ("jpeg", 1)
    picture = opened(copy)
    assert (picture.format, picture.size) == ("JPEG", (64, 48))
    red, blue = picture.getpixel((9, 9)), picture.getpixel((9, 40))
    assert red[0] > 200 > red[2]
    assert blue[2] > 200 > blue[0]


def test_where_and_with_what_a_photo_was_made_is_gone() -> None:
    photo = papers.photo()
    assert opened(photo).getexif().get_ifd(papers.GPS)
    assert b"Canarifone" in photo
    _, _, copy = clean(photo)
    assert not opened(copy).getexif()
    assert opened(copy).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not [mark for mark in MARKS if mark in copy]


def test_a_photo_stands_upright() -> None:
    _, _, copy = clean(papers.photo(turned=6))
    assert opened(copy).size == (48, 64)


def test_what_is_see_through_lies_on_white_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(clean(out.getvalue())[2]).getpixel((4, 4)) == (255, 255, 255)


def test_a_large_photo_is_made_smaller() -> None:
    _, _, copy = clean(papers.picture("JPEG", (5000, 1000)))
    assert opened(copy).size == (LONGEST_SIDE, 702)


@pytest.mark.parametrize(
    "behind", [b"<script>alert(1)</script>", b"PK\x03\x04 a zip", papers.pdf_with_javascript()]
)
def test_what_hangs_behind_a_picture_is_cut_off(behind: bytes) -> None:
    _, _, copy = clean(papers.picture() + behind)
    assert behind not in copy
    assert not [mark for mark in MARKS if mark in copy]


def test_a_pdf_is_copied_page_by_page_without_its_title() -> None:
    media, pages, copy = clean(papers.pdf(3))
    assert (media, pages) == ("pdf", 3)
    assert len(PdfReader(io.BytesIO(copy)).pages) == 3
    assert b"Canarititre" not in copy


def test_what_stands_behind_a_pdf_or_leads_out_of_it_is_gone() -> None:
    _, _, copy = clean(papers.pdf_with_a_link() + b"<script>alert(1)</script>PK\x03\x04")
    assert not [mark for mark in MARKS if mark in copy]
    assert b"/URI" not in copy


def test_who_made_a_pdf_with_what_and_when_stays_behind() -> None:
    paper = papers.pdf_whose_pages_tell_of_their_making()
    telling = (b"Canari", b"/Metadata", b"/PieceInfo", b"/LastModified")
    assert all(mark in paper for mark in telling)
    _, pages, copy = clean(paper)
    assert pages == 1
    assert not [mark for mark in telling if mark in copy]
    [page] = PdfReader(io.BytesIO(copy)).pages
    assert page["/Resources"]["/XObject"]["/A"].get_data() == b"0 0 10 10 re f"


def test_a_note_stays_and_whatever_it_leads_to_is_gone() -> None:
    paper = papers.pdf_with_notes_that_lead_away()
    assert paper.count(b"ailleurs") == 3
    _, pages, copy = clean(paper)
    assert pages == 2
    assert not [mark for mark in (b"ailleurs", b"/URI", b"/Popup", b"/IRT") if mark in copy]
    first, second = PdfReader(io.BytesIO(copy)).pages
    [note] = first["/Annots"]
    assert note.get_object()["/Contents"] == "Ma note"
    assert not second["/Annots"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + b"\0" * LARGEST_BYTES, "too_heavy"),
        (papers.bomb(), "too_many_pixels"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (papers.locked_pdf(), "locked"),
        (papers.pdf_with_javascript(), "active"),
        (papers.pdf_with_hidden_script(), "active"),
        (papers.pdf_that_starts_a_program(), "active"),
        (papers.pdf_with_a_file(), "carries_files"),
        (papers.pdf_whose_content_is_another_file(), "carries_files"),
        (papers.pdf(21), "too_many_pages"),
        (b"MZ\x90\0 a program", "unknown"),
        (b"<html><script>alert(1)</script>", "unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unknown"),
        (b"GIF89a%PDF-1.7", "unknown"),
        (b" %PDF-1.7", "unknown"),
    ],
)
def test_others_are_refused_for_a_reason_that_has_its_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(RefusedError, match=f"^{reason}$"):
        clean(data)
    assert reason in REFUSALS


@pytest.mark.parametrize(
    "data",
    [
        papers.picture()[:200],
        b"\x89PNG\r\n\x1a\n" + b"x" * 99,
        b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"x" * 99,
        b"%PDF-1.7\n%%EOF",
        papers.pdf()[:150],
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>",
    ],
)
def test_what_is_broken_is_told_to_be_unreadable(data: bytes) -> None:
    with pytest.raises(DocumentError, match="arrivons pas à lire"):
        clean_document(data)


@given(junk=st.binary(max_size=400), head=st.sampled_from([b"", b"%PDF-1.4\n", b"\xff\xd8\xff"]))
@settings(deadline=None, max_examples=60)
def test_no_bytes_come_through_as_they_are(junk: bytes, head: bytes) -> None:
    try:
        media, _, copy = clean(head + junk)
    except Exception:
        return  # the program around it turns each of these into a refusal
    assert media == "pdf" or copy.startswith(b"\xff\xd8\xff")


def test_cleaning_is_a_program_without_our_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import os, sys\n"
        "told = sorted(n for n in os.environ if n not in ('LC_CTYPE', '__CF_USER_TEXT_ENCODING'))\n"
        "ours = [name for name in sys.modules if name.split('.')[0] in ('shared', 'portal')]\n"
        "sys.stdout.buffer.write(b'pdf 1\\n' + repr((told, ours)).encode())\n"
    )
    monkeypatch.setenv("ARDOISE_LINK_KEYS", "k1:secret")
    monkeypatch.setattr("shared.messages.documents.PROGRAM", spy)
    assert clean_document(b"x").content == b"([], [])"


@pytest.mark.parametrize("program", ["while True: pass", "x = [bytes(10**6)] * 1\nos._exit(9)"])
def test_a_program_that_hangs_or_dies_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text(f"import os\n{program}\n")
    monkeypatch.setattr("shared.messages.documents.PROGRAM", broken)
    monkeypatch.setattr("shared.messages.documents.PATIENCE_SECONDS", 1)
    with pytest.raises(DocumentError, match="arrivons pas à lire"):
        clean_document(b"x")


def test_the_program_limits_itself() -> None:
    """Memory beyond the limit ends in a refusal, and no file is written."""
    pid = os.fork()
    if pid == 0:
        code = 0
        try:
            cleaning._limit()
            try:
                bytearray(2 * cleaning.MEMORY_BYTES)
                code = 1
            except MemoryError:
                pass
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0


def test_the_whole_way_gives_a_file_that_tells_nothing_by_its_name() -> None:
    photo = clean_document(papers.photo())
    paper = clean_document(papers.pdf(2))
    assert (photo.mimetype, photo.filename) == ("image/jpeg", "document.jpg")
    assert (paper.mimetype, paper.filename, paper.pages) == ("application/pdf", "document.pdf", 2)
    assert "Canari" not in repr(photo) + repr(paper)


@pytest.mark.parametrize("data", [papers.locked_pdf(), b"\0\0\0\x18ftypheic", b"x" * 9])
def test_a_refusal_says_what_to_do(data: bytes) -> None:
    with pytest.raises(DocumentError) as told:
        clean_document(data)
    assert str(told.value) in REFUSALS.values()
    assert str(told.value).endswith(".")


def test_too_heavy_a_file_is_not_even_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messages.documents.PROGRAM", Path("nowhere"))
    with pytest.raises(DocumentError, match="5 Mo au plus"):
        clean_document(b"x" * (LARGEST_BYTES + 1))
