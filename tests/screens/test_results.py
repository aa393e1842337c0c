"""Every result of the catalogue, typed at a desk on a real store: a durable fact, the next client."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from agent_tui.app import DeskApp
from agent_tui.i18n import set_language
from rules.catalogue import Catalogue
from rules.clients import Account, Client, Phone
from rules.facts import ResultBody
from rules.protocol import Lease, Leases, Session, User
from storage.clock import Clock
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from tests.conftest import LOCAL_KEY

pytestmark = pytest.mark.anyio

TUESDAY_10 = datetime(2026, 11, 24, 16, tzinfo=UTC)
FRIDAY = date(2026, 11, 27)
TOMORROW_9 = datetime(2026, 11, 25, 15, tzinfo=UTC)

TYPED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "PPT": (" 1500 vie spei", " 1500 fri spei", {"amount": 1_500_00, "due": FRIDAY, "channel": "spei"}),
    "PPP": (" 500 vie oxxo /resto la otra semana", " 500 fri oxxo /the rest next week", {"amount": 500_00}),
    "PLAN": (
        " 500+400+600q vie",
        " 500+400+600 fri q",
        {"amount": 1_500_00, "due": FRIDAY, "instalments": [500_00, 400_00, 600_00]},
    ),
    "QUIT": (" vie e:carta-7", " fri e:carta-7", {"amount": 9_000_00, "evidence": "carta-7"}),
    "PAGA": (" 800 liga #A-1", " 800 link #A-1", {"amount": 800_00, "channel": "liga", "reference": "A-1"}),
    "YPAG": (" ayer 800 spei", " yesterday 800 spei", {"due": date(2026, 11, 23), "amount": 800_00}),
    "DOMI": ("", "", {"channel": "domi"}),
    "RLLA": (" man 9h", " tomorrow 9am", {"callback_at": TOMORROW_9}),
    "INFO": (" r:olvido", " r:forgot", {"reason": "OLVIDO"}),
    "NEGP": (" /no quiere pagar nada", " /will not pay anything", {"reason": "DESCON"}),
    "SINC": (" r:desemp /sin trabajo desde mayo", " r:unemp /no job since May", {"reason": "DESEMP"}),
    "REST": (" a:rem", " to:rem", {"destination": "REM"}),
    "DISP": (" 300 /cargo que no hizo", " 300 /a charge not made", {"amount": 300_00}),
    "NREC": (" /nunca pidió la tarjeta", " /never asked for the card", {}),
    "CANC": (" r:cancel", " r:cancel", {"due": date(2026, 11, 24), "reason": "CANCEL"}),
    "RETN": (" 200", " 200", {"amount": 200_00}),
    "REFI": (" a:fra", " to:fra", {"destination": "FRA"}),
    "SINI": (" #S-3321", " #S-3321", {"reference": "S-3321"}),
    "ENFE": (" /está en el hospital", " /is in the hospital", {}),
    "ABOG": (" a:Lic-Luis-Paz", " a:Lic-Luis-Paz", {"party": "Lic Luis Paz"}),
    "CESE": (" m:correo e:of-9", " m:email e:of-9", {"medium": "email", "evidence": "of-9"}),
    "NOHA": (" 16h-19h", " 4-7pm", {"window": "16:00-19:00"}),
    "COLG": ("", "", {}),
    "MSJT": (" a:esposa", " a:wife", {"party": "conyuge"}),
    "TERC": (" a:vecino", " a:neighbor", {"party": "vecino"}),
    "TLOC": (" a:otro /dio otro teléfono", " a:other /gave another number", {"party": "otro"}),
    "AVAL": (" a:Eva-Mora", " a:Eva-Mora", {"party": "Eva Mora"}),
    "AGTE": ("", "", {"party": "nd"}),
    "NOVI": (" t2", " t2", {"phone": "second"}),
    "DESC": ("", "", {"phone": "first"}),
    "FALL": (" a:hija", " a:daughter", {"party": "hijo"}),
    **dict.fromkeys(("NOCO", "OCUP", "BUZN", "BUZM", "FSER", "FAXM", "CORT"), ("", "", {"phone": "first"})),
}
"""What is typed after each code in Spanish and English, and fields of the fact that must follow."""

KEYS = {"f5": "NOCO", "f6": "OCUP", "f7": "BUZN", "f8": "FSER"}


class StillClock(Clock):
    def now(self) -> datetime:
        return TUESDAY_10


def client(number: int) -> Client:
    return Client(
        id=number,
        name=f"Cliente Número {number:03}",
        country="MX",
        zones=("America/Mexico_City",),
        as_of=TUESDAY_10,
        portfolio="Tarjetas",
        score=1000 - number,
        phones=(
            Phone(id="first", number="+525555000001", status="validado_titular"),
            Phone(id="second", number="+525555000002", status="validado_titular"),
        ),
        accounts=(
            Account(
                id=number * 10,
                product="card",
                number="1234",
                currency="MXN",
                overdue=1_500_00,
                total=9_000_00,
                minimum=500_00,
                days=12,
                bucket="B1",
            ),
        ),
    )


def desk_with(path: Path, count: int) -> tuple[LocalStore, LocalDesk]:
    store = LocalStore(path, LOCAL_KEY, StillClock(), monotonic=lambda: 1000.0)
    user = User(id=1, name="ana", display_name="Ana", role="agent", portfolios=("Tarjetas",))
    in_half_an_hour = TUESDAY_10 + timedelta(minutes=30)
    store.set_session(
        Session(
            access_token="a",
            refresh_token="r",
            expires_at=in_half_an_hour,
            user=user,
            server_time=TUESDAY_10,
        )
    )
    leases = tuple(
        Lease(lease_id=f"lease-{number}", token=number, expires_at=in_half_an_hour, client=client(number))
        for number in range(1, count + 1)
    )
    store.take(Leases(leases=leases, server_time=TUESDAY_10), 0.0)
    return store, LocalDesk(store)


def on_desk(desk: LocalDesk) -> str:
    return desk.desk().page.client.name  # type: ignore[union-attr]  # an empty desk fails the test, too


def seen(body: ResultBody, name: str) -> Any:
    value = getattr(body, name)
    return [payment.amount for payment in value] if name == "instalments" else value


@pytest.mark.parametrize("language", ["es", "en"])
async def test_every_result_is_a_durable_fact_and_the_next_client(
    tmp_path: Path, catalogue: Catalogue, type_keys: Any, screen_text: Any, until: Any, language: str
) -> None:
    offered = [result.code for result in catalogue.offered()]
    assert offered == list(TYPED)
    set_language(language)
    store, desk = desk_with(tmp_path / "local.db", len(offered) + len(KEYS) + 1)
    app = DeskApp(desk, now=lambda: TUESDAY_10.astimezone(ZoneInfo("America/Mexico_City")))
    done = [(code, f"{code.lower()}{words[language == 'en']}<enter>") for code, words in TYPED.items()]
    done += [(code, f"<{key}>") for key, code in KEYS.items()]
    async with app.run_test(size=(120, 40)) as pilot:
        for count, (code, keys) in enumerate(done, start=1):
            before = on_desk(desk)
            await type_keys(pilot, keys)
            assert await until(pilot, lambda count=count: len(store.outbox()) == count), (
                f"{keys}\n{screen_text(app)}"
            )
            assert on_desk(desk) != before
            assert await until(pilot, lambda: on_desk(desk) in screen_text(app)), code
            assert before not in screen_text(app)
    store.close()
    again = LocalStore(tmp_path / "local.db", LOCAL_KEY, StillClock(), monotonic=lambda: 1000.0)
    bodies = [msgspec.convert(event.body, ResultBody) for event in again.outbox(200)]
    again.close()
    assert [body.code for body in bodies] == [code for code, _ in done]
    for body in bodies[: len(TYPED)]:
        expected = {"phone": "first", **TYPED[body.code][2]}
        assert {name: seen(body, name) for name in expected} == expected, body.code
        result = catalogue.results[body.code]
        if "note" in result.required:
            assert len(body.note) >= 10, body.code


async def test_lines_can_be_called_back_after_a_restart_without_what_names_a_person(
    tmp_path: Path, type_keys: Any, until: Any
) -> None:
    store, desk = desk_with(tmp_path / "local.db", 6)
    app = DeskApp(desk, now=lambda: TUESDAY_10)
    async with app.run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "ppt 1500 vie /llamar a su hermana<enter>abog a:Luis-Paz<enter>")
        await type_keys(pilot, "sini #77<enter>m a:esposa<enter>")
        assert await until(pilot, lambda: len(store.outbox()) == 4)
    store.close()
    again = LocalStore(tmp_path / "local.db", LOCAL_KEY, StillClock(), monotonic=lambda: 1000.0)
    other = LocalDesk(again)
    assert other.lines() == ("ppt 1500 vie", "abog", "sini", "m a:esposa")
    app = DeskApp(other, now=lambda: TUESDAY_10)
    async with app.run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "p<up>")
        assert app.screen.line.value == "ppt 1500 vie"  # type: ignore[attr-defined]  # the desk has one
    again.close()


async def test_a_card_number_is_no_filter_of_the_history(
    make_app: Any, make_desk: Any, type_keys: Any, screen_text: Any
) -> None:
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        desk = pilot.app.screen
        desk.line.put("4111 1111 1111 1111")
        desk.action_filter_history()
        await pilot.pause()
        assert desk.history.filter == ""
        assert "número de tarjeta" in screen_text(pilot.app)
