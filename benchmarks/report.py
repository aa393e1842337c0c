"""Rows of the printed table: a figure, its floor, their ratio, and the aim."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measure. `value` and `floor` in `unit`; ratio = value / floor unless it is given."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    floor_name: str = ""
    aim: str = ""
    ratio: float | None = None
    note: str = ""

    def shown_ratio(self) -> str:
        """The ratio with two decimals, or a dash."""
        ratio = self.ratio
        if ratio is None and self.floor:
            ratio = self.value / self.floor
        return "-" if ratio is None else f"{ratio:.2f}"


def beside(name: str, value: float, unit: str, floor: float, floor_name: str, aim: str) -> Row:
    """A measure next to its floor, both in `unit`."""
    return Row(name=name, value=value, unit=unit, floor=floor, floor_name=floor_name, aim=aim)


def median(values: Sequence[float]) -> float:
    """The middle of the measured values."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 stay at or under (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)]


def show(title: str, rows: Sequence[Row]) -> str:
    """A section of the report as aligned text."""
    head = ("measure", "value", "floor", "ratio", "aim", "")
    lines = [head]
    for row in rows:
        floor = "-" if row.floor is None else f"{row.floor:,.4g} {row.floor_name}"
        lines.append((row.name, f"{row.value:,.4g} {row.unit}", floor, row.shown_ratio(), row.aim, row.note))
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = [title, "-" * len(title)]
    text += [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join(text)
