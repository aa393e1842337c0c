"""Serving the hub: one process, one listening socket, a clean end."""

from __future__ import annotations

import fcntl
import ipaddress
import json
import math
import os
import resource
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import uvicorn

from gateways import choosing
from hub import faults, tls
from hub.app import make_app
from hub.connections import Connection
from hub.limits import Limits
from hub.live import Live
from hub.log import log
from rules.explained import Explained
from rules.paying.gateways import Gateway
from rules.words import tr
from storage.central.connection import Store
from storage.central.upkeep.schema import epoch, is_behind, is_training

DRAIN_SECONDS = 5
LOCK_CHECK_SECONDS = 2.0
BACKLOG = 1024
MOST_CONNECTIONS = 4000
"""More are answered 503 at once. A workstation holds one for the seconds in which it asks."""
OTHER_FILES = 200
"""Files that the hub has open besides: the store's, the log's."""
HEADERS = [("cache-control", "no-store"), ("x-content-type-options", "nosniff")]
"""On each answer: client data stays in no cache, and is read as what it is."""


class HubError(Explained):
    """The hub may not, or can't, serve as asked; the message says what to change."""


class HubServer(uvicorn.Server):
    """A server that ends its streams when it stops; they would hold it for ever."""

    def __init__(self, config: uvicorn.Config, live: Live, drain: float = 0) -> None:
        super().__init__(config)
        self._live = live
        self._drain = drain
        self._end_at = math.inf

    def stop(self) -> None:
        """Finish the requests under way, then end; from any thread."""
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: first let a balancer see that it is over. SIGINT: finish and return; again: at once."""
        if sig == signal.SIGTERM and not self._live.draining:
            self._live.draining = True
            self._end_at = time.monotonic() + self._drain
            return
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Whether to end now; asked ten times a second."""
        return await super().on_tick(counter) or time.monotonic() >= self._end_at

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, let the other requests finish, stop the background work."""
        self._live.close_streams()
        await super().shutdown(sockets)


def make_server(
    store: Store,
    host: str,
    *,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    limits: Limits | None = None,
    drain: float = 0,
    gateways: Sequence[Gateway] = (),
) -> HubServer:
    """A server for a store, not yet listening; `host` only names it in the configuration.

    Raises:
        HubError: certificate or key can't be used.
    """
    app = make_app(store, limits, gateways)
    config = uvicorn.Config(
        app,
        host=host,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        http=Connection,
        headers=HEADERS,
        proxy_headers=False,  # `hub.limits` reads the one that it may trust
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
    )
    try:
        config.load()
        if config.ssl is not None:
            tls.harden(config.ssl)
    except (ssl.SSLError, OSError) as error:
        raise HubError(
            tr("Certificate {cert} and key {key} can't be used: {why}", cert=tls_cert, key=tls_key, why=error)
        ) from error
    return HubServer(config, app.state.live, drain)


def serve(
    store: Store,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    behind_proxy: bool = False,
    user_rate: float = Limits().user_rate,
    drain: float = 0,
    announce: Path | None = None,
    while_locked: Path | None = None,
    ready: Callable[[str], None] | None = None,
    gateways: Sequence[str] = (),
) -> None:
    """Serve until SIGTERM, SIGINT or, with `while_locked`, until nobody uses the hub.

    Args:
        store: the central store, at this program's schema.
        host: where to listen; beyond loopback TLS is needed.
        port: 0 = any free port.
        tls_cert: certificate file (PEM), with `tls_key`.
        tls_key: its key (PEM).
        behind_proxy: a proxy in front speaks TLS, so plain HTTP beyond loopback is meant, and
            its word on a caller's address is taken.
        user_rate: requests a second of one user, 0 = no limit.
        drain: seconds from SIGTERM, in which /readyz says 503, to the end of the work.
        announce: file to hold ``{"url", "pid"}`` while the hub listens.
        while_locked: the hub ends when no other process holds a lock on this file.
        ready: told the URL once the hub listens.
        gateways: names of those through which payments are taken (`gateways.choosing.NAMES`).

    Raises:
        HubError: the clock is set on a real store, TLS is missing or broken, or the port is taken.
        GatewayError: a gateway can't be used.
    """
    _check_store(store)
    _refuse_open_http(host, tls_cert, behind_proxy)
    if announce and not announce.parent.is_dir():
        raise HubError(tr("There is no folder {path} for --announce.", path=announce.parent))
    limits = Limits(user_rate=user_rate, behind_proxy=behind_proxy)
    taking = choosing.gateways(gateways, store.now, training=is_training(store)) if gateways else ()
    server = make_server(
        store, host, tls_cert=tls_cert, tls_key=tls_key, limits=limits, drain=drain, gateways=taking
    )
    _make_room()
    listening = listen(host, port)
    scheme = "https" if tls_cert else "http"
    url = f"{scheme}://{_in_url(host)}:{listening.getsockname()[1]}"
    finished = threading.Event()

    def tell() -> None:
        if announce:
            _announce(announce, url)
        if ready:
            ready(url)
        log.info("listening", url=url, store=store.dialect, pin=tls.pin(tls_cert) if tls_cert else "")

    watch = threading.Thread(target=_watch, args=(server, finished, while_locked, tell), daemon=True)
    watch.start()
    try:
        server.run(sockets=[listening])
    finally:
        finished.set()
        watch.join()
        if announce:
            announce.unlink(missing_ok=True)
        log.info("stopped", url=url)


def _watch(
    server: HubServer, finished: threading.Event, while_locked: Path | None, tell: Callable[[], None]
) -> None:
    """Tell when the server listens, then stop it once nobody holds the lock any more."""
    while not server.started:
        if finished.wait(0.01):
            return
    tell()
    if while_locked is None:
        return
    descriptor = os.open(while_locked, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not finished.wait(LOCK_CHECK_SECONDS):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            server.stop()
            finished.wait()  # holding the lock: who comes now waits, and starts a hub of its own
    finally:
        os.close(descriptor)


def _check_store(store: Store) -> None:
    try:
        with store.read() as tx:
            prepared = epoch(tx) is not None
            behind = prepared and is_behind(tx)
    except faults.missing_table(store):
        prepared = False
    except faults.unavailable(store) as error:
        raise HubError(tr("The store does not answer ({why}).", why=type(error).__name__)) from error
    if not prepared:
        raise HubError(tr("The store has no tables yet; run: agent-tui store upgrade --store URL"))
    if behind:
        raise HubError(
            tr("The store has the shape of an older version; run: agent-tui store upgrade --store URL")
        )
    if store.clock.set and not is_training(store):
        raise HubError(
            tr(
                "AGENT_TUI_CLOCK is set, but this store is not marked as training. "
                "Unset AGENT_TUI_CLOCK, or use a store that demo or seed has made."
            )
        )


def _refuse_open_http(host: str, tls_cert: Path | None, behind_proxy: bool) -> None:
    if tls_cert or behind_proxy or is_loopback(host):
        return
    raise HubError(
        tr(
            "Refusing to serve plain HTTP on {host}: passwords and client data would travel in the clear. "
            "Give --tls-cert and --tls-key, or --behind-proxy if a proxy in front speaks TLS.",
            host=host,
        )
    )


def _make_room() -> None:
    """Let this process hold the files of all its connections, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 = any free one.

    Raises:
        HubError: the address or the port can't be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio looks at it: without it Nagle's algorithm stays on,
    # and with delayed acknowledgements each small answer takes 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise HubError(
            tr(
                "Can't listen on {host} port {port}: {why}. Choose another with --port.",
                host=host,
                port=port,
                why=error.strerror,
            )
        ) from error
    listening.listen(BACKLOG)
    return listening


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _announce(path: Path, url: str) -> None:
    """Write the announcement in one step, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": url, "pid": os.getpid()}, file)
    draft.replace(path)
