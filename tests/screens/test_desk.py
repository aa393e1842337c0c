"""What an agent does at the desk and sees, key by key."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from textual.geometry import Offset

from agent_tui.i18n import set_language
from rules.desk import AgendaItem, NoClient, Refused
from screens import desk_view

pytestmark = pytest.mark.anyio

SIZES = [(80, 24), (120, 40), (200, 50)]


@pytest.fixture(params=SIZES, ids=["80x24", "120x40", "200x50"])
def size(request):
    return request.param


async def test_one_key_records_and_shows_the_next_client(make_app, make_desk, type_keys, screen_text, size):
    desk = make_desk()
    async with make_app(desk).run_test(size=size) as pilot:
        assert "María Fernanda" in screen_text(pilot.app)
        await type_keys(pilot, "<f5>")
        assert [body.code for body in desk.saved] == ["NOCO"]
        assert "John Q. Sample" in screen_text(pilot.app)
        assert "NOCO" in screen_text(pilot.app), "what was saved is said over the line"


async def test_a_promise_is_two_keys_and_carries_the_walk_through_the_script(make_app, make_desk, type_keys):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "1p<enter>")
    (body,) = desk.saved
    assert (body.code, body.amount, body.currency, body.account_id) == ("PPT", 3_550_00, "MXN", 1)
    assert body.due == date(2026, 11, 23)
    assert body.started_at is not None
    assert body.script == "insurance"
    assert len(body.path) == 2, "the digit walked one step"


async def test_keys_typed_in_one_burst_reach_the_right_client_in_their_order(make_app, make_desk, type_keys):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<f5>p100<enter><ctrl+z>n<enter>")
        for _ in range(10):
            await pilot.pause(0)
    assert [(body.client_id, body.code, body.amount) for body in desk.saved] == [
        (1, "NOCO", None),
        (2, "NEGP", None),
    ]


async def test_undo_after_the_next_client_is_shown(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<f6>")
        await type_keys(pilot, "<ctrl+z>")
        assert "María Fernanda" in screen_text(pilot.app)
        assert not desk.saved


async def test_a_refusal_says_why_and_leaves_line_and_client(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    desk.refuse = Refused(code="promise_too_far", params={"date": "2027-01-01", "last": "2026-11-30"})
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "ppt 1500<enter>")
        text = screen_text(pilot.app)
        assert "30-nov" in text
        assert "ppt 1500" in text
        assert "María Fernanda" in text


async def test_a_line_that_does_not_read_is_not_saved(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "ppt 12.345<enter>")
        assert not desk.saved
        assert "12.345" in screen_text(pilot.app)


async def test_a_function_key_takes_what_is_typed_as_its_fields_or_refuses(make_app, make_desk, type_keys):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "ppt 1500<f5>")
        assert not desk.saved, "a half-typed promise is not lost to a function key"
        await type_keys(pilot, "<ctrl+u>t2<f5>")
    assert [(body.code, body.phone) for body in desk.saved] == [("NOCO", "p2")]


async def test_skip_asks_for_a_reason_by_digit(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "<ctrl+n>1")
        await pilot.pause()
        assert desk.skipped == ["later"]
        assert "John Q. Sample" in screen_text(pilot.app)
        assert pilot.app.focused is pilot.app.screen.line


async def test_state_is_one_key_and_a_digit(make_app, make_desk, type_keys):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<ctrl+s>5")
        await pilot.pause()
        assert desk.state == "meal"


async def test_arrows_choose_the_account_that_defaults_refer_to(make_app, make_desk, type_keys):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<down>p<enter>")
    assert [(body.account_id, body.amount) for body in desk.saved] == [(2, 1_204_50)]


async def test_next_phone_only_stops_at_numbers_that_may_be_called(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<ctrl+t>")
        assert desk.phone == 0, "the second is out of hours, the third is retired"
        assert screen_text(pilot.app).count("▸1 ☎") == 1


async def test_the_objections_open_answer_and_close(make_app, make_desk, type_keys, screen_text, scripts):
    desk = make_desk()
    async with make_app(desk).run_test(size=(200, 50)) as pilot:
        script = pilot.app.screen.script.script
        await type_keys(pilot, "?2")
        text = " ".join(screen_text(pilot.app).split())
        assert script.objections[1].es in text
        await type_keys(pilot, "0")
        assert script.objections[1].es not in screen_text(pilot.app)


async def test_the_end_of_the_script_writes_its_result_on_the_line(make_app, make_desk, type_keys):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        panel = pilot.app.screen.script
        node = panel.script.nodes[panel.walk.node]
        place = next(n for n, one in enumerate(node.answers, 1) if one.code and not one.next)
        await type_keys(pilot, str(place))
        await pilot.pause()
        assert pilot.app.screen.line.value.startswith(node.answers[place - 1].code.lower())
        assert not desk.saved, "it is written, not saved"


async def test_history_is_filtered_by_what_is_typed(make_app, make_desk, type_keys, screen_text):
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "ppt<ctrl+o>")
        text = screen_text(pilot.app)
        assert "NOCO" not in text
        assert "PPT" in text
        await type_keys(pilot, "<ctrl+o>")
        assert "NOCO" in screen_text(pilot.app)


async def test_a_long_history_is_read_on_while_paging(make_app, make_desk, type_keys, until):
    desk = make_desk()
    entry = desk.client.history[0]
    desk.past = tuple(entry for _ in range(180))
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "noco<ctrl+o>")
        await type_keys(pilot, "<pagedown>" * 40)
        assert await until(pilot, lambda: len(pilot.app.screen.history.found.entries) == 180)


async def test_one_column_shows_one_panel_at_a_time_and_always_the_line(
    make_app, make_desk, type_keys, screen_text
):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        for key, words in (("f3", "datos"), ("f4", "Auto "), ("f9", "beto"), ("f2", "TDC Oro")):
            await type_keys(pilot, f"<{key}>")
            await pilot.pause()
            text = screen_text(pilot.app)
            assert "María Fernanda" in text
            assert words in text or key == "f3"
            assert "▌" in text.splitlines()[-4]


async def test_the_form_and_the_line_are_one_capture(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "ppt 1500<tab>")
        await pilot.pause()
        assert "1500" in screen_text(pilot.app)
        await type_keys(pilot, "<enter>")
        await pilot.pause()
        assert [(body.code, body.amount) for body in desk.saved] == [("PPT", 1500_00)]
        assert pilot.app.focused is pilot.app.screen.line


async def test_an_empty_desk_says_why_and_until_when(make_app, make_desk, screen_text):
    desk = make_desk()
    desk.at = 99
    desk.empty = NoClient(why="out_of_hours", until=None)
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        assert "CLIENT" in screen_text(pilot.app)
        desk.at = 0
        desk.changed()
        await pilot.pause()
        assert "María Fernanda" in screen_text(pilot.app), "the next client comes by itself"


async def test_a_change_behind_the_screen_keeps_the_line_and_the_script(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "1")
        walk = pilot.app.screen.script.walk
        await type_keys(pilot, "ppt 15")
        desk.waiting, desk.link = 3, "offline"
        desk.changed()
        await pilot.pause()
        assert "↑3" in screen_text(pilot.app)
        assert pilot.app.screen.line.value == "ppt 15"
        assert pilot.app.screen.script.walk == walk


async def test_the_agenda_opens_a_client_that_is_held_here(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    desk.callbacks = (
        AgendaItem(kind="callback", client_id=2, client="John Q. Sample", at=desk.client.as_of, here=True),
    )
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<ctrl+g>")
        await pilot.pause()
        await type_keys(pilot, "<enter>")
        await pilot.pause()
        assert "Platinum" in screen_text(pilot.app)


FRIDAY = datetime(2026, 11, 20, 17, 42, tzinfo=UTC)
AWAY = AgendaItem(kind="callback", client_id=2, client="John Q. Sample", at=FRIDAY)


async def ask(pilot, type_keys, desk) -> None:
    """Choose from the agenda somebody who is not held here."""
    john = desk.clients.pop()
    desk.callbacks = (AWAY,)
    await type_keys(pilot, "<ctrl+g>")
    await pilot.pause()
    await type_keys(pilot, "<enter>")
    await pilot.pause()
    assert desk.wanted == [2]
    desk.clients.append(john)  # the hub has given the client


async def test_a_client_who_is_elsewhere_is_asked_for_and_shown_when_there(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await ask(pilot, type_keys, desk)
        desk.outcome = 2
        desk.changed()
        await pilot.pause()
        assert "Platinum" in screen_text(pilot.app)


async def test_what_is_half_typed_is_not_interrupted_by_who_was_asked_for(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await ask(pilot, type_keys, desk)
        await type_keys(pilot, "p15")
        desk.outcome = 2
        desk.changed()
        await pilot.pause()
        assert "Platinum" not in screen_text(pilot.app)
        assert "la agenda" in screen_text(pilot.app) or "the agenda" in screen_text(pilot.app)
        assert pilot.app.screen.line.value == "p15"


async def test_why_a_client_can_not_be_opened_is_said(make_app, make_desk, type_keys, screen_text):
    set_language("en")
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await ask(pilot, type_keys, desk)
        desk.outcome = Refused(code="client_barred", params={"rule": "promise", "until": ""})
        desk.changed()
        await pilot.pause()
        assert "That client may not be called now: a promise is open." in screen_text(pilot.app)


@pytest.mark.parametrize("keys", ["p", "1"])
async def test_working_on_a_client_begins_a_call(make_app, make_desk, type_keys, until, keys, monkeypatch):
    monkeypatch.setattr(desk_view, "CALL_BEGINS_S", 0.2)
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert desk.state == "available"
        await type_keys(pilot, keys)
        assert desk.state == "available", "not on the path of the key"
        assert await until(pilot, lambda: desk.state == "on_call")


async def test_a_result_of_one_key_is_no_call_that_began(make_app, make_desk, type_keys, until, monkeypatch):
    monkeypatch.setattr(desk_view, "CALL_BEGINS_S", 0.2)
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<f5>")
        assert not await until(pilot, lambda: desk.state != "available")


async def test_the_mouse_does_what_the_keys_do(make_app, make_desk, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        screen = pilot.app.screen
        await pilot.pause()
        await pilot.click("#debt", offset=Offset(5, 3))
        await pilot.pause()
        assert screen.debt.selected == 1
        assert pilot.app.focused is screen.line, "the line keeps the focus"
        await pilot.click("#script", offset=Offset(5, screen.script._answer_lines[0] + 1))
        await pilot.pause()
        assert len(screen.script.walk.path) == 2
        bar = screen.keys
        place = next(start for start, _end, action in bar._places if action == "result('f6')")
        await pilot.click("#keys", offset=Offset(place + 1, 0))
        await pilot.pause()
        assert [body.code for body in desk.saved] == ["OCUP"]
