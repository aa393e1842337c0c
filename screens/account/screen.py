"""The account on the desk, whole: its sheet, and the keys of what can be asked for."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.desk import ClientPage
from rules.wire import FactBody
from rules.words import mark, tr
from screens.account import actions
from screens.account.dialog import About, Look, TakeNote
from screens.account.sheets import sheet, trace
from screens.board import keys
from widgets.key_bar import KeyBar, KeyWords
from widgets.shown import shown


class AccountScreen(ModalScreen[None]):
    """Shows the sheet of the account's product; a key opens what can be asked for, Escape leaves.

    Args:
        about: the account.
        take: keeps what a dialog brings.
        look: the client's page as it is by now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,dollar_sign", "leave", mark("Back to the call"), id="account.leave"),
        *(
            Binding(action.key, f"open('{name}')", action.words, id=f"account.{name}")
            for name, action in actions.ACTIONS.items()
        ),
        Binding("t", "trace", mark("What each payment paid"), id="account.trace"),
        Binding("down", "roll(1)", mark("Down in the sheet"), id="account.down", show=False),
        Binding("up", "roll(-1)", mark("Up in the sheet"), id="account.up", show=False),
        Binding("pagedown,space", "roll(12)", mark("A page down"), id="account.page_down", show=False),
        Binding("pageup", "roll(-12)", mark("A page up"), id="account.page_up", show=False),
    ]

    DEFAULT_CSS = """
    AccountScreen { layout: vertical; background: $surface; }
    AccountScreen #account-head { height: 1; }
    AccountScreen #account-body { height: 1fr; padding: 0 1; scrollbar-gutter: stable; }
    AccountScreen #account-said { height: 1; }
    AccountScreen #account-keys { height: 1; }
    """

    AUTO_FOCUS = "#account-body"

    def __init__(self, about: About, take: TakeNote, look: Look = lambda: None) -> None:
        super().__init__()
        self.about, self._take, self._look = about, take, look
        self._traced = False

    def compose(self) -> ComposeResult:
        """Head, sheet, what was said last, keys."""
        yield Static(id="account-head")
        with VerticalScroll(id="account-body"):
            yield Static(id="account-sheet")
        yield Static(id="account-said")
        yield KeyBar(id="account-keys")

    def on_mount(self) -> None:
        """Write the keys; draw once the size is known."""
        self.query_one(KeyBar).show([_in_brief(one) for one in keys.bar(self, ("account.leave",))])
        self.call_after_refresh(self.draw)

    def on_resize(self) -> None:
        """Draw for the size."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draw the sheet for the width that there is."""
        width = self.query_one("#account-body").scrollable_content_region.width
        if not width:
            return
        title = f" {self.about.client.name} · {self.about.account.name or self.about.account.number}"
        self.query_one("#account-head", Static).update(shown(title, "bold $text-primary"), layout=False)
        lines = trace(self.about, width) if self._traced else sheet(self.about, width)
        self.query_one("#account-sheet", Static).update(Content("\n").join(lines))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what fits the account has a key."""
        return action != "open" or parameters[0] in actions.offered(self.about)

    async def action_open(self, name: str) -> None:
        """Open what can be asked for; keys typed at once are the dialog's."""
        action = actions.ACTIONS[name]

        def answered(body: FactBody | None) -> None:
            if body is not None:
                self._keep(body, tr(action.said))
            elif (page := self._look()) is not None:
                self.about = about_now(self.about, page)
                self.draw()

        dialog = actions.dialog(name, self.about)
        dialog.take, dialog.look = self._take, self._look
        await self.app.push_screen(dialog, answered)

    def _keep(self, body: FactBody, said: str) -> None:
        page = self._take(body, said)
        if page is None:
            self.dismiss(None)  # the desk says why it was not taken
            return
        self.about = about_now(self.about, page)
        self.query_one("#account-said", Static).update(shown(f" ✓ {said}", "$text-success"), layout=False)
        self.draw()

    def action_trace(self) -> None:
        """From the sheet to what each payment paid, and back."""
        self._traced = not self._traced
        self.query_one("#account-body").scroll_home(animate=False, immediate=True)
        self.draw()

    def action_roll(self, lines: int) -> None:
        """Move in the sheet."""
        self.query_one("#account-body").scroll_relative(y=lines, animate=False, immediate=True)

    def action_leave(self) -> None:
        """Back to the call."""
        self.dismiss(None)

    @on(KeyBar.Pressed)
    async def _press(self, event: KeyBar.Pressed) -> None:
        await keys.press(self, event.action)


def _in_brief(words: KeyWords) -> KeyWords:
    """A key of the bar with the few words of its action, so that more keys find room."""
    name = words.action.removeprefix("open('").removesuffix("')")
    if name in actions.ACTIONS:
        return msgspec.structs.replace(words, brief=tr(actions.ACTIONS[name].brief))
    brief = {"leave": mark("back"), "trace": mark("trace")}.get(name)
    return msgspec.structs.replace(words, brief=tr(brief)) if brief else words


def about_now(about: About, page: ClientPage) -> About:
    """The same account in a newer document of its client."""
    account = next((one for one in page.client.accounts if one.id == about.account.id), about.account)
    policy = next((one for one in page.client.policies if one.account_id == account.id), None)
    return About(page=page, account=account, policy=policy, now=about.now)
