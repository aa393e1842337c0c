"""What portfolios lack, as it is counted by the minute and stands before leads."""

from __future__ import annotations

import msgspec
import pytest

from rules.assigning import AssignmentAsk
from rules.standing import KINDS, StandingQuery
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.leading import assigning, standing, standing_rows
from storage.central.leading.standing import Counting


@pytest.fixture
def lead(town) -> Who:
    return town.lead()


def shown(store: Store, who: Who) -> dict[str, tuple[str, int, int]]:
    return {
        one.kind: (one.portfolio, one.n, one.amount)
        for one in stats.snapshot(store, who).decisions
        if one.kind in KINDS
    }


def forget(store: Store, client: int) -> None:
    """Take a client out of the queue as only a fault does."""
    with store.begin() as tx:
        tx.run("DELETE FROM ready WHERE client_id = :id", id=client)


@pytest.fixture(params=[1, 5_000], ids=["by the id", "at once"])
def counting(request, store: Store, clock, monkeypatch):
    """Counts to the end, a minute later."""
    monkeypatch.setattr(standing, "SLICE", request.param)
    count = Counting(store)

    def run() -> None:
        clock.move(minutes=1)
        while not count.go_on():
            pass

    return run


def test_the_unassigned_count_where_clients_are_somebodys(
    town, ana: Who, lead: Who, store: Store, counting
) -> None:
    mine, *_ = town.clients(3)
    town.clients(2, portfolio=town.portfolio("Loans"))
    counting()
    assert shown(store, lead) == {}
    ask = AssignmentAsk(portfolio="Cards", method="one", to_agents=("ana",), clients=(mine,), why="x")
    digest = assigning.preview(store, lead, ask).digest
    assigning.assign(store, lead, msgspec.structs.replace(ask, digest=digest))
    counting()
    assert shown(store, lead) == {"unassigned": ("Cards", 2, 300_000)}
    table = standing_rows.rows(store, lead, StandingQuery(kind="unassigned", portfolio="Cards"))
    assert (len(table.rows), table.totals[0].cells[2]) == (2, 300_000)


def test_who_owes_and_is_nowhere_has_no_next_step(town, ana: Who, lead: Who, store: Store, counting) -> None:
    lost, *_ = town.clients(3)
    forget(store, lost)
    counting()
    before = stats.number(store)
    assert shown(store, lead) == {"no_next_action": ("Cards", 1, 150_000)}
    table = standing_rows.rows(store, lead, StandingQuery(kind="no_next_action", portfolio="Cards"))
    assert [(row.key, row.cells) for row in table.rows] == [(str(lost), ("Client 1.", "C1", 150_000))]
    counting()
    assert stats.number(store) == before  # nothing new: no board is told
    town.lease(ana)
    with store.begin() as tx:
        tx.run(
            """
            INSERT INTO task (id, client_id, kind, due, about, note, status, outcome)
            VALUES ('t', :id, 'call', :day, '', '', 'open', '')
            """,
            id=lost,
            day=tx.now.date(),
        )
    counting()
    assert shown(store, lead) == {}


@pytest.mark.parametrize(
    "stop",
    [
        "UPDATE client SET do_not_contact = true WHERE id = :id",
        "UPDATE client SET hold_reason = 'deceased' WHERE id = :id",
        """UPDATE client SET stopped_media = '["call"]' WHERE id = :id""",
        """UPDATE account SET details = '{"flags": "vip,attorney"}' WHERE client_id = :id""",
        "UPDATE account SET overdue = 0 WHERE client_id = :id",
        "UPDATE account SET disputed = overdue WHERE client_id = :id",
    ],
)
def test_who_is_stopped_or_owes_nothing_lacks_nothing(
    town, lead: Who, store: Store, clock, stop: str
) -> None:
    [client] = town.clients(1)
    forget(store, client)
    with store.begin() as tx:
        tx.run(stop, id=client)
    clock.move(minutes=1)
    assert Counting(store).go_on()
    assert shown(store, lead) == {}


def test_one_hub_counts_in_a_minute(town, store: Store, clock) -> None:
    one, other = Counting(store), Counting(store)
    assert one.go_on()
    assert not other.go_on()
    clock.move(minutes=1)
    assert other.go_on()
    assert not one.go_on()


def test_a_lead_sees_the_own_portfolios_alone(town, lead: Who, store: Store, counting) -> None:
    [client] = town.clients(1)
    forget(store, client)
    counting()
    assert shown(store, msgspec.structs.replace(lead, portfolio_ids=(town.portfolio("Loans"),))) == {}
