"""A highly available PostgreSQL on one machine: three etcd, three Patroni with their servers, haproxy.

Everything listens on loopback ports of its own. The settings are those that
docs/high-availability.md recommends, and the controls that it warns of.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import msgspec

from tests.cluster.hubs import BALANCER, start_balancer
from tests.cluster.processes import Processes, free_ports, offspring, program, server_account, until

PROGRAMS = {"etcd": "etcd-server", "patroni": "patroni", "haproxy": "haproxy"}
"""What is needed, and Debian's package of each."""

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))

_PRIMARY = """
listen primary
    bind 127.0.0.1:{port}
    option httpchk
    http-check send meth OPTIONS uri /primary
    http-check expect status 200
    default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""


def missing() -> list[str]:
    """The packages that have to be installed first."""
    packages = [package for name, package in PROGRAMS.items() if program(name) is None]
    return packages + ([] if BINARIES else ["postgresql"])


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """synchronous: a commit is answered once a standby has it. ttl: seconds without a sign of life
    after which the primary is taken for dead."""

    synchronous: bool = True
    ttl: int = 15


class Node(msgspec.Struct, frozen=True):
    """One server of the cluster: its name, its own port, Patroni's."""

    name: str
    port: int
    rest: int


class Cluster:
    """Three nodes behind one address.

    Args:
        processes: where they are started; its folder is theirs.
        settings: how sure a commit is to be.
    """

    def __init__(self, processes: Processes, settings: Settings) -> None:
        self._processes, self._settings = processes, settings
        ports = free_ports(13)
        self._etcd = [(ports[i], ports[i + 1]) for i in (0, 2, 4)]
        self.nodes = [Node(f"node{i + 1}", ports[6 + 2 * i], ports[7 + 2 * i]) for i in range(3)]
        self._front = ports[12]

    @property
    def url(self) -> str:
        """Where the primary answers, whichever node that is."""
        return f"postgresql://postgres:secret@127.0.0.1:{self._front}/postgres"

    def start(self) -> float:
        """Bring everything up; the seconds that it took.

        Raises:
            TimeoutError: something did not come up; its log is in the folder.
        """
        self._start_etcd()
        for node in self.nodes:
            file = self._processes.folder / f"{node.name}.json"
            file.write_text(json.dumps(self._configuration(node)))  # JSON is YAML, too
            command = [_found("patroni"), str(file)]
            self._processes.start(node.name, command, account=server_account())
        servers = "\n".join(
            f"    server {node.name} 127.0.0.1:{node.port} check port {node.rest}" for node in self.nodes
        )
        start_balancer(self._processes, BALANCER + _PRIMARY.format(port=self._front, servers=servers))
        return until(self.whole, 120, "a primary and two standbys that follow it")

    def _start_etcd(self) -> None:
        names = ",".join(f"etcd{i}=http://127.0.0.1:{peer}" for i, (_, peer) in enumerate(self._etcd))
        for number, (client, peer) in enumerate(self._etcd):
            options = {
                "name": f"etcd{number}",
                "data-dir": str(self._processes.folder / f"etcd{number}"),
                "listen-client-urls": f"http://127.0.0.1:{client}",
                "advertise-client-urls": f"http://127.0.0.1:{client}",
                "listen-peer-urls": f"http://127.0.0.1:{peer}",
                "initial-advertise-peer-urls": f"http://127.0.0.1:{peer}",
                "initial-cluster": names,
            }
            command = [_found("etcd"), *(f"--{name}={value}" for name, value in options.items())]
            self._processes.start(f"etcd{number}", command, account=server_account())

    def _configuration(self, node: Node) -> dict[str, Any]:
        safe = self._settings.synchronous
        return {
            "scope": "agent-tui",
            "name": node.name,
            "restapi": _address(node.rest),
            "etcd3": {"hosts": [f"127.0.0.1:{client}" for client, _ in self._etcd]},
            "bootstrap": {
                "dcs": {
                    "ttl": self._settings.ttl,
                    "loop_wait": self._settings.ttl // 5,
                    "retry_timeout": self._settings.ttl // 3,
                    "synchronous_mode": safe,
                    "synchronous_mode_strict": safe,
                    "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 100}},
                },
                "initdb": ["data-checksums", {"encoding": "UTF8"}, {"locale": "C"}],
                "pg_hba": ["host all all 127.0.0.1/32 md5", "host replication all 127.0.0.1/32 md5"],
            },
            "postgresql": {
                **_address(node.port),
                "data_dir": str(self._processes.folder / node.name),
                "pgpass": str(self._processes.folder / f"{node.name}.pgpass"),
                "bin_dir": str(BINARIES[-1]),
                "authentication": {
                    "superuser": {"username": "postgres", "password": "secret"},
                    "replication": {"username": "replicator", "password": "secret"},
                },
                "parameters": {"unix_socket_directories": str(self._processes.folder)},
            },
        }

    def _state(self, node: Node) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{node.rest}/cluster", timeout=2) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except (urllib.error.URLError, OSError, ValueError):
            return {}

    def members(self) -> dict[str, str]:
        """The role of each node that runs, as the first node that answers sees it."""
        for node in self.nodes:
            state = self._state(node)
            if state.get("members"):
                return {
                    member["name"]: member["role"]
                    for member in state["members"]
                    if member["state"] in ("running", "streaming")
                }
        return {}

    def whole(self) -> bool:
        """Whether there is a primary with two standbys, one of them synchronous if that is asked for."""
        roles = sorted(self.members().values())
        standbys = ["replica", "sync_standby"] if self._settings.synchronous else ["replica", "replica"]
        return roles == sorted(["leader", *standbys])

    def standby_url(self) -> str:
        """A server that only follows."""
        roles = self.members()
        node = next(node for node in self.nodes if roles.get(node.name, "leader") != "leader")
        return f"postgresql://postgres:secret@127.0.0.1:{node.port}/postgres"

    def primary(self) -> Node:
        """The node that takes writes now."""
        roles = self.members()
        return next(node for node in self.nodes if roles.get(node.name) == "leader")

    def kill_node(self, node: Node) -> None:
        """Signal 9 to Patroni and every process of its server."""
        self._processes.kill(node.name)
        server = self._server(node)
        for pid in (server, *offspring(server)):
            with contextlib.suppress(ProcessLookupError):  # it went with its parent
                os.kill(pid, signal.SIGKILL)

    def kill_server(self, node: Node) -> None:
        """Signal 9 to the server's first process alone; its Patroni lives."""
        os.kill(self._server(node), signal.SIGKILL)

    def _server(self, node: Node) -> int:
        """The process id of a node's PostgreSQL, which is no child of its Patroni."""
        return int((self._processes.folder / node.name / "postmaster.pid").read_text().split()[0])

    def end(self) -> None:
        """Kill what is left of the servers and their keepers."""
        for node in self.nodes:
            with contextlib.suppress(FileNotFoundError, KeyError):
                self.kill_node(node)

    def bring_back(self, node: Node) -> None:
        """Start a killed node again; it finds its place by itself."""
        self._processes.again(node.name)

    def strike_while_lagging(self, node: Node, seconds: float) -> None:
        """Let the standbys hear nothing for a while, as on a broken network; then kill the primary."""
        receivers = [pid for other in self.nodes for pid in self._receivers(other)]
        for pid in receivers:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        self.kill_node(node)
        for pid in receivers:  # what still lies in their sockets is lost, as on a real network
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _receivers(self, node: Node) -> list[int]:
        return [
            pid
            for pid in offspring(self._server(node))
            if b"walreceiver" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]


def _found(name: str) -> str:
    found = program(name)
    assert found, f"{name} is not installed (Debian: apt install {PROGRAMS[name]})"
    return found


def _address(port: int) -> dict[str, str]:
    return {"listen": f"127.0.0.1:{port}", "connect_address": f"127.0.0.1:{port}"}
