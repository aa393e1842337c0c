"""Statements that are sent ahead: their rows come to whoever asks next, and to nobody after that."""

from __future__ import annotations

from storage.central.connection import Store, Tx
from storage.central.portfolios import ensure_portfolio

GOAL = "SELECT name, goal FROM portfolio WHERE name IN :names"


def goals(tx: Tx, names: list[str]) -> dict[str, int]:
    return dict(tx.all(GOAL, names=names))


def make(store: Store, name: str, goal: int) -> None:
    ensure_portfolio(
        store, name, product="card", country="MX", currency="MXN", language="es",
        creditor="Banco", firm="Cobranza", goal=goal,
    )  # fmt: skip


def test_each_reader_finds_its_own_rows_in_whatever_order(store: Store) -> None:
    make(store, "one", 1)
    make(store, "two", 2)
    with store.begin() as tx, tx.together():
        tx.ahead(lambda ahead: goals(ahead, ["one"]), lambda ahead: goals(ahead, ["two"]))
        assert goals(tx, ["two"]) == {"two": 2}
        assert goals(tx, ["one"]) == {"one": 1}
        assert goals(tx, ["one", "two"]) == {"one": 1, "two": 2}


def test_rows_that_nobody_came_for_are_forgotten(store: Store) -> None:
    make(store, "one", 1)
    with store.begin() as tx:
        with tx.together():
            tx.ahead(lambda ahead: goals(ahead, ["one"]))
        tx.run("UPDATE portfolio SET goal = 7")
        assert goals(tx, ["one"]) == {"one": 7}


def test_a_name_may_stand_in_a_statement_twice_and_a_percent_sign_is_one(store: Store) -> None:
    make(store, "100 %", 3)
    with store.read() as tx:
        found = tx.all(
            "SELECT goal FROM portfolio WHERE goal = :goal AND :goal > 0 AND name LIKE '%0 %'", goal=3
        )
    assert found == [(3,)]
