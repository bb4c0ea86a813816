"""A visitor of the portal without a browser: forms sent back as they came."""

import html
import re
from datetime import date

import requests

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
TAGS = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)
SECONDS = 30


class Visitor:
    """One browser session behind one link."""

    def __init__(self, link: str) -> None:
        self.link = link
        self.session = requests.Session()

    def get(self) -> requests.Response:
        """Open the link."""
        return self.session.get(self.link, timeout=SECONDS)

    def answer(self, born: date | None, **more: str) -> requests.Response:
        """Answer the identity form, and follow where it leads."""
        token = CSRF.search(self.get().text)
        assert token
        assert born
        fields = {"day": str(born.day), "month": str(born.month), "year": str(born.year)}
        return self.session.post(
            self.link, data={"csrf_token": token[1], **fields, **more}, timeout=SECONDS
        )


def plain(page: str) -> str:
    """What a page says: no tags, and one plain space for each run of spaces of any kind."""
    return " ".join(html.unescape(TAGS.sub(" ", page)).split())
