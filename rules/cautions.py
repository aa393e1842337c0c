"""What has to be known before the debt is spoken of: no reason to stay silent, but to take care.

Debts whose suit has run out of time, active duty, a firm register that was not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from rules.buckets import COLLECTED
from rules.clients import Account, Client
from rules.contact_parameters import ContactParameters
from rules.stops import Stop
from rules.zones import local_day


def cautions(client: Client, now: datetime, p: ContactParameters) -> Iterator[Stop]:
    """Parameters that warn of something about the client, with what they were compared with."""
    today = local_day(now, (client.zones or p.default_zones)[0])
    if p.checked is not None and p.checked + relativedelta(months=p.check_months) < today:
        yield "mx.firm.redeco_registered.checked", {"checked": p.checked.isoformat()}
    for account in client.accounts:
        if account.status not in COLLECTED or account.overdue <= 0:
            continue
        if p.country == "US" and "scra" in account.flags:
            yield "us.scra", {"account": account.number}
        since = barred_since(account, client, p)
        if since is not None and since <= today:
            rule = "mx.prescription.years" if p.country == "MX" else "us.timebarred"
            yield rule, {"account": account.number, "since": since.isoformat()}


def barred_since(account: Account, client: Client, p: ContactParameters) -> date | None:
    """The day from which a suit for the debt is out of time, None where no term is known.

    From the oldest unpaid due day, by product in Mexico (a debt on a promissory note by the
    account's flag pagare) and by the person's state in the US.
    """
    if p.country == "MX":
        years = p.prescription.get("pagare" if "pagare" in account.flags else account.product)
    else:
        years = p.prescription.get(client.state, p.prescription.get("default"))
    if years is None or account.oldest_due is None:
        return None
    return account.oldest_due + relativedelta(years=years)
