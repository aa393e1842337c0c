"""The agenda: what is due, and who of it can be opened."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.clients import Account
from rules.desk import AgendaItem
from screens.agenda import AgendaScreen

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 25, 11, 42, tzinfo=ZoneInfo("America/Mexico_City"))
ACCOUNT = Account(id=1, product="card", number="4", currency="MXN", overdue=1, total=2, name="Tarjeta Oro")


def item(kind: str, client_id: int, name: str, hours: float, **more: object) -> AgendaItem:
    return AgendaItem(kind=kind, client_id=client_id, client=name, at=NOW + timedelta(hours=hours), **more)


ITEMS = (
    item("callback", 1, "María Ruiz", -0.5, here=True),
    item("callback", 2, "Pedro [/red]\x1b]52;c;aGk=\x07 Gómez", 1),
    item("promise_today", 3, "Óscar Peña", 6, account=ACCOUNT, amount=150000, currency="MXN"),
    item("promise_tomorrow", 4, "Luz Díaz", 20, account=ACCOUNT, amount=90050, currency="MXN", here=True),
    item("promise_broken", 5, "Iván Soto", -48, account=ACCOUNT, amount=120000, currency="MXN"),
)


async def test_everything_due_is_listed(shown, snapshot):
    app = shown(AgendaScreen(ITEMS, NOW))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        assert app.text() == snapshot
        assert "\x1b" not in app.text()


async def test_enter_opens_a_client_who_is_held_here(shown):
    app = shown(AgendaScreen(ITEMS, NOW))
    async with app.run_test(size=(100, 24)) as pilot:
        app.type("down", "down", "down", "enter")
        await pilot.pause()
        assert app.answers == [4]


async def test_a_client_who_is_elsewhere_is_explained(shown):
    app = shown(AgendaScreen(ITEMS, NOW))
    async with app.run_test(size=(100, 24)) as pilot:
        app.type("down", "down", "enter")
        await pilot.pause()
        assert app.answers == []
        assert "Óscar Peña is not held by this desk now" in app.text()


async def test_a_filter_finds_without_accents(shown):
    app = shown(AgendaScreen(ITEMS, NOW))
    async with app.run_test(size=(100, 24)) as pilot:
        app.type("slash", *"maria", "enter", "enter")
        await pilot.pause()
        assert app.answers == [1]


async def test_escape_closes_without_opening(shown):
    app = shown(AgendaScreen((), NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "nothing is due today or tomorrow" in app.text()
        app.type("enter", "escape")
        await pilot.pause()
        assert app.answers == [None]
