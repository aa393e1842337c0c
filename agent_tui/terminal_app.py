"""What each of our full-screen applications has: colours, keys, palette, language, a way out."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.command import Provider

from agent_tui import themes
from agent_tui.compat import QuietApp
from agent_tui.config import Settings
from agent_tui.keymap import load_keys
from rules.words import language, mark, tr

TERMINAL_CHECK_S = 2.0
"""How often it is checked that the terminal is still there."""


def _palette_commands() -> type[Provider]:
    from agent_tui.palette import DeskCommands

    return DeskCommands


class TerminalApp(QuietApp, inherit_bindings=False):
    """Base of the full-screen applications.

    Args:
        settings: the user's own theme, keys and mouse.
    """

    COMMANDS = {_palette_commands}  # noqa: RUF012 - Textual declares it so
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+p", "command_palette", mark("All commands"), id="app.palette", show=False, priority=True
        ),
        Binding("ctrl+q", "quit", mark("Leave"), id="app.quit", priority=True),
        Binding("ctrl+c", "quit", mark("Leave"), id="app.interrupt", show=False, priority=True),
        Binding("ctrl+l", "language", mark("Spanish / English"), id="app.language", show=False),
        Binding("ctrl+y", "theme", mark("Next theme"), id="app.theme", show=False),
    ]

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self._problems: tuple[str, ...] = ()
        # Before the first stylesheet is read: ours use variables that only our themes have.
        themes.install(self, self.settings.theme or themes.DEFAULT)

    def bindings_in_use(self) -> Iterable[BindingType]:
        """Every binding that the user may give another key, and that is in force with the others."""
        return self.BINDINGS

    def dialog_bindings(self) -> Iterable[BindingType]:
        """Those of dialogs, which may use keys of the screen below."""
        return ()

    def on_mount(self) -> None:
        """The user's own keys; watch for a terminal that goes away."""
        if self.settings.keys:
            self._put_keys_in_force()
        if not self.is_headless:
            with suppress(NotImplementedError, RuntimeError):  # no such signal here
                asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.exit)
            self.set_interval(TERMINAL_CHECK_S, self._check_terminal)

    def _put_keys_in_force(self) -> None:
        bindings, dialogs = list(self.bindings_in_use()), list(self.dialog_bindings())
        ids = [one.id for one in (*bindings, *dialogs) if isinstance(one, Binding) and one.id]
        groups = {name.partition(".")[0] for name in ids}
        # One settings file serves every application: what another one binds is not wrong here.
        chosen = {name: key for name, key in self.settings.keys.items() if name.partition(".")[0] in groups}
        keymap, self._problems = load_keys(chosen, bindings, dialogs)
        self.set_keymap(keymap)

    def on_ready(self) -> None:
        """Say once which keys of the settings could not be put in force."""
        for problem in self._problems:
            self.notify(problem, severity="warning", timeout=15, markup=False)

    def _check_terminal(self) -> None:
        """A program without its terminal would run on unseen, at full speed: end it."""
        import termios

        if self.is_web:
            self._check_server()
            return
        try:
            termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0)
        except (termios.error, OSError, ValueError):
            self.exit()

    def _check_server(self) -> None:
        """In a browser the terminal is a pipe from the server: end with whoever holds its other end."""
        import select

        line = select.poll()
        line.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        if any(what & (select.POLLHUP | select.POLLERR) for _, what in line.poll(0)):
            self.exit()

    def action_language(self) -> None:
        """Change between Spanish and English while running."""
        from agent_tui.i18n import set_language

        set_language("en" if language() == "es" else "es")
        self.say_again()

    def say_again(self) -> None:
        """Write every fixed text anew: the language has changed."""

    def action_theme(self) -> None:
        """The next theme."""
        self.theme = themes.after(self.theme)

    def action_command_palette(self) -> None:
        """Open the palette, in the language in force."""
        from agent_tui.compat import Palette

        if not Palette.is_open(self):  # type: ignore[arg-type]  # it only looks at the screen
            self.push_screen(Palette(placeholder=tr("Search for a command")))


def run(app: TerminalApp) -> None:
    """Run an application until its user leaves.

    Raises:
        Exception: whatever ended it unexpectedly, once the terminal is as it was found.
    """
    app.run(mouse=app.settings.mouse)
    if app.failure is not None:
        raise app.failure
