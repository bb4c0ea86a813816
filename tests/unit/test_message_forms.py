"""What patients write is read kindly: kept as typed, or told what to mend."""

from contextlib import nullcontext
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from portal.forms import fresh_once
from portal.message_forms import WordsForm, read_aid
from portal.message_forms import read_words as read_words_at
from shared.aid import WISHES
from tests import papers

NO_FILES: MultiDict[str, FileStorage] = MultiDict()
ONCE = "0" * 32


def words(**fields: str) -> MultiDict[str, str]:
    return MultiDict({"text": "Bonjour", "subject": "other", "once": ONCE} | fields)


def read_words(
    form: MultiDict[str, str], sent: MultiDict[str, FileStorage], *, subject: bool = False
) -> WordsForm:
    """A form that is read where there is always a place for its documents."""
    return read_words_at(form, sent, place=nullcontext, subject=subject)


def files(*contents: bytes) -> MultiDict[str, FileStorage]:
    sent = [FileStorage(BytesIO(content), filename="x.jpg") for content in contents]
    return MultiDict([("documents", one) for one in sent])


def aid(**fields: object) -> MultiDict[str, str]:
    return MultiDict({"wish": ["later"], "once": ONCE} | fields)  # type: ignore[arg-type]


def test_a_message_is_read_with_its_line_ends_and_its_mark() -> None:
    form = read_words(words(text="  Un\r\ndeux\rtrois\x00\n"), NO_FILES, subject=True)
    assert form.errors == {}
    assert form.words is not None
    assert (form.words.body, form.words.once) == ("Un\ndeux\ntrois", ONCE)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"subject": ""}, "subject"), ({"subject": "aid"}, "subject"), ({"text": " \n "}, "text")],
)
def test_what_is_missing_is_asked_for(fields: dict[str, str], field: str) -> None:
    form = read_words(words(**fields), NO_FILES, subject=True)
    assert form.words is None
    assert list(form.errors) == [field]


def test_too_long_a_message_is_kept_and_told() -> None:
    form = read_words(words(text="x" * 4001), NO_FILES)
    assert form.values["text"] == "x" * 4001
    assert form.errors["text"].values == {"most": 4000}


def test_a_document_alone_is_an_answer_but_opens_no_thread() -> None:
    photo = papers.picture()
    alone = read_words(words(text=""), files(photo))
    assert alone.words is not None
    assert [one.media for one in alone.words.documents] == ["jpeg"]
    opening = read_words(words(text=""), files(photo), subject=True)
    assert set(opening.errors) == {"text", "documents"}, "and the choice of documents is lost"


def test_four_documents_are_one_too_many() -> None:
    form = read_words(words(), files(*[b"x"] * 4))
    assert set(form.errors) == {"documents"}


def test_an_unreadable_document_says_which_ones_will_do() -> None:
    form = read_words(words(), files(b"MZ"))
    assert "JPG" in form.errors["documents"].text


def test_a_form_without_our_mark_gets_a_fresh_one() -> None:
    first, second = (read_words(words(once="x"), NO_FILES) for _ in range(2))
    assert first.values["once"] != second.values["once"]
    assert len(fresh_once()) == 32


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("", None), ("0", 0), ("0,00", 0), ("00 €", 0), ("25", 2500), ("12,50", 1250)],
)
def test_zero_is_an_answer_and_nothing_is_none(typed: str, cents: int | None) -> None:
    form = read_aid(aid(monthly=typed))
    assert form.errors == {}
    assert form.answers is not None
    assert form.answers.monthly_cents == cents


@pytest.mark.parametrize("typed", ["peu", "-5", "1e3", "99999999"])
def test_another_sum_is_told(typed: str) -> None:
    form = read_aid(aid(monthly=typed))
    assert set(form.errors) == {"monthly"}
    assert form.values["monthly"] == typed


def test_one_box_is_enough_and_unknown_ones_are_left_out() -> None:
    form = read_aid(aid(wish=["talk", "later", "x"], reason=["family", "illness"]))
    assert form.answers is not None
    assert form.answers.wishes == ("later", "talk")
    assert form.answers.reasons == ("family",)
    assert set(read_aid(aid(wish=[])).errors) == {"wish"}


@given(
    text=st.text(max_size=60),
    wishes=st.lists(st.sampled_from([*WISHES, "x"])),
    monthly=st.text(max_size=9),
)
def test_whatever_is_typed_is_kept_or_told(text: str, wishes: list[str], monthly: str) -> None:
    form = read_aid(aid(text=text, wish=wishes, monthly=monthly))
    assert (form.answers is None) is bool(form.errors)
    assert set(form.errors) <= {"wish", "monthly", "text"}
    assert "\x00" not in str(form.values["text"])
