"""Requests for approval: asking for terms beyond one's own authority, and the answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rules.clients import Client, Request
from rules.consistency import Problem
from rules.facts import RequestBody


def check(body: RequestBody, client: Client, now: datetime) -> Iterator[Problem]:
    """What forbids a request: unknown_account, request_open (one at a time for an account)."""
    if all(account.id != body.account_id for account in client.accounts):
        yield Problem("unknown_account", {"account": str(body.account_id)})
    if any(one.status == "open" and one.account_id == body.account_id for one in client.requests):
        yield Problem("request_open")


def apply(client: Client, fact_id: str, body: RequestBody, at: datetime, agent: str) -> Client:
    """The client with the request open."""
    asked = Request(
        id=fact_id,
        account_id=body.account_id,
        terms=body.terms,
        asked=at,
        agent=agent,
        level=body.level,
        reason=body.reason or "",
        note=body.note,
    )
    return msgspec.structs.replace(client, requests=(*client.requests, asked))
