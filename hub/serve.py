"""Serving the hub: one process, one listening socket, a clean end."""

from __future__ import annotations

import fcntl
import ipaddress
import json
import os
import signal
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn

from hub import faults
from hub.app import make_app
from hub.live import Live
from hub.log import log
from rules.explained import Explained
from rules.words import tr
from storage.central.connection import Store
from storage.central.schema import epoch, is_training

DRAIN_SECONDS = 5
LOCK_CHECK_SECONDS = 2.0
BACKLOG = 1024


class HubError(Explained):
    """The hub may not, or can't, serve as asked; the message says what to change."""


class HubServer(uvicorn.Server):
    """A server that ends its streams when it stops; they would hold it for ever."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    def stop(self) -> None:
        """Finish the requests under way, then end; from any thread."""
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM and SIGINT: finish and return; a second SIGINT: at once."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, let the other requests finish, stop the background work."""
        self._live.close_streams()
        await super().shutdown(sockets)


def make_server(
    store: Store, host: str, *, tls_cert: Path | None = None, tls_key: Path | None = None
) -> HubServer:
    """A server for a store, not yet listening; `host` only names it in the configuration.

    Raises:
        HubError: certificate or key can't be used.
    """
    app = make_app(store)
    config = uvicorn.Config(
        app,
        host=host,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=DRAIN_SECONDS,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
    )
    try:
        config.load()
    except (ssl.SSLError, OSError) as error:
        raise HubError(
            tr("Certificate {cert} and key {key} can't be used: {why}", cert=tls_cert, key=tls_key, why=error)
        ) from error
    return HubServer(config, app.state.live)


def serve(
    store: Store,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    behind_proxy: bool = False,
    announce: Path | None = None,
    while_locked: Path | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or, with `while_locked`, until nobody uses the hub.

    Args:
        store: the central store, at this program's schema.
        host: where to listen; beyond loopback TLS is needed.
        port: 0 = any free port.
        tls_cert: certificate file (PEM), with `tls_key`.
        tls_key: its key (PEM).
        behind_proxy: a proxy in front speaks TLS, so plain HTTP beyond loopback is meant.
        announce: file to hold ``{"url", "pid"}`` while the hub listens.
        while_locked: the hub ends when no other process holds a lock on this file.
        ready: told the URL once the hub listens.

    Raises:
        HubError: the clock is set on a real store, TLS is missing or broken, or the port is taken.
    """
    _check_store(store)
    _refuse_open_http(host, tls_cert, behind_proxy)
    if announce and not announce.parent.is_dir():
        raise HubError(tr("There is no folder {path} for --announce.", path=announce.parent))
    server = make_server(store, host, tls_cert=tls_cert, tls_key=tls_key)
    listening = listen(host, port)
    scheme = "https" if tls_cert else "http"
    url = f"{scheme}://{_in_url(host)}:{listening.getsockname()[1]}"
    finished = threading.Event()

    def tell() -> None:
        if announce:
            _announce(announce, url)
        if ready:
            ready(url)
        log.info("listening", url=url, store=store.dialect)

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
    except faults.missing_table(store):
        prepared = False
    except faults.unavailable(store) as error:
        raise HubError(tr("The store does not answer ({why}).", why=type(error).__name__)) from error
    if not prepared:
        raise HubError(tr("The store has no tables yet; run: agent-tui store upgrade --store URL"))
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
