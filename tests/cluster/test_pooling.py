"""Through pgbouncer in transaction mode: no statement of ours leaves anything behind in a session."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from storage.central.connection import Store
from storage.central.upkeep import schema
from tests.cluster.hubs import start_hubs
from tests.cluster.load import Load
from tests.cluster.processes import Processes, free_ports, program, until
from tests.hub.world import fill

pytestmark = [
    pytest.mark.skipif(program("pgbouncer") is None, reason="pgbouncer is not installed"),
    pytest.mark.xdist_group("cluster"),
]

CONFIGURATION = """
[databases]
* = host={host} {port} user={user}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
"""
"""A pool smaller than one hub's, so that transactions of all of them mix on its sessions."""


def owner(host: str | None) -> dict[str, int]:
    """The account that may use the server's socket, if it listens on one."""
    if os.geteuid() != 0 or not str(host).startswith("/"):
        return {}
    found = Path(str(host)).stat()
    return {"user": found.st_uid, "group": found.st_gid}


def pooled(processes: Processes, store_url: str) -> str:
    """A pgbouncer before a server; the store's URL through it."""
    found = program("pgbouncer")
    assert found
    server = make_url(store_url)
    (listen,) = free_ports(1)
    host = str(server.query.get("host") or server.host)
    file = processes.folder / "pgbouncer.ini"
    file.write_text(
        CONFIGURATION.format(
            host=host, port=f"port={server.port}" if server.port else "", user=server.username, listen=listen
        )
    )
    file.chmod(0o644)
    processes.folder.chmod(0o755)
    processes.start("pgbouncer", [found, str(file)], account=owner(host))
    through = server.set(host="127.0.0.1", port=listen, query={"prepare": "off"})
    return through.render_as_string(hide_password=False)


def test_two_hubs_work_through_a_transaction_pooler(
    postgres_url: str, open_store: Callable[[str], Store], cluster_processes: Processes
) -> None:
    central = open_store(postgres_url)
    fill(central, clients=60, agents=6)
    with central.read() as tx:
        clients = [row[0] for row in tx.all("SELECT id FROM client")]
    url = pooled(cluster_processes, postgres_url)
    hubs = start_hubs(cluster_processes, url, free_ports(2))
    with (
        Load(hubs[0], ["agent1", "agent2", "agent3"], clients) as one,
        Load(hubs[1], ["agent4", "agent5", "agent6"], clients) as two,
    ):
        until(lambda: min(len(one.acknowledged), len(two.acknowledged)) > 60, 40, "facts arrive")
    acknowledged = {*one.acknowledged, *two.acknowledged}
    with central.read() as tx:
        kept = [row[0] for row in tx.all("SELECT id FROM event WHERE kind = 'result'")]
    assert acknowledged <= set(kept)
    assert one.failures + two.failures == 0
    assert schema.check(central) == []
