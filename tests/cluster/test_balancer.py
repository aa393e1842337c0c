"""Hubs are stateless: any number behind a balancer, and one that dies under load costs nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from storage.central.connection import Store
from storage.central.upkeep import schema
from tests.cluster.hubs import balanced, start_hubs
from tests.cluster.load import Load
from tests.cluster.processes import Processes, free_ports, program, until
from tests.hub.world import fill

pytestmark = [
    pytest.mark.skipif(program("haproxy") is None, reason="haproxy is not installed"),
    pytest.mark.xdist_group("cluster"),
]

USERS = ("agent1", "agent2")


def test_three_hubs_behind_a_balancer_lose_nothing_when_one_is_killed(
    postgres_url: str, open_store: Callable[[str], Store], cluster_processes: Processes
) -> None:
    central = open_store(postgres_url)
    fill(central, clients=30)
    with central.read() as tx:
        clients = [row[0] for row in tx.all("SELECT id FROM client")]
    ports = free_ports(3)
    start_hubs(cluster_processes, postgres_url, ports)
    url = balanced(cluster_processes, ports)
    with Load(url, USERS, clients) as load:
        until(lambda: len(load.acknowledged) > 30, 20, "facts arrive")
        cluster_processes.kill("hub2")
        struck, before = time.monotonic(), len(load.acknowledged)
        until(lambda: len(load.acknowledged) > before + 30, 20, "facts arrive at the others")
        silence = load.silence(struck, time.monotonic())
        cluster_processes.again("hub2")
        until(lambda: len(load.acknowledged) > before + 60, 20, "facts go on arriving")
    with central.read() as tx:
        kept = [row[0] for row in tx.all("SELECT id FROM event WHERE kind = 'result'")]
    assert len(kept) == len(set(kept))
    assert set(load.acknowledged) <= set(kept)
    assert schema.check(central) == []
    assert silence < 10
