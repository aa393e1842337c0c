"""Policies in the client's document: whole, or no more than decides of the place in the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rules.insurance.policies import Claim, Endorsement, Policy, PolicyEvent, PolicySheet, Receipt
from storage.central.connection import Tx, day, document, grouped, instant, maybe_day, maybe_instant

_POLICY = """
    SELECT a.client_id, p.id, p.account_id, p.number, p.kind, p.insurer, p.starts, p.ends, p.status,
        p.channel, a.currency, p.frequency, CASE WHEN p.status <> 'lapsed' THEN (
            SELECT min(r.grace_ends)
            FROM receipt r
            WHERE r.policy_id = p.id AND r.status IN ('pending', 'overdue')
        ) END, p.sum_insured, p.grace_days, p.lapsed_at, CASE WHEN :details THEN p.sheet END
    FROM policy p
    JOIN account a ON a.id = p.account_id
"""


def policies(tx: Tx, ids: list[int], *, details: bool) -> dict[int, list[Policy]]:
    """Policies by client; `details` = whole: with sheet, receipts, endorsements, claims and events."""
    parts = _parts(tx, _OF_CLIENTS, ids) if details else ()
    rows = tx.all(f"{_POLICY} WHERE a.client_id IN :ids ORDER BY p.id", ids=ids, details=details)
    return grouped(rows, lambda *row: _policy(row, parts))


def policies_of(tx: Tx, policy_ids: list[int]) -> list[tuple[int, Policy]]:
    """Policies by their own ids, whole, each with the id of its client."""
    parts = _parts(tx, _OF_POLICIES, policy_ids)
    rows = tx.all(f"{_POLICY} WHERE p.id IN :ids ORDER BY p.id", ids=policy_ids, details=True)
    return [(row[0], _policy(row[1:], parts)) for row in rows]


_RECEIPTS = """
    SELECT r.policy_id, r.id, r.number, r."of", r.due, r.net, r.surcharge, r.fee, r.tax, r.total,
        r.status, r.grace_ends, r.paid_on, r.cfdi, r.paid, r.adjusted, r.since, r.until, r.channel,
        r.method
    FROM receipt r
    WHERE r.policy_id IN ({of})
    ORDER BY r.policy_id, r.due, r.number
"""
_ENDORSEMENTS = """
    SELECT e.policy_id, e.id, e.kind, e."on", e.delta, e.note, e.folio
    FROM endorsement e
    WHERE e.policy_id IN ({of})
    ORDER BY e.policy_id, e."on", e.id
"""
_CLAIMS = """
    SELECT c.policy_id, c.id, c.number, c."on", c.status, c.amount, c.deductible, c.set_off
    FROM claim c
    WHERE c.policy_id IN ({of})
    ORDER BY c.policy_id, c."on", c.id
"""
_EVENTS = """
    SELECT e.policy_id, e.id, e.at, e.kind, e.was, e.became, e.why, coalesce(u.name, '')
    FROM policy_event e
    LEFT JOIN app_user u ON u.id = e.user_id
    WHERE e.policy_id IN ({of})
    ORDER BY e.policy_id, e.at, e.id
"""
_Parts = tuple[Mapping[int, list[Any]], ...]
"""Receipts, endorsements, claims and events, by policy."""

_OF_CLIENTS = """
    SELECT p.id FROM policy p JOIN account a ON a.id = p.account_id WHERE a.client_id IN :ids
"""
_OF_POLICIES = "SELECT p.id FROM policy p WHERE p.id IN :ids"


def _parts(tx: Tx, of: str, ids: list[int]) -> _Parts:
    return tuple(read(tx, of, ids) for read in (_receipts, _endorsements, _claims, _events))


def _policy(row: Sequence[Any], parts: _Parts) -> Policy:
    receipts, endorsements, claims, events = (tuple(part.get(row[0], ())) for part in parts or ({},) * 4)
    return Policy(
        id=row[0],
        account_id=row[1],
        number=row[2],
        kind=row[3],
        insurer=row[4],
        starts=day(row[5]),
        ends=day(row[6]),
        status=row[7],
        channel=row[8],
        currency=row[9],
        frequency=row[10],
        grace_ends=maybe_instant(row[11]),
        sum_insured=row[12],
        grace_days=row[13],
        lapsed_at=maybe_instant(row[14]),
        sheet=msgspec.convert(document(row[15]) or {}, PolicySheet),
        receipts=receipts,
        endorsements=endorsements,
        claims=claims,
        events=events,
    )


def _receipts(tx: Tx, of: str, ids: list[int]) -> dict[int, list[Receipt]]:
    rows = tx.all(_RECEIPTS.format(of=of), ids=ids)
    return grouped(rows, _receipt)


def _receipt(*row: Any) -> Receipt:
    return Receipt(
        id=row[0],
        number=row[1],
        of=row[2],
        due=day(row[3]),
        net=row[4],
        surcharge=row[5],
        fee=row[6],
        tax=row[7],
        total=row[8],
        status=row[9],
        grace_ends=maybe_instant(row[10]),
        paid_on=maybe_day(row[11]),
        cfdi=row[12],
        paid=row[13],
        adjusted=row[14],
        since=maybe_day(row[15]),
        until=maybe_day(row[16]),
        channel=row[17],
        method=row[18],
    )


def _endorsements(tx: Tx, of: str, ids: list[int]) -> dict[int, list[Endorsement]]:
    rows = tx.all(_ENDORSEMENTS.format(of=of), ids=ids)
    return grouped(
        rows,
        lambda row_id, kind, on, delta, note, folio: Endorsement(
            id=row_id, kind=kind, on=day(on), delta=delta, note=note, folio=folio
        ),
    )


def _claims(tx: Tx, of: str, ids: list[int]) -> dict[int, list[Claim]]:
    rows = tx.all(_CLAIMS.format(of=of), ids=ids)
    return grouped(
        rows,
        lambda row_id, number, on, status, amount, deductible, set_off: Claim(
            id=row_id,
            number=number,
            on=day(on),
            status=status,
            amount=amount,
            deductible=deductible,
            set_off=set_off,
        ),
    )


def _events(tx: Tx, of: str, ids: list[int]) -> dict[int, list[PolicyEvent]]:
    rows = tx.all(_EVENTS.format(of=of), ids=ids)
    return grouped(
        rows,
        lambda row_id, at, kind, was, became, why, by: PolicyEvent(
            id=row_id, at=instant(at), kind=kind, was=was, became=became, why=why, by=by
        ),
    )
