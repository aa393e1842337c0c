from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.i18n import set_language
from rules.books.received import Part, Received
from rules.clients import Client
from tests.screens.conftest import maria
from widgets.money_trace import money_trace

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=ZoneInfo("America/Mexico_City"))


def lines(client: Client, width: int = 80) -> list[str]:
    found = money_trace(client.accounts[0], client.policies[0], client, NOW, width)
    return [line.plain for line in found]


def test_each_payment_says_what_it_pays_now() -> None:
    set_language("en")
    client = maria()
    receipt = msgspec.structs.replace(client.policies[0].receipts[2], adjusted=50)
    policy = msgspec.structs.replace(client.policies[0], receipts=(receipt,))
    paid = Received(
        id=1, account_id=1, at=NOW - timedelta(days=2), amount=4_079_50, currency="MXN", channel="spei",
        reference="SPEI-7", parts=(Part(amount=3_549_50, receipt_id=receipt.id, receipt=3),), deposit=530_00,
    )  # fmt: skip
    bounced = msgspec.structs.replace(paid, id=2, parts=(), deposit=0, status="reversed", reference="TPV-8")
    other = msgspec.structs.replace(paid, id=3, account_id=2, reference="elsewhere")
    client = msgspec.structs.replace(
        client,
        accounts=(msgspec.structs.replace(client.accounts[0], deposit=530_00), *client.accounts[1:]),
        policies=(policy,),
        received=(paid, bounced, other),
    )
    said = "\n".join(lines(client))
    assert "in deposit MXN 530.00" in said
    assert "→ MXN 3,549.50  receipt 3 of 4, due Aug 27 · let go MXN 0.50" in said
    assert "SPEI-7" in said
    assert "elsewhere" not in said
    assert said.splitlines()[-1].endswith("came back")
    assert all(len(line) <= 40 for line in lines(client, 40))


def test_an_account_without_payments_says_so() -> None:
    set_language("en")
    assert lines(msgspec.structs.replace(maria(), received=()))[-1] == "No payment of this account is known."
