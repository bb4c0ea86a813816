"""The page after the processor's says why the bank said no, whatever it said."""

from html import unescape

from portal.pages.declines import LEFT_OPEN, SENTENCES, sentence_of
from sandbox.cards import CARDS
from shared.accounts import Account
from shared.payments import PaymentAttempt
from tests.integration.till import Till, on_sqlite
from tests.unit.portal_samples import TRANSLATOR


def ended(till: Till, account: Account, failure: str) -> str:
    """The account's attempt has ended so; the address to which the patient comes back."""
    with till.world.database.unit_of_work(account.practice_id) as work:
        known = till.attempt(account)
        attempt = work.session.get_one(PaymentAttempt, (account.practice_id, known.id))
        attempt.status = "expired" if failure == LEFT_OPEN else "failed"
        attempt.failure = None if failure == LEFT_OPEN else failure
        work.commit()
    return f"/payment/{attempt.id}"


@on_sqlite
def test_every_code_has_its_sentence_on_the_page_in_both_languages(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    till.begin(account)
    for language in ("fr", "en"):
        browser.post("/preferences/language", {"language": language})
        for code in (*SENTENCES, "a_code_of_next_year"):
            answer = browser.get(ended(till, account, code))
            said = unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")
            assert TRANSLATOR.gettext(language, sentence_of(code)) in said, (code, language)
            assert code not in said.partition("<main")[2].replace("/", " ")


@on_sqlite
def test_every_card_that_the_sandbox_refuses_leaves_its_reason_with_the_attempt(till: Till) -> None:
    account = till.world.account()
    page = till.begin(account)
    refusing = [card for card in CARDS.values() if card.refusal and not card.authenticates]
    for card in refusing:
        till.press(page, card.number)
        till.tell_all()
        till.work()
        assert card.refusal is not None
        told = card.refusal.decline_code or card.refusal.code
        assert till.attempt(account).failure == told
        assert told in SENTENCES
    till.press(page)
    till.tell_all()
    till.work()
    till.check()
