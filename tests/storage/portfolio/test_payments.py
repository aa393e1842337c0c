"""A bank's file of payments: identified, posted once, and what belongs to nobody is listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_tui.cli import main
from rules.insurance.receipts import breakdown, grace_end
from storage.central.connection import Store
from storage.central.portfolios import ensure_portfolio
from storage.central.upkeep.consistency import contradictions
from storage.portfolio.mapping_text import MappingError
from storage.portfolio.payment_mapping import parse_payment_mapping, propose
from storage.portfolio.payments import Outcome, take_payments

HEADER = ("Clave de rastreo", "Referencia", "Fecha", "Importe", "Ordenante")
QUARTER = "3480.00"
MEXICO = "America/Mexico_City"


@pytest.fixture
def central(store: Store) -> Store:
    """A policy AUT-1 of four receipts, the first a week past due; and a plain account 000123."""
    portfolio = ensure_portfolio(
        store,
        "Vida",
        product="insurance",
        country="MX",
        currency="MXN",
        language="es",
        creditor="A",
        firm="F",
    )
    starts = store.now().date() - timedelta(days=7)
    with store.begin() as tx:
        client = tx.value(
            """
            INSERT INTO client (portfolio_id, namespace, ref, kind, name, country, zones, language, tax_id,
                national_id, state, address, treatment, do_not_contact, hold_reason, version)
            VALUES (:portfolio, 't', 'C1', 'person', 'Rosa', 'MX', :zones, 'es', '', '', '', '', '', false,
                '', 1)
            RETURNING id
            """,
            portfolio=portfolio,
            zones=[MEXICO],
        )
        ids = [
            tx.value(
                """
                INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status, overdue,
                    total, minimum, disputed, components, details)
                VALUES (:client, :portfolio, :ref, 'insurance', '', 'MXN', 'open', 100000, 100000, 0, 0,
                    :parts, :empty)
                RETURNING id
                """,
                client=client, portfolio=portfolio, ref=ref, parts={"prima_neta": 100_000}, empty={},
            )
            for ref in ("P-1", "000123")
        ]  # fmt: skip
        policy = tx.value(
            """
            INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel, frequency,
                sum_insured)
            VALUES (:account, 'AUT-1', 'car', 'I', :starts, :ends, 'grace', 'agente', 'quarterly', 0)
            RETURNING id
            """,
            account=ids[0], starts=starts, ends=starts + timedelta(days=365),
        )  # fmt: skip
        for number, amounts in enumerate(breakdown(12_000_00, "quarterly"), start=1):
            due = starts + timedelta(days=91 * (number - 1))
            tx.run(
                """
                INSERT INTO receipt (policy_id, number, "of", due, net, surcharge, fee, tax, total, status,
                    grace_ends, cfdi)
                VALUES (:policy, :number, 4, :due, :net, :surcharge, :fee, :tax, :total, :status, :ends, '')
                """,
                policy=policy, number=number, due=due, status="overdue" if number == 1 else "pending",
                ends=grace_end(due, None, MEXICO), **amounts,
            )  # fmt: skip
    return store


@pytest.fixture
def take(central: Store, write_csv: Callable[..., Path]) -> Callable[..., Outcome]:
    def run(*rows: tuple[str, ...], mapping: str = "", **more: Any) -> Outcome:
        path = write_csv(rows, name="bank.csv", header=HEADER)
        text = mapping or propose(HEADER).text
        return take_payments(
            central, path, "Vida", parse_payment_mapping(text, "m.toml"), where="m.toml", **more
        )

    return run


def yesterday(store: Store) -> str:
    return (store.now().date() - timedelta(days=1)).strftime("%d/%m/%Y")


def receipts(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as tx:
        return list(tx.all("SELECT number, status, paid FROM receipt ORDER BY number"))


def test_payments_find_their_receipt_policy_or_account(central: Store, take: Callable[..., Outcome]) -> None:
    on = yesterday(central)
    outcome = take(
        ("T1", "AUT-1/2", on, QUARTER, "Eva Gil"), ("T2", "AUT-1", on, "3,480.00", ""),
        ("T3", "000123", f"{on} 09:15", "$250.50", ""),
    )  # fmt: skip
    assert (outcome.payments.made, outcome.rejected, outcome.amounts) == (3, 0, {"MXN": 7_210_50})
    assert [row[1] for row in receipts(central)] == ["paid", "paid", "pending", "pending"]
    with central.read() as tx:
        assert tx.all("SELECT reference, payer FROM payment ORDER BY reference")[0] == ("T1", "Eva Gil")
        assert tx.value("SELECT total FROM account WHERE ref = '000123'") == 100_000 - 250_50
    assert contradictions(central) == []


def test_the_same_file_twice_posts_nothing_and_a_dry_run_neither(
    central: Store, take: Callable[..., Outcome]
) -> None:
    rows = [("T1", "AUT-1", yesterday(central), QUARTER, "")]
    assert take(*rows, dry_run=True).payments.made == 1
    assert receipts(central)[0][2] == 0
    take(*rows)
    again = take(*rows)
    assert (again.payments.made, again.payments.unchanged) == (0, 1)
    assert receipts(central)[0][2] == 3_480_00


def test_what_can_not_be_identified_or_read_is_listed_with_its_reason(
    central: Store, take: Callable[..., Outcome]
) -> None:
    on = yesterday(central)
    outcome = take(
        ("T1", "AUT-9", on, QUARTER, ""), ("T2", "AUT-1/9", on, QUARTER, ""),
        ("T3", "AUT-1", "31/31/2026", "5", ""),
        ("T4", "AUT-1", on, "0", ""), ("T5", "AUT-1", on, QUARTER, "4111 1111 1111 1111"),
        ("T6", "AUT-1", on, QUARTER, ""), ("T6", "AUT-1", on, QUARTER, ""),
    )  # fmt: skip
    assert (outcome.payments.made, outcome.rejected) == (1, 6)
    listed = Path(outcome.rejects).read_text(encoding="utf-8")
    for reason in (
        "no account or policy of the portfolio has this number", "the policy has no receipt 9",
        "not a date written DMY", "no amount", "holds a card number", "payment T6 is on line 7 already",
    ):  # fmt: skip
        assert reason in listed
    assert "4111" not in listed


@pytest.mark.parametrize(("hour", "status"), [("", "paid"), (" 11:59:59", "paid"), (" 12:00:00", "lapsed")])
def test_a_day_alone_is_its_noon_so_a_premium_of_the_last_day_is_in_time(
    central: Store, take: Callable[..., Outcome], clock: Any, hour: str, status: str
) -> None:
    clock.move(days=24)
    last = central.now().date() - timedelta(days=1)
    take(("T1", "AUT-1", last.isoformat() + hour, QUARTER, ""))
    assert receipts(central)[0][1] == status


def test_a_mapping_says_which_key_was_meant() -> None:
    with pytest.raises(MappingError, match="did you mean payer"):
        parse_payment_mapping('[payment]\nreference="a"\npaid="b"\nat="c"\namount="d"\npayr="e"', "m.toml")


def test_the_command_takes_a_file_in_and_says_what_came_of_it(
    central: Store, write_csv: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv([("T1", "AUT-1", "02/01/2020", QUARTER, "")], name="bank.csv", header=HEADER)
    with pytest.raises(SystemExit, match="0"):
        main(["payments", str(path), "--store", central.url, "--portfolio", "Vida", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["payments"]["made"], told["amounts"], told["rejects"]) == (1, {"MXN": "3480.00"}, None)
    assert 'paid = "[Referencia]"' in told["mapping"]
