"""Automatic checks of the data: what they find goes before a lead, and is closed when it is right again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Set
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rules.clients import Account, Client
from rules.inconsistencies import Paid, check_client
from rules.text import clean
from rules.zones import local_day
from storage.central.connection import Tx, document, instant
from storage.central.counting.figures import Deltas
from storage.central.debts import accounts
from storage.central.history import promises
from storage.central.policies.sheets import policies
from storage.central.portfolios import Book, books
from storage.central.records.reviews import put_before_lead, tell_boards

AFTER_IMPORT = ("bucket_days", "balance_parts", "receipt_paid_open", "promise_after_payoff")
"""What a portfolio file can have made wrong, or right."""

AFTER_PAYMENT = ("payment_twice", "balance_parts", "promise_after_payoff")
"""What money that came in can have made wrong, or right."""

FEED_BUCKET = "bucket"
"""Detail of an account under which a portfolio file may bring the creditor's own bucket."""

LONGEST = 500
"""Characters of evidence that are kept."""

OPEN = ""
"""Stands for what is open already, whatever shows it."""

Matter = tuple[int, int | None, str]
"""A client, an account, an issue."""


def find(tx: Tx, client_ids: Iterable[int], issues: Collection[str], fed: Collection[str] = ()) -> set[int]:
    """Check some clients, whom the caller holds locked; those of whom something changed.

    An inconsistency is opened once for each account and issue. One that a person closed stays
    closed while what shows it is the same.

    Args:
        tx: where.
        client_ids: whom to check.
        issues: which checks to make, `AFTER_IMPORT` or `AFTER_PAYMENT`.
        fed: references of the accounts that a file has just brought; only their bucket is
            of today and can be held against the days past due.
    """
    ids = sorted(set(client_ids))
    if not ids:
        return set()
    known = books(tx)
    rows = tx.all("SELECT id, portfolio_id, country, zones FROM client WHERE id IN :ids", ids=ids)
    clients = _clients(tx, rows, known, issues, frozenset(fed))
    paid = _payments(tx, clients, known) if "payment_twice" in issues else {}
    found = {
        (client_id, one.account_id, one.issue): clean(one.evidence, limit=LONGEST)
        for client_id, client in clients.items()
        for one in check_client(client, paid.get(client_id, ()), issues)
    }
    untold = {
        (client_id, account.id, "bucket_days")
        for client_id, client in clients.items()
        for account in client.accounts
        if account.number not in fed
    }
    portfolio_of = {row[0]: row[1] for row in rows}
    opened = _open(tx, found, portfolio_of)
    return opened | _close(tx, ids, issues, found.keys() | untold, portfolio_of)


def _clients(
    tx: Tx, rows: list[tuple[Any, ...]], known: dict[int, Book], issues: Collection[str], fed: frozenset[str]
) -> dict[int, Client]:
    """The clients with no more than the checks look at."""
    ids = [row[0] for row in rows]
    zones = {row[0]: tuple(document(row[3])) for row in rows}
    days = {
        row[0]: local_day(tx.now, zones[row[0]][0] if zones[row[0]] else str(known[row[1]].zone))
        for row in rows
    }
    owed = accounts(tx, ids, known, days, details=True)
    covers = policies(tx, ids, details=True) if "receipt_paid_open" in issues else {}
    promised = promises(tx, ids)[0]
    return {
        client_id: Client(
            id=client_id,
            name="",
            country=country,
            zones=zones[client_id],
            as_of=tx.now,
            accounts=tuple(_as_fed(account, fed) for account in owed.get(client_id, ())),
            policies=tuple(covers.get(client_id, ())),
            promises=tuple(promised.get(client_id, ())),
        )
        for client_id, _, country, _ in rows
    }


def _as_fed(account: Account, fed: frozenset[str]) -> Account:
    """The account with the bucket that its file gives it, where it gives one."""
    if account.number not in fed:
        return account
    given = next((one.value for one in account.details if one.key == FEED_BUCKET), "")
    return msgspec.structs.replace(account, bucket=given) if given else account


def _payments(tx: Tx, clients: dict[int, Client], known: dict[int, Book]) -> dict[int, list[Paid]]:
    rows = tx.all(
        """
        SELECT a.client_id, a.portfolio_id, p.account_id, p.at, p.amount, p.reference
        FROM payment p
        JOIN account a ON a.id = p.account_id
        WHERE a.client_id IN :ids AND p.bounced_at IS NULL
        ORDER BY p.id
        """,
        ids=list(clients),
    )
    found: defaultdict[int, list[Paid]] = defaultdict(list)
    for client_id, portfolio_id, account_id, at, amount, reference in rows:
        zone = ZoneInfo(clients[client_id].zones[0]) if clients[client_id].zones else known[portfolio_id].zone
        found[client_id].append(Paid(account_id, instant(at).astimezone(zone), amount, reference))
    return found


def _open(tx: Tx, found: dict[Matter, str], portfolio_of: dict[int, int]) -> set[int]:
    """Open what is not open yet, nor closed by a person on the same evidence."""
    known = _known(tx, sorted({client_id for client_id, _, _ in found}))
    new = {matter: shown for matter, shown in found.items() if not {OPEN, shown} & set(known[matter])}
    deltas = Deltas()
    for (client_id, account_id, issue), evidence in new.items():
        row_id = f"{issue}:{account_id}:{len(known[(client_id, account_id, issue)]) + 1}"
        tx.run(
            """
            INSERT INTO inconsistency (id, client_id, account_id, issue, found, evidence, note, agent,
                status, answer)
            VALUES (:id, :client, :account, :issue, :now, :evidence, '', '', 'open', '')
            """,
            id=row_id,
            client=client_id,
            account=account_id,
            issue=issue,
            now=tx.now,
            evidence=evidence,
        )
        put_before_lead(
            tx,
            deltas,
            review_id=row_id,
            kind="inconsistency",
            client_id=client_id,
            portfolio_id=portfolio_of[client_id],
            user_id=None,
            reason=issue,
        )
    deltas.write(tx)
    return {client_id for client_id, _, _ in new}


def _known(tx: Tx, ids: list[int]) -> defaultdict[Matter, list[str | None]]:
    """What the checks found before: `OPEN`, or the evidence of what a person closed, else None."""
    rows = tx.all(
        """
        SELECT client_id, account_id, issue, status, closed_by, evidence
        FROM inconsistency
        WHERE client_id IN :ids AND user_id IS NULL
        """,
        ids=ids,
    )
    found: defaultdict[Matter, list[str | None]] = defaultdict(list)
    for client_id, account_id, issue, status, closed_by, evidence in rows:
        told = evidence if closed_by is not None else None
        found[(client_id, account_id, issue)].append(OPEN if status == "open" else told)
    return found


def _close(
    tx: Tx, ids: list[int], issues: Collection[str], stays: Set[Matter], portfolio_of: dict[int, int]
) -> set[int]:
    """Close what the checks had found and find no more; `stays` is still wrong, or can't be told."""
    rows = tx.all(
        """
        SELECT id, client_id, account_id, issue
        FROM inconsistency
        WHERE client_id IN :ids AND user_id IS NULL AND status = 'open' AND issue IN :issues
        """,
        ids=ids,
        issues=list(issues),
    )
    right = {row[0]: row[1] for row in rows if (row[1], row[2], row[3]) not in stays}
    if not right:
        return set()
    tx.run(
        "UPDATE inconsistency SET status = 'closed', closed_at = :now WHERE id IN :ids",
        now=tx.now,
        ids=list(right),
    )
    tx.run("UPDATE review SET closed = true WHERE id IN :ids", ids=list(right))
    for portfolio_id in {portfolio_of[client_id] for client_id in right.values()}:
        tell_boards(tx, portfolio_id)
    return set(right.values())
