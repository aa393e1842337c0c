"""A Stripe on this machine, and a server that answers as a test says."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import stamina

KEY = {"authorization": "Bearer sk_test_12345"}


@dataclass
class LocalStripe:
    url: str

    def pay(self, session: str, card: str = "4242424242424242") -> httpx.Response:
        """What the payer does on the page."""
        return httpx.post(f"{self.url}/v1/checkout/sessions/{session}/_pay", data={"card": card}, headers=KEY)

    def tell(self, url: str, secret: str) -> None:
        """Send webhooks to an address, signed."""
        answer = httpx.post(
            f"{self.url}/_config/webhooks/test", data={"url": url, "secret": secret}, headers=KEY
        )
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="session")
def local_stripe() -> Iterator[LocalStripe]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(__file__).with_name("stripe_server.py")
    process = subprocess.Popen([sys.executable, str(program), str(port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                assert process.poll() is None, "localstripe did not start"
                time.sleep(0.05)
        yield LocalStripe(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Sayer:
    """Answers in the order that a test gives; the last answer stays."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def sayer() -> Iterator[Sayer]:
    said = Sayer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            said.heard.append((self.command, self.path, self.headers.get("idempotency-key") or ""))
            status, body = said.answers.pop(0) if len(said.answers) > 1 else said.answers[0]
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield said
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hasty() -> Iterator[None]:
    """Retries without waiting."""
    with stamina.set_testing(True, attempts=3):
        yield
