"""A policy in four receipts, money that comes and goes, and stamped files made with satcfdi."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from storage.central.cfdi import needs
from storage.central.connection import Store
from storage.central.doors.who import Who

RFC = "PEGJ800101AB1"


class Desk:
    """A policyholder with four receipts of 11,600.00, due from October on, and the back office."""

    def __init__(self, store: Store, town: Any) -> None:
        self.store, self.town = store, town
        (self.client,) = town.clients(overdue=0)
        self.office: Who = town.lead("olga", team="")
        with store.begin() as tx:
            self.account = tx.value("SELECT id FROM account WHERE client_id = :id", id=self.client)
            tx.run("UPDATE client SET tax_id = :rfc WHERE id = :id", rfc=RFC, id=self.client)
            tx.run(
                """
                INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel,
                    frequency, sum_insured)
                VALUES (:account, 'AUT-12345', 'car', 'Seguros', :starts, :ends, 'in_force', 'spei',
                    'quarterly', 0)
                """,
                account=self.account,
                starts=date(2026, 10, 10),
                ends=date(2027, 10, 10),
            )
            self.policy = tx.value("SELECT id FROM policy")
            self.receipts = [self._receipt(tx, number) for number in (1, 2, 3, 4)]
            self._payments = 0

    def _receipt(self, tx: Any, number: int) -> int:
        found: int = tx.value(
            """
            INSERT INTO receipt (policy_id, number, of, due, net, surcharge, fee, tax, total, status, cfdi)
            VALUES (:policy, :number, 4, :due, 1000000, 0, 0, 160000, 1160000, 'pending', '')
            RETURNING id
            """,
            policy=self.policy,
            number=number,
            due=date(2026, 10, 10) + timedelta(days=31 * (number - 1)),
        )
        return found

    def pays(self, amount: int, receipt: int = 0, *, at: datetime | None = None) -> int:
        """Money comes in and is applied to a receipt, by its place; the payment's id."""
        self._payments += 1
        with self.store.begin() as tx:
            payment: int = tx.value(
                """
                INSERT INTO payment (account_id, at, amount, currency, channel, reference, hour, bucket)
                VALUES (:account, :at, :amount, 'MXN', 'spei', :reference, 0, '')
                RETURNING id
                """,
                account=self.account,
                at=at or tx.now,
                amount=amount,
                reference=f"P{self._payments}",
            )
            for kind in ("received", "applied"):
                self.entry(tx, payment, receipt if kind == "applied" else None, kind, amount, f"in-{payment}")
            needs.follow(tx, [self.account])
        return payment

    def takes_back(self, payment: int, amount: int, receipt: int = 0) -> None:
        """A payment bounces."""
        with self.store.begin() as tx:
            for kind in ("unapplied", "returned"):
                self.entry(
                    tx, payment, receipt if kind == "unapplied" else None, kind, amount, f"out-{payment}"
                )
            needs.follow(tx, [self.account])

    def entry(self, tx: Any, payment: int, place: int | None, kind: str, amount: int, cause: str) -> None:
        """An entry of the ledger, with what it does to the receipt."""
        receipt = None if place is None else self.receipts[place]
        tx.run(
            """
            INSERT INTO ledger_entry (at, account_id, payment_id, receipt_id, component, kind, amount,
                currency, cause, why)
            VALUES (:at, :account, :payment, :receipt, '', :kind, :amount, 'MXN', :cause, '')
            """,
            at=tx.now,
            account=self.account,
            payment=payment,
            receipt=receipt,
            kind=kind,
            amount=amount,
            cause=cause,
        )
        if receipt is not None:
            tx.run(
                """
                UPDATE receipt SET paid = paid + :change,
                    status = CASE WHEN paid + :change >= total THEN 'paid' ELSE 'pending' END
                WHERE id = :id
                """,
                id=receipt,
                change=amount if kind == "applied" else -amount,
            )

    def rows(self, *columns: str) -> list[tuple[Any, ...]]:
        """Tax receipts with some columns, in the order in which they were made."""
        with self.store.read() as tx:
            return tx.all(f"SELECT {', '.join(columns)} FROM tax_receipt ORDER BY made, kind DESC, id")

    def receipt(self, place: int = 0) -> tuple[Any, ...]:
        """What a receipt says of its tax receipt."""
        with self.store.read() as tx:
            return tx.one("SELECT cfdi, method FROM receipt WHERE id = :id", id=self.receipts[place]) or ()

    def tasks(self) -> list[tuple[Any, ...]]:
        """Tasks that came of differences."""
        with self.store.read() as tx:
            return tx.all("SELECT status, note FROM task WHERE kind = 'cfdi_difference' ORDER BY id")


@pytest.fixture
def desk(store: Store, town: Any) -> Desk:
    return Desk(store, town)
