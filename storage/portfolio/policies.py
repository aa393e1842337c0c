"""Takes in an insurer's file of receipts: policies are made or brought up to date, receipts put on them.

The file is taken in chunks, each in its own transaction. A receipt is known by its policy's number
and its own: the same file twice changes nothing. What was paid here keeps its amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from rules.words import tr
from storage.central.changes import touch
from storage.central.connection import Store, Tx, document, maybe_day
from storage.central.money.ledger import restate
from storage.central.policies import life
from storage.central.portfolios import Book, books, portfolio_id
from storage.central.queue.queueing import lock_clients, place
from storage.models.debts import AccountRow, PolicyRow, ReceiptRow
from storage.portfolio import mapping_text
from storage.portfolio.expressions import Scope
from storage.portfolio.importing import CHUNK, Tally
from storage.portfolio.loading import Batch, json_text, numbers
from storage.portfolio.policy_mapping import PolicyMapping
from storage.portfolio.policy_records import PARTS, PolicyReader, PolicyRecord
from storage.portfolio.reading import open_table
from storage.portfolio.records import Rejection
from storage.portfolio.rejects import Rejects
from storage.portfolio.seen import Seen

POLICY = (
    "kind", "insurer", "starts", "ends", "channel", "frequency", "grace_days", "sum_insured", "sheet",
)  # fmt: skip
RECEIPT = (
    "of", "due", *PARTS, "total", "since", "until", "channel", "status", "grace_ends", "paid_on",
)  # fmt: skip
SETTLED = ("paid", "cancelled")
"""Statuses of receipts whose amounts a file changes no more."""


class Outcome(msgspec.Struct):
    """What taking a file in did, or would do; rejected rows are listed in `rejects`, "" = none."""

    rows: int = 0
    rejected: int = 0
    policies: Tally = msgspec.field(default_factory=Tally)
    receipts: Tally = msgspec.field(default_factory=Tally)
    rejects: str = ""


def take_policies(
    store: Store,
    path: Path,
    portfolio: str,
    mapping: PolicyMapping,
    *,
    where: str = "",
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Take in a CSV or XLSX file whose rows are receipts of policies of a portfolio.

    Rows that do not fit are listed in ``FILE.rejected.csv`` beside the file; the others go in.

    Args:
        store: an upgraded store.
        path: the file.
        portfolio: name of the portfolio; its clients are there already.
        mapping: which column is which field.
        where: the mapping's file, for messages.
        dry_run: compare only; the store stays as it is.
        progress: told the rows read so far, after each chunk.

    Raises:
        StoreError: there is no such portfolio.
        ImportFailed: the file can't be read.
        MappingError: the mapping does not fit the file's columns.
    """
    with store.read() as tx:
        book = books(tx)[portfolio_id(tx, portfolio)]
        today = book.moment(tx.now)[0]
    reading = mapping.reading
    with ExitStack() as stack:
        rejects, seen, outcome = Rejects(path), Seen(), Outcome()
        stack.callback(rejects.close)
        stack.callback(seen.close)
        table = stack.enter_context(
            open_table(path, encoding=reading.encoding, delimiter=reading.delimiter, sheet=reading.sheet)
        )
        scope = Scope(table.columns, mapping.tables, today, reading.decimal)
        reader = PolicyReader(
            table.columns,
            mapping_text.compiled("policy", msgspec.structs.asdict(mapping.policy), scope, where),
            mapping_text.compiled("receipt", msgspec.structs.asdict(mapping.receipt), scope, where),
            decimal=reading.decimal,
            order=reading.dates or ("dmy" if book.country == "MX" else "mdy"),
            zone=str(book.zone),
        )
        while chunk := [reader.read(line, cells) for line, cells in islice(table.rows, CHUNK)]:
            outcome.rows += len(chunk)
            records, rejected = _told_once([one for one in chunk if isinstance(one, PolicyRecord)], seen)
            rejected += [one for one in chunk if isinstance(one, Rejection)]
            rejected += _take(store, book, mapping.namespace, records, outcome, dry_run=dry_run)
            outcome.rejected += len(rejected)
            rejects.add(sorted(rejected, key=lambda one: one.line))
            if progress:
                progress(outcome.rows)
        outcome.rejects = str(rejects.path) if rejects.written else ""
    return outcome


def _told_once(records: Sequence[PolicyRecord], seen: Seen) -> tuple[list[PolicyRecord], list[Rejection]]:
    """The receipts that the file has not named before, and rejections of the others."""
    lines: dict[str, int] = {}
    for one in records:
        lines.setdefault(_reference(one), one.line)
    first = lines | seen.earlier("receipt", lines)
    once, again = [], []
    for one in records:
        reference = _reference(one)
        if first[reference] == one.line:
            once.append(one)
        else:
            words = tr("receipt {ref} is on line {line} already", ref=reference, line=first[reference])
            again.append(Rejection(one.line, "", reference, words))
    return once, again


def _reference(one: PolicyRecord) -> str:
    return f"{one.policy['number']} {one.receipt['number']}"


class _NotToBeKept(Exception):
    """Ends a transaction that was only to show what it would do."""


def _take(
    store: Store,
    book: Book,
    namespace: str,
    records: Sequence[PolicyRecord],
    outcome: Outcome,
    *,
    dry_run: bool,
) -> list[Rejection]:
    """Write what is new and what differs, in one transaction; what can't be is returned."""
    rejected: list[Rejection] = []
    with suppress(_NotToBeKept), store.begin() as tx:
        clients = _clients(tx, book, namespace, records)
        lock_clients(tx, clients.values())
        fitting = _with_accounts(tx, book, records, clients, rejected)
        policies = _policies(tx, book, fitting, outcome.policies)
        _receipts(tx, fitting, policies, outcome.receipts, rejected)
        accounts = {account for _, account in fitting}
        life.follow(tx, accounts)
        restate(tx, accounts)
        changed = {clients[one.client] for one, _ in fitting}
        touch(tx, changed)
        place(tx, changed, tx.now)
        if dry_run:
            raise _NotToBeKept
    return rejected


def _clients(tx: Tx, book: Book, namespace: str, records: Sequence[PolicyRecord]) -> dict[str, int]:
    rows = tx.all(
        """
        SELECT ref, id
        FROM client
        WHERE namespace = :namespace AND portfolio_id = :portfolio AND ref IN :refs
        """,
        namespace=namespace,
        portfolio=book.id,
        refs=[one.client for one in records],
    )
    return {row[0]: row[1] for row in rows}


def _with_accounts(
    tx: Tx,
    book: Book,
    records: Sequence[PolicyRecord],
    clients: Mapping[str, int],
    rejected: list[Rejection],
) -> list[tuple[PolicyRecord, int]]:
    """The records whose client is here, each with its account, which is made if it is missing."""
    rows = tx.all(
        "SELECT ref, id, client_id FROM account WHERE portfolio_id = :portfolio AND ref IN :refs",
        portfolio=book.id,
        refs=[one.policy["number"] for one in records],
    )
    accounts = {row[0]: (row[1], row[2]) for row in rows}
    batch, fresh = Batch(tx.dialect, (AccountRow, True)), numbers(tx, "account")
    found = []
    for one in records:
        reference, client = one.policy["number"], clients.get(one.client)
        if client is None:
            words = tr("there is no client {ref} in this portfolio: bring the clients first", ref=one.client)
            rejected.append(Rejection(one.line, "", one.client, words))
            continue
        if reference not in accounts:
            accounts[reference] = (next(fresh), client)
            batch["account"].add(
                id=accounts[reference][0],
                client_id=client,
                portfolio_id=book.id,
                ref=reference,
                product="insurance",
                name=one.policy["sheet"].get("product", ""),
                currency=book.currency,
            )
        if accounts[reference][1] != client:
            words = tr("the policy is another client's in the store")
            rejected.append(Rejection(one.line, "", reference, words))
            continue
        found.append((one, accounts[reference][0]))
    batch.write(tx)
    return found


def _policies(
    tx: Tx, book: Book, fitting: Sequence[tuple[PolicyRecord, int]], tally: Tally
) -> dict[int, int]:
    """The policies by account, made or brought up to date by the last row that tells of each."""
    wanted = {account: one.policy for one, account in fitting}
    rows = tx.all(
        """
        SELECT account_id, id, kind, insurer, starts, ends, channel, frequency, grace_days, sum_insured, sheet
        FROM policy
        WHERE account_id IN :ids
        """,
        ids=sorted(wanted),
    )
    kept = {
        row[0]: (row[1], (*row[2:4], maybe_day(row[4]), maybe_day(row[5]), *row[6:10], document(row[10])))
        for row in rows
    }
    batch, fresh = Batch(tx.dialect, (PolicyRow, True)), numbers(tx, "policy")
    today = book.moment(tx.now)[0]
    found, changed = {}, []
    for account, columns in wanted.items():
        if account not in kept:
            found[account] = next(fresh)
            status = "issued" if columns["starts"] > today else "in_force"
            batch["policy"].add(id=found[account], account_id=account, status=status, **columns)
            tally.made += 1
            continue
        found[account], values = kept[account]
        if values == tuple(columns[name] for name in POLICY):
            tally.unchanged += 1
        else:
            changed.append({"id": found[account]} | {name: _stored(columns[name]) for name in POLICY})
            tally.updated += 1
    batch.write(tx)
    tx.many(_update("policy", POLICY), changed)
    return found


def _receipts(
    tx: Tx,
    fitting: Sequence[tuple[PolicyRecord, int]],
    policies: Mapping[int, int],
    tally: Tally,
    rejected: list[Rejection],
) -> None:
    """Put the receipts on their policies; one that was paid or cancelled here keeps its amounts."""
    rows = tx.all(
        """
        SELECT policy_id, number, id, status, paid, "of", due, net, surcharge, fee, tax, total, since, until,
            channel, grace_ends, paid_on
        FROM receipt
        WHERE policy_id IN :ids
        """,
        ids=sorted(set(policies.values())),
    )
    kept = {(row[0], row[1]): row[2:] for row in rows}
    batch, changed = Batch(tx.dialect, (ReceiptRow, False)), []
    for one, account in fitting:
        policy = policies[account]
        there = kept.get((policy, one.receipt["number"]))
        if there is None:
            batch["receipt"].add(policy_id=policy, **one.receipt)
            tally.made += 1
        elif _same(there, one.receipt):
            tally.unchanged += 1
        elif there[1] in SETTLED or there[2]:
            words = tr("receipt {number} is settled here: its amounts stay", number=one.receipt["number"])
            rejected.append(Rejection(one.line, "", _reference(one), words))
        else:
            changed.append({"id": there[0]} | {name: one.receipt[name] for name in RECEIPT})
            tally.updated += 1
    batch.write(tx)
    tx.many(_update("receipt", RECEIPT), changed)


def _same(there: Sequence[Any], receipt: Mapping[str, Any]) -> bool:
    """Whether the store says of a receipt what the file says."""
    days = (maybe_day(there[4]), *there[5:10], maybe_day(there[10]), maybe_day(there[11]), there[12])
    told = ("due", *PARTS, "total", "since", "until", "channel")
    paid_here = receipt["paid_on"] is None or there[1] == "paid"
    return (there[3], *days) == (receipt["of"], *(receipt[name] for name in told)) and paid_here


def _update(table: str, columns: Sequence[str]) -> str:
    setting = ", ".join(f'"{name}" = :{name}' for name in columns)
    return f"UPDATE {table} SET {setting} WHERE id = :id"  # noqa: S608 - our own names


def _stored(value: Any) -> Any:
    return json_text(value) if isinstance(value, dict) else value
