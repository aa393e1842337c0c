"""The small language in which a mapping says how a field comes out of a row's cells.

    loan_id                              a column
    [Saldo total]                        a column whose name is not one word
    'Borrower ' & loan_id                texts, joined by &
    monto / 12 + [Comisión] * 1.16       arithmetic, exact
    days_before(table('days', status))   functions: see `FUNCTIONS`

An empty cell stays empty through arithmetic and functions; & takes it as no text. An
expression is read once and becomes a function of a row; nothing of it is ever executed as
a program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

import msgspec

from rules.text import fold
from rules.words import tr

Value = str | Decimal | date | None
Cell = Callable[[Sequence[str]], Value]

_TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?)|'([^']*)'|\[([^\]]+)\]|([^\W\d]\w*)|([-+*/&(),]))")
_PLAIN = re.compile(r"-?\d+(?:\.\d*)?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_MOST_DAYS = 36_525


class ExpressionError(ValueError):
    """An expression that can't be read; the message says what and where in it."""


class CellError(ValueError):
    """A cell that does not fit; the message is the reason that the user reads."""


class Compiled(msgspec.Struct, frozen=True):
    """An expression ready to run, with the columns that it reads."""

    run: Cell
    columns: tuple[str, ...]


class Scope(msgspec.Struct, frozen=True):
    """What an expression may refer to. decimal: the decimal mark of the file's numbers."""

    columns: tuple[str, ...]
    tables: Mapping[str, Mapping[str, Any]]
    today: date
    decimal: str = "."


def number(value: Value, decimal: str = ".") -> Decimal | None:
    """A cell as an exact number; None when it is empty.

    Raises:
        CellError: it is no number, or its commas and points don't stand as in one.
    """
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, date):
        raise CellError(tr("a date, not a number"))
    if decimal == "." and _PLAIN.fullmatch(value):
        return Decimal(value)
    text = value.strip().replace("$", "").replace("\u00a0", "").replace(" ", "")
    if not text:
        return None
    if decimal == ",":
        text = text.translate(_SWAP)
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    raise CellError(tr("not a number"))


_SWAP = str.maketrans(",.", ".,")


def compile_expression(text: str, scope: Scope) -> Compiled:
    """Read an expression; a text that is exactly a column's name means that column.

    Raises:
        ExpressionError: it can't be read, or names an unknown column, table or function.
    """
    reader = _Reader(text, scope)
    whole = reader.column(text.strip())
    if whole is not None:
        return Compiled(whole, tuple(reader.used))
    run = reader.expression()
    reader.end()
    return Compiled(run, tuple(reader.used))


class _Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope
        self._folded = {fold(name): position for position, name in reversed(list(enumerate(scope.columns)))}
        self._tokens = list(self._split())
        self._next = 0
        self.used: list[str] = []

    def _split(self) -> list[tuple[str, str]]:
        found, position = [], 0
        text = self._text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                # A whole text that is a column's name never gets here with its odd characters.
                found.append(("odd", text[position:]))
                break
            kind = ("number", "text", "column", "name", "sign")[(match.lastindex or 1) - 1]
            found.append((kind, match.group(match.lastindex or 0)))
            position = match.end()
        return found

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        self._next += 1
        return token

    def _accept(self, *signs: str) -> str:
        kind, text = self._peek()
        if kind == "sign" and text in signs:
            self._next += 1
            return text
        return ""

    def _wrong(self, reason: str) -> ExpressionError:
        return ExpressionError(f"{self._text!r}: {reason}")

    def end(self) -> None:
        """Nothing may be left."""
        kind, text = self._peek()
        if kind != "end":
            raise self._wrong(tr("can't read on from {rest}", rest=repr(text)))

    def column(self, name: str) -> Cell | None:
        """The cell of a column by name (case and accents don't matter), or None."""
        position = self._folded.get(fold(name))
        if position is None:
            return None
        self.used.append(self._scope.columns[position])
        return lambda row: row[position]

    def expression(self) -> Cell:
        """Sums and joined texts."""
        left = self._term()
        while sign := self._accept("+", "-", "&"):
            left = self._joined(left, self._term()) if sign == "&" else self._sum(sign, left, self._term())
        return left

    def _term(self) -> Cell:
        left = self._factor()
        while sign := self._accept("*", "/"):
            left = self._sum(sign, left, self._factor())
        return left

    def _factor(self) -> Cell:
        if self._accept("-"):
            return self._sum("-", lambda row: Decimal(0), self._factor())
        if self._accept("("):
            inner = self.expression()
            self._close()
            return inner
        kind, text = self._take()
        if kind == "number":
            constant = Decimal(text)
            return lambda row: constant
        if kind == "text":
            return lambda row: text
        if kind == "name" and self._accept("("):
            return self._call(text)
        if kind in ("name", "column"):
            found = self.column(text)
            if found is None:
                raise self._wrong(
                    tr(
                        "there is no column {name}; the file has {known}",
                        name=text,
                        known=", ".join(self._scope.columns),
                    )
                )
            return found
        raise self._wrong(
            tr("something is missing at its end")
            if kind == "end"
            else tr("can't read {text}", text=repr(text))
        )

    def _close(self) -> None:
        if not self._accept(")"):
            raise self._wrong(tr("a closing parenthesis is missing"))

    def _sum(self, sign: str, left: Cell, right: Cell) -> Cell:
        decimal = self._scope.decimal
        work = _ARITHMETIC[sign]

        def run(row: Sequence[str]) -> Value:
            a, b = number(left(row), decimal), number(right(row), decimal)
            if a is None or b is None:
                return None
            try:
                return work(a, b)
            except (DivisionByZero, InvalidOperation) as error:
                raise CellError(tr("division by zero")) from error

        return run

    @staticmethod
    def _joined(left: Cell, right: Cell) -> Cell:
        return lambda row: f"{_text(left(row))}{_text(right(row))}"

    def _call(self, name: str) -> Cell:
        arguments: list[Cell] = []
        if not self._accept(")"):
            arguments.append(self.expression())
            while self._accept(","):
                arguments.append(self.expression())
            self._close()
        build = FUNCTIONS.get(name)
        if build is None:
            raise self._wrong(
                tr("there is no function {name}; known: {known}", name=name, known=", ".join(FUNCTIONS))
            )
        try:
            return build(self._scope, *arguments)
        except (TypeError, LookupError) as error:
            raise self._wrong(tr("{name} is called wrongly: {error}", name=name, error=error)) from error


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def _text(value: Value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)


def _table(scope: Scope, name: Cell, key: Cell) -> Cell:
    """``table('name', value)``: what the mapping's table gives for a value; ``*`` is for all others."""
    wanted = _text(name(()))
    if wanted not in scope.tables:
        raise LookupError(tr("there is no table {name}", name=wanted))
    entries = {fold(str(entry)): _constant(value) for entry, value in scope.tables[wanted].items()}

    def run(row: Sequence[str]) -> Value:
        text = fold(_text(key(row)).strip())
        if text in entries:
            return entries[text]
        if "*" in entries:
            return entries["*"]
        raise CellError(tr("not in the mapping's table {name}", name=wanted))

    return run


def _constant(value: Any) -> Value:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value if isinstance(value, (str, date)) else str(value)
    return Decimal(str(value))


def _days_before(scope: Scope, days: Cell) -> Cell:
    """``days_before(n)``: the day n days before the day of the import."""

    def run(row: Sequence[str]) -> Value:
        count = number(days(row), scope.decimal)
        if count is None:
            return None
        if not 0 <= count <= _MOST_DAYS or count != int(count):
            raise CellError(tr("not a whole number of days"))
        return scope.today - timedelta(days=int(count))

    return run


def _first(_scope: Scope, *choices: Cell) -> Cell:
    """``first(a, b, ...)``: the first that is not empty."""

    def run(row: Sequence[str]) -> Value:
        for choice in choices:
            value = choice(row)
            if value is not None and value != "":
                return value
        return None

    return run


def _extreme(pick: Callable[[list[Decimal]], Decimal]) -> Callable[..., Cell]:
    def build(scope: Scope, *choices: Cell) -> Cell:
        def run(row: Sequence[str]) -> Value:
            found = [value for choice in choices if (value := number(choice(row), scope.decimal)) is not None]
            return pick(found) if found else None

        return run

    return build


FUNCTIONS: dict[str, Callable[..., Cell]] = {
    "table": _table,
    "days_before": _days_before,
    "first": _first,
    "min": _extreme(min),
    "max": _extreme(max),
}
"""Functions of the language: table, days_before, first, min, max."""
