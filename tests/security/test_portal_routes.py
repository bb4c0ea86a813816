"""Every route of the portal, walked: reading only reads, forms are ours, visits are one's own.

Routes are found by themselves. A new one is walked without being named here; one with a new kind of
variable fails until `portal_stories` knows how to fill it in.
"""

from io import BytesIO

import pytest

from tests.security.portal_house import Browser, visitor
from tests.security.portal_stories import ROUTES, Route, Stories, cells_of, changed
from tests.servers.sandbox import Sandbox

# Open to whoever has no visit; every other route asks for one.
OUTSIDE = {
    *("entry.front", "entry.show", "entry.check", "entry.ask_new", "entry.asked"),
    *("static_pages.accessibility", "static_pages.privacy", "static_pages.health"),
    *("visit.go", "visit.left", "choose_language", "webhooks.receive"),
    *("payer.show", "payer.pay", "payer.done"),
}
# What reading may write: that a visit is in use, that somebody is back from paying, and that an
# answer was read.
MAY_WRITE = {
    "paying.back": {"payment_attempt.returned_at"},
    "messages.show": {"message.read_at", "thread.patient_unread"},
}
IN_USE = {"portal_session.seen_at"}
SIGNED = {"webhooks.receive"}  # programs sign instead of sending our form's token

READS = [route for route in ROUTES if route.method == "GET"]
WRITES = [route for route in ROUTES if route.method != "GET"]
INSIDE = [route for route in ROUTES if route.endpoint not in OUTSIDE]
WITH_ID = [route for route in ROUTES if route.has_id]
JUNK = (
    *("\0", "é" * 3000, "-1", "9" * 60, "{{7*7}}", "' OR 1=1 --", "<script>x</script>"),
    *("../../etc", "1e400", "٣", "\ud800", "%s%n", " "),
)
FIELDS = (
    *("day", "month", "year", "postcode", "phone_end"),
    *("choice", "invoice", "amount", "language", "back"),
    *("how", "sum", "months", "words", "ok", "plan", "what"),
    *("subject", "text", "once", "documents", "wish", "reason", "monthly"),
    *("code", "channel", "act", "contact", "relation", "given", "surname"),
)


def test_there_are_routes_inside_and_outside():
    endpoints = {route.endpoint for route in ROUTES}
    assert endpoints >= OUTSIDE
    assert {"statement.show", "pay.begin", "receipt.show"} <= {r.endpoint for r in INSIDE}
    assert len(WITH_ID) >= 3


@pytest.mark.parametrize("route", READS, ids=str)
def test_reading_changes_nothing(fresh_stories: Stories, route: Route):
    browser = fresh_stories.inside()
    address = fresh_stories.address(route)
    before = cells_of(fresh_stories.world.database)
    for query in ("", "?fresh=1&choice=all&day=1&language=en&extend=1"):
        assert browser.get(address + query).status_code in {200, 303}
        assert browser.send("HEAD", address + query).status_code in {200, 303}
    after = cells_of(fresh_stories.world.database)
    assert changed(before, after) == MAY_WRITE.get(route.endpoint, set())


@pytest.mark.parametrize("route", [r for r in READS if r in INSIDE], ids=str)
def test_a_visit_is_noted_as_used_once_a_minute_at_most(fresh_stories: Stories, route: Route):
    browser = fresh_stories.inside()
    address = fresh_stories.address(route)
    browser.get(address)
    seen = []
    for seconds in (59, 1, 30, 29, 1):
        fresh_stories.world.later(seconds=seconds)
        before = cells_of(fresh_stories.world.database)
        browser.get(address)
        seen.append(changed(before, cells_of(fresh_stories.world.database)))
    assert seen == [set(), IN_USE, set(), set(), IN_USE]


@pytest.mark.parametrize("route", [r for r in READS if r not in INSIDE], ids=str)
def test_outside_of_a_visit_not_even_the_use_is_noted(fresh_stories: Stories, route: Route):
    browser = fresh_stories.inside()
    address = fresh_stories.address(route)
    fresh_stories.world.later(minutes=5)
    before = cells_of(fresh_stories.world.database)
    browser.get(address)
    assert cells_of(fresh_stories.world.database) == before


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_a_form_without_our_token_is_refused_and_changes_nothing(stories: Stories, route: Route):
    address = stories.address(route)
    browser, other = stories.inside(), stories.inside()
    other.post("/extend")
    before = cells_of(stories.world.database)
    for forged in (None, "", "x", other._csrf, other._csrf[:-3] + "abc"):
        sent = {} if forged is None else {"csrf_token": forged}
        answer = browser.send("POST", address, data=sent | {"choice": "all"})
        assert answer.status_code == 400, forged
    assert cells_of(stories.world.database) == before
    assert browser.get("/statement").status_code == 200


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_a_form_on_another_sites_page_is_refused(stories: Stories, route: Route):
    address = stories.address(route)
    browser = stories.inside()
    browser.post("/extend")
    before = cells_of(stories.world.database)
    sent = {"csrf_token": browser._csrf, "choice": "all"}
    for sender in ("cross-site", "same-site", "", "Same-Origin", "x"):
        answer = browser.send("POST", address, data=sent, headers={"Sec-Fetch-Site": sender})
        assert answer.status_code == 400, sender
    assert cells_of(stories.world.database) == before


@pytest.mark.parametrize("sender", ["same-origin", "none", None])
def test_our_own_page_is_not_refused(stories: Stories, sender: str | None):
    browser = stories.inside()
    browser.post("/extend")
    headers = {"Sec-Fetch-Site": sender, "Origin": "null"} if sender else {}
    sent = {"csrf_token": browser._csrf}
    answer = browser.send("POST", "/extend", data=sent, headers=headers)
    assert answer.location == "/statement"


@pytest.mark.parametrize("route", [r for r in WRITES if r.endpoint in SIGNED], ids=str)
def test_a_program_needs_a_signature_instead(stories: Stories, route: Route):
    client, address = stories.app.test_client(), stories.address(route)
    before = cells_of(stories.world.database)
    signatures = ["", "t=1", "t=x,v1=y", "t=1,v1=" + "0" * 64, "é", "t=,v1=", "v1=1,t=9" * 50]
    for signature in signatures:
        for body in (b"", b"{}", b"\xff\xfe", b'{"id":"evt_1"}', b"[" * 100_000):
            told = client.post(address, data=body, headers={"Stripe-Signature": signature})
            assert (told.status_code, told.data) == (400, b"")
    for nowhere in ("999", "0", "2147483648", "9" * 30):
        told = client.post(f"/webhooks/{nowhere}", data=b"{}")
        assert told.status_code == 404
    assert cells_of(stories.world.database) == before


def cookies_of_nobody() -> list[str]:
    """Things that are no visit's secret."""
    return [
        *("", "x", "é", "AAAA", "A" * 43, "_" * 43, "%00", "=" * 44, "A" * 4000),
        "f_____" + "A" * 37,  # practice number 2 147 483 647
        "gAAAAA" + "A" * 37,  # and one more, which no column holds
    ]


@pytest.mark.parametrize("route", INSIDE, ids=str)
def test_without_a_visit_every_page_says_that_it_is_closed(stories: Stories, route: Route):
    address = stories.address(route)
    before = cells_of(stories.world.database)
    for cookie in cookies_of_nobody():
        browser = Browser(stories.app)
        browser.client.set_cookie("visit", cookie, domain="127.0.0.1")
        answer = browser.get(address) if route.method == "GET" else browser.post(address)
        assert answer.status_code == 401, cookie
        assert "Votre visite est fermée" in answer.text
        assert not browser.cookie
    assert cells_of(stories.world.database) == before


def test_a_made_up_visit_is_closed_on_postgresql_too(postgres_url: str, sandbox: Sandbox):
    stories = Stories.tell(postgres_url, sandbox)
    for cookie in cookies_of_nobody():
        browser = Browser(stories.app)
        browser.client.set_cookie("visit", cookie, domain="127.0.0.1")
        assert browser.get("/statement").status_code == 401
        assert browser.post("/leave").location == "/left"
    stories.till.close()


@pytest.mark.parametrize("route", WITH_ID, ids=str)
def test_what_belongs_to_others_is_not_there(stories: Stories, route: Route):
    browser = stories.inside()
    if route.method == "GET":
        assert browser.get(stories.address(route)).status_code in {200, 303}
    for whose in ("neighbour", "stranger", "nobody"):
        address = stories.address(route, of=whose)
        before = cells_of(stories.world.database)
        answer = browser.get(address) if route.method == "GET" else browser.post(address)
        assert answer.status_code == 404, whose
        assert cells_of(stories.world.database) == before


def test_what_belongs_to_others_cannot_be_paid_either(stories: Stories):
    browser = stories.inside()
    for whose in ("neighbour", "stranger"):
        before = cells_of(stories.world.database)
        theirs = str(stories.ids[whose]["invoice_id"])
        answer = browser.post("/pay", {"choice": "some", "invoice": theirs})
        assert answer.status_code == 422
        after = cells_of(stories.world.database)
        # The page that says so is kept, sealed, for « back »; of the visit's others the oldest may go.
        assert {column.partition(".")[0] for column in changed(before, after)} <= {"late_form"}


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_an_unknown_way_of_asking_is_refused(stories: Stories, route: Route):
    address = stories.address(route)
    allowed = {r.method for r in ROUTES if r.rule.rule == route.rule.rule}
    browser = stories.inside()
    before = cells_of(stories.world.database)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} - allowed:
        sent = {"csrf_token": browser._csrf} if method != "GET" else None
        answer = browser.send(method, address, data=sent)
        assert answer.status_code in {400, 405}, method
        if answer.status_code == 405:
            assert allowed <= set(answer.headers["Allow"].split(", "))
    browser.send("OPTIONS", address)
    assert cells_of(stories.world.database) == before


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_nonsense_in_a_form_breaks_nothing(stories: Stories, route: Route):
    address = stories.address(route)
    for number, junk in enumerate(JUNK):
        browser = visitor(stories.app, stories.world.token(stories.accounts["mine"]))
        browser.address = f"192.0.2.{number}"
        sent = {name: junk.encode("utf-8", "surrogatepass") for name in FIELDS}
        answer = browser.post(address, sent)
        assert answer.status_code < 500, junk
        assert "<script>x" not in answer.text


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_a_load_that_is_too_heavy_is_refused(stories: Stories, route: Route):
    browser = stories.inside()
    address = stories.address(route)
    before = cells_of(stories.world.database)
    words = {"choice": "x" * 600_000}
    for sent in (words, words | {"documents": (BytesIO(b"x"), "x.jpg")}):
        answer = browser.post(address, sent)
        assert answer.status_code in {400, 413}
    assert cells_of(stories.world.database) == before
