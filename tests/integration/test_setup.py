"""Setting a practice up: steps told from facts, and trials that staff ask for and the worker does once."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from ardoise.office import House
from ardoise.trying import SHORT, SUBJECT, TEXT, do_trials
from shared.accounts import Practice
from shared.delivery import (
    Envelope,
    NeverError,
    NotNowError,
    Profile,
    UnknownOutcomeError,
    lint_text,
)
from shared.setup import NetNames, NoAnswerError, SetupTrial
from tests.backoffice_office import Samples, counted, member, opened, press, text_of
from tests.backoffice_people import KEYS, OURS, practice_row
from tests.servers.names import name_server

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
PAGE = "/settings/setup"
NEW = 3
FROM = "secretariat@r12.example"
RECORDS = {
    "r12.example": ["v=spf1 include:spf.mail.example ~all", "x" * 300],
    "_dmarc.r12.example": ["v=DMARC1; p=none"],
    "s1._domainkey.r12.example": ["v=DKIM1; p=" + "A" * 400],
}


@dataclass
class Post:
    """Vendors and the net as a test wants them: what left, and what they say."""

    left: list[Envelope] = field(default_factory=list)
    fails: Exception | None = None
    records: dict[str, list[str]] | None = None

    def send(self, envelope: Envelope) -> str:
        if self.fails is not None:
            raise self.fails
        self.left.append(envelope)
        return "reference"

    def close(self) -> None: ...

    def texts(self, name: str) -> list[str]:
        if self.records is None:
            raise NoAnswerError("silence")
        return self.records.get(name, [])


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def work(office: Samples, post: Post) -> int:
    """The worker looks once."""
    house = House.__new__(House)
    for name, value in (("database", office.database), ("clock", office.clock), ("keys", KEYS)):
        object.__setattr__(house, name, value)
    carriers = {"email": post, "sms": post}
    return do_trials(
        house,
        OURS,
        carriers=carriers,
        names=post,
        mail_from=FROM,
        processor=lambda _practice_id: None,
    )


def says(client: FlaskClient) -> str:
    return text_of(client.get(PAGE))


def test_an_email_goes_to_the_address_of_whoever_asks_and_once(office: Samples) -> None:
    client, post = office.client("owner"), Post()
    for _ in range(2):
        assert press(client, f"{PAGE}/email").status_code == 303
    assert "En cours" in says(client)
    assert work(office, post) == 1
    assert work(office, post) == 0
    [envelope] = post.left
    assert (envelope.to, envelope.sender) == ("owner@cabinet.example", "Secrétariat R11")
    assert (envelope.subject, envelope.text) == (SUBJECT, TEXT)
    assert "Le fournisseur l’a pris" in says(client)


def test_an_sms_goes_to_the_number_that_is_typed_and_is_kept_sealed(office: Samples) -> None:
    client, post = office.client("owner"), Post()
    wrong = press(client, f"{PAGE}/sms", phone="12 34")
    assert wrong.status_code == 422
    assert "Écrivez un numéro de téléphone" in text_of(wrong)
    assert 'value="12 34"' in wrong.text
    press(client, f"{PAGE}/sms", phone="06 12 34 56 78")
    with office.database.reading(OURS) as session:
        [trial] = session.scalars(select(SetupTrial)).all()
        assert trial.target is not None
        assert b"12345678" not in trial.target
    work(office, post)
    [envelope] = post.left
    assert (envelope.to, envelope.sender) == ("+33612345678", "R11")
    assert envelope.text == f"R11 : {SHORT}"


@pytest.mark.parametrize(
    ("fails", "said"),
    [
        (NotNowError("x"), "Le fournisseur ne l’a pas pris"),
        (NeverError("x"), "refuse ce destinataire"),
        (UnknownOutcomeError("x"), "peut-être parti"),
    ],
)
def test_what_a_vendor_refuses_is_said_and_not_tried_again_by_itself(
    office: Samples, fails: Exception, said: str
) -> None:
    client = office.client("owner")
    press(client, f"{PAGE}/email")
    assert work(office, Post(fails=fails)) == 1
    assert said in says(client)
    assert work(office, Post()) == 0


def test_a_worker_that_was_killed_in_between_sends_nothing_twice_and_that_is_said(
    office: Samples,
) -> None:
    client, post = office.client("owner"), Post(fails=KeyboardInterrupt())  # type: ignore[arg-type]
    press(client, f"{PAGE}/email")
    with pytest.raises(KeyboardInterrupt):
        work(office, post)
    again = Post()
    assert work(office, again) == 0
    assert not again.left
    assert "En cours" in says(client)
    office.later(minutes=3)
    assert "Ardoise s’est arrêtée pendant l’essai" in says(client)
    press(client, f"{PAGE}/email")
    assert work(office, again) == 1


def test_what_the_net_says_of_the_senders_domain_is_told_in_words(office: Samples) -> None:
    client = office.client("owner")
    press(client, f"{PAGE}/names", selector="s1")
    work(office, Post(records=RECORDS))
    page = says(client)
    assert "Pour r12.example." in page
    assert "SPF : présent, autorise spf.mail.example." in page
    assert "DKIM : présent, une clé signe vos messages." in page
    assert "DMARC : présent, mais ne demande rien" in page
    press(client, f"{PAGE}/names", selector="")
    work(office, Post(records={}))
    page = says(client)
    assert "SPF : absent" in page
    assert "DMARC : absent" in page
    assert "DKIM :" not in page
    press(client, f"{PAGE}/names", selector="s1")
    work(office, Post())
    assert "SPF : pas de réponse du réseau" in says(client)


def test_the_net_is_asked_over_real_packets() -> None:
    with name_server(RECORDS | {"empty.example": []}) as address:
        names = NetNames(address)
        for name, texts in RECORDS.items():
            assert sorted(names.texts(name)) == sorted(texts)
        assert names.texts("nowhere.example") == []
        assert names.texts("empty.example") == []


def test_a_net_that_is_silent_is_not_waited_for() -> None:
    with (
        name_server({}, silent=True) as address,
        pytest.raises(NoAnswerError, match="did not answer"),
    ):
        NetNames(address, seconds=0.3).texts("r12.example")


def test_five_trials_of_a_kind_an_hour_and_no_more(office: Samples) -> None:
    client, post = office.client("owner"), Post()
    for _ in range(7):
        press(client, f"{PAGE}/sms", phone="06 12 34 56 78")
        work(office, post)
        office.later(minutes=1)
    assert len(post.left) == 5
    assert "5 essais de cette sorte" in says(client)
    office.later(hours=1)
    press(office.client("owner"), f"{PAGE}/sms", phone="06 12 34 56 78")
    assert work(office, post) == 1


def test_the_steps_are_facts_and_an_owner_arrives_there_until_something_has_begun(
    office: Samples,
) -> None:
    owner = office.client("owner")
    assert owner.get("/").location == "/today"
    page = says(owner)
    assert "Il reste 7 étapes sur 7" in page
    assert "un numéro SIREN juste" in page
    with office.database.unit_of_work() as done:
        done.session.execute(
            update(Practice).values(siren="732 829 320", iban="FR7630006000011234567890189")
        )
        done.commit()
    assert "Il reste 5 étapes sur 7" in says(owner)
    assert "Envoyer l’e-mail" not in says(office.client("manager"))


def test_where_nothing_was_imported_yet_the_owner_arrives_at_setting_up(sqlite_url: str) -> None:
    with opened(sqlite_url) as office:
        with office.database.unit_of_work() as work:
            work.session.add(practice_row(NEW))
            work.session.flush()
            for role in ("owner", "secretary"):
                address = f"new-{role}@cabinet.example"
                office.staff[f"new-{role}"] = member(work.session, role, address, NEW)
            work.commit()
        assert office.client("new-owner", practice_id=NEW).get("/").location == PAGE
        assert office.client("new-secretary", practice_id=NEW).get("/").location == "/today"


def test_what_leaves_on_trial_passes_the_lint_and_one_text_message() -> None:
    for text, profile in ((TEXT, Profile.SHORT), (SUBJECT, Profile.SHORT), (SHORT, Profile.SHORT)):
        assert lint_text(text, profile=profile) == []
    assert len(f"{'R' * 11} : {SHORT}") <= 160


def test_the_page_costs_few_statements(office: Samples) -> None:
    client = office.client("owner")
    client.get(PAGE)
    with counted(office.database) as statements:
        assert client.get(PAGE).status_code == 200
    assert len([one for one in statements if not one.startswith(("BEGIN", "PRAGMA"))]) <= 12
    with office.database.reading(OURS) as session:
        assert session.scalar(select(func.count()).select_from(SetupTrial)) == 0
