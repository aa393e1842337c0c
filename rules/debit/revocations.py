"""A client takes a mandate back: at once, for good, and at no cost (LFPC 76 Bis VIII-IX)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rules.backoffice.facts import RevocationBody
from rules.clients import Client
from rules.debit.mandates import Mandate
from rules.problems import Problem


def living(client: Client, account_id: int) -> tuple[Mandate, ...]:
    """The mandates of an account that have not been taken back."""
    return tuple(one for one in client.mandates if one.account_id == account_id and one.status != "revoked")


def check(body: RevocationBody, client: Client) -> Iterator[Problem]:
    """What forbids a revocation: unknown_mandate, mandate_revoked (it was taken back before)."""
    mandate = next((one for one in client.mandates if one.id == body.mandate_id), None)
    if mandate is None:
        yield Problem("unknown_mandate")
    elif mandate.status == "revoked":
        yield Problem("mandate_revoked")


def apply(client: Client, body: RevocationBody, at: datetime) -> Client:
    """The client with the mandate taken back."""
    return msgspec.structs.replace(
        client,
        mandates=tuple(
            msgspec.structs.replace(one, status="revoked", revoked=at, charging=())
            if one.id == body.mandate_id
            else one
            for one in client.mandates
        ),
    )
