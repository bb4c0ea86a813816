"""The demo's fictional people. Any likeness is chance; numbers are of the range kept for fiction."""

from dataclasses import dataclass
from datetime import date

from shared.base.money import Cents


@dataclass(frozen=True, slots=True)
class DemoInvoice:
    """An invoice of the practice's software, ``issued`` so many days ago; sums in cents."""

    number: str
    issued: int
    total: Cents
    amo: Cents
    amc: Cents

    @property
    def patient(self) -> Cents:
        """What is left for the patient."""
        return self.total - self.amo - self.amc


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happens ``days_ago``: pay, desk, write, note, spread, call_done, wrong_tries, vanish…"""

    days_ago: int
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One account and its story."""

    ref: str
    story: str
    given: str
    surname: str
    birth: date
    phone: str
    email: str
    city: str
    invoices: tuple[DemoInvoice, ...]
    acts: tuple[Act, ...] = ()
    language: str = "fr"
    channel: str = ""
    protection: str = ""
    debtor: tuple[str, str, date] | None = None

    @property
    def birth_on_file(self) -> bool:
        """Whether the practice's software knows the birth date; where not, the portal asks for more."""
        return self.story != "ask_more"

    @property
    def identity(self) -> date:
        """The birth date that the portal asks for."""
        return self.debtor[2] if self.debtor else self.birth


SURNAMES = (
    (
        "Ferhat Le Bihan Okemba Fontanel Pruvost Castaing Sarr Nguyen Silva Thébault Vasseur Kerbrat "
        "Haddad Marchetti Lemoigne Delaunay Traoré Schmitt Besnard Charpentier Benali Guérin Roussel "
        "Mercier Dupuis Lacombe Aubert Chevalier Fabre Poirier Gauthier Perrot Renaud Collet Huet "
        "Prigent Maillard Besson Charrier Pasquier Tanguy Levasseur Hamon Texier Bouvet Rolland "
        "Jacquet Guillou Morvan Berthelot Coulibaly Ramos Kowalski Azoulay Diallo Ferrand Gilles "
        "Hébert Imbert Jourdan Klein Lambert Masson Noël Ollivier Picard"
    )
    .replace("Le Bihan", "Le_Bihan")
    .split()
)
GIVEN = [
    "Nadia",
    "Solène",
    "Thierry",
    "Léa",
    "Yvonne",
    "Paul",
    "Fatou",
    "Samuel",
    "Maria",
    "Gérard",
    "Étienne",
    "Odile",
    "Ali",
    "Chiara",
    "Gaël",
    "Sophie",
    "Moussa",
    "Anne",
    "Julien",
    "Brigitte",
    "Karim",
    "Lucie",
    "Hugo",
    "Aurore",
    "Denis",
    "Emma",
    "Jean",
    "Manon",
    "Pierre",
    "Zoé",
]
CITIES = (("44200", "Nantes"), ("35000", "Rennes"), ("29200", "Brest"), ("56000", "Vannes"))

# What patients wrote (the subject, then the words), and what the secretary answered.
WRONG = "wrong: J’y étais une seule fois, pas deux. Pouvez-vous vérifier ?"
UNCLEAR = "unclear: Je ne comprends pas ce que ma mutuelle a payé."
PAID = "paid: J’ai envoyé un virement la semaine dernière."
ANSWER = (
    "Bonjour, la mutuelle a payé sa part. Ce qui reste est à votre charge. Appelez-nous au besoin."
)
LOOKED_FOR = "Rien à la banque hier. Je regarde de nouveau demain."
GRANTED = (
    "Bonjour, c’est entendu : prenez le temps qu’il vous faut, jusqu’à la fin du mois prochain."
)

# (story, how many, first invoice issued so many days ago, acts)
STORIES: tuple[tuple[str, int, int, tuple[Act, ...]], ...] = (
    ("not_due", 8, 4, ()),
    ("unpaid", 50, 16, ()),
    ("reminded", 6, 43, ()),
    ("reminded_twice", 5, 58, ()),
    ("call", 3, 71, ()),
    ("formal_notice", 2, 84, (Act(17, "call_done"),)),
    ("partly_paid", 5, 44, (Act(9, "pay", "part"),)),
    ("paid", 6, 40, (Act(20, "pay", "all"),)),
    ("refunded", 1, 41, (Act(19, "pay", "all"), Act(4, "refund", "1200"))),
    ("dispute", 3, 46, (Act(8, "write", WRONG),)),
    ("plan", 2, 50, (Act(10, "spread", "months 2"),)),
    ("aid", 2, 48, (Act(6, "ask_help", "later"),)),
    ("protected", 2, 41, ()),
    ("english", 3, 42, ()),
    ("representative", 3, 25, ()),
    ("expired_link", 2, 45, (Act(20, "old_link"),)),
    ("bounced", 2, 15, ()),
    ("absent", 2, 47, (Act(5, "vanish"),)),
    ("ask_more", 2, 18, ()),
    ("letter_only", 1, 20, ()),
    ("no_contact", 1, 20, ()),
    ("door_closed", 1, 44, (Act(3, "wrong_tries"),)),
    ("corrected", 1, 45, (Act(12, "correct", "1000"),)),
    ("email_only", 2, 43, ()),
    ("plan_running", 1, 80, (Act(40, "spread", "months 3"),)),
    ("plan_asked", 1, 50, (Act(4, "spread", "sum 5"),)),
    ("aid_granted", 1, 48, (Act(15, "ask_help", "later"), Act(13, "grant", GRANTED))),
    ("question", 2, 44, (Act(1, "write", UNCLEAR),)),
    (
        "already_paid",
        1,
        44,
        (Act(3, "write", PAID), Act(2, "note", LOOKED_FOR), Act(1, "later", "payer")),
    ),
    ("answered", 2, 44, (Act(6, "write", UNCLEAR), Act(4, "answer", ANSWER))),
    ("paid_at_desk", 2, 40, (Act(2, "desk", "cash 0"),)),
    ("credit", 1, 14, (Act(9, "desk", "cheque 2000"),)),
    ("contested", 1, 42, (Act(18, "pay", "all"), Act(0, "contest", "dispute"))),
    ("bank_asks", 1, 42, (Act(18, "pay", "all"), Act(0, "contest", "inquiry"))),
    ("paid_elsewhere", 1, 20, (Act(0, "by_hand", "3900"),)),
    ("given_up", 1, 40, (Act(9, "give_up", "1000 goodwill"),)),
    ("to_agree", 1, 40, (Act(0, "give_up", "18000 uncollectable"),)),
    ("lines_seen", 1, 40, (Act(2, "look_at_lines", "question"),)),
)
# Sums of these stories are larger, as the step they are about asks for a larger one.
LARGER: dict[str, Cents] = {
    "formal_notice": 4000,
    "plan": 9000,
    "plan_running": 9000,
    "plan_asked": 9000,
    "to_agree": 60000,
}
# Everyone of these stories has an e-mail address; of the others, every second person.
WITH_EMAIL = frozenset({"bounced", "english", "email_only"})


def _invoices(serial: int, story: str, issued: int) -> tuple[DemoInvoice, ...]:
    single = {"absent", "corrected", "paid_at_desk"}
    many = 2 if story == "credit" or (serial % 3 == 0 and story not in single) else 1
    made = []
    for part in range(many):
        total = 4200 + (serial * 1370 + part * 2650) % 11800 + LARGER.get(story, 0)
        total -= total % 50
        protected = story == "protected"
        amo = total * 60 // 100
        amc = 0 if protected else (total * 12 // 100 if serial % 2 else 0)
        days = max(issued - part * 9, 1)
        made.append(DemoInvoice(f"2026-{1000 + serial * 3 + part:04d}", days, total, amo, amc))
    return tuple(made)


def _person(serial: int, story: str, issued: int, acts: tuple[Act, ...]) -> DemoPerson:
    given = GIVEN[serial % len(GIVEN)]
    surname = SURNAMES[serial % len(SURNAMES)].replace("_", " ")
    birth = date(1938 + (serial * 7) % 62, serial % 12 + 1, serial % 28 + 1)
    phone = f"06 39 98 {10 + serial // 100:02d} {serial % 100:02d}"
    email = f"{_plain(given)}.{_plain(surname)}@courriel.example"
    if story == "bounced":
        phone, email = "", f"{_plain(given)}.{_plain(surname)}@bounce.example"
    if story == "no_contact":
        phone, email = "", ""
    if story == "email_only":
        phone = ""
    minor = story == "representative"
    return DemoPerson(
        ref=f"D{20000 + serial * 17}",
        story=story,
        given=given,
        surname=surname,
        birth=date(2013, birth.month, birth.day) if minor else birth,
        phone=phone,
        email=email if serial % 2 or story in WITH_EMAIL else "",
        city=str(serial % len(CITIES)),
        invoices=_invoices(serial, story, issued),
        acts=acts,
        language="en" if story == "english" else "fr",
        channel={"letter_only": "courrier"}.get(story, ""),
        protection="CSS" if story == "protected" else "",
        debtor=(GIVEN[(serial + 11) % len(GIVEN)], surname, birth) if minor else None,
    )


def _plain(name: str) -> str:
    table = str.maketrans("éèêëàâîïôûùçÉÈ", "eeeeaaiiouucee")
    return name.translate(table).replace(" ", "").lower()


def people() -> list[DemoPerson]:
    """All of them; the same at each start."""
    made: list[DemoPerson] = []
    for story, count, issued, acts in STORIES:
        for _ in range(count):
            made.append(_person(len(made) + 1, story, issued, acts))
    return made
