"""A patient of the demo's past at the portal: a link, a birth date, forms read and sent as they come."""

from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlencode

from ardoise.demo.setting import DemoError, Environments
from portal.app import create_app
from shared.base.clock import Clock
from shared.base.config import PortalSettings
from shared.base.database import Database

Fields = dict[str, str]
OK, SENT_ON = 200, 303


class Visitor:
    """One visit after another of the portal, run in this process by the demo's clock."""

    def __init__(self, environment: Environments, database: Database, clock: Clock) -> None:
        told = {
            name.removeprefix("ARDOISE_").lower(): value
            for name, value in environment.portal.items()
        }
        settings = PortalSettings.model_validate(told)
        self._site = settings.site
        self._app = create_app(settings, database, clock=clock)
        self._client = self._app.test_client()

    def enter(self, link: str, born: date) -> None:
        """A new visit. Raises DemoError when the identity form does not open."""
        self._client = self._app.test_client()
        path = link.removeprefix(self._site)
        self._fill(
            path, path, {"day": f"{born.day}", "month": f"{born.month}", "year": f"{born.year}"}
        )

    def spread(self, wish: Fields) -> str:
        """See the dates of a wish, and agree to them; where this leads to."""
        return self._fill(f"/spread?{urlencode(wish)}", "/spread/agree", {"ok": "1"})

    def write(self, subject: str, text: str) -> None:
        """A message to the practice."""
        self._fill("/messages", "/messages", {"subject": subject, "text": text})

    def ask_help(self, answers: Fields) -> None:
        """A request for help, by boxes."""
        self._fill("/help", "/help", answers)

    def _fill(self, page: str, action: str, typed: Fields) -> str:
        shown = self._client.get(page, base_url=self._site)
        form = Form(action)
        form.feed(shown.text)
        sent = self._client.post(action, base_url=self._site, data=form.hidden | typed)
        if shown.status_code != OK or sent.status_code != SENT_ON:
            raise DemoError(f"A patient of the demo got no answer; a defect of Ardoise ({action}).")
        return str(sent.location)


class Form(HTMLParser):
    """The hidden fields of a page's form."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.hidden: Fields = {}
        self._action = action
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Into the form, or one of its fields."""
        told = dict(attrs)
        if tag == "form":
            self._inside = (told.get("action") or self._action) == self._action
        elif tag == "input" and self._inside and told.get("type") == "hidden":
            self.hidden[told.get("name") or ""] = told.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        """Out of the form."""
        self._inside = self._inside and tag != "form"
