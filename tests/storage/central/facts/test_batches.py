"""A batch is its facts one after the other, whatever is gathered, settled or copied on the way."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from rules.facts import Event
from storage.central.connection import Store, maybe_instant
from storage.central.counting import stats
from storage.central.facts.copying import COPIED_FROM
from storage.central.upkeep import schema

CODES = ("NOCO", "OCUP", "BUZN", "PPT", "COLG", "CESE")
STATES = ("available", "on_call", "meal", "break", "wrap_up", "offline")
TEXTS = ("", "plain", "tab\tand\nline\r", "back\\slash \\. \\N", "quote ' \"", "ñ 💬", "NULL", "\\N")


def shuffled_day(town: Any, ana: Any, seed: int) -> list[Event]:
    """Results, skips, states and retractions about six clients, some under leases that have ended."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    leases = town.lease(ana, 6).leases
    made: list[Event] = []
    at = town.store.now() - timedelta(hours=1)
    for _ in range(45):
        at += timedelta(seconds=chance.randrange(60))
        lease = chance.choice(leases)
        client = lease.client.id
        kind = chance.choice(("result", "result", "state", "skip", "retraction"))
        body: dict[str, Any] = {"client_id": client, "reason": "other"}
        if kind == "state":
            body = {"state": chance.choice(STATES)}
        elif kind == "result" and (code := chance.choice(CODES)) == "PPT":
            body = town.promise_body(client, amount=chance.randrange(1, 150_000))
        elif kind == "result":
            body = {"client_id": client, "code": code}
        elif kind == "retraction":
            back = {one.body.get("fact_id") for one in made}  # a second time would be refused
            worked = [one for one in made if one.kind in ("result", "skip") and one.id not in back]
            if not worked:
                continue
            taken = chance.choice(worked[-4:])
            body = {"client_id": taken.body["client_id"], "fact_id": taken.id}
            lease = next(one for one in leases if one.client.id == taken.body["client_id"])
        made.append(town.event(ana, kind, body, None if kind == "state" else lease, at))
    return made


def left(store: Store, town: Any, ids: list[int], ana: Any) -> list[Any]:
    """What the facts left behind, without the ids that each store gives for itself."""
    found: list[Any] = []
    for client_id in ids:
        client = town.document(client_id)
        found.append(
            (
                town.standing(client_id),
                client.do_not_contact,
                (client.hold_until, client.hold_reason),
                sorted((one.due, one.amount, one.status) for one in client.promises),
                sorted((one.kind, one.status) for one in client.cases),
                [(one.at, one.code, one.status) for one in client.history],
                client.accounts[0].disputed,
            )
        )
    with store.read() as tx:
        found.append(tx.all("SELECT state, last_code FROM agent_state"))
        pauses = tx.all("SELECT state, since, until FROM pause ORDER BY since")
        found.append([(row[0], maybe_instant(row[1]), maybe_instant(row[2])) for row in pauses])
        found.append(tx.all("SELECT kind, status, reason FROM event ORDER BY seq"))
        found.append(
            tx.all(
                "SELECT field, COUNT(*) FROM effect WHERE field NOT LIKE '%:%' GROUP BY field ORDER BY field"
            )
        )
    figures = stats.snapshot(store, msgspec.structs.replace(ana, role="lead"))
    # Of results in a row with no call between them, a batch keeps the last one's instant as `since`.
    agents = [msgspec.structs.replace(row, since=store.now()) for row in figures.agents]
    return [*found, figures.queue, agents, schema.check(store)]


@pytest.mark.parametrize("seed", range(8))
def test_a_batch_on_one_store_is_its_facts_one_by_one_on_the_other(
    seed: int,
    sqlite_store: Store,
    postgres_store: Store,
    town_in: Callable[[Store], Any],
) -> None:
    outcomes = []
    for store, size in ((sqlite_store, 1), (postgres_store, 45)):
        town = town_in(store)
        ana = town.agent("ana")
        ids = town.clients(6)
        made = shuffled_day(town, ana, seed)
        results = []
        for first in range(0, len(made), size):
            results += town.record(ana, *made[first : first + size])
        outcomes.append(([(one.status, one.reason) for one in results], left(store, town, ids, ana)))
    (one_by_one, left_by_one), (together, left_by_all) = outcomes
    assert together == one_by_one
    assert "refused" not in {status for status, _ in together}
    for by_one, by_all in zip(left_by_one, left_by_all, strict=True):
        assert by_all == by_one
    assert left_by_all[-1] == []


def test_rows_that_are_copied_are_those_that_would_be_inserted(store: Store) -> None:
    statement = "INSERT INTO store_mark (name, value) VALUES (:name, :value)"
    rows = [{"name": f"{n}", "value": text} for n, text in enumerate(TEXTS * 2)]
    assert len(rows) >= COPIED_FROM
    with store.begin() as tx:
        tx.many(statement, rows)
        found = dict(tx.all("SELECT name, value FROM store_mark WHERE length(name) < 3"))
    assert found == {row["name"]: row["value"] for row in rows}


def test_constants_of_a_statement_are_copied_too(store: Store) -> None:
    statement = """
        INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
        VALUES (:day, 7, 1, '', :user, 'touch', :n)
    """
    today = store.now().date()
    with store.begin() as tx:
        tx.many(statement, [{"day": today, "user": n, "n": -n} for n in range(COPIED_FROM)])
        found = tx.all("SELECT hour, bucket, user_id, measure, n FROM stat_delta ORDER BY user_id")
    assert found == [(7, "", n, "touch", -n) for n in range(COPIED_FROM)]
