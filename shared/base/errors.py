"""Errors that carry one sentence for the person who can mend them."""


class ArdoiseError(Exception):
    """Base of all errors raised on purpose. The text never holds personal data."""


class ConfigurationError(ArdoiseError):
    """A setting is missing or insecure; the process must not start."""


class NotAllowedError(ArdoiseError):
    """The state of things does not allow the act that was asked for."""


class ChangedMeanwhileError(NotAllowedError):
    """Somebody else changed it since it was read; the text says who and when. Nothing was written."""


class NotFoundError(ArdoiseError):
    """No such thing, or not one of this practice."""


class UnavailableError(ArdoiseError):
    """It can't be done until somebody has put the installation right; nothing was done."""


class SealError(ArdoiseError):
    """A sealed value does not open: wrong key, wrong row or altered bytes."""
