"""What is hidden until identity is confirmed, and what was not said before a result is saved."""

from __future__ import annotations

import msgspec
import pytest

from rules.desk import Refused
from rules.identity import REVEAL_REASONS

pytestmark = pytest.mark.anyio

SIZES = {"80x24": (80, 24), "120x40": (120, 40), "200x50": (200, 50)}
FACES = (
    "<f2>",
    "<f3>",
    "<f4>",
    "<f9>",
    "<f2><down>",
    "p",
    "<ctrl+u>ppp min",
    "<ctrl+u>l 50%",
    "<tab>",
    "<escape>",
)
"""Every panel, both accounts, and captures whose amounts come from the account."""


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def size(request):
    return request.param


def amounts(client) -> set[str]:
    """Every amount of a client, as the screen would write it."""
    found = []
    for account in client.accounts:
        found += [account.overdue, account.total, account.minimum, *account.components.values()]
        found += [account.overdue // 2]
    for policy in client.policies:
        found += [policy.sum_insured, *(one.amount for one in policy.claims)]
        found += [value for one in policy.receipts for value in (one.net, one.surcharge, one.tax, one.total)]
        found += [one.delta for one in policy.endorsements]
    found += [promise.amount for promise in client.promises]
    found += [entry.amount for entry in client.history if entry.amount]
    written = {f"{minor // 100:,}.{minor % 100:02d}" for minor in found if minor}
    written |= {detail.value for one in client.accounts for detail in one.details if "$" in detail.value}
    return written | {text.replace(",", "") for text in written}


def with_(client, **settings):
    return msgspec.structs.replace(client, rules=settings)


async def test_no_amount_is_anywhere_before_identity_and_all_are_after(
    make_app, make_desk, type_keys, screen_text, size
):
    desk = make_desk()
    hidden = amounts(desk.client)
    async with make_app(desk).run_test(size=size) as pilot:
        for face in FACES:
            await type_keys(pilot, face)
            await pilot.pause()
            text = screen_text(pilot.app)
            assert not {amount for amount in hidden if amount in text}, face
        await type_keys(pilot, "<ctrl+u><f2>")
        assert "•••••" in screen_text(pilot.app)
        assert "B1" in screen_text(pilot.app), "how late it is stays in sight"
        await type_keys(pilot, "111")
        seen = ""
        for face in ("<f2>", "<f4>", "<f9>"):
            await type_keys(pilot, face)
            await pilot.pause()
            seen += screen_text(pilot.app)
        assert "•••••" not in seen
        for amount in ("3,550.00", "10,650.00", "8,900.10", "285,000.00", "12,400.00", "$1,500.00"):
            assert amount in seen
        await type_keys(pilot, "p")
        assert "$1,204.50" in str(pilot.app.screen.preview.content)


async def test_what_is_typed_shows_as_typed_and_defaults_are_masked(make_app, make_desk, type_keys):
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        said = pilot.app.screen.preview
        await type_keys(pilot, "p1200")
        assert "$1,200.00" in str(said.content)
        await type_keys(pilot, "<ctrl+u>p")
        assert "•••••" in str(said.content)
        await type_keys(pilot, "<ctrl+u>p99999")
        assert "10,650" not in str(said.content), "why it is refused does not tell what is owed"
        assert "•••••" in str(said.content)


async def test_a_refusal_does_not_tell_what_is_owed(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    desk.refuse = Refused(code="amount_above_total", params={"amount": "99.00", "total": "10650.00"})
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "p99<enter>")
        assert "10,650" not in screen_text(pilot.app)


async def test_the_data_to_compare_stand_beside_the_question_alone(
    make_app, make_desk, type_keys, screen_text
):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        for keys, there in (("<f3>", False), ("11", True), ("1", False), ("0", True), ("3", False)):
            await type_keys(pilot, keys)
            text = screen_text(pilot.app)
            assert ("14-feb-1985" in text) is there
            assert ("···AB1" in text) is there
            assert "RUOM850214AB1" not in text


async def test_the_result_says_who_was_identified_by_what_and_which_way_the_call_went(
    make_app, make_desk, type_keys
):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "1?70111p<enter>")
    (body,) = desk.saved
    assert body.path == ("G1", "G2", "?scam", "V1", "D1", "P1")
    assert (body.identity, body.factors) == ("confirmed", ("birth_date", "account_ending"))
    assert body.missed == ("S1", "C1")


async def test_going_back_over_the_question_hides_again_and_so_does_the_next_client(
    make_app, make_desk, type_keys, screen_text
):
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "111")
        assert "8,900.10" in screen_text(pilot.app)
        await type_keys(pilot, "0")
        assert "8,900.10" not in screen_text(pilot.app)
        await type_keys(pilot, "1<f5>")
        assert "312.40" not in screen_text(pilot.app)
        await type_keys(pilot, "<ctrl+z>")
        assert "8,900.10" not in screen_text(pilot.app)


async def test_money_is_shown_for_a_reason_that_is_recorded(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "*")
        await pilot.pause()
        await type_keys(pilot, "3")
        await pilot.pause()
        assert "8,900.10" in screen_text(pilot.app)
        await type_keys(pilot, "p<enter>")
    assert [note.reason for note in desk.notes] == ["preparing"]
    assert desk.saved[0].identity == "revealed:preparing"


async def test_money_stays_hidden_without_a_reason_or_when_it_can_not_be_recorded(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk()
    desk.refuse = Refused(code="disk_full")
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        for answer in ("<escape>", "1"):
            await type_keys(pilot, "*")
            await pilot.pause()
            await type_keys(pilot, answer)
            await pilot.pause()
            assert "8,900.10" not in screen_text(pilot.app)
    assert not desk.notes
    assert len(REVEAL_REASONS) == 5


async def test_a_portfolio_may_hide_nothing(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    desk.clients[0] = with_(desk.client, **{"script.identity": "off"})
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        assert "8,900.10" in screen_text(pilot.app)
        await type_keys(pilot, "*")
        await pilot.pause()
        assert pilot.app.focused is pilot.app.screen.line, "there is nothing to show"


async def test_offers_wait_for_identity(make_app, make_desk, type_keys, screen_text):
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        desk = pilot.app.screen
        await type_keys(pilot, "+")
        await pilot.pause()
        assert pilot.app.screen is desk
        assert "*" in str(desk.preview.content)


# What was not said


async def test_what_was_not_said_is_seen_before_enter(make_app, make_desk, type_keys, screen_text, size):
    desk = make_desk()
    async with make_app(desk).run_test(size=size) as pilot:
        await type_keys(pilot, "1p")
        text = screen_text(pilot.app)
        assert "Identidad, Aviso, Recibo, Resumen, Cierre" in text
        assert "Grabación" not in text
        await type_keys(pilot, "<enter>")
    assert desk.saved[0].missed == ("V1", "D1", "P1", "S1", "C1")


async def test_no_answer_calls_for_nothing(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "noco")
        assert "Grabación" not in screen_text(pilot.app)
        await type_keys(pilot, "<ctrl+u><f5>")
    assert desk.saved[0].missed == ()


async def test_a_portfolio_may_want_a_second_enter(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    desk.clients[0] = with_(desk.client, **{"script.missed": "force"})
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "p<enter>")
        assert not desk.saved
        assert "Grabación" in screen_text(pilot.app)
        await type_keys(pilot, "1200<enter>")
        assert not desk.saved, "the line has changed"
        await type_keys(pilot, "<enter>")
    assert [body.amount for body in desk.saved] == [1_200_00]
    assert len(desk.saved[0].missed) == 6


async def test_objections_beyond_the_ninth_have_a_key(make_app, make_desk, type_keys, screen_text):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        script = pilot.app.screen.script
        assert len(script.script.objections) > 9
        await type_keys(pilot, "??1")
        assert script.script.objections[9].reply_es[:20] in screen_text(pilot.app)
        assert script.walk.path == ("G1", f"?{script.script.objections[9].id}")
        await type_keys(pilot, "0")
        assert not script.objections


async def test_a_result_of_the_script_carries_what_the_answers_imply(make_app, make_desk, type_keys):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "12")  # does not want to be recorded
        await pilot.pause()
        assert pilot.app.screen.line.value == "refi a:sup"
        await type_keys(pilot, "<ctrl+u>?93")  # stop calling: text messages only
        await pilot.pause()
        assert pilot.app.screen.line.value == "cese m:sms"


@pytest.mark.parametrize("keys", ["", "111<f2>"], ids=["before", "after"])
@pytest.mark.parametrize("name", ["80x24", "120x40"])
async def test_before_and_after_identity(make_app, make_desk, type_keys, screen_text, snapshot, name, keys):
    async with make_app(make_desk()).run_test(size=SIZES[name]) as pilot:
        await type_keys(pilot, keys)
        await pilot.pause()
        assert screen_text(pilot.app) == snapshot
