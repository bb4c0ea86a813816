"""E-mail over SMTP, spoken step by step so that one knows what a broken connection means.

Until DATA is begun nothing can have been accepted; once it is, an answer that never comes leaves the
message in doubt.
"""

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from shared.base.clock import Clock
from shared.base.errors import ConfigurationError
from shared.delivery.carriers import (
    Envelope,
    NeverError,
    NotNowError,
    UnknownOutcomeError,
    UnsendableError,
)

TIMEOUT_SECONDS = 30

# RFC 3463: bad mailbox, bad domain, bad syntax, moved, no mail there (RFC 7505), disabled. 5.1.7 and
# 5.1.8 speak of the sender, 5.2.2 of a full mailbox, 5.7.x of policy.
_OF_MAILBOX = re.compile(r"\b5\.(?:1\.(?:0|1|2|3|6|10)|2\.1)\b")
_ENHANCED = re.compile(r"\b5\.\d\.\d{1,3}\b")
_PLAIN_OF_MAILBOX = frozenset({550, 551, 553})


class SmtpCarrier:
    """Sends through the server that ``url`` names: ``smtp://`` (STARTTLS where offered) or ``smtps://``.

    Credentials stand in the address and are only sent over an encrypted connection.
    """

    def __init__(self, url: str, mail_from: str, clock: Clock) -> None:
        self._parts = urlsplit(url)
        if not self._parts.hostname:
            raise ConfigurationError(
                "ARDOISE_SMTP_URL must name a host, as in smtp://mail.example:587 ."
            )
        self._from = mail_from
        self._clock = clock
        self._connection: smtplib.SMTP | None = None

    def send(self, envelope: Envelope) -> str:
        """Send one e-mail; its Message-ID is made of the notice's id, so it never changes."""
        if not envelope.to.isascii():
            raise NeverError("an address beyond ASCII can't be written to")
        domain = self._from.rpartition("@")[2]
        message_id = f"<{envelope.reference}@{domain}>"
        try:
            message = self._compose(envelope, message_id)
            connection = self._ready()
            self._greet(connection, envelope.to)
        except (NeverError, NotNowError):
            raise
        except Exception as error:  # whatever it is: DATA was not begun, so nothing has left
            self.close()
            raise UnsendableError(f"can't be written ({type(error).__name__})") from error
        self._hand_over(connection, message)
        return message_id

    def close(self) -> None:
        """Say goodbye; a connection that is gone already needs none."""
        if self._connection is not None:
            try:
                self._connection.quit()
            except (smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None

    def _compose(self, envelope: Envelope, message_id: str) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(envelope.sender, addr_spec=self._from)
        message["To"] = Address(addr_spec=envelope.to)
        message["Subject"] = envelope.subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(envelope.text)
        message.add_alternative(envelope.html, subtype="html")
        return message.as_bytes()

    def _ready(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise NotNowError(
                    f"the mail server can't be reached ({type(error).__name__})"
                ) from None
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        host = self._parts.hostname or ""
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if self._parts.scheme == "smtps":
            connection = smtplib.SMTP_SSL(
                host, self._parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(host, self._parts.port or 587, timeout=TIMEOUT_SECONDS)
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
            elif self._parts.username:
                connection.close()
                raise smtplib.SMTPNotSupportedError("no STARTTLS: the password stays here")
        if self._parts.username:
            connection.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        return connection

    def _greet(self, connection: smtplib.SMTP, recipient: str) -> None:
        try:
            connection.ehlo_or_helo_if_needed()
            code, said = connection.mail(self._from)
            if code != 250:
                self.close()
                raise NotNowError(f"the sender is refused with {code}")
            code, said = connection.rcpt(recipient)
            if code in {250, 251}:
                return
            connection.rset()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise NotNowError(f"the mail server went away ({type(error).__name__})") from None
        raise _of_answer(code, said, plain=_PLAIN_OF_MAILBOX)

    def _hand_over(self, connection: smtplib.SMTP, message: bytes) -> None:
        try:
            code, said = connection.data(message)
        except smtplib.SMTPDataError as error:
            self.close()  # what MAIL and RCPT began would still stand there
            raise _of_answer(error.smtp_code, error.smtp_error) from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise UnknownOutcomeError(type(error).__name__) from None
        if code != 250:
            raise _of_answer(code, said)


def _of_answer(
    code: int, said: bytes | str, *, plain: frozenset[int] = frozenset()
) -> NeverError | NotNowError:
    """What a refusal means: only one about the person's mailbox ends the contact.

    ``plain`` are the codes that mean it where the server gives no enhanced one: those of RCPT. Of
    the sender, of the text or of policy a server may say no without a word about the address.
    """
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    of_mailbox = bool(_OF_MAILBOX.search(text)) if _ENHANCED.search(text) else code in plain
    if code >= 500 and of_mailbox:
        return NeverError(f"refused with {code}")
    return NotNowError(f"deferred with {code}")
