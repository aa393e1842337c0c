"""Serving: where it may listen, what it announces, when it ends."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from hub import serve as serving
from hub.serve import HubError, is_loopback, serve
from storage.central.connection import Store
from storage.central.upkeep import schema
from storage.clock import Clock
from tests.hub.world import PASSWORD, fill

TLS = Path(__file__).parent / "tls"
"""A certificate for this machine that nobody trusts, made for these tests."""
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - never bound: refused


def hub(store: str, *options: str, **environment: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "agent_tui", "hub", "--store", store, "--port", "0", *options]
    return subprocess.Popen(
        program, stderr=subprocess.PIPE, text=True, env={**os.environ, "AGENT_TUI_LANG": "en", **environment}
    )


@contextmanager
def announced(store: str, file: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A hub in a process of its own, and where it says that it is."""
    process = hub(store, "--announce", str(file), *options)
    try:
        deadline = time.monotonic() + 10
        while not file.exists():
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        told = json.loads(file.read_text())
        assert told["pid"] == process.pid
        yield process, told["url"]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def test_it_announces_itself_and_ends_cleanly(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "hub.json"
    with announced(sqlite_url, file) as (process, url):
        assert file.stat().st_mode & 0o777 == 0o600
        assert httpx.get(f"{url}/readyz").json() == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        assert not file.exists()
        assert process.stderr is not None
        assert url in process.stderr.read()


def test_it_finishes_what_it_took_and_says_first_that_it_goes(postgres_store: Store, tmp_path: Path) -> None:
    """SIGTERM while facts are being sent: each answer arrives, and what was answered is kept."""
    central = Store(postgres_store.url)  # by the real time, as the hub's own process
    fill(central, clients=4)
    try:
        with (
            announced(central.url, tmp_path / "hub.json", "--drain", "1") as (process, url),
            httpx.Client(base_url=url) as caller,
        ):
            device = str(uuid4())
            body = {"user": "agent1", "password": PASSWORD, "device": device}
            token = caller.post("/v1/session", json=body).json()["access_token"]
            caller.headers["authorization"] = f"Bearer {token}"
            # Somebody else holds the device: the hub has taken the batch and can't finish it yet.
            with central.begin() as held:
                held.run("SELECT 1 FROM device WHERE id = :id FOR UPDATE", id=device)
                answers: list[httpx.Response] = []
                sending = threading.Thread(
                    target=lambda: answers.append(caller.post("/v1/events", json=state_batch(device)))
                )
                sending.start()
                time.sleep(0.3)
                process.send_signal(signal.SIGTERM)
                time.sleep(0.3)
                assert httpx.get(f"{url}/readyz").status_code == 503
                assert httpx.get(f"{url}/healthz").status_code == 200
                time.sleep(0.9)
                with pytest.raises(httpx.ConnectError):
                    httpx.get(f"{url}/healthz")
                assert process.poll() is None
            sending.join(5)
            assert answers[0].json()["results"][0]["status"] == "applied"
            assert process.wait(5) == 0
        with central.read() as tx:
            assert tx.value("SELECT count(*) FROM event") == 1
    finally:
        central.close()


def state_batch(device: str) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    fact = {"id": str(uuid4()), "seq": 1, "kind": "state", "at": at, "body": {"state": "available"}}
    return {"device": device, "events": [fact]}


def test_a_store_of_an_older_shape_is_told_to_be_upgraded(sqlite_store: Store) -> None:
    with sqlite_store.begin() as tx:
        tx.run("UPDATE alembic_version SET version_num = '0004'")
    with pytest.raises(HubError, match="older version"):
        serve(sqlite_store)


def test_a_store_of_a_newer_shape_is_served_all_the_same(sqlite_url: str, tmp_path: Path) -> None:
    store = Store(sqlite_url)
    with store.begin() as tx:
        tx.run("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with announced(sqlite_url, tmp_path / "hub.json") as (_, url):
        assert httpx.get(f"{url}/readyz").status_code == 200


def test_it_ends_when_nobody_holds_the_lock(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LOCK_CHECK_SECONDS", 0.1)
    schema.mark_training(sqlite_store)
    lock = os.open(tmp_path / "in-use", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_SH)
    told: list[str] = []
    thread = threading.Thread(
        target=serve, args=(sqlite_store,), kwargs={"while_locked": tmp_path / "in-use", "ready": told.append}
    )
    thread.start()
    try:
        thread.join(0.6)
        assert thread.is_alive()
        assert httpx.get(f"{told[0]}/healthz").status_code == 200
    finally:
        os.close(lock)
        thread.join(5)
    assert not thread.is_alive()


def test_a_set_clock_needs_a_training_store(sqlite_url: str) -> None:
    store = Store(sqlite_url, Clock(datetime(2026, 11, 25, 17, tzinfo=UTC)))
    with pytest.raises(HubError, match="AGENT_TUI_CLOCK"):
        serve(store)
    store.close()


def test_a_store_without_tables_is_told_how_to_get_them(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(HubError, match="store upgrade"):
        serve(store)
    store.close()


@pytest.mark.parametrize("host", [*EVERYWHERE, "192.0.2.1", "hub.example.com"])
def test_plain_http_stays_on_this_machine(sqlite_url: str, host: str) -> None:
    store = Store(sqlite_url)
    with pytest.raises(HubError, match="--tls-cert"):
        serve(store, host)
    store.close()


def test_which_hosts_are_this_machine() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.1.2.3", "::1")))
    assert not any(map(is_loopback, (*EVERYWHERE, "10.0.0.1", "localhost.example.com")))


def test_a_taken_port_is_told(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(HubError, match="--port"):
        serve(store, port=taken.getsockname()[1])
    store.close()


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        (("--tls-cert", "nowhere.pem"), {}, "belong together"),
        (("--tls-cert", __file__, "--tls-key", __file__), {}, "can't be used"),
        (("--announce", "/nowhere/at/all/hub.json"), {}, "--announce"),
        ((), {"AGENT_TUI_CLOCK": "yesterday"}, "2026-11-20T09:00:00-06:00"),
    ],
)
def test_wrong_calls_say_what_is_wrong(
    sqlite_url: str, options: tuple[str, ...], environment: dict[str, str], words: str
) -> None:
    process = hub(sqlite_url, *options, **environment)
    said = process.communicate(timeout=10)[1]
    assert process.returncode in (1, 2)
    assert words in said
    assert "Traceback" not in said


def test_it_speaks_tls(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "hub.json"
    with announced(
        sqlite_url, file, "--tls-cert", str(TLS / "cert.pem"), "--tls-key", str(TLS / "key.pem")
    ) as (_, url):
        assert url.startswith("https://")
        trusting = ssl.create_default_context(cafile=str(TLS / "cert.pem"))
        assert httpx.get(f"{url}/healthz", verify=trusting).status_code == 200
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{url}/healthz")
