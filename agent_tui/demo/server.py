"""The demo's hub: a process of its own, started by whoever opens the demo first.

``python -m agent_tui.demo.server DIR CLIENTS SEED`` makes the portfolio if it is
not there yet, serves it on a free loopback port and goes when the demo is left alone. It
tells its parent how far it is, in lines on standard output: ``progress DONE TOTAL``, then
``ready URL``.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from agent_tui.clock import clock_start
from agent_tui.demo.clock import demo_start
from agent_tui.demo.folder import DemoFolder, DemoUser, FileLock
from storage.clock import Clock


def main(folder: DemoFolder, clients: int, seed: int) -> int:
    """Prepare and serve one demo; 0 also when another process already serves it."""
    lock = FileLock(folder.server_lock)
    if not lock.take():
        return 0
    with lock:
        clock = _set_clock(folder)
        if folder.ready.exists():
            _bring_up_to_date(folder)
        else:
            _prepare(folder, clock, clients, seed)
        from hub.serve import serve
        from storage.central.connection import Store

        store = Store(folder.store_url, clock)
        try:
            serve(
                store,
                host="127.0.0.1",
                port=0,
                announce=folder.announce,
                while_locked=folder.in_use,
                ready=_tell_ready,
                gateways=("practice",),
            )
        finally:
            store.close()
            folder.announce.unlink(missing_ok=True)
    return 0


def _set_clock(folder: DemoFolder) -> Clock:
    chosen = clock_start()
    return folder.set_clock(chosen or demo_start(datetime.now(UTC), _last_seen(folder)))


def _last_seen(folder: DemoFolder) -> datetime | None:
    if not folder.ready.exists():
        return None
    from storage.central.connection import Store, instant

    store = Store(folder.store_url)
    try:
        with store.read() as tx:
            latest = tx.value("SELECT max(received_at) FROM event")
    finally:
        store.close()
    return instant(latest) if latest else None


def _bring_up_to_date(folder: DemoFolder) -> None:
    """A demo that an older version made goes on with this one."""
    from storage.central.connection import Store
    from storage.central.upkeep.schema import is_newest, upgrade

    store = Store(folder.store_url)
    try:
        with store.read() as tx:
            newest = is_newest(tx)
        if not newest:
            upgrade(store)
    finally:
        store.close()


def _prepare(folder: DemoFolder, clock: Clock, clients: int, seed: int) -> None:
    for leftover in folder.path.glob("central.db*"):  # of a preparation that was cut short
        leftover.unlink()
    from storage.central.connection import Store
    from storage.central.upkeep.schema import upgrade
    from storage.portfolio.demo import generate, seed_users

    store = Store(folder.store_url, clock)
    try:
        upgrade(store)
        generate(store, clients=clients, seed=seed, progress=_tell_progress)
        made = seed_users(store)
    finally:
        store.close()
    folder.write_users(tuple(DemoUser(*user) for user in made))
    folder.ready.touch()


def _tell(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:  # the parent has gone; the demo may still serve others
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_progress(done: int, total: int) -> None:
    _tell(f"progress {done} {total}")


def _tell_ready(url: str) -> None:
    _tell(f"ready {url}")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    where, how_many, seeded = sys.argv[1:]
    raise SystemExit(main(DemoFolder(Path(where)), int(how_many), int(seeded)))
