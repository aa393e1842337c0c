"""The application around the desk: start, language, colours, keys of one's own, leaving."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from textual.css.query import NoMatches

from agent_tui import themes
from agent_tui.config import Settings
from rules.words import tr

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]

ENGLISH_OF_TEXTUAL = (
    "Quit",
    "Search for",
    "No matches",
    "Maximize",
    "Screenshot",
    "Focus Next",
    "Change the current",
)


async def test_the_first_page_is_painted_before_the_service_and_keys_are_kept(
    make_app, make_desk, type_keys, screen_text, until
):
    desk = make_desk()
    app = make_app(None, first=desk.desk())
    async with app.run_test(size=(120, 40)) as pilot:
        assert "María Fernanda" in screen_text(app)
        await type_keys(pilot, "<f5>p2000<enter><f6>")
        assert not desk.saved
        app.attach(desk)
        assert await until(pilot, lambda: len(desk.saved) == 2)
        await type_keys(pilot, "<f6>")
    assert [(body.code, body.amount) for body in desk.saved] == [("NOCO", None), ("PPT", 2000_00)]
    assert desk.at == 2


async def test_leaving_works_before_there_is_a_service(make_app, type_keys, until):
    app = make_app(None)
    async with app.run_test() as pilot:
        await type_keys(pilot, "<ctrl+q>")
        assert await until(pilot, lambda: app._exit)


async def test_the_language_changes_while_running_and_says_everything_again(
    make_app, make_desk, type_keys, screen_text
):
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "p<ctrl+l>")
        english = screen_text(pilot.app)
        assert {"CLIENT", "DEBT", "SCRIPT", "HISTORY", "POLICIES", "CAPTURE"} <= set(
            english.replace("▸", " ").split()
        )
        assert "no answer" in english
        assert "Promise to pay in full" in english
        assert "CLIENTE" not in english
        await type_keys(pilot, "<ctrl+l>")
        assert "CLIENTE" in screen_text(pilot.app)


@pytest.mark.parametrize("name", themes.NAMES)
async def test_every_theme_draws_every_style(make_app, make_desk, name):
    """A style with an unknown colour is silently nothing: all of ours must have one."""
    app = make_app(make_desk(), settings=Settings(theme=name))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.theme == name
        for panel in (app.desk.client, *app.desk.panels.values()):
            styles = {span.style for line in panel._drawn for span in line.spans}
            assert styles
            assert all(app.stylesheet.parse_style(style) for style in styles if style)


async def test_a_new_theme_colours_what_is_on_the_screen(make_app, make_desk, type_keys):
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        row = 13  # the selected account

        def colours() -> list[object]:
            return [
                segment.style for segment in pilot.app.screen._compositor.render_strips(pilot.app.size)[row]
            ]

        dark = colours()
        await type_keys(pilot, "<ctrl+y>")
        await pilot.pause()
        assert pilot.app.theme == "light"
        assert not set(map(str, colours())) & set(map(str, dark))


async def test_a_theme_of_terminal_colours_is_not_taken(make_app, make_desk):
    app = make_app(make_desk(), settings=Settings(theme="textual-ansi"))
    async with app.run_test():
        assert app.theme == themes.DEFAULT


async def test_without_colours_every_state_still_has_its_sign(make_app, make_desk, monkeypatch, screen_text):
    monkeypatch.setenv("NO_COLOR", "1")
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = screen_text(pilot.app)
        assert {"✓", "✗", "▸1"} <= set(text.split())


async def test_a_key_of_ones_own_replaces_the_default_everywhere(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    app = make_app(desk, settings=Settings(keys={"result.f5": "f11"}))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "F11 no contesta" in screen_text(app)
        await type_keys(pilot, "<f5>")
        assert not desk.saved
        await type_keys(pilot, "<f11>")
        assert len(desk.saved) == 1


async def test_keys_that_can_not_be_put_in_force_are_told_once(make_app, make_desk, type_keys):
    keys = {"desk.unod": "f11", "desk.undo": "f5", "desk.skip": "hyper+q"}
    app = make_app(make_desk(), settings=Settings(keys=keys))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        told = [note.message for note in app._notifications]
        assert len(told) == 3
        assert any("desk.undo" in one and "desk.unod" in one for one in told), "the nearest id is named"
        await type_keys(pilot, "<f5><f5>")
        assert len(app._notifications) == 3


async def test_the_palette_speaks_the_language_and_shows_live_keys(
    make_app, make_desk, type_keys, screen_text, until
):
    desk = make_desk()
    app = make_app(desk, settings=Settings(keys={"desk.undo": "f11"}))
    async with app.run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<ctrl+p>")
        assert await until(pilot, lambda: "F11" in screen_text(app))
        text = screen_text(app)
        assert not [words for words in ENGLISH_OF_TEXTUAL if words in text]
        await type_keys(pilot, "zzzz")
        assert await until(pilot, lambda: tr("Nothing matches.") in screen_text(app))
        assert not [words for words in ENGLISH_OF_TEXTUAL if words in screen_text(app)]


async def test_leaving_with_something_unsaved_asks_once(make_app, make_desk, type_keys, until):
    app = make_app(make_desk())
    async with app.run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "ppt")
        await type_keys(pilot, "<ctrl+q>")
        assert not app._exit
        assert len(app._notifications) == 1
        await type_keys(pilot, "<ctrl+q>")
        assert await until(pilot, lambda: app._exit)


async def test_leaving_an_idle_desk_asks_nothing(make_app, make_desk, type_keys, until):
    app = make_app(make_desk())
    async with app.run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "<ctrl+q>")
        assert await until(pilot, lambda: app._exit)


async def test_a_failure_is_kept_for_the_caller_and_prints_nothing(make_app, make_desk, capsys):
    desk = make_desk()
    app = make_app(desk)

    def fail() -> None:
        raise RuntimeError("broken desk")

    async def work() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            app.call_later(fail)
            await pilot.pause()

    with pytest.raises(RuntimeError, match="broken desk"):
        await work()
    assert isinstance(app.failure, RuntimeError)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err


async def test_a_shift_of_pages_and_moves_leaves_no_widget_behind(make_app, make_desk, type_keys):
    import gc

    from textual.widget import Widget

    def live() -> int:
        gc.collect()
        return sum(isinstance(one, Widget) for one in gc.get_objects())

    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        screen = pilot.app.desk

        async def work() -> None:
            for turn in range(50):
                desk.at = 1 - desk.at
                screen.show(desk.desk())
                screen.action_look("script" if turn % 2 else "debt")
                for _ in range(3):
                    screen.set_focus(None)
                    screen.set_focus(screen.line)
                await pilot.pause(0)

        await work()
        before = live()
        for _ in range(3):
            await work()
        assert live() <= before
        with pytest.raises(NoMatches):
            screen.query_one("Footer")


def test_the_screens_import_no_store_and_no_network():
    code = (
        "import agent_tui.app, screens.desk, sys\n"
        "heavy = 'sqlmodel sqlalchemy httpx pydantic sqlite3 babel phonenumbers holidays'.split()\n"
        "print(sorted(set(heavy) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["agent_tui.app", "agent_tui.workstation_app", "agent_tui.board_app"])
def test_a_bare_escape_does_not_wait(module):
    code = f"import {module}, textual.constants; print(textual.constants.ESCAPE_DELAY)"
    bare = {name: value for name, value in os.environ.items() if name != "ESCDELAY"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=bare, cwd=ROOT
    )
    assert float(done.stdout) == 0.025
