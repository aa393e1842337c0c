"""Brings records into the store: makes what is new, updates what changed, leaves the rest.

Whatever agents have learned (states of phones, promises, holds, disputes, history) is not
in a portfolio file and stays as it is. A chunk costs a handful of statements, however many
records it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from rules.buckets import days_past_due
from rules.inconsistencies import bucket_differs
from rules.words import tr
from storage.central.changes import touch
from storage.central.connection import Tx, document, maybe_day
from storage.central.doors.scopes import withdraw
from storage.central.queue.queueing import lock_clients, place
from storage.central.records.checking import AFTER_IMPORT, FEED_BUCKET, find
from storage.models.debts import AccountRow, ClientRow, ContactPoint
from storage.portfolio.entering import Newcomer, enter
from storage.portfolio.loading import Batch, json_text, numbers
from storage.portfolio.records import Point, Record, Rejection

CLIENT_COLUMNS = (
    "kind", "name", "country", "language", "tax_id", "national_id", "born", "state", "address",
    "treatment", "zones",
)  # fmt: skip
ACCOUNT_COLUMNS = (
    "product", "name", "currency", "status", "oldest_due", "overdue", "total", "minimum", "components",
    "details", "sheet",
)  # fmt: skip


class Kept(msgspec.Struct, frozen=True):
    """A row as the store has it: its id, whose it is, and the columns that a file can change.

    owner: the portfolio of a client, the client of an account.
    """

    id: int
    owner: int
    values: tuple[Any, ...]


class Wanted(msgspec.Struct):
    """A client as a chunk wants it: one or more records tell of it."""

    columns: dict[str, Any]
    points: dict[tuple[str, str], Point]


class Comparison(msgspec.Struct):
    """A chunk beside the store: what is new, what differs, what is the same.

    clients and accounts are keyed by reference; points carry their client's reference and
    their place after the points that the client has already. moved: records whose client is
    in another portfolio, or whose account is another client's.
    """

    new_clients: dict[str, Wanted] = {}
    changed_clients: dict[str, tuple[int, Wanted]] = {}
    same_clients: dict[str, int] = {}
    new_points: list[tuple[str, int, Point]] = []
    new_accounts: list[Record] = []
    changed_accounts: list[tuple[Kept, Record]] = []
    same_accounts: int = 0
    moved: list[Rejection] = []

    def touched(self) -> set[int]:
        """Ids of the clients already in the store of which anything changes."""
        known = self.same_clients | {ref: key for ref, (key, _) in self.changed_clients.items()}
        changed = {key for key, _ in self.changed_clients.values()}
        changed.update(kept.owner for kept, _ in self.changed_accounts)
        changed.update(
            known[record.client["ref"]] for record in self.new_accounts if record.client["ref"] in known
        )
        changed.update(known[ref] for ref, _, _ in self.new_points if ref in known)
        return changed


def compare(tx: Tx, portfolio_id: int, namespace: str, records: Sequence[Record]) -> Comparison:
    """Hold records against the store; nothing is written."""
    found = Comparison()
    accounts = _accounts(tx, portfolio_id, [record.account["ref"] for record in records])
    clients = _clients(tx, namespace, list({record.client["ref"] for record in records}))
    fitting = []
    for record in records:
        kept = accounts.get(record.account["ref"])
        owner = clients.get(record.client["ref"])
        reason = _moved(portfolio_id, owner, kept, record)
        if reason:
            found.moved.append(Rejection(record.line, "", record.client["ref"], reason))
            continue
        fitting.append(record)
        if record.account["sheet"] is None:  # the mapping says nothing of a sheet: it stays as it is
            record.account["sheet"] = kept.values[-1] if kept else {}
        if kept is None:
            found.new_accounts.append(record)
        elif kept.values != tuple(record.account[name] for name in ACCOUNT_COLUMNS):
            found.changed_accounts.append((kept, record))
        else:
            found.same_accounts += 1
    _compare_clients(tx, found, _wanted(fitting), clients)
    return found


def _moved(portfolio_id: int, client: Kept | None, account: Kept | None, record: Record) -> str:
    """Why a record can't go where the file puts it, "" if it can."""
    if client is not None and client.owner != portfolio_id:
        return tr(
            "client {ref} of this namespace is in another portfolio; import into that one",
            ref=record.client["ref"],
        )
    if account is not None and (client is None or account.owner != client.id):
        return tr("account {ref} belongs to another client in the store", ref=record.account["ref"])
    return ""


def _wanted(records: Sequence[Record]) -> dict[str, Wanted]:
    """One entry for each client: the last record's columns, all records' zones and points."""
    found: dict[str, Wanted] = {}
    for record in records:
        ref = record.client["ref"]
        points = {(point[0], point[1]): point for point in record.points}
        known = found.get(ref)
        if known is None:
            found[ref] = Wanted(record.client, points)
            continue
        zones = sorted({*known.columns["zones"], *record.client["zones"]})
        found[ref] = Wanted(record.client | {"zones": zones}, known.points | points)
    return found


def _compare_clients(
    tx: Tx, found: Comparison, wanted: Mapping[str, Wanted], kept: Mapping[str, Kept]
) -> None:
    points = _points(tx, [one.id for one in kept.values()])
    zones_at = CLIENT_COLUMNS.index("zones")
    for ref, want in wanted.items():
        have = kept.get(ref)
        if have is None:
            found.new_clients[ref] = want
            found.new_points.extend((ref, place, point) for place, point in enumerate(want.points.values()))
            continue
        # A number that the store knows keeps its zone in force, also when the file drops it.
        want.columns = want.columns | {"zones": sorted({*have.values[zones_at], *want.columns["zones"]})}
        if have.values == tuple(want.columns[name] for name in CLIENT_COLUMNS):
            found.same_clients[ref] = have.id
        else:
            found.changed_clients[ref] = (have.id, want)
        known = points.get(have.id, set())
        more = (point for key, point in want.points.items() if key not in known)
        found.new_points.extend((ref, place, point) for place, point in enumerate(more, start=len(known)))


def _clients(tx: Tx, namespace: str, refs: list[str]) -> dict[str, Kept]:
    columns = ", ".join(CLIENT_COLUMNS)
    rows = tx.all(
        f"SELECT ref, id, portfolio_id, {columns} FROM client WHERE namespace = :namespace AND ref IN :refs",  # noqa: S608 - our own column names
        namespace=namespace,
        refs=refs,
    )
    return {
        row[0]: Kept(row[1], row[2], (*row[3:9], maybe_day(row[9]), *row[10:13], document(row[13])))
        for row in rows
    }


def _accounts(tx: Tx, portfolio_id: int, refs: list[str]) -> dict[str, Kept]:
    columns = ", ".join(ACCOUNT_COLUMNS)
    rows = tx.all(
        f"SELECT ref, id, client_id, {columns} FROM account WHERE portfolio_id = :portfolio AND ref IN :refs",  # noqa: S608 - our own column names
        portfolio=portfolio_id,
        refs=refs,
    )
    return {
        row[0]: Kept(row[1], row[2], (*row[3:7], maybe_day(row[7]), *row[8:11], *map(document, row[11:14])))
        for row in rows
    }


def _points(tx: Tx, client_ids: list[int]) -> dict[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = {}
    if client_ids:
        for client_id, kind, value in tx.all(
            "SELECT client_id, kind, value FROM contact_point WHERE client_id IN :ids", ids=client_ids
        ):
            found.setdefault(client_id, set()).add((kind, value))
    return found


def write(tx: Tx, portfolio_id: int, comparison: Comparison) -> None:
    """Write what a comparison found, tell the change feed, and place the clients in the queue."""
    touched = comparison.touched()
    lock_clients(tx, touched)
    batch = Batch(tx.dialect, (ClientRow, True), (AccountRow, False), (ContactPoint, False))
    ids = comparison.same_clients | {ref: key for ref, (key, _) in comparison.changed_clients.items()}
    fresh = numbers(tx, "client")
    for ref, want in comparison.new_clients.items():
        ids[ref] = next(fresh)
        batch["client"].add(id=ids[ref], portfolio_id=portfolio_id, **want.columns)
    for record in comparison.new_accounts:
        batch["account"].add(client_id=ids[record.client["ref"]], portfolio_id=portfolio_id, **record.account)
    for ref, position, (kind, value, label, source, zone) in comparison.new_points:
        batch["contact_point"].add(
            client_id=ids[ref],
            kind=kind,
            value=value,
            label=label,
            source=source,
            zone=zone,
            position=position,
        )
    batch.write(tx)
    _update(
        tx,
        "client",
        CLIENT_COLUMNS,
        [(key, want.columns) for key, want in comparison.changed_clients.values()],
    )
    _update(
        tx,
        "account",
        ACCOUNT_COLUMNS,
        [(kept.id, record.account) for kept, record in comparison.changed_accounts],
    )
    brought = [*comparison.new_accounts, *(record for _, record in comparison.changed_accounts)]
    suspect = {ids[record.client["ref"]] for record in brought if _doubtful(record, tx.now.date())}
    fed = {record.account["ref"] for record in brought}
    find(tx, touched | suspect, AFTER_IMPORT, fed)
    touch(tx, touched)
    withdraw(tx, _withdrawn(tx, touched))
    place(tx, touched, tx.now)
    enter(tx, portfolio_id, _newcomers(ids, comparison))


def _withdrawn(tx: Tx, client_ids: set[int]) -> list[int]:
    """Those of whom the creditor has taken every account back."""
    rows = tx.all(
        """
        SELECT client_id
        FROM account
        WHERE client_id IN :ids
        GROUP BY client_id
        HAVING sum(CASE WHEN status = 'closed' THEN 0 ELSE 1 END) = 0
        """,
        ids=sorted(client_ids),
    )
    return [row[0] for row in rows]


def _doubtful(record: Record, today: date) -> bool:
    """Whether the file's own bucket may not be that of the days: the check itself asks the client's day."""
    given = record.account["details"].get(FEED_BUCKET, "")
    days = days_past_due(today, record.account["oldest_due"])
    return bool(given) and any(
        bucket_differs(given, days - ahead, record.account["status"]) for ahead in (0, 1)
    )


def _newcomers(ids: Mapping[str, int], comparison: Comparison) -> list[Newcomer]:
    accounts: dict[str, list[dict[str, Any]]] = {ref: [] for ref in comparison.new_clients}
    for record in comparison.new_accounts:
        if record.client["ref"] in accounts:
            accounts[record.client["ref"]].append(record.account)
    return [
        Newcomer(ids[ref], want.columns, tuple(want.points.values()), accounts[ref])
        for ref, want in comparison.new_clients.items()
    ]


def _update(
    tx: Tx, table: str, columns: Sequence[str], rows: Sequence[tuple[int, Mapping[str, Any]]]
) -> None:
    setting = ", ".join(f"{name} = :{name}" for name in columns)
    tx.many(
        f"UPDATE {table} SET {setting} WHERE id = :id",  # noqa: S608 - our own names
        [
            {"id": key} | {name: _stored(values[name]) for name in columns}
            for key, values in sorted(rows, key=_id)
        ],
    )


def _id(row: tuple[int, Mapping[str, Any]]) -> int:
    return row[0]


def _stored(value: Any) -> Any:
    return json_text(value) if isinstance(value, (dict, list)) else value
