"""A workstation on a real file, with clocks that the test turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from rules.clients import Account, Client, Phone
from rules.protocol import Lease, Leases, Session, User
from storage.clock import Clock
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from tests.conftest import LOCAL_KEY

MORNING = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
"""Tuesday 10:00 in Mexico City."""


class SetClock(Clock):
    """A machine's clock that the test turns: wall and monotonic time."""

    def __init__(self, at: datetime = MORNING) -> None:
        super().__init__()
        self.at = at
        self.seconds = 1000.0
        self.boot = "one run"

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def pass_time(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


class Workstation:
    """A store, its desk, and the little of a hub that a test needs."""

    def __init__(self, path: Path, clock: SetClock) -> None:
        self.path = path
        self.clock = clock
        self.hub_offset = timedelta(0)
        self.sent: list[None] = []
        self.open()

    def open(self) -> None:
        self.store = LocalStore(
            self.path, LOCAL_KEY, self.clock, monotonic=self.clock.monotonic, boot=self.clock.boot
        )
        self.desk = LocalDesk(self.store, wrote=lambda: self.sent.append(None))

    def reopen(self) -> None:
        self.store.close()
        self.open()

    def reboot(self) -> None:
        """Start the machine anew: its own count of seconds begins again."""
        self.clock.seconds, self.clock.boot = 5.0, f"{self.clock.boot} and another"
        self.reopen()

    @property
    def hub_now(self) -> datetime:
        return self.clock.now() + self.hub_offset

    def sign_in(self, name: str = "ana", **user: Any) -> Session:
        session = Session(
            access_token="access",
            refresh_token="refresh",
            expires_at=self.hub_now + timedelta(minutes=30),
            user=User(
                id=1, name=name, display_name=name.title(), role="agent", portfolios=("Tarjetas",), **user
            ),
            server_time=self.hub_now,
        )
        self.store.set_session(session)
        return session

    def lease(
        self, *clients: Client, ttl: float = 1200, round_trip: float = 0.0, **given: Any
    ) -> list[Lease]:
        leases = [
            Lease(
                lease_id=str(uuid4()),
                token=client.id,
                expires_at=self.hub_now + timedelta(seconds=ttl),
                client=client,
                callback_due=given.get("callback_due"),
            )
            for client in clients
        ]
        self.give(leases, round_trip=round_trip)
        return leases

    def give(
        self,
        leases: list[Lease],
        *,
        round_trip: float = 0.0,
        waiting: str | None = None,
        until: datetime | None = None,
    ) -> None:
        answer = Leases(leases=tuple(leases), server_time=self.hub_now, waiting=waiting, waiting_until=until)
        self.store.take(answer, round_trip)

    def on_desk(self) -> int | None:
        page = self.desk.desk().page
        return page.client.id if hasattr(page, "client") else None


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def station(tmp_path: Path, clock: SetClock) -> Iterator[Workstation]:
    """A workstation on which ana is signed in and no client is at hand."""
    station = Workstation(tmp_path / "home" / "local.db", clock)
    station.sign_in()
    station.store.set_link("online")
    yield station
    station.store.close()


@pytest.fixture(scope="session")
def a_client() -> Callable[..., Client]:
    """Makes clients that may be called in the morning."""

    def make(client_id: int, score: int = 0, **changes: Any) -> Client:
        client = Client(
            id=client_id,
            name=f"Cliente {client_id}",
            country="MX",
            zones=("America/Mexico_City",),
            as_of=MORNING,
            portfolio="Tarjetas",
            score=score,
            phones=(
                Phone(id=f"{client_id}a", number="+525555000001", status="validado_titular"),
                Phone(id=f"{client_id}b", number="+525555000002", label="home"),
            ),
            accounts=(
                Account(
                    id=client_id * 10,
                    product="card",
                    number="1234",
                    currency="MXN",
                    overdue=150_000,
                    total=900_000,
                    minimum=50_000,
                    days=12,
                    bucket="B1",
                ),
                Account(
                    id=client_id * 10 + 1,
                    product="card",
                    number="5678",
                    currency="MXN",
                    overdue=0,
                    total=20_000,
                ),
            ),
        )
        return msgspec.structs.replace(client, **changes)

    return make


@pytest.fixture(scope="session")
def make_station() -> Callable[..., Workstation]:
    """Makes a workstation on which nobody is signed in."""
    return lambda path, clock=None: Workstation(path, clock or SetClock())
