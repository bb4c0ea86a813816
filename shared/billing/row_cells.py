"""The cells of one row by field: read through a parser, or noted as a problem."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from shared.billing import cell_words as words
from shared.billing.column_match import ColumnPlan
from shared.billing.columns import label_of
from shared.billing.contact_cells import Phone, phone_of
from shared.billing.export_types import RowProblem
from shared.billing.rules import Cell, CellError

EMPTY = "Cellule vide. Complétez-la."

T = TypeVar("T")


@dataclass(slots=True)
class RowCells:
    """Moves from row to row with ``move_to``; ``problems`` gathers what is wrong in all of them."""

    plan: ColumnPlan
    problems: list[RowProblem] = field(default_factory=list)
    row: int = 0
    blocked: bool = False
    cells: Sequence[Cell] = ()
    _phones: dict[Cell, Phone] = field(default_factory=dict)

    def move_to(self, row: int, cells: Sequence[Cell]) -> None:
        """Read ``cells``, row number ``row``, from now on."""
        self.row, self.cells, self.blocked = row, cells, False

    def has_column(self, name: str) -> bool:
        """Whether the file has a column for a field."""
        return name in self.plan.position

    def refuse(self, name: str, reason: str, *, blocking: bool = True) -> None:
        """Note a problem under a field's column; a blocking one makes the row unusable."""
        title = self.plan.report.used.get(name) or label_of(name)
        self.problems.append(RowProblem(self.row, title, reason, blocking))
        self.blocked |= blocking

    def refuse_row(self, reason: str) -> None:
        """Note a problem of the whole row."""
        self.problems.append(RowProblem(self.row, "", reason))
        self.blocked = True

    def tell_whose(self, since: int, number: str, who: str) -> None:
        """Say of the problems from ``since`` on which invoice and whose they are."""
        self.problems[since:] = [
            replace(problem, number=number, who=who) for problem in self.problems[since:]
        ]

    def cell(self, name: str) -> Cell:
        """The bare cell of a field."""
        index = self.plan.position.get(name)
        return self.cells[index] if index is not None and index < len(self.cells) else None

    def may(self, name: str, parse: Callable[[Cell], T], *, blocking: bool = True) -> T | None:
        """The cell as ``parse`` reads it; None when it is empty or wrong."""
        cell = self.cell(name)
        if cell is None or cell == "":
            return None
        if isinstance(cell, str) and words.is_nothing(cell.strip()):
            return None
        try:
            return parse(cell)
        except CellError as error:
            self.refuse(name, str(error), blocking=blocking)
            return None

    def must(self, name: str, parse: Callable[[Cell], T]) -> T | None:
        """As ``may``, where an empty cell is a problem too."""
        before = len(self.problems)
        value = self.may(name, parse)
        if (value is None or value == "") and len(self.problems) == before:
            self.refuse(name, EMPTY)
            return None
        return value

    def text(self, name: str) -> str:
        """A cell of plain text that the row can do without."""
        return self.may(name, words.text_of, blocking=False) or ""

    def name(self, name: str) -> str:
        """A person's name; « NULL » is one here, only an empty cell is nothing."""
        cell = self.cell(name)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return ""
        try:
            return words.name_of(cell)
        except CellError as error:
            self.refuse(name, str(error))
            return ""

    def flag(self, name: str, *also_yes: str) -> bool | None:
        """Yes or no, an empty cell being no; None when the file has no such column."""
        if not self.has_column(name):
            return None
        return self.may(name, lambda cell: words.flag_of(cell, *also_yes)) or False

    def phone(self, name: str) -> Phone | None:
        """A telephone number that the row can do without."""
        return self.may(name, self._known_phone, blocking=False)

    def _known_phone(self, cell: Cell) -> Phone:
        """Checking a number costs more than the rest of a row, and rows repeat numbers."""
        known = self._phones.get(cell)
        if known is None:
            known = self._phones[cell] = phone_of(cell)
        return known
