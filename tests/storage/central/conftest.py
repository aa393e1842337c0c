"""A small town of debtors for the tests of the central store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest

from rules.clients import Client
from rules.facts import Event, EventResult
from rules.protocol import EventBatch, Lease, LeaseRequest, Leases
from storage.central import portfolios
from storage.central.clients import documents
from storage.central.connection import Store
from storage.central.doors import people
from storage.central.doors.people import Who
from storage.central.facts import events
from storage.central.queue import leases, queueing

MEXICO = "America/Mexico_City"
PASSWORD = "correct horse battery"


class Town:
    """Fills a store and acts on it as workstations would."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._numbers = count(1)
        self._seq: dict[str, int] = {}
        self.cards = self.portfolio("Cards")

    def portfolio(self, name: str, country: str = "MX", **more: Any) -> int:
        return portfolios.ensure_portfolio(
            self.store,
            name,
            product="card",
            country=country,
            currency="MXN" if country == "MX" else "USD",
            language="es",
            creditor="Bank",
            firm="Firm",
            **more,
        )

    def agent(self, name: str = "ana", *, device: str = "", portfolios: tuple[str, ...] = ()) -> Who:
        """A user with the rights of an agent, without the cost of hashing a password."""
        with self.store.begin() as tx:
            user_id = tx.value(
                """
                INSERT INTO app_user (name, display_name, role, team, password_hash, disabled, language,
                    daily_goal, monthly_goal, failed_sign_ins, created_at)
                VALUES (:name, :name, 'agent', 'red', '', false, 'es', 4000000, 0, 0, :now)
                RETURNING id
                """,
                name=name,
                now=tx.now,
            )
            ids = [
                tx.value("SELECT id FROM portfolio WHERE name = :name", name=portfolio)
                for portfolio in portfolios
            ]
            for portfolio_id in ids:
                tx.run(
                    "INSERT INTO user_portfolio (user_id, portfolio_id) VALUES (:user, :portfolio)",
                    user=user_id,
                    portfolio=portfolio_id,
                )
        return Who(
            user_id=user_id,
            name=name,
            display_name=name,
            role="agent",
            device=device or f"{name}-desk",
            portfolio_ids=tuple(ids) or None,
            portfolio_names=portfolios,
        )

    def clients(
        self,
        number: int = 1,
        *,
        portfolio: int | None = None,
        overdue: int = 150_000,
        days: int = 12,
        zones: tuple[str, ...] = (MEXICO,),
        accounts: int = 1,
        phones: int = 1,
        place: bool = True,
    ) -> list[int]:
        portfolio = portfolio or self.cards
        due = self.store.now().date() - timedelta(days=days)
        ids = []
        with self.store.begin() as tx:
            country, currency = tx.one(
                "SELECT country, currency FROM portfolio WHERE id = :id", id=portfolio
            ) or ("MX", "MXN")
            for _ in range(number):
                n = next(self._numbers)
                client_id = tx.value(
                    """
                    INSERT INTO client (portfolio_id, namespace, ref, kind, name, country, zones, language,
                        tax_id, national_id, state, address, treatment, do_not_contact, hold_reason, version)
                    VALUES (:portfolio, 'test', :ref, 'person', :name, :country, :zones, 'es',
                        '', '', '', '', '', false, '', 1)
                    RETURNING id
                    """,
                    portfolio=portfolio,
                    ref=f"C{n}",
                    name=f"Client {n}",
                    country=country,
                    zones=list(zones),
                )
                ids.append(client_id)
                for k in range(phones):
                    tx.run(
                        """
                        INSERT INTO contact_point (client_id, kind, value, label, status, use, zone, source,
                            position)
                        VALUES (:client, 'phone', :value, 'mobile', 'por_validar', 'collect', :zone,
                            'entidad', :position)
                        """,
                        client=client_id,
                        value=f"+52555{n:06d}{k}",
                        zone=zones[0],
                        position=k,
                    )
                for k in range(accounts):
                    tx.run(
                        """
                        INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status,
                            oldest_due, overdue, total, minimum, disputed, components, details)
                        VALUES (:client, :portfolio, :ref, 'card', 'Card', :currency, 'open', :due, :overdue,
                            :total, 0, 0, :components, :details)
                        """,
                        client=client_id,
                        portfolio=portfolio,
                        ref=f"A{n}-{k}",
                        currency=currency,
                        due=due,
                        overdue=overdue,
                        total=overdue * 3,
                        components={"interest": overdue, "principal": overdue * 2},
                        details={"plan": "oro"},
                    )
            if place:
                queueing.place(tx, ids, tx.now)
        return ids

    def document(self, client_id: int) -> Client:
        with self.store.begin() as tx:
            return documents(tx, [client_id])[client_id]

    def standing(self, client_id: int) -> str:
        """ready, waiting, callback, lease, or out."""
        with self.store.read() as tx:
            found = [
                row[0]
                for row in tx.all(
                    """
                    SELECT 'ready' FROM ready WHERE client_id = :id
                    UNION ALL SELECT kind FROM waiting WHERE client_id = :id
                    UNION ALL SELECT 'lease' FROM lease WHERE client_id = :id
                    """,
                    id=client_id,
                )
            ]
        assert len(found) < 2, found
        return found[0] if found else "out"

    def lease(self, who: Who, want: int = 1, request_id: str = "") -> Leases:
        request = LeaseRequest(
            want=want, request_id=request_id or f"r{next(self._numbers)}", device=who.device
        )
        return leases.lease(self.store, who, request)

    def lead(self, name: str = "lucia", team: str = "red") -> Who:
        """Somebody who leads a team, "" = everybody."""
        who = self.agent(name)
        with self.store.begin() as tx:
            sql = "UPDATE app_user SET role = 'lead', team = :team WHERE id = :id"
            tx.run(sql, team=team, id=who.user_id)
        return msgspec.structs.replace(who, role="lead", team=team)

    def absent(self, who: Who, *, cover: Who | None = None, days: int = 1) -> None:
        """Note an absence from today on."""
        today = self.store.now().date()
        with self.store.begin() as tx:
            tx.run(
                """
                INSERT INTO absence (id, user_id, since, until, kind, cover_id, noted_at)
                VALUES (:id, :user, :since, :until, 'vacation', :cover, :now)
                """,
                id=f"absence-{next(self._numbers)}",
                user=who.user_id,
                since=today,
                until=today + timedelta(days=days - 1),
                cover=cover.user_id if cover else None,
                now=tx.now,
            )

    def search(self, who: Who, want: int = 1) -> Leases:
        """Lease from the queue of the unlocatable."""
        request = LeaseRequest(
            want=want, request_id=f"r{next(self._numbers)}", device=who.device, queue="search"
        )
        return leases.lease(self.store, who, request)

    def event(
        self,
        who: Who,
        kind: str,
        body: dict[str, Any],
        lease: Lease | None = None,
        at: datetime | None = None,
        **more: Any,
    ) -> Event:
        seq = self._seq[who.device] = self._seq.get(who.device, 0) + 1
        given: dict[str, Any] = {
            "id": f"{who.device}-{seq:06d}",
            "seq": seq,
            "kind": kind,
            "at": at or self.store.now(),
            "body": body,
            "offset_ms": 0,
        }
        if lease is not None:
            given |= {"lease_id": lease.lease_id, "lease_token": lease.token}
        return Event(**(given | more))

    def record(self, who: Who, *batch: Event) -> tuple[EventResult, ...]:
        answer = events.record(self.store, who, EventBatch(device=who.device, events=batch))
        return answer.results

    def promise_body(
        self, client_id: int, amount: int = 150_000, days: int = 3, **more: Any
    ) -> dict[str, Any]:
        account = self.document(client_id).accounts[0]
        due: date = self.store.now().date() + timedelta(days=days)
        body = {
            "client_id": client_id,
            "code": "PPT",
            "account_id": account.id,
            "amount": amount,
            "currency": account.currency,
            "due": due.isoformat(),
            "channel": "spei",
            "reason": "OLVIDO",
        }
        return body | more


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


@pytest.fixture
def town_in() -> Callable[[Store], Town]:
    """A town in a store of the test's own choice."""
    return Town


@pytest.fixture
def ana(town: Town) -> Who:
    return town.agent("ana")


@pytest.fixture
def beto(town: Town) -> Who:
    return town.agent("beto")


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def add_ana(store: Store) -> int:
    return people.add_user(store, "ana", "agent", PASSWORD)
