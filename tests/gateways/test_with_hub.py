"""A payment all the way: a fact at the hub, the gateway asked, its signed notice, the money booked once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateways.practice import Practice
from gateways.signatures import sign
from gateways.stripe import Stripe
from hub.limits import Limits
from hub.serve import listen, make_server
from rules.paying.gateways import Gateway
from storage.central.connection import Store
from tests.hub.world import PASSWORD, fill

SECRET = "whsec_test"


@dataclass
class Hub:
    url: str
    store: Store

    def session(self, user: str) -> tuple[dict[str, str], str]:
        device = str(uuid4())
        body = {"user": user, "password": PASSWORD, "device": device}
        answer = httpx.post(f"{self.url}/v1/session", json=body)
        return {"authorization": f"Bearer {answer.json()['access_token']}"}, device

    def ask(self, amount: int, method: str = "link") -> str:
        """An agent asks for a payment of the first client's card; the intent's id."""
        headers, device = self.session("agent1")
        with self.store.read() as tx:
            client, account = tx.one("SELECT client_id, id FROM account ORDER BY id") or (0, 0)
        intent = str(uuid4())
        body = {
            "client_id": client,
            "account_id": account,
            "method": method,
            "amount": amount,
            "currency": "MXN",
        }
        event = {"id": intent, "seq": 1, "kind": "intent", "at": datetime.now(UTC).isoformat(), "body": body}
        answer = httpx.post(
            f"{self.url}/v1/events", json={"device": device, "events": [event]}, headers=headers
        )
        assert answer.json()["results"][0]["status"] == "applied", answer.text
        return intent

    def row(self, intent: str) -> tuple[Any, ...]:
        with self.store.read() as tx:
            found = tx.one("SELECT status, external, url FROM payment_intent WHERE id = :id", id=intent)
            return found or ()

    def payments(self) -> list[tuple[Any, ...]]:
        with self.store.read() as tx:
            return tx.all("SELECT reference, amount FROM payment ORDER BY id")


def until(what: Callable[[], Any], seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about in time")


@pytest.fixture
def serve(tmp_path: Path, sqlite_template: Path) -> Iterator[Callable[..., Hub]]:
    """Start a hub with some gateways, on the machine's own clock: signatures carry the time."""
    ends: list[Callable[[], None]] = []

    def start(*gateways: Gateway, **limits: Any) -> Hub:
        path = tmp_path / "central.db"
        copyfile(sqlite_template, path)
        store = Store(f"sqlite:///{path}")
        fill(store, clients=1)
        listening = listen("127.0.0.1", 0)
        server = make_server(store, "127.0.0.1", gateways=gateways, limits=Limits(**limits))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()

        def end() -> None:
            server.stop()
            thread.join(10)
            store.close()

        ends.append(end)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        until(lambda: server.started)
        return Hub(url, store)

    yield start
    for end in ends:
        end()


def test_a_link_by_stripe_from_the_fact_to_the_money(serve: Any, local_stripe: Any) -> None:
    hub = serve(Stripe("sk_test_12345", SECRET, api=local_stripe.url))
    local_stripe.tell(f"{hub.url}/v1/notices/stripe", SECRET)
    intent = hub.ask(1500_00)
    until(lambda: hub.row(intent)[0] == "pending")
    _, session, url = hub.row(intent)
    assert url.startswith("https://checkout.example/")
    assert local_stripe.pay(session).status_code == 200
    until(lambda: hub.row(intent)[0] == "approved")
    assert hub.payments() == [(f"intent:{intent}", 1500_00)]

    def notices() -> int:
        with hub.store.read() as tx:
            count: int = tx.value("SELECT count(*) FROM gateway_notice WHERE intent_id = :id", id=intent)
            return count

    until(lambda: notices() == 2)  # the payment's and the session's
    assert len(hub.payments()) == 1


def test_practice_shows_the_whole_path_without_taking_money(serve: Any) -> None:
    hub = serve(Practice(lambda: datetime.now(UTC)))
    approved, declined = hub.ask(100_00, "terminal"), ""
    until(lambda: hub.row(approved)[0] == "approved")
    declined = hub.ask(100_01, "terminal")
    until(lambda: hub.row(declined)[0] == "declined")
    assert hub.payments() == [(f"intent:{approved}", 100_00)]


def test_notices_are_refused_without_proof_and_taken_once_with_it(serve: Any) -> None:
    hub = serve(Stripe("sk_test_12345", SECRET, api="http://127.0.0.1:9"))
    body = b'{"id": "evt_9", "type": "customer.created", "data": {"object": {"id": "cus_1"}}}'
    at = int(time.time())
    proved = {"stripe-signature": f"t={at},v1={sign(body, at, SECRET)}"}
    path = f"{hub.url}/v1/notices/stripe"
    for headers in ({}, {"stripe-signature": f"t={at},v1={sign(body, at, 'other')}"}):
        answer = httpx.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    old = {"stripe-signature": f"t={at - 600},v1={sign(body, at - 600, SECRET)}"}
    assert httpx.post(path, content=body, headers=old).json()["code"] == "too_old"
    assert (
        httpx.post(f"{hub.url}/v1/notices/other", content=body, headers=proved).json()["code"]
        == "unknown_gateway"
    )
    for _ in range(2):
        assert httpx.post(path, content=body, headers=proved).status_code == 200
    with hub.store.read() as tx:
        assert tx.all("SELECT gateway, id, kind FROM gateway_notice") == [
            ("stripe", "evt_9", "customer.created")
        ]


def test_a_flood_of_notices_is_slowed_down(serve: Any) -> None:
    hub = serve(Practice(lambda: datetime.now(UTC)), door_rate=1, door_burst=3)
    answers = [httpx.post(f"{hub.url}/v1/notices/practice", content=b"x") for _ in range(6)]
    assert 429 in {one.status_code for one in answers}
