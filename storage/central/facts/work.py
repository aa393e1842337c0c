"""The clients that a batch of facts is about, and the rows that the batch makes.

Facts of one batch build on each other (a second call of a client sees the first), so the
clients are kept in memory while the batch is read, and each kind of row is written at once
for the whole batch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Any

import msgspec

from rules.catalogue import Result
from rules.clients import Client
from rules.contact import ContactParameters
from rules.facts import Event, ResultBody
from rules.strategies.plans import Strategy
from storage.central.changes import touch
from storage.central.clients import standings, with_money
from storage.central.connection import Tx, day, maybe_instant
from storage.central.counting.figures import Deltas
from storage.central.debts import in_detail
from storage.central.doors.people import Who
from storage.central.facts import effects
from storage.central.intents import intake
from storage.central.leading.strategies import in_force
from storage.central.policies.asks import INSERT as ASKED
from storage.central.portfolios import Book, books
from storage.central.queue.queueing import end_leases, place
from storage.central.records.agreements import VOID, VOID_TASKS, agreements
from storage.central.records.cases import DISPUTED, cases
from storage.central.records.requests import requests
from storage.central.records.reviews import put_before_lead
from storage.central.rulebooks import Results, listed


class Held(msgspec.Struct, frozen=True):
    """A lease of a client, whoever's it is."""

    lease_id: str
    token: int
    lane: int
    bucket: str


_INSERTS = {
    "event": """
        INSERT INTO event (id, device, seq, user_id, client_id, kind, at, received_at, offset_ms,
            lease_id, lease_token, body, body_hash, status, reason)
        VALUES (:id, :device, :seq, :user, :client, :kind, :at, :received_at, :offset_ms,
            :lease, :token, :body, :hash, :status, :reason)
    """,
    "interaction": """
        INSERT INTO interaction (id, client_id, account_id, user_id, at, code, flags, amount, currency,
            due, channel, reason, phone, note, agent, late, counted, day, hour, bucket, identity,
            missed, breach, strategy, off_strategy, started_at)
        VALUES (:id, :client, :account, :user, :at, :code, :flags, :amount, :currency,
            :due, :channel, :reason, :phone, :note, :agent, :late, :counted, :day, :hour, :bucket, :identity,
            :missed, :breach, :strategy, :off_strategy, :started_at)
    """,
    "promise": """
        INSERT INTO promise (id, event_id, number, client_id, account_id, user_id, made, due, amount,
            currency, channel, status, paid, grace_days, agent, receipts)
        VALUES (:id, :event, :number, :client, :account, :user, :made, :due, :amount,
            :currency, :channel, 'open', 0, :grace_days, :agent, :receipts)
    """,
    "callback": """
        INSERT INTO callback (id, client_id, user_id, due_at, phone, note, status)
        VALUES (:id, :client, :user, :due_at, :phone, :note, 'open')
    """,
    "promise_cancelled": "UPDATE promise SET status = 'cancelled' WHERE id = :id AND status = 'open'",
    "callback_done": "UPDATE callback SET status = 'done' WHERE id = :id AND status = 'open'",
    "phone": "UPDATE contact_point SET status = :status, use = :use WHERE id = :id",
    "called": """
        UPDATE contact_point SET last_result = :code, last_at = :at
        WHERE id = :id AND client_id = :client AND (last_at IS NULL OR last_at <= :at)
    """,
    "point_change": """
        INSERT INTO point_change (id, client_id, point_id, user_id, at, point, action, was, became, agent,
            source)
        VALUES (:id, :client, :point_id, :user, :at, :point, :action, :was, :became, :agent, :source)
    """,
    "request": """
        INSERT INTO approval_request (id, client_id, account_id, user_id, asked, level, terms, reason, note,
            agent, status, answer_note, expires)
        VALUES (:id, :client, :account, :user, :asked, :level, :terms, :reason, :note, :agent, 'open', '',
            :expires)
    """,
    "request_used": """
        UPDATE approval_request SET status = 'used' WHERE id = :id AND status IN ('approved', 'countered')
    """,
    "inconsistency": """
        INSERT INTO inconsistency (id, client_id, account_id, user_id, issue, found, evidence, note, agent,
            status, answer)
        VALUES (:id, :client, :account, :user, :issue, :found, :evidence, :note, :agent, 'open', '')
    """,
    "refusal": """
        INSERT INTO refusal (id, client_id, user_id, at, rule, version, doing, inputs)
        VALUES (:id, :client, :user, :at, :rule, :version, :doing, :inputs)
    """,
    "reveal": """
        INSERT INTO reveal (id, client_id, user_id, at, reason)
        VALUES (:id, :client, :user, :at, :reason)
    """,
    "case": """
        INSERT INTO case_file (id, client_id, account_id, user_id, kind, opened, due, clock, amount, currency,
            tier, destination, reason, reference, party, note, agent, status, outcome, answer)
        VALUES (:id, :client, :account, :user, :kind, :opened, :due, :clock, :amount, :currency,
            :tier, :destination, :reason, :reference, :party, :note, :agent, 'open', '', '')
    """,
    "case_settled": """
        UPDATE case_file SET status = 'closed', outcome = :outcome, closed_by = :user, closed_at = :at
        WHERE id = :id AND status = 'open'
    """,
    "disputed": DISPUTED,
    "agreement": """
        INSERT INTO agreement (id, client_id, account_id, user_id, made, terms, folio, agent, text, digest,
            status, medium)
        VALUES (:id, :client, :account, :user, :made, :terms, :folio, :agent, :text, :digest, 'issued', '')
    """,
    "delivered": """
        UPDATE agreement SET status = 'delivered', delivered = :at, medium = :medium
        WHERE id = :id AND client_id = :client AND status = 'issued'
    """,
    "task": """
        INSERT INTO task (id, client_id, account_id, user_id, kind, due, about, note, status, outcome)
        VALUES (:id, :client, :account, :user, :kind, :due, :about, :note, 'open', '')
    """,
    "task_done": """
        UPDATE task SET status = 'done', outcome = :outcome, done_at = :at
        WHERE id = :id AND client_id = :client AND status = 'open'
    """,
    "ask": ASKED,
    "intent": intake.INSERT,
    "agreement_void": VOID,
    "agreement_tasks_void": VOID_TASKS,
    "client": """
        UPDATE client
        SET do_not_contact = :do_not_contact, hold_until = :hold_until, hold_reason = :hold_reason,
            not_before = :not_before, suits = :suits, stopped_media = :stopped_media
        WHERE id = :id
    """,
}
"""Statements by the name under which rows are gathered, in the order in which they run."""


class Work:
    """One batch at work.

    Args:
        tx: its transaction.
        who: whose facts they are.
        device: from which workstation.
        portfolio_of: the clients, which the caller holds locked, each with its portfolio.

    Attributes:
        changed: clients that are to be placed anew, and told in the feed.
        stale: clients that the store knows better, as after a retraction.
        states: of the agent, in the order of the facts.
    """

    def __init__(self, tx: Tx, who: Who, device: str, portfolio_of: dict[int, int]) -> None:
        self.tx = tx
        self.who = who
        self.device = device
        self.portfolio_of = portfolio_of
        self.deltas = Deltas()
        self.changed: set[int] = set()
        self._books = books(tx)
        self._results: dict[int, Results] = {}
        self._rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._effects: list[dict[str, Any]] = []
        self._ended: list[tuple[int, int, str]] = []
        self.stale: set[int] = set()
        self.states: list[tuple[str, datetime]] = []
        self._unwritten: set[int] = set()
        self.clients: dict[int, Client] = {}
        self.not_before: dict[int, datetime | None] = {}
        self.leases: dict[int, Held] = {}
        self.finished: set[tuple[str, int]] = set()
        self.worked: Counter[tuple[int, date, str]] = Counter()
        self.read(list(portfolio_of))

    def read(self, ids: list[int]) -> None:
        """Read some of the clients as the store has them; what was gathered of them must be written."""
        if not ids:
            return
        self.clients.update(standings(self.tx, ids, self.tx.now))
        for client_id, known in cases(self.tx, ids).items():
            self.clients[client_id] = msgspec.structs.replace(self.clients[client_id], cases=tuple(known))
        for client_id, asked in requests(self.tx, ids).items():
            self.clients[client_id] = msgspec.structs.replace(self.clients[client_id], requests=tuple(asked))
        for client_id, made in agreements(self.tx, ids).items():
            self.clients[client_id] = msgspec.structs.replace(self.clients[client_id], agreements=tuple(made))
        rows = self.tx.all("SELECT id, not_before FROM client WHERE id IN :ids", ids=ids)
        self.not_before.update((row[0], maybe_instant(row[1])) for row in rows)
        for client_id in ids:
            self.leases.pop(client_id, None)
        self.leases.update(self._leases(ids))
        self.finished |= self._finished(ids)
        for key in [key for key in self.worked if key[0] in ids]:
            del self.worked[key]
        self.worked.update(self._worked(ids))

    def refresh(self, client_id: int | None) -> None:
        """Read a client again before its next fact, if the store knows better."""
        if client_id in self.stale:
            self.stale.discard(client_id)
            self.read([client_id])

    def _leases(self, ids: list[int]) -> dict[int, Held]:
        rows = self.tx.all(
            """
            SELECT client_id, lease_id, token, lane, bucket
            FROM lease
            WHERE client_id IN :ids
            ORDER BY client_id
            FOR UPDATE
            """,
            ids=ids,
        )
        return {row[0]: Held(*row[1:]) for row in rows}

    def _finished(self, ids: list[int]) -> set[tuple[str, int]]:
        """Leases that this person's own facts have ended: a further fact under them is not late."""
        rows = self.tx.all(
            """
            SELECT DISTINCT lease_id, lease_token
            FROM event
            WHERE client_id IN :ids AND user_id = :user AND kind IN ('result', 'skip')
                AND lease_id IS NOT NULL AND status <> 'late'
            """,
            ids=ids,
            user=self.who.user_id,
        )
        return {(row[0], row[1]) for row in rows}

    def _worked(self, ids: list[int]) -> Counter[tuple[int, date, str]]:
        """How many results each client has on each day in each bucket."""
        rows = self.tx.all(
            """
            SELECT client_id, day, bucket, count(*)
            FROM interaction
            WHERE client_id IN :ids AND day IS NOT NULL AND retracted_by IS NULL
            GROUP BY client_id, day, bucket
            """,
            ids=ids,
        )
        return Counter({(row[0], day(row[1]), row[2]): row[3] for row in rows})

    def in_detail(self, client_id: int) -> Client:
        """The client with the components and the sheet of each account, which `read` leaves out."""
        client = self.clients[client_id]
        if not any(account.components or account.details for account in client.accounts):
            client = msgspec.structs.replace(client, accounts=in_detail(self.tx, client.accounts))
            self.clients[client_id] = client
        return client

    def with_money(self, client_id: int) -> Client:
        """The client with receipts, requests, mandates and payments under way, as the store has them now."""
        self.settle(client_id)
        self.clients[client_id] = with_money(self.tx, self.clients[client_id])
        return self.clients[client_id]

    def book(self, client_id: int) -> Book:
        """The portfolio of a client."""
        return self._books[self.portfolio_of[client_id]]

    def parameters(self, client_id: int) -> ContactParameters:
        """The contact rules for a client."""
        return self.book(client_id).parameters

    def strategy(self, client_id: int) -> Strategy | None:
        """The strategy in force for a client, None = none."""
        return in_force(self.tx, self.book(client_id))

    def result(self, body: ResultBody, at: datetime) -> Result | None:
        """The entry of the catalogue for a result, as the client's portfolio had it when it happened."""
        book = self.book(body.client_id)
        if book.id not in self._results:
            self._results[book.id] = Results(listed(self.tx, (book.id,)), book.name)
        return self._results[book.id].find(body.code, at)

    def add(self, kind: str, /, **row: Any) -> None:
        """Gather a row of a kind in `_INSERTS`."""
        self._rows[kind].append(row)
        self._unwritten.add(row.get("client") or 0)

    def effect(self, event_id: str, client_id: int, field: str, was: Any, became: Any) -> None:
        """Gather an effect (see `storage.central.facts.effects`)."""
        self._effects.append(
            {"event": event_id, "client": client_id, "field": field, "was": was, "became": became}
        )
        self._unwritten.add(client_id)

    def end_lease(self, client_id: int, event: Event) -> bool:
        """End the lease under which a fact was made; False when it was no longer held."""
        key = (event.lease_id or "", event.lease_token or 0)
        held = self.leases.get(client_id)
        if held is not None and (held.lease_id, held.token) == key:
            del self.leases[client_id]
            self._ended.append((client_id, held.lane, held.bucket))
            self._unwritten.add(client_id)
            self.finished.add(key)
            return True
        return held is None and key in self.finished

    def ask_lead(self, event_id: str, client_id: int, reason: str) -> None:
        """Put a fact that contradicts what stands before a lead, with the code of why."""
        put_before_lead(
            self.tx,
            self.deltas,
            review_id=event_id,
            kind="conflict",
            client_id=client_id,
            portfolio_id=self.portfolio_of[client_id],
            user_id=self.who.user_id,
            event_id=event_id,
            reason=reason,
        )

    def settle(self, client_id: int) -> None:
        """Have the store know everything about a client that was gathered so far."""
        if client_id in self._unwritten:
            self._write()

    def _write(self) -> None:
        """Write what was gathered, one statement for each kind."""
        for client_id in (self.changed & self._unwritten) - self.stale:
            client = self.clients[client_id]
            self.add(
                "client",
                id=client_id,
                do_not_contact=client.do_not_contact,
                hold_until=client.hold_until,
                hold_reason=client.hold_reason,
                not_before=self.not_before[client_id],
                suits=client.suits,
                stopped_media=list(client.stopped_media),
            )
        for kind, statement in _INSERTS.items():
            self.tx.many(statement, self._rows.pop(kind, []))
        effects.keep(self.tx, self._effects)
        self._effects = []
        if self._ended:
            end_leases(self.tx, self._ended, self.deltas)
        self._ended = []
        self._unwritten.clear()

    def finish(self) -> None:
        """Write everything, say what changed, and put the clients where they belong now."""
        self._write()
        self.deltas.write(self.tx)
        touch(self.tx, self.changed)
        place(self.tx, self.changed, self.tx.now)
