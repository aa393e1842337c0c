"""Keys strictly in the order typed: what a widget needs that takes text or moves the focus."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Input

from rules.text import clean

HANDLED_WITHIN_S = 2.0
"""How long later keys wait for the screen to deal with a message. Only a screen that is
being closed leaves one unanswered."""


async def take_key(widget: Widget, event: events.Key) -> bool:
    """Run the action that a key is bound to here and now; False = the key is text for `widget`.

    Textual sends a bound key up to the application and comes back with its action; letters
    typed meanwhile are already taken. In a burst (a fast typist, a slow line, a program that
    types) Enter would then save what was meant for the next client.
    """
    holder = widget.app.screen.focused
    if holder is not widget:
        # Typed before the focus moved, arrived after: it is for whoever has it now.
        # This is Textual's own way to give a widget a key; posting would send it twice.
        event.prevent_default()
        event.stop()
        (holder or widget.app.screen)._forward_event(events.Key(event.key, event.character))
        return True
    if widget.check_consume_key(event.key, event.character):
        return False
    event.prevent_default()
    active = widget.screen.active_bindings.get(event.key)
    if active and active.enabled and await widget.app.run_action(active.binding.action, active.node):
        event.stop()
    return True


async def hand_over(widget: Widget, message: Message) -> None:
    """Send a message to the widget's screen, and wait until the screen has dealt with it."""
    screen = widget.screen
    screen.post_message(message)
    handled = asyncio.Event()
    if screen.call_later(handled.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(handled.wait(), HANDLED_WITHIN_S)


class OrderedInput(Input):
    """An input that takes letters and bound keys in the order typed.

    Textual's own lays out the whole screen whenever its text changes in length, since a
    text that is longer might need a wider widget; ours never are sized by their text.
    """

    virtual_size = Reactive(Size(0, 0), layout=False)

    def validate_value(self, value: str) -> str:
        """Whatever is typed, pasted or put here holds nothing that a terminal would obey."""
        return clean(value)

    async def on_key(self, event: events.Key) -> None:
        """Let text go on to the input; a bound key is dealt with here."""
        await take_key(self, event)

    async def action_submit(self) -> None:
        """Tell that Enter was pressed; later keys wait until that has been dealt with."""
        await hand_over(self, self.Submitted(self, self.value, None))
