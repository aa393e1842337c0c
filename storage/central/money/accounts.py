"""Accounts as an operation on their money finds and leaves them: figures, receipts, deposit.

Read for many accounts at once, changed in memory by the rules, and written back together with the
entries that say why, in one transaction. The caller holds the clients locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from rules.books.application import OPEN, Debt, Owed, Premium, payable, premium_debt
from rules.books.ledger import KINDS, Entry
from rules.contracts import owed_of
from storage.central.connection import Tx, day, document, maybe_day, maybe_instant
from storage.central.money.entries import Added, Stamp, add
from storage.central.portfolios import books

_ACCOUNTS = """
    SELECT id, client_id, portfolio_id, currency, status, overdue, total, minimum, components, oldest_due,
        deposit, CASE WHEN product = 'timeshare' THEN sheet END
    FROM account
    WHERE id IN :ids
"""
_RECEIPTS = """
    SELECT p.account_id, r.id, r.policy_id, p.status, r.due, r.net, r.surcharge, r.fee, r.tax, r.total,
        r.status, r.grace_ends, r.paid, r.adjusted, r.paid_on
    FROM receipt r
    JOIN policy p ON p.id = r.policy_id
    WHERE p.account_id IN :ids
    ORDER BY r.due, r.id
"""
_WRITE_ACCOUNT = """
    UPDATE account
    SET overdue = :overdue, total = :total, minimum = :minimum, components = :components, status = :status,
        oldest_due = :oldest_due, deposit = :deposit
    WHERE id = :id
"""
_WRITE_SHEET = "UPDATE account SET sheet = :sheet WHERE id = :id"
_WRITE_RECEIPT = """
    UPDATE receipt
    SET paid = :paid, adjusted = :adjusted, status = :status, paid_on = :paid_on
    WHERE id = :id
"""


class HeldReceipt(msgspec.Struct, kw_only=True):
    """A receipt as it stands; the state of its policy beside it."""

    id: int
    policy: int
    policy_status: str
    due: date
    net: int
    surcharge: int
    fee: int
    tax: int
    total: int
    status: str
    grace_ends: datetime | None
    paid: int
    adjusted: int
    paid_on: date | None
    touched: bool = False

    @property
    def open(self) -> int:
        """What is left to pay; nothing of one that is paid, be it from before the ledger, or cancelled."""
        return max(0, self.total - self.paid - self.adjusted) if self.status in OPEN else 0

    @property
    def asked_for(self) -> bool:
        """Whether it is owed: what falls due once cover has ceased is not, before a rehabilitation."""
        return self.policy_status != "lapsed" or self.status == "lapsed"

    def settle(self, today: date, paid_on: date) -> None:
        """Its state after money came or went.

        A cancelled policy asks for nothing: what is still paid on its receipts stays paid.
        """
        if self.status == "cancelled":
            return
        if self.paid + self.adjusted >= self.total:
            self.status, self.paid_on = "paid", self.paid_on or paid_on
        elif self.policy_status == "cancelled":
            self.status = "paid" if self.paid else "cancelled"
        elif self.status in ("paid", *OPEN):
            self.paid_on = None
            if self.policy_status != "lapsed" or self.status != "lapsed":
                self.status = "overdue" if self.due < today else "pending"


class Held(msgspec.Struct, kw_only=True):
    """An account as it stands. today: the portfolio's own day; added: entries to be written.

    sheet: of a timeshare contract, whose payments on the price follow the principal; principal: as read.
    """

    id: int
    client_id: int
    portfolio_id: int
    currency: str
    debt: Debt
    deposit: int
    today: date
    receipts: dict[int, HeldReceipt] = {}
    added: list[Added] = []
    touched: bool = False
    sheet: dict[str, Any] = {}
    principal: int = 0

    def contract_paid(self) -> dict[str, Any] | None:
        """The sheet with what was paid on the contract's price since it was read; None = nothing was."""
        contract = self.sheet.get("contract")
        paid = self.principal - owed_of(self.debt.components)
        if contract is None or not paid:
            return None
        return self.sheet | {"contract": contract | {"paid": contract["paid"] + paid}}

    def owed(self, at: datetime) -> list[Owed]:
        """Its receipts as money that was paid at an instant finds them."""
        ceases: dict[int, datetime] = {}
        for one in self.receipts.values():
            if one.open and one.grace_ends is not None:
                ceases[one.policy] = min(one.grace_ends, ceases.get(one.policy, one.grace_ends))
        return [
            Owed(
                id=one.id,
                policy=one.policy,
                due=one.due,
                open=one.open,
                payable=payable(one.status, one.policy_status, ceases.get(one.policy), at),
            )
            for one in self.receipts.values()
            if one.open
        ]

    def take(self, entries: Iterable[Entry], stamp: Stamp, paid_on: date | None = None) -> None:
        """Let entries have their effect; of a credit's components `debt` tells it.

        paid_on: the day on which a receipt that they pay was paid, None = today.
        """
        changed: dict[int, HeldReceipt] = {}
        for entry in entries:
            effect = KINDS[entry.kind]
            self.deposit += effect.deposit * entry.amount
            if entry.receipt is not None:
                receipt = changed.setdefault(entry.receipt, self.receipts[entry.receipt])
                receipt.paid += effect.applied * entry.amount
                receipt.adjusted += effect.adjusted * entry.amount
                receipt.touched = True
            self.added.append(Added(account_id=self.id, currency=self.currency, entry=entry, stamp=stamp))
        for receipt in changed.values():
            receipt.settle(self.today, paid_on or self.today)
        self.touched = True

    def restate(self) -> None:
        """Work the figures of an account with receipts out anew, from them."""
        if not self.receipts:
            return
        self.touched = True
        asked = (_premium(one) for one in self.receipts.values() if one.asked_for)
        found = premium_debt(asked, self.today, self.debt.status)
        self.debt = msgspec.structs.replace(found, status=self._status(found.total))

    def _status(self, total: int) -> str:
        """Open while something is owed; paid, or closed where nothing is because the policies ended."""
        if self.debt.status not in ("open", "paid"):  # charged off or closed by the creditor
            return self.debt.status
        if total:
            return "open"
        ended = all(one.policy_status == "cancelled" for one in self.receipts.values())
        return "closed" if ended else "paid"


def _premium(one: HeldReceipt) -> Premium:
    return Premium(due=one.due, net=one.net, surcharge=one.surcharge, fee=one.fee, tax=one.tax, open=one.open)


def read(tx: Tx, account_ids: Iterable[int]) -> dict[int, Held]:
    """Accounts by id, as they stand; an unknown id is left out."""
    ids = sorted(set(account_ids))
    known = books(tx)
    found = {}
    for row in tx.all(_ACCOUNTS, ids=ids):
        debt = Debt(
            components=document(row[8]),
            overdue=row[5],
            total=row[6],
            minimum=row[7],
            oldest_due=maybe_day(row[9]),
            status=row[4],
        )
        found[row[0]] = Held(
            id=row[0],
            client_id=row[1],
            portfolio_id=row[2],
            currency=row[3],
            debt=debt,
            deposit=row[10],
            sheet=document(row[11]) if row[11] else {},
            principal=owed_of(debt.components),
            today=known[row[2]].moment(tx.now)[0],
        )
    for row in tx.all(_RECEIPTS, ids=ids):
        found[row[0]].receipts[row[1]] = _receipt(row)
    return found


def _receipt(row: tuple[Any, ...]) -> HeldReceipt:
    return HeldReceipt(
        id=row[1],
        policy=row[2],
        policy_status=row[3],
        due=day(row[4]),
        net=row[5],
        surcharge=row[6],
        fee=row[7],
        tax=row[8],
        total=row[9],
        status=row[10],
        grace_ends=maybe_instant(row[11]),
        paid=row[12],
        adjusted=row[13],
        paid_on=maybe_day(row[14]),
    )


def write(tx: Tx, accounts: Mapping[int, Held]) -> None:
    """Write what was changed: the entries, the receipts, the figures."""
    changed = [account for _, account in sorted(accounts.items()) if account.touched]
    for account in changed:
        account.restate()
    add(tx, [one for account in changed for one in account.added])
    tx.many(
        _WRITE_RECEIPT,
        [
            {name: getattr(one, name) for name in ("id", "paid", "adjusted", "status", "paid_on")}
            for account in changed
            for one in account.receipts.values()
            if one.touched
        ],
    )
    tx.many(_WRITE_ACCOUNT, [_figures(account) for account in changed])
    sheets = {account.id: account.contract_paid() for account in changed if account.sheet}
    tx.many(_WRITE_SHEET, [{"id": key, "sheet": sheet} for key, sheet in sheets.items() if sheet])


def _figures(account: Held) -> dict[str, Any]:
    debt = account.debt
    return {
        "id": account.id,
        "overdue": debt.overdue,
        "total": debt.total,
        "minimum": debt.minimum,
        "components": dict(debt.components),
        "status": debt.status,
        "oldest_due": debt.oldest_due,
        "deposit": account.deposit,
    }
