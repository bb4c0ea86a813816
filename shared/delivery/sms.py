"""SMS through a vendor's HTTPS door: one JSON POST a message, our own reference against doubles."""

import re
import ssl

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError

from shared.base.log import get_logger
from shared.delivery.carriers import Envelope, NeverError, NotNowError, UnknownOutcomeError

log = get_logger(__name__)
OF_THE_NUMBER = frozenset({"unknown_number", "invalid_to"})
_WORD = re.compile(r"[\w.:@<>-]{1,120}", re.ASCII)
CONNECT_SECONDS = 5
ANSWER_SECONDS = 20


class HttpSmsCarrier:
    """Posts ``{to, sender, text, reference}`` with a bearer token; the answer's ``id`` is kept.

    A refusal speaks against the number only when its ``error`` says so (``unknown_number``,
    ``invalid_to``); any other may be our own mistake or the vendor's, and is tried again.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, envelope: Envelope) -> str:
        """Send one SMS."""
        if not self._url:
            raise NotNowError("no SMS vendor is set (ARDOISE_SMS_URL)")
        body = {
            "to": envelope.to,
            "sender": envelope.sender,
            "text": envelope.text,
            "reference": envelope.reference,
        }
        try:
            answer = self._session.post(
                self._url,
                json=body,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
            )
        except requests.ConnectTimeout:
            raise NotNowError("the SMS vendor does not answer") from None
        except requests.ConnectionError as error:
            raise _of_connection(error) from None
        except requests.RequestException as error:
            raise UnknownOutcomeError(type(error).__name__) from None
        if 300 <= answer.status_code < 500 or answer.status_code == 503:
            code = _field(answer, "error")
            if code in OF_THE_NUMBER:
                raise NeverError(code)
            log.error("sms.refused", status=answer.status_code, code=code)
            raise NotNowError(f"deferred with {answer.status_code} {code}".strip())
        if not answer.ok:
            raise UnknownOutcomeError(f"answered {answer.status_code}")
        reference = _field(answer, "id")
        if not reference:  # somebody else's page may stand in between and say 200 to everything
            raise UnknownOutcomeError("answered without an id")
        return reference[:120]

    def close(self) -> None:
        """End the connection."""
        self._session.close()


def _field(answer: requests.Response, name: str) -> str:
    """A word of the vendor's; anything longer may quote our own message, and is not repeated."""
    try:
        word = str(answer.json()[name])
    except (ValueError, KeyError, TypeError):
        return ""
    return word if _WORD.fullmatch(word) else ""


def _of_connection(error: requests.ConnectionError) -> NotNowError | UnknownOutcomeError:
    """Without a connection, or without trust in it, not a byte of the message left."""
    told = error.args[0] if error.args else None
    cause = told.reason if isinstance(told, MaxRetryError) else told
    of_trust = isinstance(cause, TlsError) and isinstance(
        cause.args[0] if cause.args else None, ssl.SSLCertVerificationError
    )
    if isinstance(cause, NewConnectionError) or of_trust:
        return NotNowError("the SMS vendor can't be reached")
    return UnknownOutcomeError(type(error).__name__)
