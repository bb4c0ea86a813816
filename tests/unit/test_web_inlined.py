"""The page brings its own style and script, and the browser takes no other."""

import base64
import hashlib
from pathlib import Path

import pytest

from shared.web.inlined import inline_css, inline_script


def test_the_style_is_allowed_by_its_hash(tmp_path: Path) -> None:
    one, two = tmp_path / "one.css", tmp_path / "two.css"
    one.write_text("/* why */ a  {  color : red ;  }", encoding="utf-8")
    two.write_text("b > i { width: calc(1rem + 2px) }", encoding="utf-8")
    style = inline_css(one, two)
    assert str(style.text) == "a{color:red}b>i{width:calc(1rem + 2px)}"
    digest = base64.b64encode(hashlib.sha256(str(style.text).encode()).digest()).decode()
    assert style.source == f"'sha256-{digest}'"


def test_a_sheet_cannot_end_the_style_element(tmp_path: Path) -> None:
    sheet = tmp_path / "bad.css"
    sheet.write_text('a::before { content: "</style><script>" }', encoding="utf-8")
    with pytest.raises(ValueError, match="</"):
        inline_css(sheet)


def test_the_script_is_allowed_by_its_hash(tmp_path: Path) -> None:
    file = tmp_path / "one.js"
    file.write_text('"use strict";\n// why\nlet a = 1 < 2;\n', encoding="utf-8")
    script = inline_script(file)
    assert str(script.text) == '"use strict";let a=1<2;'
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    assert script.source == f"'sha256-{digest}'"


@pytest.mark.parametrize("end", ["</script>", "<!-- hidden"])
def test_a_script_cannot_end_the_script_element(tmp_path: Path, end: str) -> None:
    file = tmp_path / "bad.js"
    file.write_text(f'"{end}"', encoding="utf-8")
    with pytest.raises(ValueError, match="inlined"):
        inline_script(file)
