"""What waits for a lead, as the boards show it: clients masked, approvals with their figures."""

from __future__ import annotations

from typing import Any

import msgspec

from rules.clients import Account, Case
from rules.facts import Event
from rules.protocol import Asked, Decision
from rules.zones import local_day
from storage.central.connection import Tx, document, instant
from storage.central.debts import accounts
from storage.central.doors.people import Who
from storage.central.leading.standing import matters
from storage.central.portfolios import books
from storage.central.records.cases import cases, review_id
from storage.central.records.requests import requests

MOST_DECISIONS = 200


def decisions(tx: Tx, who: Who) -> tuple[Decision, ...]:
    """Open matters of a person's scope: approvals first, somebody is on the phone; then the newest.

    What stands in whole portfolios comes last.
    """
    rows = tx.all(
        """
        SELECT r.id, r.kind, r.at, u.name, c.name, r.amount, r.currency, r.reason, c.id,
            o.name, i.evidence, i.note, r.fact
        FROM review r
        JOIN client c ON c.id = r.client_id
        LEFT JOIN inconsistency i ON i.id = r.id
        LEFT JOIN app_user o ON o.id = i.owner_id
        LEFT JOIN app_user u ON u.id = r.user_id
        WHERE NOT r.closed AND (:all OR c.portfolio_id IN :scope)
            AND (CAST(:team AS TEXT) IS NULL OR r.user_id IS NULL OR u.team = :team)
        ORDER BY CASE WHEN r.kind = 'approval' THEN 0 ELSE 1 END, r.at DESC
        LIMIT :limit
        """,
        all=who.portfolio_ids is None,
        scope=list(who.portfolio_ids or ()),
        team=who.only_team,
        limit=MOST_DECISIONS,
    )
    asked = _asked(tx, [row[8] for row in rows if row[1] == "approval"])
    due = _due(tx, [row[8] for row in rows if row[1] == "case_due"])
    return tuple(
        Decision(
            id=row[0],
            kind=row[1],
            at=instant(row[2]),
            agent=row[3] or "",
            client=masked(row[4]),
            amount=row[5],
            currency=row[6],
            reason=row[7],
            asked=asked.get(row[0]),
            owner=row[9] or "",
            evidence=row[10] or "",
            note=row[11] or "",
            case=due.get(row[0]),
            fact=_fact(row[12]),
        )
        for row in rows
    ) + matters(tx, who)


def _fact(kept: Any) -> Event | None:
    """A refused fact as it came."""
    return None if kept is None else msgspec.convert(document(kept), Event)


def _asked(tx: Tx, client_ids: list[int]) -> dict[str, Asked]:
    """The requests of some clients by id, each with its debt."""
    ids = sorted(set(client_ids))
    if not ids:
        return {}
    countries = {}
    today = {}
    for client_id, country, zones in tx.all(
        "SELECT id, country, zones FROM client WHERE id IN :ids", ids=ids
    ):
        countries[client_id] = country
        today[client_id] = local_day(tx.now, (document(zones) or ["UTC"])[0])
    debts = {
        account.id: account
        for found in accounts(tx, ids, books(tx), today, details=True).values()
        for account in found
    }
    return {
        request.id: Asked(
            request=request, account=_anonymous(debts[request.account_id]), country=countries[client_id]
        )
        for client_id, found in requests(tx, ids).items()
        for request in found
    }


def _due(tx: Tx, client_ids: list[int]) -> dict[str, Case]:
    """The cases of some clients by the id of the matter that they become when their term is over."""
    return {
        review_id(case.id): msgspec.structs.replace(case, party=masked(case.party))
        for found in cases(tx, sorted(set(client_ids))).values()
        for case in found
    }


def _anonymous(account: Account) -> Account:
    """An account without what names its owner: the end of its number is enough to tell it."""
    return msgspec.structs.replace(account, number=f"···{account.number[-4:]}", details=())


def masked(name: str) -> str:
    """A name as others may see it: the first word and the initials of the rest."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{other[0]}." for other in others)])
