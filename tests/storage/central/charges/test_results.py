from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from rules.debit.charge_files import ChargeFile, ResultLine, digest, read_charges, write_charges
from rules.debit.charging import Batch
from storage.central.charges import batches, mandates
from storage.central.charges.candidates import due
from storage.central.charges.views import table
from storage.central.connection import Store
from storage.central.doors.people import Who
from storage.central.portfolios import books
from storage.central.refusing import NotDone
from tests.conftest import MovableClock
from tests.storage.central.charges.debits import (
    CLABE,
    TODAY,
    agree,
    answer,
    charge,
    charges,
    covered,
    first,
)


def sent(store: Store, who: Who, batch: Batch) -> list[tuple[str, int]]:
    return [(one.reference, one.amount) for one in batches.part(store, who, batch.id, 0).lines]


def why_left(store: Store) -> list[str]:
    with store.read() as tx:
        return [one.why for book in books(tx).values() for one in due(tx, book)]


def test_the_file_holds_what_the_hub_says_to_the_byte(store: Store, town: Any) -> None:
    who = town.agent("bea")
    for _ in range(2):
        agree(town, covered(town), who)
    batch = charge(store, who)
    part = batches.part(store, who, batch.id, 0)
    file = ChargeFile(folio=batch.folio, channel="domi", currency="MXN", day=batch.day, lines=part.lines)
    text = write_charges(file)
    assert (digest(text), read_charges(text)) == (batch.digest, file)
    assert [line.account for line in part.lines] == [CLABE, CLABE]
    assert batch.amount == sum(line.amount for line in part.lines)


def test_what_is_charged_is_posted_once_however_often_the_file_is_read(store: Store, town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    batch = charge(store, who)
    [(reference, amount)] = sent(store, who, batch)
    line = ResultLine(reference=reference, code="charged", amount=amount)
    stranger = ResultLine(reference="DD-nobody", code="charged", amount=1)
    once = answer(store, who, batch, line, stranger)
    assert (once.charged, once.unknown) == (1, ("DD-nobody",))
    again = answer(store, who, batch, line)
    assert (again.charged, again.known) == (0, 1)
    client = town.document(client_id)
    assert (first(client).status, first(client).paid) == ("paid", amount)
    assert (client.asks[0].first_charge, client.mandates[0].last) == ("charged", "charged")
    with store.read() as tx:
        assert tx.all("SELECT reference, amount, channel FROM payment") == [(reference, amount, "domi")]
        assert tx.value("SELECT status FROM charge_batch") == "answered"


def test_another_amount_than_was_sent_is_taken_by_nobody(store: Store, town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    batch = charge(store, who)
    [(reference, amount)] = sent(store, who, batch)
    taken = answer(store, who, batch, ResultLine(reference=reference, code="charged", amount=amount - 1))
    assert taken.differing == (reference,)
    assert charges(store, "status") == ["sent"]
    assert not town.document(client_id).received


def test_too_little_money_is_a_task_and_a_retry_and_after_the_last_one_another_way(
    store: Store, town: Any, clock: MovableClock
) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    days: list[int | None] = []
    for wait in (3, 5, None):
        batch = charge(store, who)
        [(reference, _)] = sent(store, who, batch)
        today = TODAY + timedelta(days=sum(day for day in days if day))
        answer(store, who, batch, ResultLine(reference=reference, code="insufficient_funds"), day=today)
        days.append(wait)
        assert why_left(store) == ["retry_later" if wait else "tried"]
        with pytest.raises(NotDone):
            charge(store, who)
        clock.move(days=wait or 1)
    tasks = town.document(client_id).tasks
    assert sorted((one.kind, one.note) for one in tasks) == [
        ("charge_failed", "insufficient_funds"),
        ("charge_retry", "insufficient_funds"),
        ("charge_retry", "insufficient_funds"),
    ]
    assert sorted(charges(store, "attempt")) == [1, 2, 3]
    assert town.document(client_id).asks[0].first_charge == "insufficient_funds"


@pytest.mark.parametrize(
    ("code", "mandate", "task"),
    [
        ("account_closed", "suspended", "new_mandate"),
        ("mandate_revoked", "revoked", "new_mandate"),
        ("over_limit", "active", "charge_failed"),
        ("z99", "active", "charge_failed"),
    ],
)
def test_each_reject_code_brings_its_task(
    store: Store, town: Any, code: str, mandate: str, task: str
) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    batch = charge(store, who)
    [(reference, _)] = sent(store, who, batch)
    answer(store, who, batch, ResultLine(reference=reference, code=code))
    client = town.document(client_id)
    assert (client.mandates[0].status, client.mandates[0].last) == (mandate, code)
    assert [one.kind for one in client.tasks] == [task]
    with pytest.raises(NotDone):
        charge(store, who)


def test_what_is_paid_or_promised_otherwise_is_not_charged(store: Store, town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    agent = town.agent("ana")
    amount = first(town.document(client_id)).total
    body = town.promise_body(client_id, amount=amount)
    town.record(agent, town.event(agent, "result", body))
    assert why_left(store) == ["promised"]
    with store.begin() as tx:
        tx.run("UPDATE promise SET channel = 'domi'")
    assert why_left(store) == [""]


def test_a_renewal_is_charged_five_days_after_the_client_was_told(
    store: Store, town: Any, clock: MovableClock
) -> None:
    who, client_id = town.agent("bea"), covered(town, days=366, frequency="annual", paid=1)
    mandate_id = agree_for_renewal(town, client_id, who)
    assert why_left(store) == ["renewal_notice"]
    mandates.tell_renewal(store, who, mandate_id)
    clock.move(days=4)
    assert why_left(store) == ["renewal_notice"]
    clock.move(days=1)
    assert why_left(store) == [""]


def agree_for_renewal(town: Any, client_id: int, who: Who) -> str:
    """A mandate for a policy whose next term has begun as another policy of the account."""
    with town.store.begin() as tx:
        policy_id, account_id = tx.one("SELECT id, account_id FROM policy")
        tx.run(
            """
            INSERT INTO mandate (id, client_id, account_id, policy_id, channel, account_number, token, ending,
                bank, payer, agreed, consent, evidence, amount_rule, limit_amount, status, last)
            VALUES ('m1', :client, :account, :policy, 'domi', :number, '', '9719', '', '', :now, 'voice', 'G',
                'receipt', 0, 'active', '')
            """,
            client=client_id,
            account=account_id,
            policy=policy_id,
            number=CLABE,
            now=tx.now,
        )
        tx.run(
            """
            INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel, frequency,
                sum_insured, sheet)
            SELECT account_id, 'NEXT', kind, insurer, :since, :until, 'in_force', channel, frequency, 0, sheet
            FROM policy
            """,
            since=TODAY - timedelta(days=1),
            until=TODAY + timedelta(days=364),
        )
        tx.run(
            """
            INSERT INTO receipt (policy_id, number, "of", due, net, surcharge, fee, tax, total, status, cfdi)
            SELECT id, 1, 1, starts, 1000, 0, 0, 160, 1160, 'pending', '' FROM policy WHERE number = 'NEXT'
            """
        )
    return "m1"


def test_every_view_has_its_rows_and_shows_no_account_number(store: Store, town: Any) -> None:
    who = town.agent("bea")
    paid, short, by_hand = covered(town), covered(town), covered(town)
    for client_id in (paid, short):
        agree(town, client_id, who)
    batch = charge(store, who)
    (one, amount), (two, _) = sent(store, who, batch)
    answer(
        store,
        who,
        batch,
        ResultLine(reference=one, code="charged", amount=amount),
        ResultLine(reference=two, code="insufficient_funds"),
    )
    found = {
        view: table(store, who, view) for view in ("due", "left", "batches", "answers", "mandates", "invite")
    }
    assert found["due"].cell("Cards|domi|MXN", "ready") == 0
    assert found["due"].cell("Cards|domi|MXN", "why") == "to be tried again later"
    assert len(found["left"].rows) == 1
    assert found["batches"].cell(batch.id, "charged_amount") == amount
    assert [row.cells[1] for row in found["answers"].rows] == ["not enough money in the account", "charged"]
    assert len(found["mandates"].rows) == 2
    assert [row.cells[0] for row in found["invite"].rows] == [town.document(by_hand).ref]
    assert CLABE not in repr(found)
    with pytest.raises(NotDone):
        table(store, who, "nothing")


def test_money_that_comes_after_a_reject_counts_and_a_reject_after_money_is_for_a_person(
    store: Store, town: Any
) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    batch = charge(store, who)
    [(reference, amount)] = sent(store, who, batch)
    answer(store, who, batch, ResultLine(reference=reference, code="bank_unavailable"))
    assert answer(store, who, batch, ResultLine(reference=reference, code="charged", amount=amount)).charged
    assert first(town.document(client_id)).status == "paid"
    assert charges(store, "retry_on") == [None]
    disputed = answer(store, who, batch, ResultLine(reference=reference, code="disputed"))
    assert disputed.differing == (reference,)
    assert charges(store, "status") == ["charged"]


def test_two_desks_that_read_the_same_file_at_once_post_once(
    postgres_store: Store,
    postgres_url: str,
    open_store: Callable[[str], Store],
    town_in: Callable[[Store], Any],
) -> None:
    town = town_in(postgres_store)
    who = town.agent("bea")
    for _ in range(4):
        agree(town, covered(town), who)
    batch = charge(postgres_store, who)
    lines = [
        ResultLine(reference=reference, code="charged", amount=amount)
        if place % 2
        else ResultLine(reference=reference, code="account_closed")
        for place, (reference, amount) in enumerate(sent(postgres_store, who, batch))
    ]
    hubs = [open_store(postgres_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as desks:
        taken = list(desks.map(lambda hub: answer(hub, who, batch, *lines), hubs))
    assert sum(one.charged for one in taken) == 2
    assert sum(one.rejected for one in taken) == 2
    assert sum(one.known for one in taken) == 8
    with postgres_store.read() as tx:
        assert tx.value("SELECT count(*) FROM payment") == 2
        assert tx.value("SELECT count(*) FROM task") == 2
