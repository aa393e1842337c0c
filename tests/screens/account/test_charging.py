"""Another channel, and a mandate taken back: what the agent types, reads and asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest
from textual.containers import Vertical

from agent_tui.i18n import set_language
from rules.backoffice.asks import ChannelChange
from rules.backoffice.facts import AskBody, RevocationBody
from rules.clients import Promise
from rules.debit.mandates import Mandate
from tests.rules.insurance.policies import policy
from tests.screens.conftest import ZONE, maria

pytestmark = pytest.mark.anyio

CLABE = "032180000118359719"
AT = datetime(2026, 11, 20, 17, 42, tzinfo=UTC)


def insured(**more):
    """María, whose car is insured in quarterly receipts; the first is past due and in its grace."""
    fields = {
        "account_id": 1, "net": 12_000_00, "frequency": "quarterly", "fee": 550_00, "status": "grace",
        "starts": date(2026, 11, 1), "today": date(2026, 11, 20), "zone": ZONE.key,
    }  # fmt: skip
    given = {"rules": {"script.identity": "off"}, "policies": (policy(**fields),), "promises": ()}
    return msgspec.structs.replace(maria(), **(given | more))


def mandate(**more):
    given = {"id": "m1", "account_id": 1, "channel": "domi", "ending": "9719", "bank": "Ixe", "agreed": AT}
    return Mandate(**(given | more))


async def opened(pilot, type_keys, key):
    await type_keys(pilot, "$")
    await pilot.pause()
    await type_keys(pilot, key)
    await pilot.pause()
    await pilot.pause()


async def test_a_line_asks_for_direct_debit_and_shows_four_digits_of_the_account(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk(insured())
    first = insured().policies[0].receipts[0]
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys, "c")
        await type_keys(pilot, f"clabe {CLABE} voz #GRAB-1")
        await pilot.pause()
        told = screen_text(pilot.app)
        assert "Ixe **************9719" in told
        assert "GRAB-1" in told
        await type_keys(pilot, "<enter>")
    assert desk.notes == [
        AskBody(
            client_id=1,
            account_id=1,
            policy_id=insured().policies[0].id,
            asks=ChannelChange(
                to="domi", first_receipt=first.id, clabe=CLABE, consent="voice", evidence="GRAB-1"
            ),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"clabe {CLABE[:-1]}0 voz #A", "the last would be 9"),
        (f"clabe {CLABE} #A", "consent was given"),
        (f"clabe {CLABE} voz", "evidence of the consent"),
        ("tdc 4242 voz #A", "the gateway's token"),
        ("tdc 4111111111111111", "card number"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_asked_for(
    make_app, make_desk, type_keys, screen_text, line, words
):
    desk = make_desk(insured())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        set_language("en")
        await opened(pilot, type_keys, "c")
        await type_keys(pilot, f"{line}<enter>")
        await pilot.pause()
        assert words in " ".join(screen_text(pilot.app).split())
    assert not desk.notes


async def test_a_receipt_that_is_promised_otherwise_is_not_charged_too(
    make_app, make_desk, type_keys, screen_text
):
    first = insured().policies[0].receipts[0]
    promise = Promise(
        id="p", account_id=1, made=AT, due=date(2026, 11, 25), amount=first.total, currency="MXN",
        channel="spei", receipts=(first.id,),
    )  # fmt: skip
    desk = make_desk(insured(promises=(promise,)))
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        set_language("en")
        await opened(pilot, type_keys, "c")
        await type_keys(pilot, f"clabe {CLABE} rec1 voz #A<enter>")
        await pilot.pause()
        assert "Free: rec2" in " ".join(screen_text(pilot.app).split())
    assert not desk.notes


async def test_where_cover_ends_before_a_charge_can_come_the_agent_is_told(
    make_app, make_desk, type_keys, screen_text
):
    fields = {
        "account_id": 1, "net": 12_000_00, "frequency": "quarterly", "fee": 550_00, "status": "grace",
        "starts": date(2026, 10, 22), "today": date(2026, 11, 20), "zone": ZONE.key,
    }  # fmt: skip
    for rec, warned in (("rec1", True), ("rec2", False)):
        async with make_app(make_desk(insured(policies=(policy(**fields),)))).run_test(
            size=(80, 24)
        ) as pilot:
            set_language("en")
            await opened(pilot, type_keys, "c")
            await type_keys(pilot, f"clabe {CLABE} {rec} voz #A")
            await pilot.pause()
            assert ("before it may be charged" in screen_text(pilot.app)) is warned


async def test_one_mandate_is_taken_back_by_enter_alone(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(insured(mandates=(mandate(charging=(1,)),)))
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        set_language("en")
        await opened(pilot, type_keys, "v")
        told = screen_text(pilot.app)
        assert "Ixe ···9719" in told
        assert "One charge is with the bank" in told
        await type_keys(pilot, "ya no quiere<enter>")
    assert desk.notes == [RevocationBody(client_id=1, mandate_id="m1", note="ya no quiere")]


async def test_of_several_mandates_the_one_whose_number_is_typed(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(insured(mandates=(mandate(), mandate(id="m2", ending="4242", channel="tdc"))))
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys, "v")
        await type_keys(pilot, "<enter>")
        await pilot.pause()
        assert not desk.notes
        await type_keys(pilot, "2 tarjeta nueva<enter>")
    assert desk.notes == [RevocationBody(client_id=1, mandate_id="m2", note="tarjeta nueva")]


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=["60x24", "80x24", "120x40"])
async def test_how_it_looks(make_app, make_desk, type_keys, screen_text, snapshot, size):
    async with make_app(make_desk(insured(mandates=(mandate(),)))).run_test(size=size) as pilot:
        set_language("en")
        await opened(pilot, type_keys, "c")
        await type_keys(pilot, "tdc tok_1a2b3c 4242 visa voz #GRAB-1 hasta 5000")
        await pilot.pause()
        part = pilot.app.screen.query_one(Vertical).region
        rows = screen_text(pilot.app).split("\n")[part.y : part.bottom]
        assert "\n".join(row[part.x : part.right].rstrip() for row in rows) == snapshot
