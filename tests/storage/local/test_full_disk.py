"""A full disk refuses the save with words for it, and leaves nothing half-written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rules.clients import Client
from rules.desk import Refused
from rules.facts import ResultBody

ROOT = Path(__file__).parents[3]

AGENT = """
import resource, sys
from datetime import datetime
from pathlib import Path
from rules.desk import Refused
from rules.facts import ResultBody
from storage.clock import Clock
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore

path = Path(sys.argv[1])
desk = LocalDesk(LocalStore(path, bytes(range(32)), Clock(datetime.fromisoformat(sys.argv[2]))))
desk.desk()
written = path.with_name(path.name + "-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (written + 200_000, resource.RLIM_INFINITY))
saved = 0
while True:
    before = desk.desk()
    answer = desk.save(ResultBody(client_id=before.page.client.id, code="NOCO", note="x" * 500))
    if isinstance(answer, Refused):
        break
    saved += 1
assert answer.code == "store_failed" and answer.params["path"] == str(path), answer
assert desk.desk() == before or desk.desk().page.client == before.page.client
print(saved, before.page.client.id)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
answer = desk.save(ResultBody(client_id=before.page.client.id, code="NOCO"))
assert not isinstance(answer, Refused), answer
desk.close()
"""


def test_a_limit_of_the_file_system(
    tmp_path: Path, make_station: Callable[[Path], Any], a_client: Callable[..., Client]
) -> None:
    station = make_station(tmp_path / "local.db")
    station.sign_in()
    station.lease(*(a_client(n) for n in range(1, 400)), ttl=86_400)
    station.store.close()
    run = subprocess.run(
        [sys.executable, "-c", AGENT, str(station.path), station.clock.now().isoformat()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    saved, refused_client = map(int, run.stdout.split())
    assert saved > 0
    station.open()
    events = station.store.outbox(limit=1000)
    assert [event.seq for event in events] == list(range(1, saved + 2))
    assert [event.body["client_id"] for event in events].count(refused_client) == 1
    station.store.close()


def test_no_space_left(station: Any, a_client: Callable[..., Client]) -> None:
    station.lease(*(a_client(n, score=-n) for n in range(1, 50)), ttl=86_400)
    station.on_desk()
    with station.store.read() as view:
        (pages,) = view.connection.execute("PRAGMA page_count").fetchone()
        view.connection.execute(f"PRAGMA max_page_count = {pages}")
    client_id, saved = station.on_desk(), 0
    while not isinstance(answer := station.desk.save(ResultBody(client_id=client_id, code="NOCO")), Refused):
        client_id, saved = station.on_desk(), saved + 1
    assert answer.code == "disk_full"
    assert answer.params["path"] == str(station.path)
    assert station.on_desk() == client_id
    assert len(station.store.outbox()) == saved
    assert station.desk.header().figures.touches == saved
