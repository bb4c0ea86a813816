"""What the net's records about a sender's domain are taken to say."""

import pytest

from shared.base.errors import NotAllowedError
from shared.setup import Found, checked_selector, read_dkim, read_dmarc, read_spf


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], Found("missing")),
        (["google-site-verification=x"], Found("missing")),
        (["v=spf10 -all"], Found("missing")),
        (["v=spf1 include:spf.mail.example -all"], Found("good", "spf.mail.example")),
        (
            ["V=SPF1 include:a.example include:b.example ~all"],
            Found("good", "a.example, b.example"),
        ),
        (["v=spf1 mx -all"], Found("good", "own")),
        (["v=spf1 include:a.example ?all"], Found("weak", "a.example")),
        (["v=spf1 include:a.example"], Found("weak", "a.example")),
        (["v=spf1 +all"], Found("weak", "everybody")),
        (["v=spf1 all"], Found("weak", "everybody")),
        (["v=spf1 -all", "v=spf1 ~all"], Found("weak", "several")),
    ],
)
def test_who_may_send_in_a_domains_name(texts: list[str], found: Found) -> None:
    assert read_spf(texts) == found


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], Found("missing")),
        (["v=DMARC1; p=reject; rua=mailto:x@y.example"], Found("good", "reject")),
        (["v=DMARC1;p=quarantine"], Found("good", "quarantine")),
        (["v=DMARC1; p=none"], Found("weak", "none")),
        (["v=DMARC1; rua=mailto:x@y.example"], Found("weak", "none")),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], Found("missing")),
    ],
)
def test_what_is_asked_for_mail_that_pretends(texts: list[str], found: Found) -> None:
    assert read_dmarc(texts) == found


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], Found("missing")),
        (["v=spf1 -all"], Found("missing")),
        (["v=DKIM1; k=rsa; p=MIGf"], Found("good")),
        (["p=MIGf"], Found("good")),
        (["v=DKIM1; p="], Found("weak", "revoked")),
        (["v=DKIM1; p=; t=s"], Found("weak", "revoked")),
    ],
)
def test_whether_a_key_signs(texts: list[str], found: Found) -> None:
    assert read_dkim(texts) == found


def test_a_selector_is_one_name_and_nothing_else() -> None:
    assert checked_selector(" S1 ") == "s1"
    assert checked_selector("") == ""
    for wrong in ("a b", "s1/..", "-", "é", "x" * 64, ".s1", "s1@x"):
        with pytest.raises(NotAllowedError):
            checked_selector(wrong)
