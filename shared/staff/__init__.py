"""Staff: who may do what, the two steps of signing in, and the sessions that follow."""

from shared.staff.access import (
    NewCredentials,
    Place,
    find_staff,
    reset_staff,
    restore_staff,
    suspend_staff,
    unlock_staff,
)
from shared.staff.model import StaffMembership, StaffSession, StaffUser
from shared.staff.passwords import TooBusyError, password_fits
from shared.staff.presence import confirm_presence
from shared.staff.rules import (
    PERMISSIONS,
    ROLE_TITLES,
    ROLES,
    STAFF_USER,
    check_new_password,
    is_confirmed,
    permissions_of,
    roles_with,
)
from shared.staff.second_factor import reseal_second_factors
from shared.staff.service import (
    CodeTry,
    NewStaff,
    PasswordOnFile,
    add_staff,
    check_code,
    check_password,
    hash_on_file,
    members_who_may,
    password_on_file,
)
from shared.staff.sessions import (
    SignedIn,
    close_session,
    find_session,
    is_stale,
    open_session,
    sessions_of,
    touch,
)

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "ROLE_TITLES",
    "STAFF_USER",
    "CodeTry",
    "NewCredentials",
    "NewStaff",
    "PasswordOnFile",
    "Place",
    "SignedIn",
    "StaffMembership",
    "StaffSession",
    "StaffUser",
    "TooBusyError",
    "add_staff",
    "check_code",
    "check_new_password",
    "check_password",
    "close_session",
    "confirm_presence",
    "find_session",
    "find_staff",
    "hash_on_file",
    "is_confirmed",
    "is_stale",
    "members_who_may",
    "open_session",
    "password_fits",
    "password_on_file",
    "permissions_of",
    "reseal_second_factors",
    "reset_staff",
    "restore_staff",
    "roles_with",
    "sessions_of",
    "suspend_staff",
    "touch",
    "unlock_staff",
]
