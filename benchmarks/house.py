"""A house for measurements: a PostgreSQL with clients and agents, and one hub process on it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from argon2 import PasswordHasher

from rules.facts import Event
from rules.protocol import Lease, LeaseRequest, SignIn
from storage.central import portfolios
from storage.central.connection import Store
from storage.central.doors import passwords, people
from storage.central.doors.people import Who
from storage.central.queue import leases
from storage.central.queue.lanes import lane_ids
from storage.central.upkeep import schema
from storage.clock import Clock

MORNING = "2026-11-25T11:00:00-06:00"
"""A Wednesday within calling hours in Mexico City."""

ZONE = "America/Mexico_City"
CLIENTS = 20_000
DESKS = 200
AGENTS = 1_000
PASSWORD = "four easy words"  # noqa: S105 - made up
OVERDUE = 150_000


class Desk(msgspec.Struct):
    """A signed-in agent on one device. seq: of the last fact made."""

    who: Who
    token: str
    device: str
    seq: int = 0


class House:
    """A filled store, its desks and its lead.

    Args:
        url: of an empty database.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = Store(url, Clock(datetime.fromisoformat(MORNING)))
        schema.upgrade(self.store)
        schema.mark_training(self.store)
        self.portfolio = portfolios.ensure_portfolio(
            self.store,
            "Cards",
            product="card",
            country="MX",
            currency="MXN",
            language="es",
            creditor="Bank",
            firm="Firm",
        )
        self._fill()
        with patch.object(passwords, "HASHER", PasswordHasher(1, 8, 1)):
            self.desks = [self._desk(number) for number in range(DESKS)]
            people.add_user(self.store, "lead", "lead", PASSWORD)
            self.lead = self._sign_in("lead", str(UUID(int=2**64)))

    def _fill(self) -> None:
        with self.store.begin() as tx:
            tx.run(_CLIENTS, portfolio=self.portfolio, number=CLIENTS, zones=[ZONE])
            tx.run(_PHONES, zone=ZONE)
            tx.run(_ACCOUNTS, overdue=OVERDUE, empty={}, due=tx.now.date())
            lane = lane_ids(tx, {(self.portfolio, "MX", (ZONE,))})[(self.portfolio, ZONE)]
            tx.run(_READY, lane=lane)
            tx.run(_DEPTH, portfolio=self.portfolio, number=CLIENTS)
            tx.run(_AGENTS, number=AGENTS - DESKS, now=tx.now)
        with self.store.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")

    def _desk(self, number: int) -> Desk:
        name, device = f"desk{number}", str(UUID(int=number + 1))
        people.add_user(self.store, name, "agent", PASSWORD)
        token = self._sign_in(name, device)
        return Desk(people.who(self.store, token), token, device)

    def _sign_in(self, name: str, device: str) -> str:
        return people.sign_in(self.store, SignIn(user=name, password=PASSWORD, device=device)).access_token

    def leases(self, desk: Desk, number: int) -> list[Lease]:
        """Clients for a desk, more than it may hold at a time: each is worked under its own lease."""
        found: list[Lease] = []
        while len(found) < number:
            request = LeaseRequest(
                want=min(50, number - len(found)), request_id=f"bench-{len(found)}", device=desk.device
            )
            found += leases.lease(self.store, desk.who, request).leases
            with self.store.begin() as tx:
                tx.run("UPDATE lease SET device = 'away' WHERE device = :device", device=desk.device)
        return found

    def facts(self, desk: Desk, number: int) -> list[dict[str, Any]]:
        """Facts of a working day of some twenty kinds and clients, as a workstation sends them."""
        free = iter(self.leases(desk, number // 2 + 10))
        made: list[Event] = []
        last: Lease | None = None
        now = datetime.fromisoformat(MORNING)
        for step in range(number):
            kind, code = _DAY[step % len(_DAY)]
            lease = None
            body: dict[str, Any] = {"state": code}
            if kind == "retraction" and last is not None:
                lease, body = last, {"client_id": last.client.id, "fact_id": made[-1].id}
            elif kind != "state":
                lease = last = next(free)
                body = _body(lease, kind, code, now)
            desk.seq += 1
            made.append(
                Event(
                    id=str(UUID(int=(desk.who.user_id << 64) + desk.seq)),
                    seq=desk.seq,
                    kind="result" if kind == "promise" else kind,
                    at=now,
                    body=body,
                    offset_ms=0,
                    lease_id=lease.lease_id if lease else None,
                    lease_token=lease.token if lease else None,
                )
            )
        return [msgspec.to_builtins(event) for event in made]

    @contextmanager
    def hub(self) -> Iterator[Hub]:
        """A hub process that serves this house."""
        folder = Path(tempfile.mkdtemp(prefix="agent-tui-bench-"))
        announce = folder / "hub.json"
        command = [sys.executable, "-m", "agent_tui", "hub", "--store", self.url, "--port", "0"]
        options = ["--user-rate", "0", "--announce", str(announce)]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(
                [*command, *options], env=os.environ | {"AGENT_TUI_CLOCK": MORNING}, stdout=log, stderr=log
            )
        try:
            while not announce.exists():
                assert running.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
            yield Hub(urlsplit(json.loads(announce.read_text())["url"]).port or 0, running.pid)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=30)
            shutil.rmtree(folder)


class Hub(msgspec.Struct, frozen=True):
    """A running hub process."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


_DAY = (
    *(("state", "on_call"), ("result", "NOCO"), ("state", "on_call"), ("result", "BUZN")) * 3,
    *(("state", "on_call"), ("promise", "PPT"), ("state", "wrap_up"), ("skip", "other")),
    *(("result", "OCUP"), ("retraction", ""), ("state", "meal"), ("state", "available")),
)
"""Kinds and codes or states, round and round: half of a desk's facts are its states."""


def _body(lease: Lease, kind: str, code: str, now: datetime) -> dict[str, Any]:
    client = lease.client.id
    if kind == "skip":
        return {"client_id": client, "reason": code}
    if kind == "result":
        return {"client_id": client, "code": code}
    account = lease.client.accounts[0]
    promise = {"account_id": account.id, "amount": OVERDUE, "currency": account.currency}
    return {"client_id": client, "code": code, "due": now.date().isoformat(), "channel": "spei"} | promise


_CLIENTS = """
    INSERT INTO client (portfolio_id, namespace, ref, kind, name, country, zones, language, tax_id,
        national_id, state, address, treatment, do_not_contact, hold_reason, version)
    SELECT :portfolio, 'bench', 'C' || n, 'person', 'Client ' || n, 'MX', :zones, 'es', '', '', '', '', '',
        false, '', 1
    FROM generate_series(1, :number) n
"""
_PHONES = """
    INSERT INTO contact_point (client_id, kind, value, label, status, use, zone, source, position)
    SELECT id, 'phone', '+5255' || (10000000 + id), 'mobile', 'por_validar', 'collect', :zone, 'entidad', 0
    FROM client
"""
_ACCOUNTS = """
    INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status, oldest_due, overdue,
        total, minimum, disputed, components, details)
    SELECT id, portfolio_id, 'A' || id, 'card', 'Card', 'MXN', 'open', CAST(:due AS DATE) - 12, :overdue,
        3 * :overdue, 0, 0, :empty, :empty
    FROM client
"""
_READY = """
    INSERT INTO ready (client_id, lane, prio, bucket)
    SELECT id, :lane, (id * 7919) % 10007, 'B1' FROM client
"""
_DEPTH = """
    INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
    VALUES (DATE '1970-01-01', 0, :portfolio, 'B1', 0, 'ready', :number)
"""
_AGENTS = """
    INSERT INTO app_user (name, display_name, role, team, password_hash, disabled, language, daily_goal,
        monthly_goal, failed_sign_ins, created_at)
    SELECT 'agent' || n, 'Agent ' || n, 'agent', 'team' || n % 20, '', false, 'es', 4000000, 0, 0, :now
    FROM generate_series(1, :number) n
"""
