"""Whether a result that came in agrees on more than its maker may grant."""

from __future__ import annotations

from datetime import datetime

from rules.authority import Grantor
from rules.catalogue import Result
from rules.facts import ResultBody
from rules.terms import AGREEING, beyond
from rules.zones import local_day
from storage.central.facts.work import Work
from storage.central.rulebooks import negotiation_of


def is_beyond(work: Work, result: Result, body: ResultBody, at: datetime) -> bool:
    """Whether terms exceed the level of who agreed on them and no granted request covers them.

    The workstation forbids it; a fact that comes all the same is kept, for a lead to see.
    """
    if result.effect not in AGREEING:
        return False
    client = work.in_detail(body.client_id)
    account = next((one for one in client.accounts if one.id == body.account_id), None)
    if account is None:
        return False
    level: str = work.tx.value("SELECT level FROM app_user WHERE id = :id", id=work.who.user_id)
    today = local_day(at, (client.zones or work.parameters(client.id).default_zones)[0])
    limits = negotiation_of(work.tx, work.portfolio_of[client.id], at).authority
    found = beyond(result, body, client, account, today, Grantor(level, limits))
    return found is not None and found.request is None
