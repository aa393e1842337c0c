"""Direct debit in the demo: mandates of those who pay so, and last night's file with the bank's answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rules.debit.banks import BANKS
from rules.debit.charge_files import ResultLine
from rules.debit.charges import CHARGED, REJECTS
from rules.debit.charging import NewBatch, Results
from rules.debit.mandates import CARDS
from rules.identifiers import read_clabe
from storage.central.charges.batches import make, part
from storage.central.charges.results import take
from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.portfolios import books
from storage.central.refusing import NotDone

MOST = 60
"""Mandates of the demo, whatever the number of its clients."""

ANSWERED = 20
"""Charges that the bank has answered; the others wait for it."""

_CODES = (CHARGED, CHARGED, "insufficient_funds", CHARGED, "account_closed", CHARGED, "card_declined")
_BANKS = ("012", "014", "072")
_AGREED = timedelta(days=200)

_PAYERS = """
    SELECT p.id, p.account_id, a.client_id, p.channel
    FROM policy p
    JOIN account a ON a.id = p.account_id
    WHERE p.channel IN ('domi', 'tdc') AND p.status IN ('in_force', 'grace')
    ORDER BY p.id
    LIMIT :most
"""


def debit(store: Store, user_id: int, name: str) -> None:
    """Write mandates, have what is due by direct debit charged, and take the first answers.

    Args:
        store: where.
        user_id: whose charge file it is.
        name: what that person is called.
    """
    who = Who(user_id=user_id, name=name, display_name=name, role="backoffice", device="")
    with store.begin() as tx:
        found = tx.all(_PAYERS, most=MOST)
        tx.many(_MANDATE, [_mandate(row, tx.now - _AGREED) for row in found])
        mine = list(books(tx).values())
        today = {book.name: book.moment(tx.now)[0] for book in mine}
    for book in mine:
        try:
            batch = make(store, who, NewBatch(portfolio=book.name, channel="domi", currency=book.currency))
        except NotDone:  # nothing is due by direct debit in this portfolio
            continue
        lines = tuple(
            ResultLine(reference=one.reference, code=code, amount=0 if code in REJECTS else one.amount)
            for place, one in enumerate(part(store, who, batch.id, 0).lines[:ANSWERED])
            for code in (_CODES[place % len(_CODES)],)
        )
        answers = Results(folio=batch.folio, day=today[book.name], digest=batch.digest, lines=lines)
        take(store, who, answers)


_MANDATE = """
    INSERT INTO mandate (id, client_id, account_id, policy_id, channel, account_number, token, ending, bank,
        payer, agreed, consent, evidence, amount_rule, limit_amount, status, last)
    VALUES (:id, :client, :account, :policy, :channel, :number, :token, :ending, :bank,
        '', :agreed, 'voice', :evidence, 'receipt', 0, 'active', '')
"""


def _mandate(row: tuple[Any, ...], agreed: Any) -> dict[str, Any]:
    policy_id, account_id, client_id, channel = row
    card = channel in CARDS
    number = "" if card else clabe(_BANKS[policy_id % len(_BANKS)], policy_id)
    return {
        "id": f"demo-{policy_id}",
        "client": client_id,
        "account": account_id,
        "policy": policy_id,
        "channel": channel,
        "number": number,
        "token": f"tok_demo_{policy_id:06}" if card else "",
        "ending": f"{policy_id * 37 % 10_000:04}" if card else number[-4:],
        "bank": "visa" if card else BANKS[number[:3]],
        "agreed": agreed,
        "evidence": f"GRAB-{policy_id:05}",
    }


def clabe(bank: str, number: int) -> str:
    """An invented CLABE of a bank, with its check digit."""
    digits = f"{bank}180{number:011}"
    return digits + read_clabe(digits).check_digit
