"""Spreading in the browser: dates seen before anything is agreed, one press that counts once."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from shared import plans
from shared.plans import Plan, Wish
from tests.integration.plan_world import BY_SUM, OUTSIDE, PlanWorld, fields_of
from tests.integration.test_statement_cost import MOST_STATEMENTS, counting
from tests.integration.till import Till, at_once, on_sqlite

CELL = re.compile(r'<td class="eur" data-t="[^"]+"><span>([^<]*)</span></td>')


@pytest.fixture
def world(database_url: str) -> PlanWorld:
    return PlanWorld(database_url)


def cells(page: str) -> list[str]:
    return [cell.replace("\u00a0", " ") for cell in CELL.findall(page)]


def test_the_statement_has_a_door_to_spreading_and_then_to_the_agreement(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    assert 'href="/spread"' in browser.get("/statement").text
    assert world.propose(browser, BY_SUM).location == "/plan?fresh=1"
    page = browser.get("/statement").text
    assert 'href="/plan"' in page
    assert 'href="/spread"' not in page
    assert "Prochaine date\u00a0: 5 décembre, 15,00\u00a0€." in page
    assert browser.get("/spread").location == "/plan"
    world.check()


def test_the_dates_are_seen_first_and_looking_writes_nothing(world: PlanWorld) -> None:
    browser = world.visitor(world.account())
    page = browser.get("/spread?how=sum&sum=15&day=5").text
    assert cells(page) == [
        *("15,00 €", "27,50 €", "15,00 €", "12,50 €", "12,50 €", "0,00 €", "42,50 €"),
    ]
    assert "C’est possible tout de suite." in page
    assert "Entre Nadia Ferhat et Secrétariat R12" in page
    assert world.count(Plan) == 0
    by_months = browser.get("/spread?how=months&months=4&day=28").text
    assert cells(by_months)[0] == "10,62 €"
    assert "28 décembre 2026" in by_months, "too near to be announced three days before"
    outside = browser.get("/spread?how=sum&sum=5&day=5").text
    assert "Nous devons vous répondre." in outside
    assert "Envoyer ma proposition" in outside


def test_what_was_agreed_is_exactly_what_was_shown(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    shown = browser.get("/spread?how=sum&sum=15&day=5").text
    fields = fields_of(shown, "/spread/agree")
    browser.post("/spread/agree", fields | {"ok": "1"})
    [view] = world.views(account)
    assert view.plan.text_hash == fields["words"]
    assert view.plan.status == "active"
    page = browser.get("/plan?fresh=1").text
    assert "C’est noté." in page
    assert "Vous payez 42,50\u00a0€ en 3 fois" in page
    assert "Accepté le 24 novembre 2026 à 10\u00a0h\u00a040" in page


def test_without_the_tick_nothing_is_agreed_and_nothing_typed_is_lost(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    fields = fields_of(browser.get("/spread?how=sum&sum=15&day=5").text, "/spread/agree")
    answer = browser.post("/spread/agree", fields)
    assert answer.status_code == 422
    assert answer.text.count("Cochez la case si les dates vous conviennent.") == 2
    assert fields_of(answer.text, "/spread/agree")["sum"] == "15"
    assert world.count(Plan) == 0


def test_a_sum_that_changed_meanwhile_is_shown_again_before_it_is_agreed(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    fields = fields_of(browser.get("/spread?how=sum&sum=15&day=5").text, "/spread/agree")
    world.paid_at_desk(account, 1000)
    answer = browser.post("/spread/agree", fields | {"ok": "1"})
    assert answer.status_code == 422
    assert "La somme a changé entre-temps." in answer.text
    assert "32,50\u00a0€" in answer.text
    assert world.count(Plan) == 0
    again = fields_of(answer.text, "/spread/agree") | {"ok": "1"}
    assert browser.post("/spread/agree", again).status_code == 303
    assert world.views(account)[0].plan.total_cents == 3250
    world.check()


def test_pressing_twice_or_going_back_makes_one_plan(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    fields = fields_of(browser.get("/spread?how=sum&sum=15&day=5").text, "/spread/agree")
    fields["ok"] = "1"
    assert browser.post("/spread/agree", fields).location == "/plan?fresh=1"
    assert browser.post("/spread/agree", fields).location == "/plan"
    other = fields | {"once": "b" * 32, "sum": "20"}
    assert browser.post("/spread/agree", other).location == "/plan"
    assert world.count(Plan) == 1
    world.check()


def test_a_double_click_makes_one_plan(world: PlanWorld) -> None:
    account = world.account()
    first = world.visitor(account)
    fields = fields_of(first.get("/spread?how=sum&sum=15&day=5").text, "/spread/agree")
    fields["ok"] = "1"
    second = world.visitor(account)
    second.get("/statement")
    second.post("/extend")
    first.post("/extend")
    answers = at_once(
        lambda: first.post("/spread/agree", fields), lambda: second.post("/spread/agree", fields)
    )
    assert {answer.status_code for answer in answers} == {303}
    assert world.count(Plan) == 1
    world.check()


WRONG = [
    ("how=sum&sum=abc&day=5", "Écrivez une somme en euros, par exemple 12,50."),
    ("how=sum&sum=&day=5", "Écrivez une somme en euros, par exemple 12,50."),
    ("how=sum&sum=15&day=29", "Le jour va de 1 à 28."),
    ("how=sum&sum=15&day=x", "Le jour va de 1 à 28."),
    ("how=months&day=5", "Choisissez le nombre de mois."),
    ("how=months&months=90&day=5", "Choisissez 60 mois au plus."),
    ("how=sum&sum=0,60&day=5", "Écrivez au moins 0,71\u00a0€ par mois, ou appelez-nous."),
]


@on_sqlite
@pytest.mark.parametrize(("query", "sentence"), WRONG)
def test_each_wrong_field_has_one_sentence_beside_it(
    database_url: str, query: str, sentence: str
) -> None:
    world = PlanWorld(database_url)
    answer = world.visitor(world.account()).get(f"/spread?{query}")
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2, "in the summary and beside the field"
    assert 'action="/spread/agree"' not in answer.text


def test_an_answer_about_a_plan_that_is_late_is_owned_to(world: PlanWorld) -> None:
    account = world.account()
    world.propose(world.visitor(account), OUTSIDE)
    for days, late in ((2, False), (1, True)):  # the promised day itself, then the day after
        world.later(days=days)
        browser = world.visitor(account)
        for page in ("/plan", "/statement"):
            assert ("Nous sommes en retard" in browser.get(page).text) == late, page
        assert ("Une personne vous répond d’ici" in browser.get("/plan").text) != late


def test_a_proposal_waits_can_be_taken_back_and_is_answered(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    world.propose(browser, OUTSIDE)
    page = browser.get("/plan").text
    assert "Nous étudions votre proposition." in page
    assert "Proposé le" in page
    assert "Accepté le" not in page
    spoken = page.split("<main")[1].split("</main>")[0]
    for word in ("Votre accord", "Notre accord", "Votre date"):
        assert word not in spoken, "nothing is agreed yet"
    for words in ("<h1>Votre proposition</h1>", "dates proposées", "Garder la proposition en PDF"):
        assert words in spoken
    answer = browser.get("/plan/agreement.pdf")
    assert "proposition.pdf" in answer.headers["Content-Disposition"]
    letter = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    assert "Votre proposition" in letter
    assert "Proposé" in letter
    assert "Notre accord" not in letter
    assert "Accepté" not in letter
    assert "<b>Votre proposition</b>" in browser.get("/statement").text
    assert "Nous étudions votre proposition." in browser.get("/statement").text
    assert world.tasks(account) == ["plan_to_decide"]
    fields = fields_of(page, "/plan/withdraw")
    assert browser.post("/plan/withdraw", fields).location == "/plan"
    assert browser.post("/plan/withdraw", fields).location == "/plan", "twice does it once"
    assert "Cette proposition est terminée." in browser.get("/plan").text
    assert world.tasks(account) == []
    world.propose(browser, OUTSIDE)
    world.at_desk(world.views(account)[0].plan, plans.decline)
    assert "Ces dates ne sont pas possibles pour nous." in browser.get("/plan").text
    world.check()


def test_our_offer_is_read_agreed_to_or_not(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    world.propose(browser, OUTSIDE)
    day = world.clock.now().date().replace(month=12, day=31)
    offer = world.offer(account, [(day, 2250), (day.replace(year=2027, month=1), 2000)])
    page = browser.get("/plan").text
    assert "Nous vous proposons d’autres dates" in page
    assert "31 décembre 2026" in page
    assert "à vous de nous dire" in browser.get("/statement").text
    fields = fields_of(page, "/plan/agree")
    assert browser.post("/plan/agree", fields).status_code == 422
    assert browser.post("/plan/agree", fields | {"ok": "1"}).location == "/plan?fresh=1"
    assert browser.post("/plan/agree", fields | {"ok": "1"}).location == "/plan"
    view = world.view(offer.id)
    assert (view.plan.status, view.plan.text_hash) == ("active", fields["words"])
    again = world.offer(account, [(day, 4250)])
    fields = fields_of(browser.get("/plan").text, "/plan/refuse")
    assert browser.post("/plan/refuse", fields).location == "/plan"
    assert world.view(again.id).plan.status == "declined"
    assert world.tasks(account) == ["plan_refused"]
    world.check()


def test_an_offer_whose_dates_have_passed_is_shown_and_agreed_with_later_ones(
    world: PlanWorld,
) -> None:
    account = world.account()
    day = world.clock.now().date().replace(month=12, day=5)
    offer = world.offer(account, [(day, 4250)])
    world.later(days=20)
    browser = world.visitor(account)
    page = browser.get("/plan").text
    assert "5 janvier 2027" in page
    browser.post("/plan/agree", fields_of(page, "/plan/agree") | {"ok": "1"})
    [part] = world.view(offer.id).parts
    assert part.due_on == part.agreed_on == day.replace(year=2027, month=1)
    world.check()


def test_asking_for_a_change_or_stopping_is_one_press(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    world.propose(browser, BY_SUM)
    fields = fields_of(browser.get("/plan").text, "/plan/ask")
    assert browser.post("/plan/ask", fields).status_code == 422
    for _ in range(2):
        assert browser.post("/plan/ask", fields | {"what": "pause"}).location == "/plan"
    page = browser.get("/plan").text
    assert "Votre demande est arrivée." in page
    assert 'action="/plan/ask"' not in page
    assert world.tasks(account) == ["plan_pause_asked"]
    for _ in range(2):
        assert browser.post("/plan/end", fields).location == "/plan"
    assert "Cet accord est terminé." in browser.get("/plan").text
    assert world.holds(account) == []
    assert 'href="/spread"' in browser.get("/statement").text
    world.check()


def test_another_accounts_plan_is_not_there(world: PlanWorld) -> None:
    theirs = world.plan(world.account()).plan
    browser = world.visitor(world.account())
    for act in ("agree", "refuse", "withdraw", "ask", "end"):
        sent = {"plan": str(theirs.id), "what": "pause", "ok": "1"}
        assert browser.post(f"/plan/{act}", sent).status_code == 404
    assert world.view(theirs.id).plan.status == "active"
    assert browser.get("/plan").location == "/spread"
    assert browser.get("/plan/agreement.pdf").location == "/plan"


def test_the_agreement_is_a_tagged_pdf_with_its_words_dates_and_hash(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    world.propose(browser, BY_SUM)
    answer = browser.get("/plan/agreement.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="accord.pdf"'
    assert answer.headers["Cache-Control"].startswith("no-store")
    reader = PdfReader(BytesIO(answer.data))
    text = " ".join(page.extract_text() for page in reader.pages)
    plan = world.views(account)[0].plan
    for words in ("Nadia Ferhat", "5 décembre 2026", "12,50", "Notre accord", plan.text_hash):
        assert str(words) in text
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata
    assert reader.metadata.title == "Notre accord"


def test_in_english_all_of_it_is_english(world: PlanWorld) -> None:
    account = world.account(language="en")
    browser = world.visitor(account)
    page = browser.get("/spread?how=sum&sum=15&day=5").text
    assert "You pay €42.50 in 3 parts" in page
    world.propose(browser, BY_SUM)
    assert world.views(account)[0].plan.agreed_language == "en"
    assert "Next date: 5 December, €15.00." in browser.get("/statement").text
    reader = PdfReader(BytesIO(browser.get("/plan/agreement.pdf").data))
    assert "Our agreement" in reader.pages[0].extract_text()


def test_what_nothing_is_left_of_can_not_be_spread(world: PlanWorld) -> None:
    account = world.account(owes=(49,))
    assert "trop petite pour être étalée" in world.visitor(account).get("/spread").text
    other = world.account()
    world.hold(other, "dispute")
    browser = world.visitor(other)
    page = browser.get("/spread?how=sum&sum=15&day=5").text
    assert "Nous vérifions d’abord avec vous ce qui n’est pas juste" in page
    assert 'action="/spread/agree"' not in page
    assert "trop petite" not in page
    assert 'href="/spread"' not in browser.get("/statement").text


def test_with_a_plan_the_statement_takes_no_more_statements(world: PlanWorld) -> None:
    account = world.account(owes=(3000, 1250))
    browser = world.visitor(account)
    world.propose(browser, BY_SUM)
    browser.get("/statement")
    with counting(world.database.engine) as statements:
        assert "Prochaine date" in browser.get("/statement").text
    assert 0 < len(statements) <= MOST_STATEMENTS, statements


# Paying a date


def test_paying_a_date_opens_the_card_page_with_its_sum(till: Till) -> None:
    world = PlanWorld.around(till.world)
    account = world.account(owes=(3000, 1250))
    world.plan(account, Wish(5, monthly_cents=1500))
    browser = till.patient(account)
    page = browser.get("/plan").text
    assert 'href="/pay?choice=part"' in page
    assert 'value="part" checked' in browser.get("/pay?choice=part").text
    answer = browser.post("/pay", {"choice": "part"})
    [opened] = till.sessions()
    assert (answer.location, opened["amount_total"]) == (opened["url"], 1500)
    till.press(opened["url"])
    till.tell_all()
    till.work()
    [view] = world.views(account)
    assert [part.paid_cents for part in view.parts] == [1500, 0, 0]
    assert "5 janvier" in browser.get("/statement").text
    till.check()


@on_sqlite
def test_a_part_is_for_what_the_plan_covers_and_may_be_small(till: Till) -> None:
    """A newer invoice must not take the money, nor the practice's minimum forbid the last euro."""
    world = PlanWorld.around(till.world)
    account = world.account(owes=(900, 3100))
    doubted, covered = world.invoices(account)
    world.hold(account, "dispute", doubted.id)
    world.plan(account, Wish(5, monthly_cents=3000))
    browser = till.patient(account)
    for cents in (3000, 100):
        browser.post("/pay", {"choice": "part"})
        opened = till.sessions()[-1]
        assert opened["amount_total"] == cents
        till.press(opened["url"])
        till.tell_all()
        till.work()
    assert [(i.id, i.open_cents) for i in world.invoices(account)] == [
        (doubted.id, 900),
        (covered.id, 0),
    ]
    till.check()


@on_sqlite
def test_without_a_plan_there_is_no_part_to_pay(till: Till) -> None:
    browser = till.patient(till.world.account())
    assert 'value="part"' not in browser.get("/pay?choice=part").text
    assert browser.post("/pay", {"choice": "part"}).status_code == 422
    assert till.sessions() == []


def test_agreeing_and_stopping_over_and_over_is_kindly_put_off_to_tomorrow(
    world: PlanWorld,
) -> None:
    account = world.account()
    for _ in range(3):
        browser = world.visitor(account)
        assert world.propose(browser, BY_SUM).location == "/plan?fresh=1"
        browser.post("/plan/end", fields_of(browser.get("/plan").text, "/plan/end"))
    answer = world.propose(browser, BY_SUM)
    assert answer.status_code == 422
    assert "Vous avez déjà accepté des dates trois fois en un jour." in answer.text
    assert "C’est possible tout de suite." in answer.text, "what was chosen is still there"
    offer = world.offer(account, [(world.clock.now().date().replace(month=12), 4250)])
    answer = browser.post(
        "/plan/agree", fields_of(browser.get("/plan").text, "/plan/agree") | {"ok": "1"}
    )
    assert "Vous avez déjà accepté des dates trois fois en un jour." in answer.text
    assert [view.plan.status for view in world.views(account)] == ["offered", *["ended"] * 3]
    world.later(days=1)
    browser = world.visitor(account)
    agreed = fields_of(browser.get("/plan").text, "/plan/agree") | {"ok": "1"}
    assert browser.post("/plan/agree", agreed).location == "/plan?fresh=1"
    assert world.view(offer.id).plan.status == "active"
    world.check()
