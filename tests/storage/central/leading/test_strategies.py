"""Strategies at the centre: loaded as versions, held by the queue, kept with facts, counted and tried."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from rules.reports import ReportQuery, RowsQuery
from rules.strategies.questions import Load, Taken
from rules.tables import TOTAL
from storage.central import rulebooks
from storage.central.connection import StoreError
from storage.central.counting import stats
from storage.central.leading import strategy_work
from storage.central.queue import replacing
from storage.central.records.closing import NotDone
from storage.central.records.decisions import masked
from storage.central.reports import shelf
from storage.central.rulebooks import RulebookRefused, load
from storage.central.upkeep import consistency
from storage.reference import strategy_model

HEAD = '[strategy]\nname = "test"\n'
TEXT = (
    HEAD
    + """
[rules.early]
when = { days = "< 30" }
points = 40
[rules.early.arms.champion]
share = 50
[rules.early.arms.challenger]
share = 50
hours = "18:00-20:00"

[rules.rest]
"""
)


def segments(town) -> dict[str, int]:
    with town.store.read() as tx:
        rows = tx.all(
            """
            SELECT bucket, count(*)
            FROM (
                SELECT bucket FROM ready
                UNION ALL SELECT bucket FROM waiting
                UNION ALL SELECT bucket FROM lease
            ) AS q
            GROUP BY bucket
            """
        )
    return {row[0]: row[1] for row in rows}


def placed(town) -> None:
    while replacing.go_on(town.store):
        pass


@pytest.fixture
def laura(town):
    return msgspec.structs.replace(town.agent("laura"), role="lead")


def test_a_strategy_orders_the_queue_by_rule_arm_and_points(town) -> None:
    ids = town.clients(12, days=12) + town.clients(3, days=45)
    load(town.store, "Cards", TEXT, by="root")
    assert segments(town) == {"B1/early": 12, "B2/rest": 3}
    arms = {town.standing(client_id) for client_id in ids[:12]}
    assert arms == {"ready", "waiting"}  # the challengers' hours have not come: it is eleven
    document = town.document(ids[0])
    assert document.score_parts["strategy"] == 40
    assert consistency.contradictions(town.store) == []


def test_new_clients_of_an_import_are_placed_by_the_strategy_in_force(town) -> None:
    load(town.store, "Cards", TEXT, by="root")
    town.clients(4, days=12)
    assert segments(town) == {"B1/early": 4}


def test_the_live_figures_are_kept_by_rule(town, laura) -> None:
    town.clients(4, days=12)
    load(town.store, "Cards", HEAD + "[rules.all]\n", by="root")
    (row,) = stats.snapshot(town.store, laura).queue
    assert (row.bucket, row.strategy, row.pending) == ("B1", "all", 4)


def test_a_later_version_takes_the_place_of_the_earlier_one_and_none_of_both(town) -> None:
    town.clients(2, days=12)
    load(town.store, "Cards", HEAD + "[rules.one]\n", by="root")
    load(town.store, "Cards", HEAD + "[rules.two]\n", by="root")
    assert segments(town) == {"B1/two": 2}
    load(town.store, "Cards", "[rules]\n", by="root")
    assert segments(town) == {"B1": 2}


def test_a_strategy_wider_than_the_contact_rules_is_refused_by_its_line(town) -> None:
    load(town.store, "Cards", '[parameters]\n"mx.attempts.per_day" = 2\n', by="root")
    with pytest.raises(RulebookRefused) as refused:
        load(town.store, "Cards", HEAD + "[rules.all]\nper_day = 3\n", by="root")
    (fault,) = refused.value.faults
    assert (fault.line, "mx.attempts.per_day" in fault.reason) == (4, True)
    both = '[parameters]\n"mx.attempts.per_day" = 3\n' + HEAD + "[rules.all]\nper_day = 3\n"
    assert {book.kind for book in load(town.store, "Cards", both, by="root")} == {"contact", "strategy"}
    with pytest.raises(StoreError, match="since"):
        load(town.store, "Cards", TEXT, by="root", since=town.store.now() + timedelta(days=1))


def record(town, who, client_id, **more):
    lease = next(one for one in town.lease(who, 20).leases if one.client.id == client_id)
    body = {"client_id": client_id, "code": "NOCO"} | more
    (answer,) = town.record(who, town.event(who, "result", body, lease))
    assert answer.status == "applied"
    with town.store.read() as tx:
        return tx.one(
            "SELECT strategy, off_strategy, bucket FROM interaction WHERE client_id = :id", id=client_id
        )


def test_a_fact_keeps_the_rule_that_was_shown(town, ana) -> None:
    (client_id,) = town.clients(1, days=12)
    load(town.store, "Cards", HEAD + "[rules.old]\n", by="root")
    load(town.store, "Cards", HEAD + "[rules.new]\n", by="root")
    kept = record(town, ana, client_id, strategy="old@1", off_strategy=["hours", "made up"])
    assert kept == ("old@1", "hours", "B1/old")


@pytest.mark.parametrize("told", ["", "old@9", "none@1", "new:x@2", "rubbish"])
def test_a_fact_that_names_no_rule_that_ever_was_keeps_the_one_that_holds(town, ana, told: str) -> None:
    (client_id,) = town.clients(1, days=12)
    load(town.store, "Cards", HEAD + "[rules.old]\n", by="root")
    load(town.store, "Cards", HEAD + "[rules.new]\n", by="root")
    assert record(town, ana, client_id, strategy=told) == ("new@2", "", "B1/new")


def test_without_a_strategy_facts_keep_none(town, ana) -> None:
    (client_id,) = town.clients(1, days=12)
    assert record(town, ana, client_id, strategy="early@1", off_strategy=["hours"]) == ("", "", "B1")


def test_the_figures_are_sound_after_calls_retractions_and_another_version(town, ana) -> None:
    ids = town.clients(3, days=12)
    load(town.store, "Cards", HEAD + "[rules.one]\n", by="root")
    first, second, _ = town.lease(ana, 3).leases
    town.record(ana, town.event(ana, "result", {"client_id": first.client.id, "code": "NOCO"}, first))
    load(town.store, "Cards", HEAD + "[rules.two]\n", by="root")
    made = town.event(ana, "result", town.promise_body(second.client.id) | {"strategy": "one@1"}, second)
    town.record(ana, made)
    town.record(ana, town.event(ana, "retraction", {"client_id": second.client.id, "fact_id": made.id}))
    assert consistency.contradictions(town.store) == []
    assert sum(segments(town).values()) == len(ids)


def test_the_use_of_a_strategy_sets_the_arms_beside_each_other(town, ana, laura) -> None:
    ids = town.clients(20, days=12)
    load(town.store, "Cards", TEXT.replace('hours = "18:00-20:00"\n', ""), by="root")
    for lease in town.lease(ana, 20).leases:
        client_id = lease.client.id
        off = {"off_strategy": ["offer"], "note": "asked for it"} if client_id == ids[0] else {}
        body = (
            town.promise_body(client_id) | off
            if client_id in ids[:8]
            else {"client_id": client_id, "code": "NOCO"}
        )
        town.record(ana, town.event(ana, "result", body, lease))
    table = shelf.table(town.store, laura, ReportQuery(name="strategy_use"))
    assert [(row.cells[1], row.cells[2]) for row in table.rows] == [
        ("early", "challenger"),
        ("early", "champion"),
    ]
    (total,) = table.totals
    sums = {column.key: cell for column, cell in zip(table.columns, total.cells, strict=True)}
    assert (sums["attempts"], sums["promises"], sums["off_strategy"]) == (20, 8, 1)
    assert sums["promised"] == 8 * 150_000
    assert sums["promise_rate"] == (8, 8)
    for column in ("attempts", "rpc", "promises", "off_strategy"):
        behind = [
            len(
                shelf.rows(town.store, laura, RowsQuery(name="strategy_use", row=row.key, column=column)).rows
            )
            for row in table.rows
        ]
        assert behind == [row.cells[table.place(column)] for row in table.rows]
    off = shelf.rows(
        town.store, laura, RowsQuery(name="strategy_use", row=TOTAL + "MXN", column="off_strategy")
    )
    assert off.rows[0].cells[-2:] == ("offer", "asked for it")
    with pytest.raises(NotDone, match="unknown_cell"):
        shelf.rows(town.store, laura, RowsQuery(name="strategy_use", row="9|early@1|MXN", column="rpc"))


def test_a_trial_counts_every_client_once_and_changes_nothing(town, laura) -> None:
    ids = town.clients(9, days=12) + town.clients(4, days=200, phones=0) + town.clients(2, overdue=0)
    load(town.store, "Cards", HEAD + "[rules.all]\n", by="root")
    before = segments(town)
    table = strategy_work.simulate(town.store, laura, "Cards", TEXT).table
    assert table is not None
    (total,) = table.totals
    for column in ("clients", "clients_now"):
        assert total.cells[table.place(column)] == len(ids)
    assert total.cells[table.place("moved")] == len(ids)
    assert segments(town) == before
    for row in table.rows:
        taken = Taken(portfolio="Cards", rule=str(row.cells[0]), arm=str(row.cells[1]), text=TEXT)
        shown = strategy_work.clients(town.store, laura, taken)
        if row.key.startswith(("early", "rest")):
            assert len(shown.rows) == row.cells[table.place("clients")]
            assert {one.cells[0] for one in shown.rows} <= {masked(town.document(one).name) for one in ids}


def test_a_lead_s_strategy_holds_once_the_hub_has_placed_the_clients(town, laura) -> None:
    town.clients(5, days=12)
    answer = strategy_work.load(town.store, laura, Load(portfolio="Cards", text=TEXT, why="try arms"))
    assert (answer.version, answer.faults) == (1, ())
    assert segments(town) == {"B1": 5}
    placed(town)
    assert segments(town) == {"B1/early": 5}
    assert replacing.go_on(town.store) == 0
    (worked,) = strategy_work.versions(town.store, laura).portfolios
    assert [(one.version, one.loaded_by, one.why, one.rules) for one in worked.versions] == [
        (1, "laura", "try arms", 2)
    ]
    assert strategy_work.version(town.store, laura, "Cards", 1).text == TEXT
    with town.store.read() as tx:
        assert (
            tx.value("SELECT count(*) FROM audit WHERE action = 'strategy_loaded' AND actor = 'laura'") == 1
        )
    assert [book.kind for book in rulebooks.rulebooks(town.store, laura).books] == ["strategy"]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Load(portfolio="Cards", text=TEXT, why=" "), "why_missing"),
        (Load(portfolio="Nobody's", text=TEXT, why="x"), "unknown_portfolio"),
        (Load(portfolio="Cards", text=TEXT, why="4111 1111 1111 1111"), "card_number_in_note"),
    ],
)
def test_an_order_without_what_it_needs_is_not_done(town, laura, order: Load, code: str) -> None:
    with pytest.raises(NotDone, match=code):
        strategy_work.load(town.store, laura, order)


@pytest.mark.parametrize(
    "text", ["", '[results.NOCO]\nes = "x"\n', HEAD + "[rules.a.when]\nsexo = 1\n", TEXT + "[parameters]\n"]
)
def test_a_text_with_a_fault_is_neither_tried_nor_loaded(town, laura, text: str) -> None:
    answer = strategy_work.load(town.store, laura, Load(portfolio="Cards", text=text, why="x"))
    assert answer.faults
    assert answer.version == 0
    assert not text or strategy_work.simulate(town.store, laura, "Cards", text).faults
    assert strategy_work.versions(town.store, laura).portfolios[0].versions == ()


def test_portfolios_of_others_are_out_of_reach(town) -> None:
    town.portfolio("Loans")
    lead = msgspec.structs.replace(town.agent("lola", portfolios=("Loans",)), role="lead")
    assert [one.portfolio for one in strategy_work.versions(town.store, lead).portfolios] == ["Loans"]
    for act in (
        lambda: strategy_work.simulate(town.store, lead, "Cards", TEXT),
        lambda: strategy_work.version(town.store, lead, "Cards", 1),
        lambda: strategy_work.clients(town.store, lead, Taken(portfolio="Cards", rule="early")),
    ):
        with pytest.raises(NotDone, match="unknown_portfolio"):
            act()


def test_the_house_s_model_can_be_loaded_everywhere(town) -> None:
    town.portfolio("US", country="US")
    for portfolio in ("Cards", "US"):
        assert load(town.store, portfolio, strategy_model(), by="root")
