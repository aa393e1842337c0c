"""The agenda: what is due, in whose time, and who of it is opened."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from rules.agenda import KINDS as ALL_KINDS
from rules.clients import Account
from rules.desk import AgendaItem
from screens.agenda import KINDS, AgendaScreen, when

pytestmark = pytest.mark.anyio
HERE = "America/Mexico_City"
NOW = datetime(2026, 11, 25, 11, 42, tzinfo=ZoneInfo(HERE))
ACCOUNT = Account(id=1, product="card", number="4", currency="MXN", overdue=1, total=2, name="Tarjeta Oro")


def item(kind: str, client_id: int, name: str, hours: float, **more: object) -> AgendaItem:
    at = NOW + timedelta(hours=hours)
    given = {"zone": HERE} | more
    if kind != "callback":
        given["due"] = at.date()
    return AgendaItem(kind=kind, client_id=client_id, client=name, at=at, **given)


PROMISED = {"account": ACCOUNT, "currency": "MXN"}
ITEMS = (
    item("promise_tomorrow", 4, "Luz Díaz", 20, amount=90050, here=True, **PROMISED),
    item("callback", 1, "María Ruiz", -0.5, here=True),
    item("callback", 2, "Pedro [/red]\x1b]52;c;aGk=\x07 Gómez", 1, zone="America/Tijuana"),
    item("promise_today", 3, "Óscar Peña", 6, amount=150000, **PROMISED),
    item("promise_broken", 5, "Iván Soto", -48, amount=120000, **PROMISED),
    item("promise_partial", 6, "Eva Luna", -72, amount=20000, **PROMISED),
    item("reminder", 7, "Saúl Cruz", 20, amount=70000, **PROMISED),
    item("task", 8, "Ana Gil", 0, about="verify_payment"),
)


def test_every_kind_has_its_words() -> None:
    assert tuple(KINDS) == ALL_KINDS


@pytest.mark.parametrize("width", [80, 100])
async def test_everything_due_is_listed_the_most_urgent_first(shown, snapshot, width):
    app = shown(AgendaScreen(ITEMS, NOW))
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        assert app.text() == snapshot
        assert "\x1b" not in app.text()


@pytest.mark.parametrize(
    ("zone", "words"),
    [(HERE, "12:42"), ("America/Monterrey", "12:42"), ("America/Tijuana", "10:42 Tijuana")],
)
def test_a_callback_is_told_in_the_clients_time(zone: str, words: str) -> None:
    assert when(item("callback", 1, "x", 1, zone=zone), NOW) == words


def test_a_day_is_the_clients_own_too() -> None:
    late = NOW.replace(hour=23, minute=30)
    due = item("promise_today", 1, "x", 0)
    assert when(due, late) == "today"
    assert when(msgspec.structs.replace(due, zone="America/New_York"), late) == "Nov 25"


async def test_enter_gives_the_client_wherever_it_is_held(shown):
    app = shown(AgendaScreen(ITEMS, NOW))
    async with app.run_test(size=(100, 24)) as pilot:
        app.type("down", "enter")
        await pilot.pause()
        assert app.answers == [5]


async def test_whose_it_is_stands_before_an_absent_colleagues_client(shown):
    covered = msgspec.structs.replace(ITEMS[3], agent="diego")
    app = shown(AgendaScreen((covered,), NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "for diego: Óscar Peña" in app.text()


async def test_a_filter_finds_without_accents(shown):
    app = shown(AgendaScreen(ITEMS, NOW))
    async with app.run_test(size=(100, 24)) as pilot:
        app.type("slash", *"oscar", "enter", "enter")
        await pilot.pause()
        assert app.answers == [3]


async def test_escape_closes_without_opening(shown):
    app = shown(AgendaScreen((), NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "nothing is due today or tomorrow" in app.text()
        app.type("enter", "escape")
        await pilot.pause()
        assert app.answers == [None]
