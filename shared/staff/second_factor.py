"""The second factor: a time-based code (TOTP, RFC 6238), its secret sealed by the master keys."""

import hmac
from datetime import datetime
from urllib.parse import quote

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.base.errors import SealError
from shared.base.vault import KeyRing, Vault
from shared.staff.model import RecoveryCode, StaffPasskey, StaffUser
from shared.staff.rules import code_steps

_PURPOSE = "staff"
NO_SECRET = b""
"""What stands on the row of a person without an authenticator."""


def new_secret() -> str:
    """A fresh secret for an authenticator, in base 32."""
    return pyotp.random_base32()


def provisioning_uri(email: str, secret: str) -> str:
    """What the QR code for the authenticator holds."""
    return f"otpauth://totp/Ardoise:{quote(email)}?secret={secret}&issuer=Ardoise"


def seal_secret(user: StaffUser, secret: str, *, keys: KeyRing) -> None:
    """Keep the secret on the user's row, sealed for that row: under the master key that the row names, which
    the back-office may not change, else under the current one."""
    staff_keys = keys.subkey(_PURPOSE)
    if user.key_id not in staff_keys.keys:
        user.key_id = staff_keys.current
    user.totp_secret = _vault(staff_keys, user.key_id).seal(
        secret, table="staff_user", row=user.id, column="totp_secret"
    )


def open_secret(user: StaffUser, *, keys: KeyRing) -> str:
    """The secret. Raises SealError when its master key is not here."""
    vault = _vault(keys.subkey(_PURPOSE), user.key_id)
    return str(vault.open(user.totp_secret, table="staff_user", row=user.id, column="totp_secret"))


def reseal_second_factors(session: Session, *, keys: KeyRing) -> int:
    """Seal every second factor under the current master key. Returns how many rows were moved."""
    old = session.scalars(select(StaffUser).where(StaffUser.key_id != keys.current)).all()
    for user in old:
        secret = open_secret(user, keys=keys) if user.totp_secret != NO_SECRET else ""
        user.key_id = keys.current
        if secret:
            seal_secret(user, secret, keys=keys)
    return len(old)


def forget_factors(session: Session, user: StaffUser) -> None:
    """All second factors of a person end, recovery codes too; whoever calls has told it."""
    user.totp_secret = NO_SECRET
    for table in (StaffPasskey, RecoveryCode):
        session.execute(delete(table).where(table.user_id == user.id))
    session.flush()


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """The latest time step whose code this is; all are compared, so that time tells nothing."""
    totp = pyotp.TOTP(secret)
    typed = "".join(code.split()).encode()
    found = None
    for step in code_steps(at):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed):
            found = step
    return found


def take_step(session: Session, user: StaffUser, step: int) -> bool:
    """Use a time step up. False when it or a later one was used before; of two at once one wins."""
    taken = session.execute(
        update(StaffUser)
        .where(StaffUser.id == user.id, StaffUser.totp_step < step)
        .values(totp_step=step)
        .returning(StaffUser.id)
    )
    return taken.first() is not None


def _vault(staff_keys: KeyRing, key_id: str) -> Vault:
    if key_id not in staff_keys.keys:
        raise SealError(f"the key {key_id} is not in this process's settings")
    return Vault(staff_keys.keys[key_id])
