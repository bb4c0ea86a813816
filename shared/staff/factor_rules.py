"""Decisions about what people sign in with, and about who may change it for whom."""

from dataclasses import dataclass
from datetime import timedelta

from shared.base.errors import NotAllowedError

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
    return tidy


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
