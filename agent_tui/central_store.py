"""What the commands on the central store share: its option, opening it, and a line of progress."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agent_tui.failures import CommandError
from rules.words import tr

if TYPE_CHECKING:
    from storage.central.connection import Store

QUIET_SECONDS = 1.0
"""Work that is done within this says nothing on its way."""

TELL_SECONDS = 0.2


def add_store_option(parser: argparse.ArgumentParser) -> None:
    """``--store URL``, or AGENT_TUI_STORE."""
    store = os.environ.get("AGENT_TUI_STORE")
    parser.add_argument(
        "--store",
        default=store,
        required=not store,
        metavar="URL",
        help=tr("sqlite:///file or postgresql://... (or AGENT_TUI_STORE)"),
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """``--json``."""
    parser.add_argument("--json", action="store_true", help=tr("print JSON, for other programs"))


@contextmanager
def opened(url: str, *, new: bool = False) -> Iterator[Store]:
    """Open a central store by its URL, and close it at the end.

    Args:
        url: as typed.
        new: the store need not be there, or be in shape, yet.

    Raises:
        StoreError: the URL is of no known kind.
        CommandError: the store can't be reached, or was never brought into shape.
    """
    import psycopg
    from sqlalchemy.exc import OperationalError

    from agent_tui.clock import environment_clock
    from storage.central.connection import Store

    store = Store(url, environment_clock())
    try:
        if not new:
            _must_be_ready(store)
        yield store
    except (psycopg.OperationalError, OperationalError) as error:
        reason = str(error).strip().splitlines()[0]
        raise CommandError(
            tr("{store} can't be reached: {reason}", store=_shown(store), reason=reason)
        ) from error
    finally:
        store.close()


def noted(store: Store, command: str, action: str, subject: str, **detail: Any) -> None:
    """Keep in the audit log what a command does, and who ran it on this machine."""
    from storage.central.upkeep import audit

    with store.begin() as tx:
        audit.note(tx, audit.command(command), action, subject, **detail)


def _must_be_ready(store: Store) -> None:
    import sqlite3

    import psycopg
    from psycopg_pool import PoolTimeout

    from storage.central.upkeep.schema import is_newest

    if store.dialect == "sqlite" and not store.path.exists():
        raise CommandError(
            tr(
                "{path}: there is no such store; `agent-tui store upgrade --store URL` makes one",
                path=store.path,
            )
        )
    try:
        with store.read() as tx:
            shaped = is_newest(tx)
    except (sqlite3.DatabaseError, psycopg.errors.UndefinedTable) as error:
        raise CommandError(
            tr("{store} is not in shape; run `agent-tui store upgrade --store URL`", store=_shown(store))
        ) from error
    except PoolTimeout as error:
        raise CommandError(
            tr("{store} does not answer; is the server running?", store=_shown(store))
        ) from error
    if not shaped:
        raise CommandError(
            tr(
                "{store} has the shape of another version; run `agent-tui store upgrade --store URL`",
                store=_shown(store),
            )
        )


def _shown(store: Store) -> str:
    """The store's URL without its password."""
    from sqlalchemy.engine import make_url

    return make_url(store.url).render_as_string()


class Progress:
    """A counter on standard error, for work that takes more than a moment.

    Args:
        words: what is counted, such as "Rows read".
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self._shown = False
        self._next = time.monotonic() + QUIET_SECONDS

    def __call__(self, done: int, total: int | None = None) -> None:
        """Say how far the work is."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (TELL_SECONDS if sys.stderr.isatty() else 10 * QUIET_SECONDS)
        of = f" / {total:,}" if total else ""
        self._shown = True
        end = "" if sys.stderr.isatty() else "\n"
        start = "\r" if sys.stderr.isatty() else ""
        print(f"{start}{self._words}: {done:,}{of}", end=end, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the counter's line."""
        if self._shown and sys.stderr.isatty():
            print(file=sys.stderr)
