"""How the lint's lists of words are written: terms between commas, over as many lines as they need."""


def terms(block: str) -> tuple[str, ...]:
    """The terms of a list, each with single spaces."""
    return tuple(" ".join(term.split()) for term in block.split(",") if term.strip())
