"""How fast two tables are crossed, beside the same join written directly in the engine.

The floor is the join alone, on the files' own columns: no cleaning of keys, no counting of what
matched and what did not, no rows numbered for messages. Both by turns, the best of each.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from benchmarks.report import Row, beside
from rules.tools.crossing import Cross, Key, Source
from rules.tools.pivoting import Measure, Pivot
from storage.crossing import reading
from storage.crossing.joining import cross
from storage.crossing.pivoting import pivot
from storage.crossing.writing import write

ROWS = 50_000
SHARED = 30_000
TIMES = 15
AIM = "<= 2"
AT = datetime(2026, 11, 25, tzinfo=UTC)


def run(tell: Callable[[str, list[Row]], None], rows: int = ROWS) -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory(prefix="agent-tui-bench-") as folder:
        left, right = Path(folder) / "collected.csv", Path(folder) / "accounting.csv"
        _write_tables(left, right, rows)
        tell(f"Cross of {rows:,} x {rows:,} rows", _measure(left, right, rows))


def _measure(left: Path, right: Path, rows: int) -> list[Row]:
    sources = Source(path=str(left)), Source(path=str(right))
    ours, theirs = reading.read(sources[0]), reading.read(sources[1])
    plain_left, plain_right = _plain(left), _plain(right)
    found = []
    for how in ("inner", "left", "full"):
        recipe = Cross(keys=(Key(left="poliza", right="policy"),), how=how)

        def product(recipe: Cross = recipe) -> Any:
            return cross(ours, theirs, recipe)

        def engine(how: Any = how) -> Any:
            return plain_left.join(plain_right, left_on="poliza", right_on="policy", how=how)

        def product_from_files(recipe: Cross = recipe) -> Any:
            reading.forget()
            return cross(reading.read(sources[0]), reading.read(sources[1]), recipe)

        def engine_from_files(how: Any = how) -> Any:
            return _plain(left).join(_plain(right), left_on="poliza", right_on="policy", how=how)

        assert product().frame.height == engine().height
        found.append(_row(f"{how}, tables in memory", product, engine))
        found.append(_row(f"{how}, files read", product_from_files, engine_from_files))
    return [*found, _pivot(ours), _workbook(product(), rows)]


def _row(name: str, product: Callable[[], Any], engine: Callable[[], Any]) -> Row:
    seconds, floor = _best(product, engine)
    return beside(name, seconds * 1000, "ms", floor * 1000, "polars", AIM)


def _pivot(table: reading.Sheet) -> Row:
    recipe = Pivot(rows=("canal",), columns=("mes",), values=(Measure(of="sum", column="importe"),))
    seconds, _ = _best(lambda: pivot(table, recipe, AT), lambda: None)
    return Row(name="pivot, amounts read exactly", value=seconds * 1000, unit="ms")


def _workbook(crossed: Any, rows: int) -> Row:
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        write(crossed, "xlsx", out, AT)
        seconds = time.perf_counter() - began
    return Row(name="all of it to XLSX", value=seconds, unit="s", note=f"{crossed.frame.height:,} rows")


def _best(product: Callable[[], Any], engine: Callable[[], Any]) -> tuple[float, float]:
    """The best of each: what else the machine does only adds time."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(TIMES):
        for work, kept in zip((product, engine), times, strict=True):
            began = time.perf_counter()
            work()
            kept.append(time.perf_counter() - began)
    return min(times[0]), min(times[1])


def _plain(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def _write_tables(left: Path, right: Path, rows: int) -> None:
    """Two files of a month: most receipts on both sides, in different orders."""
    rng = Random(1)  # noqa: S311 - the same rows in every run, no secret
    for path, head, first in ((left, "poliza", 0), (right, "policy", rows - SHARED * rows // ROWS)):
        numbers = list(range(first, first + rows))
        rng.shuffle(numbers)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow((head, "nombre", "mes", "importe", "canal"))
            for number in numbers:
                amount = f"{number % 9_000}.{number % 100:02d}"
                month = f"2026-{number % 12 + 1:02d}"
                writer.writerow((f"VID-{number:08d}", f"Cliente Número {number}", month, amount, "spei"))
