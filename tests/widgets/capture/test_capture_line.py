"""The capture line by what is typed on it and what then happens."""

from __future__ import annotations

import pytest
from textual import events

pytestmark = pytest.mark.anyio


async def test_a_line_is_read_as_it_is_typed_and_submitted_by_enter(desk):
    app = desk()
    async with app.run_test(size=(100, 30)) as pilot:
        app.type("ppt 1500 vie spei")
        await pilot.pause()
        assert app.desk.line.reading.amount == 150000
        assert app.desk.line.reading.complete
        preview = str(app.desk.query_one("CapturePreview").content)
        assert "$1,500.00" in preview
        assert "SPEI" in preview
        app.type("\r")
        await pilot.pause()
        assert app.desk.said == ["1:ppt 1500 vie spei"]
        assert app.desk.line.value == ""


async def test_keys_of_one_burst_reach_the_client_they_were_typed_for(desk):
    app = desk()
    async with app.run_test() as pilot:
        app.type("p1500\rn\r<f5>1p20 vie\r2?")
        await pilot.pause()
        await pilot.pause()
        assert app.desk.said == [
            "1:p1500",
            "2:n",
            "3:f5",
            "answer 1",
            "4:p20 vie",
            "answer 2",
            "answer ?",
        ]


async def test_two_hundred_keys_in_one_write_lose_none(desk):
    app = desk()
    async with app.run_test() as pilot:
        app.type("n\r" * 100)
        for _ in range(100):
            await pilot.pause(0.01)
            if len(app.desk.said) == 100:
                break
        assert app.desk.said == [f"{number}:n" for number in range(1, 101)]


async def test_digits_and_arrows_are_the_screens_while_the_line_is_empty(desk):
    app = desk()
    async with app.run_test() as pilot:
        app.type("1?<up>")
        await pilot.pause()
        assert app.desk.said == ["answer 1", "answer ?", "answer up"]
        app.type("p1?<left><backspace>")
        await pilot.pause()
        assert app.desk.line.value == "p?"
        assert len(app.desk.said) == 3


async def test_an_incomplete_line_stays_and_says_what_would_do(desk):
    app = desk()
    async with app.run_test(size=(100, 30)) as pilot:
        app.type("ppt 1500 v\r")
        await pilot.pause()
        assert app.desk.said == []
        assert app.desk.line.value == "ppt 1500 v"
        assert "v is not understood" in str(app.desk.query_one("CapturePreview").content)


async def test_defaults_are_shown_apart_from_what_was_typed(desk):
    app = desk()
    async with app.run_test(size=(100, 30)) as pilot:
        app.type("p20")
        await pilot.pause()
        content = app.desk.query_one("CapturePreview").content
        styles = {content.plain[span.start : span.end]: str(span.style) for span in content.spans}
        assert styles["$20.00"] == "bold"
        assert "italic" in styles["vie 27-nov"]


async def test_the_arrow_keys_call_back_lines_that_begin_alike(desk):
    app = desk()
    async with app.run_test() as pilot:
        app.type("p10\rn\rp20\rp<up>")
        await pilot.pause()
        assert app.desk.line.value == "p20"
        app.type("<up>")
        await pilot.pause()
        assert app.desk.line.value == "p10"
        app.type("<down><down>")
        await pilot.pause()
        assert app.desk.line.value == "p"


async def test_the_last_line_comes_back_whatever_stands_there(desk):
    app = desk()
    async with app.run_test() as pilot:
        app.type("p10 vie\r<ctrl+r>")
        await pilot.pause()
        assert app.desk.line.value == "p10 vie"


async def test_the_ghost_text_is_there_at_once_and_right_takes_it(desk):
    app = desk()
    async with app.run_test() as pilot:
        app.type("noc")
        await pilot.pause()
        assert app.desk.line._suggestion == "noco"
        app.type("<right>")
        await pilot.pause()
        assert app.desk.line.value == "noco"


async def test_pasted_lines_are_joined_and_cleaned(desk):
    app = desk()
    async with app.run_test() as pilot:
        app.post_message(events.Paste("ppt 1500\r\nvie \x1b]52;c;aGk=\x1b\\spei\u202e"))
        await pilot.pause()
        assert app.desk.line.value == "ppt 1500 vie ]52;c;aGk=\\spei"
        assert app.desk.said == []
        assert len(app._notifications) == 1


async def test_nothing_is_submitted_without_a_client(desk):
    app = desk()
    async with app.run_test() as pilot:
        app.desk.line.context = None
        app.type("noco\r")
        await pilot.pause()
        assert app.desk.said == []
        assert app.desk.line.value == "noco"


async def test_a_new_client_changes_what_the_line_means(desk, context):
    import msgspec

    app = desk()
    async with app.run_test() as pilot:
        app.type("p")
        await pilot.pause()
        assert app.desk.line.reading.amount == 355000
        app.desk.line.context = msgspec.structs.replace(context, due=100)
        assert app.desk.line.reading.amount == 100


async def test_a_line_longer_than_the_window_scrolls_with_the_caret(desk):
    app = desk()
    async with app.run_test(size=(40, 20)) as pilot:
        app.type("x /" + "abcdefghij" * 8 + "END")
        await pilot.pause()
        row = app.desk.line.render_line(0).text
        assert row.rstrip().endswith("END")
        app.type("<home>")
        await pilot.pause()
        assert app.desk.line.render_line(0).text.startswith("x /abc")


async def test_typing_lays_nothing_out(desk, monkeypatch):
    app = desk()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        layouts: list[object] = []
        refresh = type(app.desk)._refresh_layout
        monkeypatch.setattr(
            type(app.desk),
            "_refresh_layout",
            lambda *given, **named: (layouts.append(1), refresh(*given, **named)),
        )
        app.type("ppt 1500 vie spei")
        await pilot.pause()
        assert app.desk.line.reading.complete
        assert layouts == []
