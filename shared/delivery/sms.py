"""SMS through a vendor's HTTPS door: one JSON POST a message, our own reference against doubles."""

import requests

from shared.delivery.carriers import Envelope, NeverError, NotNowError, UnknownOutcomeError

CONNECT_SECONDS = 5
ANSWER_SECONDS = 20


class HttpSmsCarrier:
    """Posts ``{to, sender, text, reference}`` with a bearer token; the answer's ``id`` is kept.

    400, 404, 410 and 422 mean that the number does not work; 429 and 503 that one may try again.
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
        if answer.status_code in {400, 404, 410, 422}:
            raise NeverError(f"refused with {answer.status_code}")
        if answer.status_code in {401, 403, 429, 503}:
            raise NotNowError(f"deferred with {answer.status_code}")
        if not answer.ok:
            raise UnknownOutcomeError(f"answered {answer.status_code}")
        try:
            return str(answer.json()["id"])[:120]
        except (ValueError, KeyError, TypeError):
            return ""

    def close(self) -> None:
        """End the connection."""
        self._session.close()


def _of_connection(error: requests.ConnectionError) -> NotNowError | UnknownOutcomeError:
    if "NewConnectionError" in repr(error) or "Failed to establish" in repr(error):
        return NotNowError("the SMS vendor can't be reached")
    return UnknownOutcomeError(type(error).__name__)
