"""A day of fifty agents, with late and repeated facts: every figure on the board is what plain SQL counts.

Counted are the facts as they came (`event`) and the money (`payment`), not what was derived from them.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from rules.facts import Event
from rules.protocol import Stats
from rules.reports import ReportQuery
from rules.tables import TOTAL
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.queue import queueing
from storage.central.reports import shelf
from storage.reference import catalogue
from tests.conftest import MovableClock
from tests.storage.central.conftest import Town
from tests.storage.central.counting.test_stats import lead_of

AGENTS = 50
CODES = ("PPT", "PPT", "PPT", "NOCO", "NOCO", "OCUP", "BUZN", "NEGP", "MSJT", "INFO", "RLLA", "YPAG")
BOOKS = {"Cards": ("America/Mexico_City", "-6 hours"), "Auto": ("America/Phoenix", "-7 hours")}
"""Portfolios with their zones, which keep one offset all year: plain SQL can add it."""


class Shift:
    """Fifty agents at work; what they send may come twice, late, out of turn, or be taken back."""

    def __init__(self, town: Town, clock: MovableClock) -> None:
        self.town, self.clock = town, clock
        self.chance = random.Random(2026)  # noqa: S311 - a repeatable day
        town.portfolio("Auto", "US", settings={"zone": BOOKS["Auto"][0]})
        with town.store.read() as tx:
            self.auto = tx.value("SELECT id FROM portfolio WHERE name = 'Auto'")
        town.clients(170)
        town.clients(90, days=45, accounts=2)
        town.clients(110, portfolio=self.auto, zones=(BOOKS["Auto"][0],))
        names = [f"agent{n:02d}" for n in range(AGENTS)]
        self.crew = [
            town.agent(name, portfolios=("Auto",) if n % 5 == 0 else ("Cards",))
            for n, name in enumerate(names)
        ]
        self.kept_back: list[tuple[Who, Event]] = []
        self.sent: list[tuple[Who, Event]] = []

    def work(self) -> None:
        """Two days: what is promised on the first is kept, or not, by the third morning."""
        for _ in range(2):
            for _ in range(4):
                for who in self.crew:
                    self.call(who)
                self.clock.move(minutes=55)
                queueing.sweep(self.town.store)
                if self.chance.random() < 0.6:
                    stats.fold(self.town.store)
            self.pay()
            self.clock.move(hours=20)
            self.late()
        self.clock.move(days=1)
        queueing.sweep(self.town.store)
        for who in self.crew[:30]:
            self.call(who)
        self.late()
        self.pay()

    def call(self, who: Who) -> None:
        """One call, or none; sometimes the fact stays on the workstation for a day."""
        chance, town = self.chance, self.town
        for lease in town.lease(who, 1).leases:
            fact = town.event(who, "result", self.body(lease.client), lease)
            if chance.random() < 0.12:
                self.kept_back.append((who, fact))
                continue
            again = [one for owner, one in self.sent if owner is who and chance.random() < 0.2][:2]
            town.record(who, fact, *again)
            self.sent.append((who, fact))
        if self.sent and chance.random() < 0.06:
            owner, fact = chance.choice(self.sent)
            body = {"client_id": fact.body["client_id"], "fact_id": fact.id}
            town.record(owner, town.event(owner, "retraction", body))

    def body(self, client: Any) -> dict[str, Any]:
        code = self.chance.choice(CODES)
        if code == "PPT":
            return self.town.promise_body(
                client.id, self.chance.randint(100, 150_000), days=self.chance.choice((0, 1))
            )
        body: dict[str, Any] = {"client_id": client.id, "code": code, "note": "said so at length"}
        if code == "RLLA":
            body["callback_at"] = (self.clock.now() + timedelta(hours=2)).isoformat()
        return body | ({"reason": "OLVIDO"} if code in ("INFO", "NEGP") else {})

    def late(self) -> None:
        """What was kept back comes, when others have held those clients meanwhile, and comes twice."""
        for who, fact in self.kept_back:
            self.town.record(who, fact, fact)
            self.town.record(who, fact)
        self.kept_back.clear()

    def pay(self) -> None:
        """Some pay what they promised, some a part, some what nobody asked for."""
        with self.town.store.read() as tx:
            promised = tx.all(
                "SELECT account_id, amount, currency FROM promise WHERE status = 'open' ORDER BY id"
            )
            others = tx.all("SELECT id, 1, currency FROM account ORDER BY id LIMIT 40")
        for account, amount, currency in [one for one in promised if self.chance.random() < 0.6] + others[
            ::9
        ]:
            paid = amount if self.chance.random() < 0.7 else max(1, amount // 3)
            reference = f"{account}-{self.clock.now():%d%H%M}"
            payment = NewPayment(
                account_id=account, at=self.clock.now(), amount=paid, currency=currency, reference=reference
            )
            post_payments(self.town.store, [payment, payment])


RESULTS = {
    "sqlite": """
        SELECT e.id, u.name, p.name, json_extract(e.body, '$.code'), json_extract(e.body, '$.amount'),
            date(e.at, CASE p.name WHEN 'Auto' THEN '-7 hours' ELSE '-6 hours' END),
            CAST(strftime('%H', e.at, CASE p.name WHEN 'Auto' THEN '-7 hours' ELSE '-6 hours' END) AS INTEGER)
    """,
    "postgresql": """
        SELECT e.id, u.name, p.name, e.body->>'code', CAST(e.body->>'amount' AS bigint),
            CAST(e.at AT TIME ZONE 'UTC' + CAST(CASE p.name WHEN 'Auto' THEN '-7 hours' ELSE '-6 hours' END
                AS interval) AS date)::text,
            CAST(extract(hour FROM e.at AT TIME ZONE 'UTC'
                + CAST(CASE p.name WHEN 'Auto' THEN '-7 hours' ELSE '-6 hours' END AS interval)) AS integer)
    """,
}
TAKEN_BACK = {
    "sqlite": "SELECT json_extract(body, '$.fact_id') FROM event WHERE kind = 'retraction'",
    "postgresql": "SELECT body->>'fact_id' FROM event WHERE kind = 'retraction'",
}
FROM = """
    FROM event e
    JOIN app_user u ON u.id = e.user_id
    JOIN client c ON c.id = e.client_id
    JOIN portfolio p ON p.id = c.portfolio_id
    WHERE e.kind = 'result'
"""
PAID = """
    SELECT p.name, u.name, sum(y.amount)
    FROM payment y
    JOIN account a ON a.id = y.account_id
    JOIN portfolio p ON p.id = a.portfolio_id
    LEFT JOIN app_user u ON u.id = y.user_id
    WHERE y.at >= :since
    GROUP BY p.name, u.name
"""


@pytest.fixture
def shift(town: Town, clock: MovableClock) -> Shift:
    shift = Shift(town, clock)
    shift.work()
    return shift


def test_every_figure_on_the_board_is_what_plain_sql_counts(shift: Shift) -> None:
    store = shift.town.store
    board = stats.snapshot(store, lead_of(shift.crew[0]))
    facts = facts_of_today(store, shift.clock)
    assert len(facts) > 25, "a day with something in it"
    check_agents(board, facts)
    check_queue(board, facts, store)
    check_money(board, store, shift.clock)
    check_hours(board, facts)
    check_kept(board, store, shift.clock)
    stats.fold(store)
    again = stats.snapshot(store, lead_of(shift.crew[0]))
    assert (again.queue, again.agents) == (board.queue, board.agents), "folding changes no figure"


def test_reports_say_what_the_board_says(shift: Shift) -> None:
    store = shift.town.store
    lead = lead_of(shift.crew[0])
    board = stats.snapshot(store, lead)
    report = shelf.table(store, lead, ReportQuery(name="activity"))
    for row in board.agents:
        if row.touches:
            figures = [
                report.cell(row.name, column) for column in ("attempts", "contacts", "rpc", "promises")
            ]
            assert figures == [row.touches, row.contacts, row.rpc, row.promises]
    assert report.cell(TOTAL, "attempts") == sum(row.touches for row in board.agents)


def facts_of_today(store: Store, clock: MovableClock) -> list[tuple[Any, ...]]:
    """Results of today, each in its portfolio's own day, without those that were taken back."""
    with store.read() as tx:
        taken_back = {row[0] for row in tx.all(TAKEN_BACK[tx.dialect])}
        rows = tx.all(RESULTS[tx.dialect] + FROM)
    today = {
        name: str((clock.now() + timedelta(hours=int(hours.split()[0]))).date())
        for name, (_, hours) in BOOKS.items()
    }
    return [row for row in rows if row[0] not in taken_back and row[5] == today[row[2]]]


def flagged(facts: list[tuple[Any, ...]], flag: str, place: int) -> Counter[Any]:
    known = catalogue().results
    return Counter(row[place] for row in facts if known[row[3]].has(flag))


def check_agents(board: Stats, facts: list[tuple[Any, ...]]) -> None:
    promised: Counter[str] = Counter()
    for row in facts:
        promised[row[1]] += row[4] or 0 if row[3] == "PPT" else 0
    for column, flag in (("touches", "A"), ("contacts", "C"), ("rpc", "R"), ("promises", "P")):
        counted = flagged(facts, flag, 1)
        assert {row.name: getattr(row, column) for row in board.agents} == {
            row.name: counted[row.name] for row in board.agents
        }, column
    assert {row.name: row.promised_amount for row in board.agents} == {
        row.name: promised[row.name] for row in board.agents
    }


def check_queue(board: Stats, facts: list[tuple[Any, ...]], store: Store) -> None:
    with store.read() as tx:
        depth = {
            name: Counter(dict(tx.all(f"SELECT p.name, count(*) FROM {table} q JOIN lane l ON l.id = q.lane "
                                      f"JOIN portfolio p ON p.id = l.portfolio_id {only} GROUP BY p.name")))
            for name, table, only in (
                ("pending", "ready", ""),
                ("leased", "lease", ""),
                ("waiting", "waiting", "WHERE q.kind <> 'unlocatable'"),
                ("unlocatable", "waiting", "WHERE q.kind = 'unlocatable'"),
            )
        }  # fmt: skip
        worked = Counter(row[0] for row in tx.all(
            """
            SELECT DISTINCT p.name, e.client_id, i.bucket
            FROM event e
            JOIN interaction i ON i.id = e.id
            JOIN client c ON c.id = e.client_id
            JOIN portfolio p ON p.id = c.portfolio_id
            WHERE e.id IN :today
            """,
            today=[row[0] for row in facts],
        ))  # fmt: skip
    for name in BOOKS:
        rows = [row for row in board.queue if row.portfolio == name]
        for column, counted in depth.items():
            assert sum(getattr(row, column) for row in rows) == counted[name], (name, column)
        for column, flag in (("contacted", "C"), ("rpc", "R"), ("promised", "P")):
            assert sum(getattr(row, column) for row in rows) == flagged(facts, flag, 2)[name], (name, column)
        assert sum(row.worked for row in rows) == worked[name]
        touches = [sum(hours) for hours in zip(*(row.trend for row in rows if row.trend), strict=True)]
        by_hour = Counter(row[6] for row in facts if row[2] == name and catalogue().results[row[3]].has("A"))
        assert touches == [by_hour[hour] for hour in range(24)]


def check_money(board: Stats, store: Store, clock: MovableClock) -> None:
    by_portfolio: Counter[str] = Counter()
    by_agent: Counter[str] = Counter()
    for name, (_, hours) in BOOKS.items():
        offset = timedelta(hours=int(hours.split()[0]))
        midnight = (clock.now() + offset).replace(hour=0, minute=0, second=0, microsecond=0) - offset
        with store.read() as tx:
            for portfolio, agent, amount in tx.all(PAID, since=midnight):
                if portfolio == name:
                    by_portfolio[name] += int(amount)
                    by_agent[agent] += int(amount)
    assert sum(by_portfolio.values()) > 0
    for name in BOOKS:
        assert sum(row.recovered_amount for row in board.queue if row.portfolio == name) == by_portfolio[name]
    assert {row.name: row.recovered_amount for row in board.agents} == {
        row.name: by_agent[row.name] for row in board.agents
    }


def check_hours(board: Stats, facts: list[tuple[Any, ...]]) -> None:
    for column, flag in (("touches_by_hour", "A"), ("contacts_by_hour", "C"), ("promises_by_hour", "P")):
        counted = flagged(facts, flag, 6)
        assert getattr(board, column) == tuple(counted[hour] for hour in range(24)), column


def check_kept(board: Stats, store: Store, clock: MovableClock) -> None:
    """Promises that fell due this month, told by their status; none of them is still open."""
    with store.read() as tx:
        rows = tx.all(
            """
            SELECT u.name, sum(CASE WHEN p.status = 'kept' THEN 1 ELSE 0 END), count(*)
            FROM promise p
            JOIN app_user u ON u.id = p.user_id
            WHERE p.status IN ('kept', 'partial', 'broken') AND p.due >= :month
            GROUP BY u.name
            """,
            month=clock.now().date().replace(day=1),
        )
    counted = {name: (int(kept), matured) for name, kept, matured in rows}
    assert sum(kept for kept, _ in counted.values()) > 0
    assert sum(matured - kept for kept, matured in counted.values()) > 0
    assert {row.name: (row.kept, row.matured) for row in board.agents} == {
        row.name: counted.get(row.name, (0, 0)) for row in board.agents
    }
