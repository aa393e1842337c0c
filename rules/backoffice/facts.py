"""Facts of the desk that ask something of the back office, or take a mandate back."""

from __future__ import annotations

from rules.backoffice.asks import Asked
from rules.wire import FactBody


class AskBody(FactBody, frozen=True):
    """Something is asked of the back office about an account or its policy (`rules.backoffice.asks`)."""

    client_id: int
    account_id: int
    asks: Asked
    policy_id: int | None = None
    note: str = ""


class RevocationBody(FactBody, frozen=True):
    """The client takes a mandate to charge back: nothing is charged by it any more."""

    client_id: int
    mandate_id: str
    note: str = ""
