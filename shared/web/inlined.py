"""Style and script inlined into the page: requests less, allowed by their hash and by nothing else."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import rcssmin
import rjsmin
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Inlined:
    """``text`` goes between the element's tags as it is; ``source`` into the CSP."""

    text: Markup
    source: str


def inline_css(*paths: Path) -> Inlined:
    """Join and minify own style sheets, once, when a process starts.

    Raises ValueError for a sheet that would end the ``<style>`` element.
    """
    return _inlined(rcssmin.cssmin(_joined(paths)))


def inline_script(*paths: Path) -> Inlined:
    """Join and minify own scripts. Raises ValueError for one that would end ``<script>``."""
    return _inlined(rjsmin.jsmin(_joined(paths)))


def _joined(paths: tuple[Path, ...]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _inlined(text: str) -> Inlined:
    if "</" in text or "<!--" in text:
        raise ValueError("what is inlined can't hold </ or <!--")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inlined(Markup(text), f"'sha256-{digest}'")  # noqa: S704 - our own file, checked above
