from __future__ import annotations

from datetime import date, timedelta

import msgspec

from rules import queue
from storage.central.clients import documents, standings
from storage.central.doors.people import Who


def test_a_document_holds_all_that_an_agent_needs(town, ana: Who, clock) -> None:
    client = town.clients(1, accounts=2, phones=2, days=45)[0]
    account = town.document(client).accounts[0].id
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO contact_point (client_id, kind, value, label, status, use, source, position)
            VALUES (:id, 'email', 'a@example.org', '', 'validado', 'collect', 'titular', 0)
            """,
            id=client,
        )
        policy = tx.value(
            """
            INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel, frequency,
                sum_insured)
            VALUES (:account, 'AUT-1', 'car', 'Insurer', '2026-05-01', '2027-05-01', 'grace', 'agent',
                'monthly', 5)
            RETURNING id
            """,
            account=account,
        )
        for number, status, grace in (
            (2, "overdue", clock.now() + timedelta(days=1)),
            (1, "paid", clock.now() - timedelta(days=30)),
        ):
            tx.run(
                """
                INSERT INTO receipt (policy_id, number, "of", due, net, surcharge, fee, tax, total, status,
                    grace_ends, cfdi)
                VALUES (:policy, :number, 12, '2026-11-01', 80, 10, 5, 15, 110, :status, :grace, '')
                """,
                policy=policy,
                number=number,
                status=status,
                grace=grace,
            )
        tx.run(
            """
            INSERT INTO endorsement (policy_id, kind, "on", delta, note)
            VALUES (:policy, 'D', '2026-10-01', -5, 'less')
            """,
            policy=policy,
        )
        tx.run(
            """
            INSERT INTO claim (policy_id, number, "on", status, amount)
            VALUES (:policy, 'S-1', '2026-10-02', 'open', 9)
            """,
            policy=policy,
        )
    document = town.document(client)
    assert [phone.label for phone in document.phones] == ["mobile", "mobile"]
    assert document.emails[0].address == "a@example.org"
    assert (document.firm, document.portfolio, document.accounts[0].creditor) == ("Firm", "Cards", "Bank")
    first = document.accounts[0]
    assert (first.days, first.bucket, first.overdue) == (45, "B2", 150_000)
    assert list(first.components) == ["interest", "principal"]
    assert [(one.key, one.value) for one in first.details] == [("plan", "oro")]
    cover = document.policies[0]
    assert [receipt.number for receipt in cover.receipts] == [1, 2]
    assert cover.receipts[0].of == 12
    assert cover.grace_ends == clock.now() + timedelta(days=1)
    assert cover.endorsements[0].delta == -5
    assert cover.claims[0].on == date(2026, 10, 2)
    assert (document.score, document.score_parts) == queue.score(document, date(2026, 11, 25))


def test_the_history_shows_the_newest_and_counts_all(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    with town.store.begin() as tx:
        tx.many(
            """
            INSERT INTO interaction (id, client_id, at, code, flags, currency, note, agent, late)
            VALUES (:id, :client, :at, 'NOCO', 'A7', '', '', 'ana', false)
            """,
            [
                {"id": f"old{n}", "client": client, "at": clock.now() - timedelta(days=40 + n)}
                for n in range(50)
            ],
        )
    document = town.document(client)
    assert document.history_total == 50
    assert [one.id for one in document.history] == [f"old{n}" for n in range(30)]
    assert document.attempts == ()


def test_any_number_of_documents_costs_the_same_queries(town, monkeypatch) -> None:
    ids = town.clients(20, place=False)
    counted = []
    with town.store.begin() as tx:
        execute = tx._execute
        monkeypatch.setattr(tx, "_execute", lambda sql, params: counted.append(sql) or execute(sql, params))
        documents(tx, ids[:1])
        one = len(counted)
        counted.clear()
        assert len(documents(tx, [*ids, 10**9])) == 20
        assert len(counted) <= one < 10  # what none of them has is not read


def test_a_standing_decides_as_the_document_does(town, ana: Who) -> None:
    ids = town.clients(3, accounts=2, phones=2)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", town.promise_body(lease.client.id), lease))
    with town.store.begin() as tx:
        full, light = documents(tx, ids), standings(tx, ids, tx.now)
        from storage.central.portfolios import books

        rules = books(tx)[town.cards].parameters
        for client_id in ids:
            decided = queue.placement(full[client_id], tx.now, rules)
            assert decided == queue.placement(light[client_id], tx.now, rules)


def test_nobody_is_asked_for_nothing(town) -> None:
    with town.store.begin() as tx:
        assert documents(tx, []) == {}
        assert standings(tx, [], tx.now) == {}


def test_a_document_carries_the_rules_of_its_portfolio_and_no_other_settings(town) -> None:
    strict = town.portfolio("Strict", settings={"mx.attempts.per_day": 2, "zone": "America/Tijuana"})
    usual, watched = town.clients(1) + town.clients(1, portfolio=strict)
    assert town.document(watched).rules == {"mx.attempts.per_day": 2}
    assert b'"rules":' not in msgspec.json.encode(town.document(usual))
