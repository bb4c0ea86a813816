"""Changing the master key: data keys are wrapped anew, what they seal stays as it is."""

from collections.abc import Iterator

from sqlalchemy import select

from ardoise.office import House
from shared.accounts import Account, Practice, account_vault, practice_vault
from shared.audit import SYSTEM, record
from shared.staff import reseal_second_factors

CHUNK = 500


def rewrap_practices(house: House) -> int:
    """Wrap the practices' own data keys with the current master key. Returns how many."""
    with house.database.unit_of_work() as work:
        rows = work.session.scalars(
            select(Practice).where(Practice.key_id != house.keys.current)
        ).all()
        for practice in rows:
            vault = practice_vault(house.keys, practice)
            practice.key_id, practice.wrapped_key = house.keys.wrap(
                vault, f"practice|{practice.id}"
            )
            record(
                work.session,
                practice_id=practice.id,
                account_id=None,
                kind="keys.rotated",
                actor=SYSTEM,
                at=house.clock.now(),
                key=house.keys.current,
            )
        work.commit()
    return len(rows)


def rewrap_staff(house: House) -> int:
    """Seal the second factors with the current master key. Returns how many."""
    with house.database.unit_of_work() as work:
        count = reseal_second_factors(work.session, keys=house.keys)
        work.commit()
    return count


def rewrap_accounts(house: House) -> Iterator[int]:
    """Wrap the accounts' data keys with the current master key, in short transactions."""
    while True:
        with house.database.unit_of_work() as work:
            rows = work.session.scalars(
                select(Account)
                .where(Account.key_id != house.keys.current)
                .limit(CHUNK)
                .with_for_update(skip_locked=True)
            ).all()
            for account in rows:
                vault = account_vault(house.keys, account)
                account.key_id, account.wrapped_key = house.keys.wrap(
                    vault, f"account|{account.id}"
                )
            work.commit()
        if not rows:
            return
        yield len(rows)
