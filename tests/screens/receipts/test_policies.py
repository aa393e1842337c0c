"""The policies' page by what the back office types and sees."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from agent_tui.i18n import set_language
from rules.books.received import Part, Received
from rules.clients import Account, Client
from rules.debit.mandates import Mandate
from rules.insurance.policies import (
    Beneficiary,
    Claim,
    Endorsement,
    Insured,
    PolicyEvent,
    PolicySheet,
    PolicyTerms,
)
from rules.insurance.policy_list import PoliciesQuery, PolicyQuery, PolicyRow, PolicyRows, PolicyWhole
from rules.tables import Table
from tests.rules.insurance.policies import policy
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

ZONE = ZoneInfo("America/Mexico_City")


def _row(number: int, **more: Any) -> PolicyRow:
    one = PolicyRow(
        id=number,
        number=f"AUT-1234{number}",
        client="J··· P···",
        portfolio="Seguros Norte",
        insurer="Aseguradora Ejemplo",
        kind="car",
        status="grace",
        channel="domi",
        frequency="monthly",
        currency="MXN",
        ends=date(2027, 3, 1),
        count=1,
        overdue=275_355,
    )
    return msgspec.structs.replace(one, **more)


ROWS = (
    _row(1, grace_ends=NOW.replace(hour=12, minute=0, second=0)),
    _row(2, grace_ends=NOW + timedelta(days=3), channel="tdc"),
    _row(3, status="lapsed", lapsed_at=NOW - timedelta(days=5), kind="life"),
    _row(4, status="in_force", count=0, overdue=0, channel="agente"),
)


def _whole() -> PolicyWhole:
    found = policy(frequency="quarterly", fee=550_00, paid=1, starts=date(2026, 7, 26), today=NOW.date())
    found = msgspec.structs.replace(
        found,
        status="grace",
        channel="domi",
        grace_ends=found.receipts[1].grace_ends,
        sum_insured=285_000_00,
        sheet=PolicySheet(
            product="Auto Amplia",
            version="2026-01",
            agent="Rosa Pérez Luna",
            insured=(Insured(name="Nissan Versa 2021"),),
            beneficiaries=(Beneficiary(name="María Ruiz", share=6_000, relation="esposa"),),
            terms=PolicyTerms(net=9_000_00),
        ),
        events=(
            PolicyEvent(
                id="9-0001",
                at=datetime(2026, 10, 27, tzinfo=ZONE),
                kind="status",
                was="in_force",
                became="grace",
                why="premium_past_due",
            ),
        ),
        endorsements=(
            Endorsement(id=1, kind="A", on=date(2026, 9, 12), delta=412_50, folio="E-1", note="conductor"),
        ),
        claims=(Claim(id=1, number="S-3321", on=date(2026, 8, 5), status="open", amount=12_400_00),),
    )
    client = Client(
        id=5,
        name="María Fernanda Ruiz Ortega",
        country="MX",
        zones=(ZONE.key,),
        as_of=NOW,
        portfolio="Seguros Norte",
        ref="C-5",
        policies=(found,),
        accounts=(
            Account(
                id=70, product="insurance", number="AUT-48213", currency="MXN",
                overdue=found.receipts[1].total, total=8_260_65, deposit=12_30,
            ),
        ),
        mandates=(
            Mandate(
                id="m", account_id=70, policy_id=found.id, channel="domi", ending="1234", bank="BBVA",
                agreed=datetime(2026, 8, 1, tzinfo=ZONE),
            ),
        ),
        received=(
            Received(
                id=1, account_id=70, at=datetime(2026, 8, 4, 10, tzinfo=ZONE), amount=3_403_85,
                currency="MXN", channel="spei", reference="REF-1", deposit=12_30,
                parts=(Part(amount=3_391_55, receipt_id=101, receipt=1),),
            ),
        ),
    )  # fmt: skip
    return PolicyWhole(policy_id=found.id, client=client, zone=ZONE.key)


async def _page(receipts: Any, pilot: Any) -> None:
    receipts.service.replies[PoliciesQuery] = PolicyRows(rows=ROWS, at=NOW)
    receipts.service.replies[PolicyQuery] = _whole()
    receipts.type("p")
    await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_list_has_what_lapses_next_on_top(
    receipts: Any, snapshot: SnapshotAssertion, language: str, width: int
) -> None:
    set_language(language)
    async with receipts.run_test(size=(width, 24)) as pilot:
        await _page(receipts, pilot)
        assert receipts.text() == snapshot


async def test_what_lapses_today_is_red_with_its_hour_and_what_is_left(receipts: Any) -> None:
    async with receipts.run_test(size=(80, 24)) as pilot:
        await _page(receipts, pilot)
        receipts.type("down")
        await pilot.pause()
        strips = receipts.screen._compositor.render_strips()
        [line] = [strip for strip in strips if "AUT-12341" in strip.text]
        assert "! 12:00 · 0:17 h" in line.text
        cell = next(segment for segment in line if "12:00" in segment.text)
        plain = next(segment for segment in line if "AUT-12341" in segment.text)
        assert cell.style.color != plain.style.color


async def test_what_is_typed_narrows_the_list_to_a_status_a_channel_and_a_name(receipts: Any) -> None:
    async with receipts.run_test(size=(80, 24)) as pilot:
        await _page(receipts, pilot)
        receipts.type("b", *"ruiz gracia domi", "enter")
        await pilot.pause()
        await pilot.pause()
        asked = [one for one in receipts.service.asked if isinstance(one, PoliciesQuery)]
        assert asked[-1] == PoliciesQuery(find="ruiz", status="grace", channel="domi")
        assert "· in grace · direct debit · «ruiz»" in receipts.text()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(80, 48), (120, 48)])
async def test_enter_shows_the_policy_whole(
    receipts: Any, snapshot: SnapshotAssertion, language: str, size: tuple[int, int]
) -> None:
    set_language(language)
    async with receipts.run_test(size=size) as pilot:
        await _page(receipts, pilot)
        receipts.type("enter")
        await pilot.pause()
        await pilot.pause()
        assert receipts.service.asked[-1] == PolicyQuery(policy_id=1)
        assert receipts.text() == snapshot
        receipts.type("escape")
        await pilot.pause()
        assert "AUT-12342" in receipts.text()


async def test_the_sheet_rolls_at_60_columns(receipts: Any) -> None:
    async with receipts.run_test(size=(60, 24)) as pilot:
        await _page(receipts, pilot)
        receipts.type("enter")
        await pilot.pause()
        await pilot.pause()
        assert "Cover ends TODAY at 12:00" in receipts.text()
        assert "WHAT HAPPENED" not in receipts.text()
        receipts.type(*["space"] * 6)
        await pilot.pause()
        assert "cover begins at noon" in receipts.text()


async def test_the_list_leaves_as_a_file(receipts: Any) -> None:
    async with receipts.run_test(size=(80, 24)) as pilot:
        await _page(receipts, pilot)
        receipts.type("e")
        await pilot.pause()
        [(found, form)] = receipts.service.exported
        assert isinstance(found, Table)
        assert (form, found.cell("1", "overdue"), found.rows[0].currency) == ("xlsx", 275_355, "MXN")
