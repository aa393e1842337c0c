"""Kept promises and the curves of what came in: against a recount, and by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.promise_curve import Promised, curve
from rules.tables import TOTAL
from storage.central.doors.who import Who
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.queue.queueing import sweep
from tests.storage.central.conftest import Town
from tests.storage.central.reports.conftest import Reader


def promises(town: Town, who: Who, amounts: list[int], pays: list[int], clock: Any) -> None:
    """Promises due in a day, of each of which so much comes in; then their day of grace passes."""
    town.clients(len(amounts))
    for lease, amount, paid in zip(town.lease(who, len(amounts)).leases, amounts, pays, strict=True):
        body = town.promise_body(lease.client.id, amount, days=1)
        town.record(who, town.event(who, "result", body, lease))
        if paid:
            payment = NewPayment(
                account_id=lease.client.accounts[0].id,
                amount=paid,
                currency="MXN",
                at=town.store.now() + timedelta(minutes=1),
                reference=f"R{lease.client.id}",
                channel="spei",
            )
            post_payments(town.store, [payment])
    clock.move(days=5)
    sweep(town.store)


def test_kept_promises_are_those_of_a_recount(
    town: Town, reader: Reader, ana: Who, beto: Who, clock: Any
) -> None:
    first = town.store.now().date()
    promises(town, ana, [100_000, 80_000, 50_000], [100_000, 30_000, 0], clock)
    promises(town, beto, [70_000, 60_000], [70_000, 60_000], clock)
    found = reader.check("kept", since=first, until=town.store.now().date())
    with town.store.read() as tx:
        recount = Counter(tx.all("SELECT agent, status FROM promise"))
        money = tx.one("SELECT sum(amount), sum(paid) FROM promise WHERE status <> 'open'")
    for agent in ("ana", "beto"):
        for status in ("kept", "partial", "broken"):
            assert found.cell(f"{agent}/MXN", status) == recount[(agent, status)]
    assert found.cell("ana/MXN", "kept_rate") == (1, 3)
    kept = sum(number for (_, status), number in recount.items() if status == "kept")
    assert (
        found.cell("ana/MXN", "team_rate")
        == (kept, sum(recount.values()))
        == found.cell("beto/MXN", "team_rate")
    )
    assert found.cell("ana/MXN", "amount_rate") == (130_000, 230_000)
    assert money == tuple(found.cell(f"{TOTAL}MXN", name) for name in ("promised", "paid"))


def test_promises_of_two_currencies_are_never_added(town: Town, reader: Reader, ana: Who, clock: Any) -> None:
    first = town.store.now().date()
    promises(town, ana, [100_000], [0], clock)
    with town.store.begin() as tx:
        tx.run("UPDATE promise SET currency = 'USD'")
    promises(town, ana, [50_000], [50_000], clock)
    found = reader.check("kept", since=first, until=town.store.now().date())
    assert [total.currency for total in found.totals] == ["MXN", "USD"]
    assert found.cell(f"{TOTAL}USD", "promised") == 100_000


def test_a_curve_rises_to_the_share_that_was_kept(town: Town, reader: Reader, ana: Who, clock: Any) -> None:
    promises(town, ana, [100_000, 100_000], [100_000, 50_000], clock)
    found = reader.table("promise_curve")
    days = {row.cells[1]: row.cells[2:] for row in found.rows}
    assert days[-1] == (None, (150_000, 200_000))
    assert days[0] == ((150_000, 200_000), (150_000, 200_000))


DAY = date(2026, 5, 4)
ONE = st.builds(
    lambda account, lead, term, amount: Promised(
        account=account,
        made=DAY + timedelta(days=lead),
        due=DAY + timedelta(days=lead + term),
        amount=amount,
        grace_days=1,
    ),
    st.integers(1, 3),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(1, 1000),
)
PAID = st.dictionaries(
    st.integers(1, 3),
    st.lists(
        st.tuples(st.integers(0, 14).map(lambda n: DAY + timedelta(days=n)), st.integers(1, 1500)), max_size=4
    ),
)


@given(st.lists(ONE, max_size=5), PAID)
def test_no_payment_counts_twice_and_no_promise_gets_more_than_itself(
    ones: list[Promised], paid: dict[int, list[tuple[date, int]]]
) -> None:
    found = curve(ones, paid)
    received = sum(found.since_made.values())
    assert received == sum(found.by_due.values())
    assert received <= min(sum(one.amount for one in ones), sum(n for each in paid.values() for _, n in each))
    shares = list(found.due_by().values())
    assert [one.numerator for one in shares] == sorted(one.numerator for one in shares)
    assert shares[-1].numerator == received
    assert all(0 <= one.numerator <= one.denominator for one in shares if one.denominator)
