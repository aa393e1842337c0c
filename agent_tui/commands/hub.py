"""``agent-tui hub``: serve a central store to the workstations."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from agent_tui.central_store import add_store_option
from rules.words import tr

DEFAULT_PORT = 8765
HIGHEST_PORT = 65535
USER_RATE = 100.0


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("serve a central store to the workstations")
    parser = subparsers.add_parser(
        "hub",
        help=words,
        description=words,
        epilog=tr("Several hubs may serve one PostgreSQL store; a SQLite store belongs to one hub alone."),
    )
    add_store_option(parser)
    parser.add_argument("--host", default="127.0.0.1", help=tr("address to listen on (default 127.0.0.1)"))
    parser.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        help=tr("port to listen on; 0 = any free one (default 8765)"),
    )
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help=tr("certificate (PEM)"))
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help=tr("its private key (PEM)"))
    parser.add_argument(
        "--behind-proxy",
        action="store_true",
        help=tr("a proxy in front speaks TLS: allow plain HTTP on any address, believe X-Forwarded-For"),
    )
    parser.add_argument(
        "--user-rate",
        type=_rate,
        default=USER_RATE,
        metavar="N",
        help=tr("requests a second of one user at most; 0 = no limit (default 100)"),
    )
    parser.add_argument(
        "--gateway",
        action="append",
        choices=("stripe", "practice"),
        default=[],
        help=tr("take payments through it; may be repeated (practice: for training alone, takes no money)"),
    )
    parser.add_argument(
        "--drain",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help=tr("after SIGTERM serve on so long while /readyz says 503, for a balancer (default 0)"),
    )
    parser.add_argument(
        "--announce", type=Path, metavar="FILE", help=tr("write url and pid here while listening")
    )
    parser.add_argument(
        "--while-locked",
        type=Path,
        metavar="FILE",
        help=tr("end when no other process holds a lock on this file"),
    )
    parser.set_defaults(func=run, parser=parser)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(tr("between 0 and {most}", most=HIGHEST_PORT))
    return port


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate < float("inf"):
        raise argparse.ArgumentTypeError(tr("0 or a number of requests"))
    return rate


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(tr("0 or a number of seconds"))
    return seconds


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    if (options.tls_cert is None) != (options.tls_key is None):
        options.parser.error(tr("--tls-cert and --tls-key belong together"))
    for file in (options.tls_cert, options.tls_key):
        if file is not None and not file.is_file():
            options.parser.error(tr("{path} is not a file", path=file))
    from agent_tui.clock import environment_clock
    from hub.serve import serve
    from storage.central.connection import Store

    store = Store(options.store, environment_clock())
    try:
        serve(
            store,
            options.host,
            options.port,
            tls_cert=options.tls_cert,
            tls_key=options.tls_key,
            behind_proxy=options.behind_proxy,
            user_rate=options.user_rate,
            drain=options.drain,
            announce=options.announce,
            while_locked=options.while_locked,
            ready=_tell,
            gateways=options.gateway,
        )
    finally:
        store.close()
    return 0


def _tell(url: str) -> None:
    print(tr("The hub listens on {url}. Ctrl+C ends it.", url=url), file=sys.stderr, flush=True)
