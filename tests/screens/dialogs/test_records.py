"""What is on record about a client, and the notes that can be made of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.agreement import digest
from rules.agreements import folio
from rules.clients import Account, Agreement, Case, Client, Request, Task
from rules.contact import Permission
from rules.desk import ClientPage
from rules.facts import DeliveryBody, Instalment, TaskBody, Terms
from screens.records import RecordsScreen

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 25, 17, 42, tzinfo=UTC)
TERMS = Terms(
    kind="settlement",
    currency="MXN",
    to_pay=7_500_00,
    payments=(
        Instalment(due=date(2026, 11, 30), amount=2_500_00),
        Instalment(due=date(2026, 12, 15), amount=5_000_00),
    ),
    waived={"moratorios": 798_50, "capital_vigente": 601_60},
)
TEXT = "CONVENIO\n" + "".join(f"renglón {number}\n" for number in range(60))
CLIENT = Client(
    id=1,
    name="María Ruiz",
    country="MX",
    zones=("America/Mexico_City",),
    as_of=NOW,
    accounts=(
        Account(
            id=2, product="card", number="5512", currency="MXN", overdue=0, total=8_900_10,
            components={"moratorios": 798_50, "capital_vigente": 8_101_60},
        ),
    ),
    requests=(
        Request(
            id="r1", account_id=2, terms=msgspec.structs.replace(TERMS, valid_until=date(2026, 11, 26)),
            asked=NOW - timedelta(minutes=9), agent="ana", level="supervisor", status="approved",
            answered=NOW - timedelta(minutes=2), answered_by="lupe", answer_note="sólo por hoy",
        ),
    ),
    agreements=(
        Agreement(
            id="f1", account_id=2, made=NOW - timedelta(hours=3), terms=TERMS, folio=folio("f1"), agent="ana",
            text=TEXT, digest=digest(TEXT),
        ),
    ),
    tasks=(
        Task(id="f1:deliver_agreement", kind="deliver_agreement", due=date(2026, 11, 26), about="f1",
             note=folio("f1"), agent="ana"),
        Task(id="t2", kind="follow_case", due=date(2026, 11, 24), agent="ana"),
    ),
    cases=(Case(id="c1", kind="dispute", opened=NOW - timedelta(days=2), amount=1_500_00, currency="MXN"),),
)  # fmt: skip


def screen(client: Client = CLIENT, **more: bool) -> RecordsScreen:
    page = ClientPage(
        client=client, phones=(), permission=Permission(allowed=True), script=None, local_time=NOW
    )
    return RecordsScreen(page, NOW, **more)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_all_that_is_on_record_at_80_columns(shown, snapshot, language):
    set_language(language)
    app = shown(screen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert app.text() == snapshot


async def test_enter_on_an_agreement_shows_its_text_to_the_end(shown):
    app = shown(screen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type(*["down"] * 3)
        await pilot.pause()
        app.type("enter")
        await pilot.pause()
        assert "renglón 3" in app.text()
        app.type(*["pagedown"] * 4)
        await pilot.pause()
        assert "renglón 59" in app.text()
        app.type("escape", "escape")
        await pilot.pause()
        assert app.answers == [None]


@pytest.mark.parametrize(("place", "medium"), [(1, "email"), (2, "whatsapp"), (3, "mail"), (4, "hand")])
async def test_d_and_a_digit_note_the_delivery(shown, place, medium):
    app = shown(screen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type(*["down"] * 3)
        await pilot.pause()
        app.type("d")
        await pilot.pause()
        app.type(str(place))
        await pilot.pause()
        assert app.answers == [DeliveryBody(client_id=1, agreement_id="f1", medium=medium)]


async def test_a_task_ends_with_an_outcome_and_a_delivery_with_its_medium(shown):
    app = shown(screen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type("down")
        await pilot.pause()
        app.type("x")
        await pilot.pause()
        assert "handed over?" in app.text()
        app.type("escape")
        await pilot.pause()
        app.type("up")
        await pilot.pause()
        app.type("x")
        await pilot.pause()
        app.type("3")
        await pilot.pause()
        assert app.answers == [TaskBody(client_id=1, task_id="t2", outcome="not_needed")]


async def test_before_identity_there_are_no_amounts_and_no_texts(shown):
    app = shown(screen(hidden=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _ in range(5):
            assert "500.00" not in app.text()
            app.type("down")
            await pilot.pause()
        app.type("home", "down", "down", "down", "enter")
        await pilot.pause()
        assert "identity first" in app.text()


async def test_without_records_it_says_so(shown):
    app = shown(screen(Client(id=1, name="X", country="MX", zones=(), as_of=NOW)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "nothing on record" in app.text()
        app.type("d", "x")
        await pilot.pause()
        assert "no open task" in app.text()
