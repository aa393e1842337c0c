"""A workstation in a process of its own: captures as fast as it may, and keeps a list of what was saved.

``python -m tests.chaos.workstation HUB HOME USER SEED PAUSE [hasty]``; "rest" on its input stops
the captures and brings lines with where it stands, "go" begins them again.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from pathlib import Path
from unittest.mock import patch

import msgspec

from agent_tui.clock import environment_clock
from agent_tui.simulation import LINES
from rules.capture.body import to_body
from rules.capture.read import read
from rules.desk import ClientPage, Refused, Saved
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from storage.sync import plan, run
from storage.sync.client import HubClient
from storage.sync.failures import HubRefused
from storage.sync.run import SyncLoop

KEY = bytes(range(32))
PASSWORD = "long enough"
SAVED, FAULTS = "saved", "faults"
"""Files in the home: a line for each fact once it was saved; a line for each surprise of the sync."""

UNDO_SHARE, SKIP_SHARE = 0.06, 0.06
AT_REST_SECONDS = 0.1


class AtRest(msgspec.Struct, frozen=True):
    """Where a workstation stands that has stopped capturing. figures: the desk's own day."""

    unsent: int
    refused: tuple[tuple[str, str], ...]
    figures: tuple[int, ...]
    link: str


def main(hub: str, home: str, user: str, seed: str, pause: str, *more: str) -> None:
    """Work until killed."""
    _be_quick()
    if more == ("hasty",):
        from tests.sync.model import Hasty

        patch.object(run, "Exchange", Hasty).start()
    folder = Path(home)
    saved, faults = (_append_to(folder / name) for name in (SAVED, FAULTS))
    store = LocalStore(folder / "local.db", KEY, environment_clock())
    sync = SyncLoop(
        store,
        lambda: HubClient(hub),
        lambda: None,
        credentials=(user, PASSWORD),
        on_fault=lambda error: _note_fault(faults, error),
    )
    desk = LocalDesk(store, wrote=sync.nudge)
    resting = threading.Event()
    threading.Thread(target=_listen, args=(resting,), daemon=True).start()
    sync.start()
    chance = random.Random(seed)  # noqa: S311 - a test
    while True:
        if resting.is_set():
            print(msgspec.json.encode(_at_rest(desk, store)).decode(), flush=True)
            time.sleep(AT_REST_SECONDS)
            continue
        answer = _act(desk, chance)
        if isinstance(answer, Saved):
            os.write(saved, f"{answer.fact_id}\n".encode())
        time.sleep(float(pause) * (1 if answer else 3))


def _be_quick() -> None:
    """No long pauses: a fault must be over before the next one comes."""
    plan.FIRST_RETRY_SECONDS, plan.LONGEST_RETRY_SECONDS = 0.02, 0.2
    plan.EMPTY_SECONDS = plan.LONGEST_EMPTY_SECONDS = 0.2
    plan.PULL_SECONDS = 0.3


def _append_to(path: Path) -> int:
    return os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)


def _note_fault(faults: int, error: Exception) -> None:
    kind = "refused" if isinstance(error, HubRefused) else "fault"
    os.write(faults, f"{kind}: {type(error).__name__}: {error}\n".encode())


def _listen(resting: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "rest":
            resting.set()
        else:
            resting.clear()
    os._exit(0)  # whoever started this process is gone


def _at_rest(desk: LocalDesk, store: LocalStore) -> AtRest:
    header = desk.header()
    own = header.figures
    return AtRest(
        unsent=header.waiting,
        refused=tuple((entry.event.id, entry.reason) for entry in store.quarantine()),
        figures=(own.touches, own.contacts, own.rpc, own.promises, own.promised),
        link=header.link,
    )


def _act(desk: LocalDesk, chance: random.Random) -> Saved | Refused | None:
    """End a call somehow; None when nobody is there, or the line says too little for the client."""
    if not isinstance(desk.desk().page, ClientPage):
        return None
    dice = chance.random()
    if dice < SKIP_SHARE:
        return desk.skip("later")
    if dice < SKIP_SHARE + UNDO_SHARE:
        return desk.undo()
    line = chance.choices(list(LINES), list(LINES.values()))[0]
    context, catalogue = desk.capture_context(), desk.catalogue()
    if context is None:
        return None
    reading = read(line, catalogue, context)
    if not reading.complete or reading.errors:
        return None
    return desk.save(to_body(reading, context, catalogue, line=line))


if __name__ == "__main__":
    main(*sys.argv[1:])
