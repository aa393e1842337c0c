"""How fast a portfolio comes in, beside the plainest load of the very same rows.

The floor is one transaction that writes the resulting rows, ready made, into the same
tables of a fresh store: COPY in PostgreSQL, executemany in SQLite. The import itself runs
in a process of its own, so that its peak memory is its own, too.

    python -m benchmarks.import_rate --rows 1000000
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from random import Random

from benchmarks.postgres import database, server
from benchmarks.report import Row, show
from storage.central.connection import Store
from storage.central.upkeep.schema import upgrade
from storage.portfolio.importing import import_file
from storage.portfolio.mapping import load_mapping

ROWS = 50_000
TIMES = 3
MANY_ROWS = 200_000
"""Beyond this many, once is enough."""

TABLES = ("portfolio", "client", "account", "contact_point", "lane", "ready", "waiting", "stat_delta")
CHUNK = 10_000
MAPPING = """
[portfolio]
creditor = "Benchmark"

[client]
ref = "cliente"
name = "nombre"
tax_id = "rfc"
state = "estado"

[account]
ref = "cuenta"
overdue = "vencido"
total = "saldo"
minimum = "minimo"
oldest_due = "vence"

[components]
capital_vencido = "vencido"
capital_vigente = "saldo - vencido"

[[phones]]
number = "telefono"
"""


def run(tell: Callable[[str, list[Row]], None], rows: int = ROWS) -> None:
    """Measure both stores and print their table."""
    found = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="agent-tui-bench-")))
        _write_portfolio(folder / "portfolio.csv", rows)
        (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
        files = (f"sqlite:///{folder}/{number}.db" for number in count())
        found += _measure("SQLite", rows, folder, lambda: next(files))
        postgres = stack.enter_context(server())
        found += _measure("PostgreSQL", rows, folder, lambda: stack.enter_context(database(postgres)))
    tell(f"Import of {rows:,} accounts", found)


def _measure(name: str, rows: int, folder: Path, fresh: Callable[[], str]) -> list[Row]:
    """Import and floor by turns, the best of each: what else the machine does only adds time."""
    new, again, floors = [], [], []
    for _ in range(TIMES if rows <= MANY_ROWS else 1):
        url, floor_url = fresh(), fresh()
        for each in (url, floor_url):
            with _store(each) as store:
                upgrade(store)
        new.append(_import(url, folder))
        again.append(_import(url, folder))
        floors.append(_plain_load(url, floor_url))
    measured = (("new rows", new, ">= 0.33"), ("same file again", again, ""))
    return [
        Row(
            name=f"{name}, {what}",
            value=rows / min(one["seconds"] for one in found),
            unit="rows/s",
            floor=rows / min(floors),
            floor_name="plain load",
            aim=aim,
            note=f"peak {max(one['peak_mb'] for one in found):.0f} MB",
        )
        for what, found, aim in measured
    ]


def _import(url: str, folder: Path) -> dict[str, float]:
    command = (sys.executable, "-m", "benchmarks.import_rate", "--child", url, str(folder))
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _child(url: str, folder: Path) -> None:
    """One import in this process; its seconds and peak memory go to standard output."""
    mapping = load_mapping(folder / "map.toml")
    with _store(url) as store:
        began = time.perf_counter()
        outcome = import_file(store, folder / "portfolio.csv", "Benchmark", mapping)
        seconds = time.perf_counter() - began
    assert outcome.rejected == 0
    print(json.dumps({"seconds": seconds, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """This process's own peak memory; getrusage would count what its parent had when it forked."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _plain_load(source_url: str, target_url: str) -> float:
    """Seconds to write the rows of one store into another, without the reading."""
    seconds = 0.0
    with _store(source_url) as source, _store(target_url) as target:
        with source.read() as reader, target.begin() as tx:
            for table in TABLES:
                columns, chunks = _rows(reader, table)
                for chunk in chunks:
                    began = time.perf_counter()
                    tx.bulk(table, columns, chunk)
                    seconds += time.perf_counter() - began
            ended = time.perf_counter()
        seconds += time.perf_counter() - ended
    return seconds


def _rows(reader: object, table: str) -> tuple[list[str], Iterator[list[tuple[object, ...]]]]:
    """A table's columns and rows as `Tx.bulk` takes them."""
    connection = reader.connection  # type: ignore[attr-defined] # the driver's own
    cursor = connection.cursor() if "sqlite" in type(connection).__module__ else connection.cursor(name=table)
    cursor.execute(f'SELECT * FROM "{table}"')
    columns = [column[0] for column in cursor.description]

    def chunks() -> Iterator[list[tuple[object, ...]]]:
        while chunk := cursor.fetchmany(CHUNK):
            yield [
                tuple(json.dumps(value) if isinstance(value, (dict, list)) else value for value in row)
                for row in chunk
            ]
        cursor.close()

    return columns, chunks()


@contextmanager
def _store(url: str) -> Iterator[Store]:
    with closing(Store(url)) as store:
        yield store


def _write_portfolio(path: Path, rows: int) -> None:
    """A file as a bank sends it: one account a line, one client in six has two."""
    rng = Random(1)  # noqa: S311 - the same rows in every run, no secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            (
                "cliente",
                "nombre",
                "rfc",
                "estado",
                "cuenta",
                "vencido",
                "saldo",
                "minimo",
                "vence",
                "telefono",
            )
        )
        client = 0
        for number in range(rows):
            client += rng.random() > 1 / 6
            total = rng.randint(100_00, 90_000_00)
            overdue = rng.randint(1, total)
            writer.writerow(
                (
                    f"C{client:08d}",
                    f"Cliente Número {client}",
                    f"XAXX{client % 1_000_000:06d}000",
                    rng.choice(("Sonora", "Jalisco", "Puebla", "Nuevo León", "Quintana Roo")),
                    f"{number:010d}",
                    f"{overdue / 100:.2f}",
                    f"{total / 100:.2f}",
                    f"{min(total, 500_00) / 100:.2f}",
                    f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d}",
                    f"55{rng.randint(10_000_000, 99_999_999)}",
                )
            )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--child", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.child[0], Path(options.child[1]))
    else:
        run(lambda title, rows: print(show(title, rows)), options.rows)


if __name__ == "__main__":
    main()
