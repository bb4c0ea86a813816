"""What is to be mended at the card processor, for operators; the page « Mise en route » says it in French."""

from collections.abc import Mapping

from shared.setup import Judged

_SAID: Mapping[tuple[str, str], str] = {
    ("name", "missing"): "it has no public name: patients then read another one",
    ("name", "telling"): "its public name says « {words} », which tells of care",
    ("name", "differs"): "its public name is « {words} », not the one in the messages",
    ("statement", "missing"): "nothing is set for bank statements",
    ("statement", "telling"): "bank statements would say « {words} », which tells of care",
    ("statement", "strange"): "the text for bank statements, « {words} », will not do",
    ("statement", "differs"): "bank statements would say « {words} », not the name in the messages",
    ("prefix", "telling"): "the short text for bank statements says « {words} »",
    ("site", "telling"): "the site or help address that is shown says « {words} »",
    ("charges", "off"): "charges are closed",
    ("charges", "unknown"): "it does not say whether charges are open",
    ("payouts", "off"): "payouts to the practice's bank are closed",
    ("payouts", "by_hand"): "payouts do not leave by themselves",
    ("payouts", "unknown"): "it does not say whether payouts are open",
    ("place", "elsewhere"): "it is not in France and in euros ({words})",
    ("place", "unknown"): "it says neither its country nor its currency",
    ("due", "asked"): "the processor waits for details about the practice",
    ("look", "old"): "the keys were changed since it was looked at: look again",
    ("look", "no_key"): "no key was there when it was to be looked at",
    ("look", "silent"): "the processor did not answer when it was looked at: look again",
    ("look", "no_right"): "the worker's key lacks the right to read it (accounts_kyc_basic_read)",
    ("look", "unknown_key"): "the processor refuses the worker's key",
}


def finding_line(practice_id: int, found: Judged) -> str:
    """One finding, as a line of `ardoise check`."""
    said = _SAID[found.what, found.why].format(words=found.words)
    return f"  LOOK    practice {practice_id}, account at the processor: {said}"
