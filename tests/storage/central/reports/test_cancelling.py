"""The cancellation pipeline and the digests of sales rooms, on both stores."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agent_tui.i18n import set_language
from rules.rates import Ratio
from storage.central.reports import digests
from tests.storage.central.reports.conftest import Reader
from tests.storage.central.reports.month import TODAY, VECTORS, Month, one_by_one

VECTOR = VECTORS["KPI-CAN-1"]
OUTCOMES = {"retenido": "withdrawn", "cancelado": "done", "en_proceso": ""}


def contract(month: Month, amount: int, room: str, **more: Any) -> int:
    details = {"sales_room": room} if room else {}
    return month.account(amount, None, product="timeshare", details=details, **more)


def test_the_published_pipeline_comes_out_of_the_store(month: Month, reader: Reader) -> None:
    for one in VECTOR["inputs"]["requests"]:
        account = contract(month, int(Decimal(one["amount"]) * 100), one["room"])
        month.cancellation(account, one["tier"], date(2026, 11, 10), OUTCOMES[one["status"]])
    found = reader.check("pipeline")
    for name, expected in VECTOR["expected"]["groups"].items():
        rows = [row for row in found.rows if name in ("*", *row.key.split("|"))]

        def total(column: str, rows: list[Any] = rows) -> int:
            return sum(row.cells[found.place(column)] for row in rows)

        def rate(column: str, rows: list[Any] = rows) -> str:
            pairs = [row.cells[found.place(column)] for row in rows]
            return str(Ratio(sum(one for one, _ in pairs), sum(two for _, two in pairs)).percent)

        assert total("requests") == expected["requests"]
        assert total("requested") == int(Decimal(expected["requested"]) * 100)
        assert total("open") == expected["open"]
        assert total("saved_amount") == int(Decimal(expected["saved_amount"]) * 100)
        assert rate("save_rate") == expected["save_rate_pct"]
        assert rate("save_amount") == expected["save_amount_rate_pct"]


def test_a_request_counts_in_each_month_that_it_was_open_in(month: Month, reader: Reader) -> None:
    old = contract(month, 100_00, "Norte")
    month.cancellation(old, "T2", date(2026, 9, 10), "done", closed=date(2026, 10, 5))
    going = contract(month, 200_00, "Norte")
    month.cancellation(going, "T2", date(2026, 9, 10), "withdrawn", closed=date(2026, 11, 5))
    names = ("requests", "new", "open", "saved", "cancelled")
    found = {}
    for until in (date(2026, 9, 30), date(2026, 10, 31), TODAY):
        table = reader.check("pipeline", until=until)
        found[until.month] = tuple(table.cell("Norte|T2|MXN", name) for name in names)
    assert found == {9: (2, 2, 2, 0, 0), 10: (2, 0, 1, 0, 1), 11: (1, 0, 0, 1, 0)}


def test_the_amount_is_what_was_owed_when_it_was_asked_for(month: Month, reader: Reader) -> None:
    account = contract(month, 500_00, "Norte")
    month.opening(account, "B1", 500_00)
    with month.store.begin() as tx:
        tx.run("UPDATE account SET total = 0, status = 'closed' WHERE id = :id", id=account)
    month.cancellation(account, "T1", date(2026, 11, 20), "done")
    assert reader.check("pipeline").cell("Norte|T1|MXN", "cancelled_amount") == 500_00


def test_no_legal_clock_runs_out_unseen(month: Month, reader: Reader) -> None:
    late = month.cancellation(contract(month, 1_00, "Sur"), "T1", date(2026, 11, 2), due=date(2026, 11, 24))
    month.cancellation(contract(month, 2_00, "Sur"), "T1", date(2026, 11, 24), due=date(2026, 12, 15))
    found = reader.check("pipeline")
    assert (found.cell("Sur|T1|MXN", "late"), found.cell("Sur|T1|MXN", "next_due")) == (1, "2026-11-24")
    assert [row.key for row in reader.rows("pipeline", "Sur|T1|MXN", "late").rows] == [late]
    rooms = reader.check("rooms")
    assert [row.cells[rooms.place("left")] for row in rooms.rows] == ["-1", "20"]


def test_the_fee_of_a_contract_belongs_to_its_room(month: Month, reader: Reader) -> None:
    account = contract(month, 1_00, "Sur")
    with month.store.begin() as tx:
        fee = tx.value(
            """
            INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status, overdue,
                total, minimum, disputed, components, details)
            SELECT client_id, portfolio_id, 'FEE', 'timeshare', '', 'MXN', 'open', 0, 900, 0, 0,
                components, components
            FROM account WHERE id = :id
            RETURNING id
            """,
            id=account,
        )
    month.cancellation(fee, "T2", TODAY)
    assert [row.key for row in reader.check("pipeline").rows] == ["Sur|T2|MXN"]


# Digests.


def test_each_room_hears_of_exactly_its_contracts(month: Month, reader: Reader) -> None:
    for room, number in (("Norte", 2), ("Sur", 1), ("", 1)):
        for _ in range(number):
            month.cancellation(contract(month, 10_00, room), "T2", TODAY)
    store, who = month.store, reader.who
    assert digests.rooms(store, who) == ("Norte", "Sur")
    refs = {
        room: [
            ref
            for (ref,) in one_by_one(
                store, "SELECT ref FROM account WHERE details ->> 'sales_room' = :r ORDER BY ref", r=room
            )
        ]
        for room in ("Norte", "Sur")
    }
    for room, own in refs.items():
        found = digests.digest(store, who, room)
        assert [row.cells[0] for row in found.table.rows] == own
        assert all(ref in found.text for ref in own)
        others = [ref for name, some in refs.items() if name != room for ref in some]
        assert not any(f"| {ref} |" in found.text for ref in others)
    assert "No contract of this room." in digests.digest(store, who, "Este").text


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ({}, "C. 1."),
        ({"digest.names": "full"}, "Client 1"),
        ({"digest.names": "masked"}, "Client 1."),
        ({"digest.names": "none"}, "|  |"),
    ],
)
def test_names_are_shown_as_the_portfolio_says(
    month: Month, reader: Reader, setting: dict[str, str], shown: str
) -> None:
    month.cancellation(contract(month, 10_00, "Norte"), "T2", TODAY)
    month.town.portfolio("Cards", settings=setting)
    text = digests.digest(month.store, reader.who, "Norte").text
    assert shown in text
    assert ("Client" in text) == (shown.startswith("Client"))


def test_no_cards_number_leaves(month: Month, reader: Reader) -> None:
    account = contract(month, 10_00, "Norte | <b>")
    with month.store.begin() as tx:
        tx.run("UPDATE account SET ref = '4111111111111111' WHERE id = :id", id=account)
    month.cancellation(account, "T2", TODAY)
    found = digests.digest(month.store, reader.who, "Norte | <b>")
    assert "4111" not in found.text
    assert found.table.rows[0].cells[0] == "···1111"
    assert found.text.startswith(r"# Norte \| \<b\>")


def test_a_digest_speaks_the_language_in_force(month: Month, reader: Reader) -> None:
    month.cancellation(contract(month, 10_00, "Norte"), "T2", TODAY)
    before = digests.digest(month.store, reader.who, "Norte")
    set_language("es")
    assert digests.digest(month.store, reader.who, "Norte").table == before.table


def test_what_was_sent_is_kept(month: Month, reader: Reader) -> None:
    month.cancellation(contract(month, 10_00, "Norte"), "T2", TODAY)
    found = digests.digest(month.store, reader.who, "Norte")
    content = digests.note_sent(month.store, reader.who, found, "norte@example.com")
    assert content == hashlib.sha256(found.text.encode()).hexdigest()
    rows = one_by_one(month.store, "SELECT actor, room, sent_to, contracts, digest FROM digest_log")
    assert rows == [("ada", "Norte", "norte@example.com", 1, content)]
    kept = one_by_one(month.store, "SELECT actor, subject FROM audit WHERE action = 'digest_sent'")
    assert kept == [("ada", "room:Norte")]
