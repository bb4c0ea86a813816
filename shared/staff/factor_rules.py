"""Decisions about what people sign in with, and about who may change it for whom."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from shared.base.errors import NotAllowedError
from shared.base.vault import folded

RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
_AS_TYPED = str.maketrans("OIL", "011")  # letters that Crockford's alphabet leaves out


def normal_recovery(typed: str) -> str:
    """A recovery code as it is compared, however it is typed; empty for what can be none."""
    bare = "".join(c for c in typed.upper() if c.isascii() and c.isalnum()).translate(_AS_TYPED)
    return bare if len(bare) == RECOVERY_LENGTH else ""


CHALLENGE_LIVES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can show beside the password."""

    totp: bool
    passkeys: int
    codes_left: int

    @property
    def enough(self) -> bool:
        """Whether there is a second factor; recovery codes stand in for one, and are none."""
        return self.totp or self.passkeys > 0

    def may_lose(self, *, totp: bool) -> bool:
        """Whether the authenticator (``totp``), or one passkey, may go: never the last of all."""
        return self.passkeys > 0 if totp else self.totp or self.passkeys > 1


def check_name(name: str, *, longest: int, what: str) -> str:
    """A name with its spaces tidied; ``what`` begins the sentence. Raises NotAllowedError."""
    tidy = " ".join(name.split())
    if not tidy.isprintable():
        raise NotAllowedError(f"{what} contient un caractère invisible : retapez-le.")
    if not 1 <= len(tidy) <= longest:
        raise NotAllowedError(f"{what} doit compter de 1 à {longest} caractères.")
    if not any(c.isalnum() for c in tidy):
        raise NotAllowedError(f"{what} doit contenir au moins une lettre ou un chiffre.")
    return tidy


_LEADS_SOMEWHERE = re.compile(r"[/@:<>]|\.[^\W\d_]{2,}")


def check_letter_name(name: str, *, longest: int) -> str:
    """The name of somebody to whom a message begins by it: nothing that mail programs turn into a link.

    Raises NotAllowedError.
    """
    tidy = check_name(name, longest=longest, what="Le nom")
    if _LEADS_SOMEWHERE.search(tidy):
        raise NotAllowedError(
            "Le nom ne contient ni adresse ni lien : écrivez-le seul, avec une espace après un point."
        )
    return tidy


# By Latin letter what one reads as it: letters of the Cyrillic and Greek alphabets, digits and signs.
_READ_AS_LATIN = {
    "A": "\u0410\u0391",
    "B": "\u0412\u0392",
    "C": "\u0421",
    "E": "\u0415\u0395",
    "H": "\u041d\u0397",
    "I": "\u0406\u0399",
    "J": "\u0408",
    "K": "\u041a\u039a",
    "M": "\u041c\u039c",
    "N": "\u039d",
    "O": "\u041e\u039f0",
    "P": "\u0420\u03a1",
    "S": "\u0405",
    "T": "\u0422\u03a4",
    "X": "\u0425\u03a7",
    "Y": "\u0423\u03a5",
    "Z": "\u0396",
    "a": "\u0430\u03b1",
    "c": "\u0441",
    "e": "\u0435",
    "g": "\u0261",
    "i": "\u0456\u0269\u0131\u03b9",
    "j": "\u0458",
    "l": "\u04cf1|",
    "o": "\u043e\u03bf",
    "p": "\u0440\u03c1",
    "q": "\u051b",
    "s": "\u0455",
    "u": "\u03c5",
    "v": "\u03bd",
    "w": "\u051d",
    "x": "\u0445\u03c7",
    "y": "\u0443",
}
_READ_AS = str.maketrans(
    {sign: letter for letter, signs in _READ_AS_LATIN.items() for sign in signs}
)
_CAPITAL_I = re.compile("(?<=[A-Za-z])I(?=[a-z])")  # within a word, where one reads an l
_OF_THE_SOFTWARE = "ardoise"


def read_alike(name: str) -> str:
    """What names share that one takes for the same: no case, accents, signs or look-alike letters."""
    plain = unicodedata.normalize("NFKD", name).translate(_READ_AS)
    return folded(_CAPITAL_I.sub("l", plain))


def namesake(name: str, others: Iterable[str]) -> str | None:
    """Which of the other names reads like this one, the software's own among them; None where none does."""
    alike = read_alike(name)
    if alike == _OF_THE_SOFTWARE:
        return "Ardoise"
    return next((other for other in others if read_alike(other) == alike), None)


def check_not_oneself(actor: object, member: object) -> None:
    """Nobody decides on their own access. Raises NotAllowedError."""
    if actor == member:
        raise NotAllowedError(
            "Personne ne décide de son propre accès : un autre propriétaire le peut."
        )


def check_owner_left(*, others: int) -> None:
    """A practice keeps an owner who can come in. Raises NotAllowedError."""
    if not others:
        raise NotAllowedError(
            "C’est le dernier propriétaire qui puisse entrer : nommez-en d’abord un autre."
        )


def check_of_one_practice(practices: int) -> None:
    """What somebody signs in with opens all their practices: one alone does not take it away.

    Raises NotAllowedError.
    """
    if practices > 1:
        raise NotAllowedError(
            "Cette personne travaille aussi dans un autre cabinet, et s’y connecte de même : demandez à "
            "l’exploitant d’Ardoise, qui peut remplacer ses accès."
        )
