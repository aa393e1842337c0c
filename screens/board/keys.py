"""The keys of a screen of the board, as its key bar and its help show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from textual.binding import ActiveBinding
from textual.screen import Screen

from rules.words import tr
from widgets.key_bar import KeyWords


def bar(screen: Screen[Any], first: Sequence[str] = ()) -> list[KeyWords]:
    """The keys that work now, each once.

    Args:
        screen: whose.
        first: ids of those that are shown before all others, in this order.
    """
    found = {
        str(active.binding.id): KeyWords(display, words, words, active.binding.action)
        for active, display, words in _bound(screen)
        if active.binding.show or active.binding.id in first
    }
    needed = [found.pop(name) for name in first if name in found]
    return [*needed, *found.values()]


def listed(screen: Screen[Any]) -> list[tuple[str, str]]:
    """Every key and what it does."""
    return [(display, words) for _, display, words in _bound(screen)]


async def press(screen: Screen[Any], action: str) -> None:
    """Do what a key of the bar does."""
    for active in screen.active_bindings.values():
        if active.binding.action == action:
            await screen.app.run_action(action, active.node)
            return


def _bound(screen: Screen[Any]) -> Iterator[tuple[ActiveBinding, str, str]]:
    """Each binding in force with its key and its words; several keys of one binding are told once."""
    told: set[str] = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.id and binding.description and binding.id not in told:
            told.add(binding.id)
            yield active, screen.app.get_key_display(binding), tr(binding.description)
