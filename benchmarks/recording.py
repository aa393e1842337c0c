"""What a piece of work sends to PostgreSQL, recorded, and run again by pgbench with no Python between."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

import msgspec
import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from benchmarks.pgbench import program

_TPS = re.compile(r"tps = ([\d.]+)")
_PLACE = re.compile(r"\$(\d+)")


class Script(msgspec.Struct, frozen=True):
    """What one pgbench transaction runs. statements: how many of them, BEGIN and COMMIT included."""

    text: str
    statements: int = 1


def tps(url: str, script: Script, connections: int, seconds: float) -> float:
    """Transactions a second of a script, statements prepared once, one connection a client."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script.text)
        file.flush()
        options = ["-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", str(round(seconds))]
        command = [program(), *options, "-f", file.name, url]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = _TPS.search(done.stdout)
    assert found is not None, done.stderr
    assert "aborted" not in done.stderr, done.stderr
    return float(found[1])


def recorded(work: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The statements that a piece of work sends, in the driver's words, with their parameters."""
    sent: list[tuple[str, Any]] = []
    execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit

    def executed(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
        connection = cursor.connection
        if connection.info.transaction_status == TransactionStatus.IDLE and not connection.autocommit:
            sent.append(("BEGIN", ()))
        sent.append((str(query), params or ()))
        return execute(cursor, query, params, **options)

    def committed(connection: Any) -> None:
        if connection.info.transaction_status == TransactionStatus.INTRANS:
            sent.append(("COMMIT", ()))
        commit(connection)

    with (
        patch.object(psycopg.Cursor, "execute", executed),
        patch.object(psycopg.Connection, "commit", committed),
    ):
        work()
    return sent


def as_script(
    sent: Sequence[tuple[str, Any]], word: Callable[[Any], str | None], head: Sequence[str] = ()
) -> Script:
    """Recorded statements as a script; `word` may put pgbench's own words in a parameter's place."""
    lines = []
    for text, params in sent:

        def value(found: re.Match[str], params: Sequence[Any] = params) -> str:
            given = params[int(found[1]) - 1]
            return word(given) or sql.Literal(given).as_string(None)

        lines.append(_PLACE.sub(value, " ".join(text.split())) + ";")
    return Script("\n".join([*head, *lines]), len(lines))
