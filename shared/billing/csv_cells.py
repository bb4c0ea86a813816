"""Cells written into CSV files that a spreadsheet will open."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: str) -> str:
    """The text of a cell, kept from becoming a formula by a leading apostrophe where it could.

    For text that others have written. A sum that the program writes itself is a number, not text: a
    negative one must not pass here, or the practice's software could not read it.
    """
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
