"""Patients who go on: what breaks under their hands they load, click or open once more."""

import re
import threading
import time
from collections.abc import Mapping
from html import unescape
from queue import Empty, Queue
from urllib.parse import urljoin

import requests

from shared.base.formats import money
from tests.functional.kill_house import KillHouse, Person
from tests.functional.kill_wires import chance_of

PATIENCE_SECONDS = 150
SMALLEST_PART = 500
SUCCESS, ASKS_THE_BANK, DECLINED = "4242424242424242", "4000002760003184", "4000000000000002"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_NOT_WORDS = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)
_RECEIPT = re.compile(r"/receipt/([0-9a-f-]{36})")


class Patient:
    """One person with one telephone: link, identity, statement, card, receipt; as often as it takes.

    ``receipts`` holds what they saw in the end: payment id and sum in cents.
    """

    def __init__(self, house: KillHouse, person: Person, seed: int) -> None:
        self.house, self.person = house, person
        self.chance = chance_of(seed)
        self.receipts: dict[str, int] = {}
        self.retries = 0
        self._browser = requests.Session()
        self._browser.trust_env = False

    def live(self) -> None:
        """From the first message to the last receipt."""
        link = self._first_link()
        for _ in range(self.chance.randint(0, 2)):
            link = self._renewed(link)
        self._enter(link)
        while left := self.person.owes - sum(self.receipts.values()):
            cents = self._sum_to_pay(left)
            place = self._checkout(cents, left)
            if self.chance.random() < 0.15:  # second thoughts: back from the card page
                cents = self._sum_to_pay(left)
                place = self._checkout(cents, left)
            back = self._pay_by_card(place)
            mood = self.chance.random()
            if mood < 0.15:
                self._close_and_look_later(link, cents)
            elif mood < 0.3 and cents == left:
                self._click_again(back, cents)
            else:
                self._wait_for_receipt(back, cents)

    # To the door

    def _first_link(self) -> str:
        """From the message; some come by themselves, some call because none came."""
        if self.chance.random() < 0.75:
            until = time.monotonic() + 20
            while time.monotonic() < until:
                received = self.house.links_received(self.person)
                if received:
                    return received[0]
                time.sleep(0.3)
        return self.house.printed_link(self.person)

    def _renewed(self, link: str) -> str:
        """Ask for a new link; if none comes, the old one still does."""
        before = len(self.house.links_received(self.person))
        answer = self._send(link, f"{link}/new", {})
        assert answer.headers["Location"] == "/asked"
        until = time.monotonic() + 10
        while time.monotonic() < until:
            received = self.house.links_received(self.person)
            if len(received) > before:
                return received[0]
            time.sleep(0.3)
        return link

    def _enter(self, link: str) -> None:
        born = self.person.born
        fields = {"day": str(born.day), "month": str(born.month), "year": str(born.year)}
        answer = self._send(link, link, fields)
        assert answer.headers.get("Location") == "/statement", (
            answer.status_code,
            _words(answer.text),
        )
        self._read("/statement")

    # Paying

    def _sum_to_pay(self, left: int) -> int:
        room = left - 2 * SMALLEST_PART
        if room <= 0 or len(self.receipts) >= 2 or self.chance.random() < 0.4:
            return left
        return SMALLEST_PART + self.chance.randrange(room)

    def _checkout(self, cents: int, left: int) -> str:
        """Choose a sum; returns the address of the hosted page."""
        fields = {"choice": "all"}
        if cents != left:
            fields = {"choice": "other", "amount": f"{cents // 100},{cents % 100:02d}"}
        answer = self._send("/pay", "/pay", fields)
        place = answer.headers.get("Location", "")
        assert place.startswith(self.house.sandbox), (
            answer.status_code,
            place,
            _words(answer.text),
        )
        return place

    def _pay_by_card(self, page: str) -> str:
        """On the processor's page, which nobody kills; a declined card first, now and then."""
        if self.chance.random() < 0.15:
            self._card(page, DECLINED)
        if self.chance.random() < 0.3:
            self._card(page, ASKS_THE_BANK)
            question = f"{page}/authentication"
            answer = self._browser.post(
                question, data={"answer": "confirm"}, timeout=30, allow_redirects=False
            )
        else:
            answer = self._card(page, SUCCESS)
        back = answer.headers["Location"]
        assert back.startswith(f"{self.house.site}/payment/")
        return back

    def _card(self, page: str, number: str) -> requests.Response:
        fields = {"card": number, "expiry": "12/34", "cvc": "123"}
        return self._browser.post(page, data=fields, timeout=30, allow_redirects=False)

    # Back

    def _wait_for_receipt(self, back: str, cents: int) -> None:
        """The return page, loaded again until it knows."""
        while True:
            page = self._read(back)
            receipt = _RECEIPT.search(page.url)
            if receipt is not None:
                self._keep(receipt[1], page.text, cents)
                return
            self._wait()

    def _close_and_look_later(self, link: str, cents: int) -> None:
        """The telephone went dark on the processor's page; the receipt is in the statement."""
        self._browser.cookies.clear()
        self._enter(link)
        while True:
            page = self._read("/statement")
            new = set(_RECEIPT.findall(page.text)) - set(self.receipts)
            if new:
                assert len(new) == 1
                receipt = new.pop()
                self._keep(receipt, self._read(f"/receipt/{receipt}").text, cents)
                return
            self._wait()

    def _click_again(self, back: str, cents: int) -> None:
        """Impatient: instead of waiting, they go and press « pay » again. Nobody asks them twice."""
        page = self._read("/pay")
        if page.url.endswith("/pay"):
            answer = self._submit(page, "/pay", {"choice": "all"})
            place = answer.headers.get("Location", "") if answer is not None else ""
            assert not place.startswith(self.house.sandbox), "asked to pay twice"
        self._wait_for_receipt(back, cents)

    def _keep(self, receipt: str, text: str, cents: int) -> None:
        words = _words(text)
        assert money(cents, "fr") in words or money(cents, "en") in words, words
        assert receipt not in self.receipts
        self.receipts[receipt] = cents

    # The browser

    def _read(self, url: str) -> requests.Response:
        """Load a page, again and again until it comes."""
        while True:
            try:
                page = self._browser.get(urljoin(self.house.site, url), timeout=30)
            except requests.RequestException:
                page = None
            if page is not None and page.status_code < 500:
                assert page.status_code == 200, (page.status_code, _words(page.text))
                return page
            self._wait()

    def _send(self, page_url: str, action: str, fields: Mapping[str, str]) -> requests.Response:
        """Load a page, fill its form and send it; when that breaks, load it and send it again."""
        while True:
            answer = self._submit(self._read(page_url), action, fields)
            if answer is not None:
                return answer
            self._wait()

    def _submit(
        self, page: requests.Response, action: str, fields: Mapping[str, str]
    ) -> requests.Response | None:
        token = _TOKEN.search(page.text)
        assert token is not None, _words(page.text)
        try:
            answer = self._browser.post(
                urljoin(self.house.site, action),
                data={"csrf_token": token[1], **fields},
                timeout=30,
                allow_redirects=False,
            )
        except requests.RequestException:
            return None
        return answer if answer.status_code < 500 else None

    def _wait(self) -> None:
        self.retries += 1
        assert self.house.seconds_of_peace < PATIENCE_SECONDS, f"{self.person.to} gave up"
        assert not self.house.over.wait(self.chance.uniform(0.1, 0.6)), "the house is closed"


def _words(page: str) -> str:
    return unescape(_NOT_WORDS.sub("", page))


class Crowd:
    """Patients who live side by side; ``failure`` is what went wrong for the first of them."""

    def __init__(self, house: KillHouse, seed: int, at_once: int) -> None:
        self._house = house
        self._chance = chance_of(seed)
        self._coming: Queue[Person] = Queue()
        self._closed = threading.Event()
        self.lived: list[Patient] = []
        self.failure: BaseException | None = None
        self._threads = [threading.Thread(target=self._live) for _ in range(at_once)]
        for thread in self._threads:
            thread.start()

    def add(self, people: list[Person]) -> None:
        """More who will come."""
        for person in people:
            self._coming.put(person)

    @property
    def waiting(self) -> int:
        """How many have not begun."""
        return self._coming.qsize()

    def close(self) -> None:
        """Nobody comes any more."""
        self._closed.set()

    @property
    def busy(self) -> bool:
        """Whether somebody is still on their way."""
        return any(thread.is_alive() for thread in self._threads)

    def join(self) -> BaseException | None:
        """Wait until all have lived their journey. Returns what went wrong for the first of them."""
        for thread in self._threads:
            thread.join()
        return self.failure

    def _live(self) -> None:
        while self.failure is None and not self._house.over.is_set():
            try:
                person = self._coming.get(timeout=0.2)
            except Empty:
                if self._closed.is_set():
                    return
                continue
            patient = Patient(self._house, person, self._chance.getrandbits(32))
            try:
                patient.live()
            except BaseException as failure:
                self.failure = self.failure or failure
            else:
                self.lived.append(patient)
