"""Is the audit log what was written, and are the facts those for which it vouches?

Everything is read in pages, each in a short transaction of its own, so that a check of millions
of entries holds up no hub and needs no memory to speak of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

import msgspec

from rules.words import tr
from storage.central.connection import Store, document, instant
from storage.central.upkeep.audit import ADOPTED, FACT, RECORDED, fingerprint, note
from storage.central.upkeep.chain import ENTRY, Entry, Head, entry, seal_all, sealed_up_to
from storage.central.upkeep.runs import Runs

PAGE = 2000
MOST_NAMED = 100
"""Faults of a check that are named one by one; the others are counted."""

ADOPTED_AT_ONCE = 500
_BEFORE_ALL = -(2**63)

_SEALED = f"""
    SELECT s.position, s.audit_id, s.hash, {ENTRY}
    FROM audit_seal s
    LEFT JOIN audit a ON a.id = s.audit_id
    WHERE s.position > :after
    ORDER BY s.position
    LIMIT :limit
"""  # noqa: S608 - our own column names
_UNSEALED = f"""
    SELECT {ENTRY}
    FROM audit a
    WHERE a.id > :after AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.audit_id = a.id)
    ORDER BY a.id
    LIMIT :limit
"""  # noqa: S608 - our own column names
_VOUCHING = """
    SELECT id, device, detail
    FROM audit
    WHERE id > :after AND action IN :actions
    ORDER BY id
    LIMIT :limit
"""
_FACTS = """
    SELECT e.id, e.device, e.seq, e.user_id, e.client_id, e.kind, e.at, e.received_at, e.offset_ms,
        e.lease_id, e.lease_token, e.body, e.body_hash, e.status, e.reason
    FROM event e
"""
_WANTED = {
    dialect: f"""{_FACTS}
    JOIN (
        SELECT value ->> 0 AS device, CAST(value ->> 1 AS BIGINT) AS seq FROM {each}(:wanted)
    ) wanted ON wanted.device = e.device AND wanted.seq = e.seq
    """  # noqa: S608 - one of two functions that we name ourselves
    for dialect, each in (("sqlite", "json_each"), ("postgresql", "json_array_elements"))
}
_RUN = f"{_FACTS} WHERE e.device = :device AND e.seq BETWEEN :first AND :last ORDER BY e.seq"
_NUMBERS = """
    SELECT device, seq
    FROM event
    WHERE (device, seq) > (:device, :seq)
    ORDER BY device, seq
    LIMIT :limit
"""


class Findings(msgspec.Struct):
    """What a check found.

    faults: each named, at most `MOST_NAMED`, and the number of the others. head: the chain's
    newest link. unsealed: entries that are too new to have a link. facts: those compared.
    """

    faults: list[str] = []
    more: int = 0
    head: Head = Head()
    unsealed: int = 0
    facts: int = 0

    def add(self, fault: str) -> None:
        """Name a fault, or count it when there are too many."""
        if len(self.faults) < MOST_NAMED:
            self.faults.append(fault)
        else:
            self.more += 1

    def lines(self) -> list[str]:
        """Each fault that is named, and how many others there are."""
        if not self.more:
            return self.faults
        return [*self.faults, tr("Further faults of the audit log: {number}.", number=self.more)]


def verify(store: Store, expected: Head | None = None) -> Findings:
    """Check the whole chain, and every fact against the entry that vouches for it.

    Args:
        store: the central store; entries without a link get one first.
        expected: a link that was noted elsewhere, which the chain must still hold.
    """
    seal_all(store)
    found = Findings()
    there = _numbers(store)  # before the entries are read: what comes in meanwhile is no fault
    vouched: defaultdict[str, Runs] = defaultdict(Runs)
    for page in _chain(store, found, expected):
        _compare(store, page, vouched, found)
    for page in _loose(store, found):
        _compare(store, page, vouched, found)
    for row in _unvouched(store, there, vouched):
        found.add(
            tr(
                "Fact {id} (device {device}, number {seq}) has no entry in the audit log.",
                id=row[0],
                device=row[1],
                seq=row[2],
            )
        )
    return found


def _chain(store: Store, found: Findings, expected: Head | None) -> Iterator[list[Entry]]:
    """Follow the chain link by link; the entries that are there, page by page."""
    position = 0
    before: tuple[str, ...] = ("",)  # more than one where a link itself may have been changed
    while True:
        with store.read() as tx:
            rows = tx.all(_SEALED, after=position, limit=PAGE)
        page = []
        for number, audit_id, kept, *columns in rows:
            hole = number != position + 1
            if hole:
                found.add(
                    tr("The audit chain has no links {first} to {last}.", first=position + 1, last=number - 1)
                )
            position = number
            if expected is not None and expected.position == number and expected.hash != kept:
                found.add(tr("Link {position} of the audit chain is not the one expected.", position=number))
            if columns[0] is None:
                found.add(tr("Audit entry {id} is missing (link {position}).", id=audit_id, position=number))
                before = (kept,)
                continue
            one = entry(tuple(columns))
            page.append(one)
            hashes = [one.hash_after(each) for each in before]
            if kept in hashes or hole:
                before = (kept,)
            else:
                found.add(
                    tr("Audit entry {entry} is not what link {position} sealed.", entry=one, position=number)
                )
                before = (kept, hashes[0])
        if not rows:
            break
        found.head = Head(position, rows[-1][2])
        yield page
    if expected is not None and expected.position > position:
        found.add(
            tr(
                "The audit chain ends with link {position}; {expected} are expected.",
                position=position,
                expected=expected.position,
            )
        )


def _loose(store: Store, found: Findings) -> Iterator[list[Entry]]:
    """Entries without a link: the newest, and those that were slipped in below the last sealed one."""
    last = _BEFORE_ALL
    while True:
        with store.read() as tx:
            sealed = sealed_up_to(tx)
            page = [entry(row) for row in tx.all(_UNSEALED, after=last, limit=PAGE)]
        if not page:
            return
        last = page[-1].id
        for one in page:
            if (one.xid, one.id) < sealed:
                found.add(tr("Audit entry {entry} is no part of the audit chain.", entry=one))
            else:
                found.unsealed += 1
        yield page


def _compare(store: Store, page: list[Entry], vouched: defaultdict[str, Runs], found: Findings) -> None:
    """Compare the facts for which the entries vouch with those in the store."""
    wanted = [
        (one, int(seq), kept)
        for one in page
        if one.action in (RECORDED, ADOPTED)
        for seq, kept in one.detail.get("facts", {}).items()
    ]
    for start in range(0, len(wanted), PAGE):
        part = wanted[start : start + PAGE]
        with store.read() as tx:
            rows = tx.all(_WANTED[tx.dialect], wanted=[[one.device, seq] for one, seq, _ in part])
        there = {(row[1], row[2]): row for row in rows}
        for one, seq, kept in part:
            vouched[one.device].add(seq)
            row = there.get((one.device, seq))
            if row is None:
                found.add(
                    tr(
                        "Fact {seq} of device {device} is missing; audit entry {entry} vouches for it.",
                        seq=seq,
                        device=one.device,
                        entry=one,
                    )
                )
            elif _print_of(row) != kept:
                found.add(
                    tr(
                        "Fact {id} is not the one for which audit entry {entry} vouches.",
                        id=row[0],
                        entry=one,
                    )
                )
        found.facts += len(part)


def _print_of(row: tuple[Any, ...]) -> str:
    fact = dict(zip(FACT, row, strict=True))
    fact |= {
        "at": instant(fact["at"]),
        "received_at": instant(fact["received_at"]),
        "body": document(fact["body"]),
    }
    return fingerprint(fact)


def _numbers(store: Store) -> dict[str, Runs]:
    """The numbers of the facts in the store, by device."""
    found: defaultdict[str, Runs] = defaultdict(Runs)
    device, seq = "", 0
    while True:
        with store.read() as tx:
            rows = tx.all(_NUMBERS, device=device, seq=seq, limit=10 * PAGE)
        if not rows:
            return found
        for device, seq in rows:
            found[device].add(seq)


def _unvouched(
    store: Store, there: dict[str, Runs], vouched: defaultdict[str, Runs]
) -> Iterator[tuple[Any, ...]]:
    """Facts in the store for which no entry vouches."""
    for device, runs in there.items():
        for first, last in runs.without(vouched[device]):
            with store.read() as tx:
                rows = tx.all(_RUN, device=device, first=first, last=last)
            yield from rows


def adopt(store: Store, actor: str) -> int:
    """Let the audit log vouch for facts that have no entry yet; how many there were.

    Facts of the time before there was a log, and those that a hub of an older version took in
    while the store had its new shape already.
    """
    there = _numbers(store)  # before the entries are read, as in `verify`
    adopted = 0
    for device, facts in _by_device(_unvouched(store, there, _vouched(store))):
        with store.begin() as tx:
            note(tx, actor, ADOPTED, device=device, facts=facts)
        adopted += len(facts)
    return adopted


def _vouched(store: Store) -> defaultdict[str, Runs]:
    """The numbers of the facts for which there is an entry, by device."""
    found: defaultdict[str, Runs] = defaultdict(Runs)
    last = _BEFORE_ALL
    while True:
        with store.read() as tx:
            rows = tx.all(_VOUCHING, after=last, actions=[RECORDED, ADOPTED], limit=PAGE)
        if not rows:
            return found
        last = rows[-1][0]
        for _, device, detail in rows:
            for seq in document(detail).get("facts", {}):
                found[device].add(int(seq))


def _by_device(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Facts gathered by device, at most `ADOPTED_AT_ONCE` together: their numbers and fingerprints."""
    for device, group in groupby(rows, key=lambda row: str(row[1])):
        while chunk := list(islice(group, ADOPTED_AT_ONCE)):
            yield device, {str(row[2]): _print_of(row) for row in chunk}
