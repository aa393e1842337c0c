"""Mandates: by which account or card a receipt may be charged automatically, and until when."""

from __future__ import annotations

from datetime import datetime

from rules.wire import Wire

CHANNELS = ("agente", "tdc", "tdd", "domi", "banco", "spei", "nomina", "linea", "tpv")
"""By what a premium is collected (conducto de cobro)."""

CHARGED = ("tdc", "tdd", "domi", "nomina")
"""Channels that charge by themselves and need a mandate."""

CARDS = ("tdc", "tdd")
"""Those that charge a card, which is known by the gateway's token alone."""


class Mandate(Wire, frozen=True):
    """A mandate to charge.

    channel: one of `CHARGED`. ending: the last four digits of the account or card; bank: by the
    CLABE, or the card's brand. first_receipt: id of the first receipt that it may be charged for.
    status: active, revoked, suspended. last: how the last charge went, as its code; "" = none yet.
    charging: ids of the receipts in charges that the bank has not answered.
    """

    id: str
    account_id: int
    channel: str
    ending: str
    agreed: datetime
    policy_id: int | None = None
    bank: str = ""
    payer: str = ""
    amount_rule: str = "receipt"
    limit: int = 0
    first_receipt: int | None = None
    status: str = "active"
    revoked: datetime | None = None
    last: str = ""
    charging: tuple[int, ...] = ()
