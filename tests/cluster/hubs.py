"""Hubs as processes, and the balancer before them."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.cluster.processes import Processes, free_ports, program, until

BALANCER = """
global
    maxconn 1000
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    option redispatch
    retries 3
"""

HUBS = """
listen hubs
    bind 127.0.0.1:{port}
    balance leastconn
    option httpchk
    http-check send meth GET uri /readyz
    http-check expect status 200
    default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""


def start_hubs(processes: Processes, store_url: str, ports: Sequence[int]) -> list[str]:
    """Start a hub on each port; their URLs, once all are ready."""
    urls = []
    for number, port in enumerate(ports, 1):
        hub = [sys.executable, "-m", "agent_tui", "hub", "--store", store_url, "--port", str(port)]
        command = [*hub, "--user-rate", "0"]  # a few users of the load ask as a whole floor would
        processes.start(f"hub{number}", command, env={"PYTHONPATH": str(Path.cwd())})
        urls.append(f"http://127.0.0.1:{port}")
    for number, url in enumerate(urls, 1):
        try:
            until(lambda url=url: ready(url), 30, f"hub {number} is ready")  # type: ignore[misc]  # bound early
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{processes.log(f'hub{number}')}") from error
    return urls


def start_balancer(processes: Processes, configuration: str) -> None:
    """Start haproxy on a configuration."""
    found = program("haproxy")
    assert found, "haproxy is not installed (Debian: apt install haproxy)"
    file = processes.folder / "haproxy.cfg"
    file.write_text(configuration)
    processes.start("haproxy", [found, "-db", "-f", str(file)])


def balanced(processes: Processes, ports: Sequence[int]) -> str:
    """A balancer before hubs on these ports; its URL."""
    (front,) = free_ports(1)
    servers = "\n".join(
        f"    server hub{number} 127.0.0.1:{port} check" for number, port in enumerate(ports, 1)
    )
    start_balancer(processes, BALANCER + HUBS.format(port=front, servers=servers))
    url = f"http://127.0.0.1:{front}"
    until(lambda: ready(url), 10, "the balancer passes requests on")
    return url


def ready(url: str) -> bool:
    """Whether a hub says that it can serve."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310 - our own loopback URL
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
