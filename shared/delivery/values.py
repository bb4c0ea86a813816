"""All that a notice may say: the values of its places, each of a known kind."""

from dataclasses import dataclass, fields
from functools import cached_property

from markupsafe import escape

from shared.base.errors import ArdoiseError
from shared.base.formats import NO_BREAK
from shared.delivery.lint import FieldKind, TypedField

SAMPLE_CODE = "0" * 6


class UnusableNoticeError(ArdoiseError):
    """A notice cannot be made from these values: one is missing, or the text gets too long."""


@dataclass(frozen=True)
class NoticeValues:
    """All that a notice may say.

    `sender` is the practice's neutral name, `link` the whole signed link, `site` the host that it
    leads to (with a port if any, no scheme), `phone` the practice's public number; `link_days`
    is a whole number of days; `code` six digits. Link and code are None where none is meant: a notice
    that asks for it can't be made then. Raises UnusableNoticeError if a value is empty."""

    sender: str
    link: str | None
    site: str
    phone: str
    link_days: int
    code: str | None = None

    def __post_init__(self) -> None:
        empty = [name for name, value in self.given.items() if not value]
        if empty:
            raise UnusableNoticeError(
                f"A notice needs {' and '.join(empty)}: set it in the practice's settings."
            )

    @property
    def given(self) -> dict[str, object]:
        """What may be said, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def whole_phone(self) -> str:
        """The number as it is written: no line ends in it."""
        return self.phone.replace(" ", NO_BREAK)

    @cached_property
    def typed(self) -> tuple[TypedField, ...]:
        return (
            *([TypedField(FieldKind.URL, self.link)] if self.link else []),
            *([TypedField(FieldKind.CODE, self.code)] if self.code else []),
            TypedField(FieldKind.NAME, self.sender),
            TypedField(FieldKind.PHONE, self.whole_phone),
            TypedField(FieldKind.PHONE, self.phone),
        )

    @cached_property
    def typed_in_html(self) -> tuple[TypedField, ...]:
        return tuple(TypedField(field.kind, str(escape(field.value))) for field in self.typed)
