"""Contact points: all of them at a glance, a few keys for each change, nothing wrong let through."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.clients import Address, Client, Email, HistoryEntry, Phone, PointChange
from rules.contact import Permission
from rules.desk import ClientPage, PhoneView
from rules.facts import PointBody
from screens.contacts import ContactsScreen, PointList
from screens.point_changes import PointChangesScreen
from screens.search import SearchScreen

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 25, 11, 42, tzinfo=ZoneInfo("America/Mexico_City"))
NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
HOSTILE = "x[/red]\x1b]52;c;aGk=\x07\u202ey"

CLIENT = Client(
    id=7,
    name="María Ruiz",
    country="MX",
    zones=("America/Mexico_City",),
    as_of=NOW,
    phones=(
        Phone(
            id="1", number="+526621234567", status="validado_titular", last_result="NOCO", last_at=NOON,
            consents={"sms": True, "whatsapp": False},
        ),
        Phone(id="2", number="+525512345678", label="home", use="validate", source="tercero"),
        Phone(id="3", number="+525587654321", label="work", status="ya_no_labora", use="none"),
    ),
    emails=(Email(id="4", address="maria@example.com", label="home", consents={"email": True}),),
    addresses=(Address(id="5", text="Calle Ejemplo 12, Hermosillo", label="home"),),
    history=tuple(HistoryEntry(id=f"h{n}", at=NOON, code="NOCO", phone="1") for n in range(3)),
    point_changes=(
        PointChange(
            id="f", at=NOON, point="phone", action="correct", was="+525500000000", became="+526621234567",
            agent="ana", source="titular",
        ),
        PointChange(id="g", at=NOON, point="email", action="retire", was="old@example.com",
                    became="rebote_duro", agent="beto"),
    ),
)  # fmt: skip


def page(client: Client = CLIENT) -> ClientPage:
    return ClientPage(
        client=client,
        phones=tuple(PhoneView(phone, Permission(allowed=True)) for phone in client.phones),
        permission=Permission(allowed=True),
        script=None,
        local_time=NOW,
    )


async def answer(shown: Any, *keys: str, size: tuple[int, int] = (80, 24)) -> tuple[Any, str]:
    """What the dialog closed with after some keys, and what was on the screen then."""
    app = shown(ContactsScreen(page(), NOW))
    async with app.run_test(size=size) as pilot:
        app.type(*keys)
        for _ in range(3):
            await pilot.pause()
        return app.answers, app.text()


def change(**body: Any) -> PointBody:
    return PointBody(client_id=7, **body)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_point_is_listed_with_what_is_known_of_it(shown, snapshot, size):
    app = shown(ContactsScreen(page(), NOW))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.text() == snapshot


async def test_a_phone_is_added_with_three_keys_and_its_digits(shown):
    keys = ["a", *"6629998877", "enter"]
    answers, _ = await answer(shown, *keys)
    assert answers == [
        change(action="add", point="phone", value="+526629998877", label="mobile", source="titular")
    ]
    assert len(keys) + 1 == 10 + 3  # with the key that opens the dialog


async def test_the_line_says_what_it_would_keep_while_it_is_typed(shown):
    _, text = await answer(shown, "a", *"6629998877 casa tercero")
    assert "☎ 662 999 8877 · home · third party · validate only" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("123", "123 is no valid phone number."),
        ("ana@", "ana@ is no e-mail address."),
        ("aquí", "aquí is too short for an address."),
        ("6621234567", "The client has 662 123 4567 already."),
    ],
)
async def test_what_can_not_be_kept_is_said_and_enter_does_nothing(shown, line, said):
    answers, text = await answer(shown, "a", *line, "enter")
    assert said in text
    assert answers == []


async def test_a_value_is_corrected_with_the_old_one_in_the_fact(shown):
    answers, _ = await answer(shown, "c", *["backspace"] * len("4567 mobile"), *"0000", "enter")
    assert answers == [
        change(
            action="correct", point="phone", point_id="1", base="+526621234567", value="+526621230000",
            source="titular",
        )
    ]  # fmt: skip


async def test_a_point_is_retired_with_a_reason(shown):
    answers, _ = await answer(shown, "r", "1")
    assert answers == [
        change(action="retire", point="phone", point_id="1", base="+526621234567", status="equivocado")
    ]


async def test_what_is_retired_can_not_be_retired_again(shown):
    answers, text = await answer(shown, "down", "down", "r", "1")
    assert answers == []
    assert "55 8765 4321 is out of use already." in text


async def test_the_client_confirms_a_number_of_a_third_party(shown):
    answers, _ = await answer(shown, "down", "v", "1")
    assert answers == [
        change(action="validate", point="phone", point_id="2", base="+525512345678", source="titular")
    ]


async def test_permission_for_a_medium_is_one_digit(shown):
    answers, _ = await answer(shown, "s", "6")
    assert answers == [
        change(
            action="consent", point="phone", point_id="1", base="+526621234567", medium="whatsapp",
            consent=False, source="titular",
        )
    ]  # fmt: skip


async def test_an_e_mail_has_only_its_own_medium(shown):
    answers, text = await answer(shown, "end", "up", "s", "3")
    assert answers == []
    assert "e-mail: yes" in text
    assert "SMS" not in text


async def test_enter_calls_a_phone_and_nothing_else(shown):
    answers, _ = await answer(shown, "down", "enter")
    assert answers == [1]
    answers, text = await answer(shown, "end", "enter")
    assert answers == []
    assert "Only a phone can be called." in text


async def test_escape_leaves_the_line_then_the_dialog(shown):
    answers, text = await answer(shown, "a", "6", "escape")
    assert answers == []
    assert "a add" in text
    answers, _ = await answer(shown, "a", "6", "escape", "escape")
    assert answers == [None]


async def test_the_changes_tell_old_new_and_who(shown):
    _, text = await answer(shown, "h", size=(110, 24))
    assert "55 0000 0000 → 662 123 4567" in text
    assert "old@example.com → bounces" in text
    assert "beto" in text


async def test_hostile_values_stay_text(shown):
    client = Client(
        id=7, name=HOSTILE, country="MX", zones=(), as_of=NOW,
        phones=(Phone(id="1", number=HOSTILE, label=HOSTILE, status=HOSTILE, use=HOSTILE, source=HOSTILE,
                      last_result=HOSTILE, consents={HOSTILE: True}, first_seen=date(2026, 1, 1)),),
        emails=(Email(id="2", address=HOSTILE),),
        addresses=(Address(id="3", text=HOSTILE),),
        point_changes=(PointChange(id="f", at=NOON, point=HOSTILE, action=HOSTILE, was=HOSTILE,
                                   became=HOSTILE, agent=HOSTILE, source=HOSTILE),),
    )  # fmt: skip
    app = shown(ContactsScreen(page(client), NOW))
    async with app.run_test(size=(120, 24)) as pilot:
        app.type("c")
        await pilot.pause()
        first = app.text()
        app.type("escape", "h")
        for _ in range(3):
            await pilot.pause()
        assert isinstance(app.screen, PointChangesScreen)
        for text in (first, app.text()):
            assert "x[/red]" in text
            assert "\x1b" not in text
            assert "\u202e" not in text


async def test_nothing_known_says_how_to_begin(shown):
    app = shown(ContactsScreen(page(Client(id=7, name="x", country="MX", zones=(), as_of=NOW)), NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "a adds a phone" in app.text()
        app.type("r", "v", "s", "c", "enter")
        await pilot.pause()
        assert app.answers == []


def test_the_list_leaves_the_letters_to_the_dialog():
    keys = {key for one in PointList.BINDINGS for key in one.key.split(",")}  # type: ignore[union-attr]  # all of them are bindings
    assert not keys & set("acrvsh")


async def test_the_outcomes_of_a_search_say_when_the_next_one_is(shown):
    app = shown(SearchScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = app.text()
        assert "not found so far · again in 7 days" in text
        assert "nothing left to try · again in 30 days" in text
        app.type("5")
        await pilot.pause()
        assert app.answers == ["ilocalizable_total"]
