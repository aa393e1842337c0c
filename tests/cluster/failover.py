"""``make failover``: kill the primary under load, and count what was acknowledged and is gone.

    python -m tests.cluster.failover [node|server|asynchronous]...

node: signal 9 to the primary's keeper and server. server: to the server alone. asynchronous: the
control, without synchronous replication and with standbys that lag when the primary dies: facts
that the hubs have acknowledged are lost, which shows that the count can see a loss.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import msgspec

from storage.central.connection import Store
from storage.central.upkeep import schema
from tests.cluster.hubs import start_hubs
from tests.cluster.load import Load
from tests.cluster.patroni import Cluster, Settings, missing
from tests.cluster.processes import Processes, folder_for_all, free_ports, until
from tests.hub.world import fill

AGENTS = 8
WARM_SECONDS = 5.0
AFTER_SECONDS = 8.0
LAG_SECONDS = 1.5
STRIKES = ("node", "server", "asynchronous")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a strike did. Seconds: up, until all three nodes ran; silence, longest without an
    acknowledgement; whole, until the killed node was back. repeated: had been kept although the first
    answer was an error."""

    strike: str
    up: float
    acknowledged: int
    lost: int
    doubled: int
    repeated: int
    failures: int
    silence: float
    whole: float
    sound: bool
    exported: int


def strike(kind: str, folder: Path) -> Outcome:
    """Bring a cluster and two hubs up, strike, and look at what is left."""
    processes = Processes(folder)
    cluster = Cluster(processes, Settings(synchronous=kind != "asynchronous"))
    try:
        up = cluster.start()
        clients = _prepare(cluster.url)
        urls = start_hubs(processes, cluster.url, free_ports(2))
        users = [f"agent{number}" for number in range(1, AGENTS + 1)]
        half = AGENTS // 2
        with Load(urls[0], users[:half], clients) as one, Load(urls[1], users[half:], clients) as two:
            time.sleep(WARM_SECONDS)
            primary = cluster.primary()
            if kind == "asynchronous":
                cluster.strike_while_lagging(primary, LAG_SECONDS)
            elif kind == "server":
                cluster.kill_server(primary)
            else:
                cluster.kill_node(primary)
            struck = time.monotonic()
            until(lambda: all(load.alive_after(struck + 1) for load in (one, two)), 90, "facts go on")
            time.sleep(AFTER_SECONDS)
            ended = time.monotonic()
        silence = max(load.silence(struck, ended) for load in (one, two))
        if kind != "server":
            cluster.bring_back(primary)
        whole = until(cluster.whole, 120, "the killed node is back")
        exported = _export(cluster, folder / "events.jsonl")
        return _outcome(kind, up, whole, (one, two), silence, cluster.url, exported)
    finally:
        cluster.end()
        processes.end()


def _prepare(url: str) -> list[int]:
    store = Store(url)
    schema.upgrade(store)
    fill(store, clients=60, agents=AGENTS)
    with store.read() as tx:
        clients = [row[0] for row in tx.all("SELECT id FROM client")]
    store.close()
    return clients


def _export(cluster: Cluster, file: Path) -> int:
    """Rows that the export reads from a standby."""
    command = [sys.executable, "-m", "agent_tui", "export", "events", "-o", str(file)]
    stores = ["--store", cluster.url, "--replica", cluster.standby_url()]
    subprocess.run([*command, *stores], check=True, capture_output=True)
    return len(file.read_text().splitlines())


def _outcome(
    kind: str, up: float, whole: float, loads: tuple[Load, Load], silence: float, url: str, exported: int
) -> Outcome:
    store = Store(url)
    acknowledged = [fact for load in loads for fact in load.acknowledged]
    with store.read() as tx:
        kept = [row[0] for row in tx.all("SELECT id FROM event WHERE kind = 'result'")]
        lines = tx.value("SELECT count(*) FROM interaction")
    sound = schema.check(store) == []
    store.close()
    return Outcome(
        strike=kind,
        up=up,
        acknowledged=len(acknowledged),
        lost=len(set(acknowledged) - set(kept)),
        doubled=int(lines) - len(set(kept)),
        repeated=sum(len(load.repeated) for load in loads),
        failures=sum(load.failures for load in loads),
        silence=silence,
        whole=whole,
        sound=sound,
        exported=exported,
    )


def main(strikes: list[str]) -> int:
    """Strike after strike; 1 if an acknowledged fact was lost where none may be."""
    if packages := missing():
        print(f"Needs programs that are not installed: apt install {' '.join(packages)}")
        return 2
    failed = False
    for kind in strikes or STRIKES:
        with folder_for_all("agent-tui-ha-") as folder:
            outcome = strike(kind, folder)
        print(
            f"{outcome.strike}: up in {outcome.up:.1f} s; {outcome.acknowledged} facts acknowledged, "
            f"{outcome.lost} lost, {outcome.doubled} doubled, {outcome.repeated} kept though the first "
            f"answer was an error; {outcome.failures} errors; longest silence {outcome.silence:.1f} s; "
            f"all nodes back {outcome.whole:.1f} s later; store {'sound' if outcome.sound else 'NOT SOUND'}; "
            f"{outcome.exported} facts exported from a standby",
            flush=True,
        )
        failed |= (outcome.lost > 0 or outcome.doubled != 0 or not outcome.sound) != (kind == "asynchronous")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
