"""The command palette: every command of the screen under its live key, in the language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from agent_tui import themes
from rules.words import tr
from screens.desk_commands import key_name
from widgets.shown import row


class DeskCommands(Provider):
    """Offers what has an id and is allowed now, then the themes."""

    def _offers(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        """Words, key and what to do."""
        for key, active in self.screen.active_bindings.items():
            binding = active.binding
            if binding.id and binding.description and active.enabled and not binding.id.startswith("script."):
                run = partial(self.app.run_action, binding.action, active.node)
                yield self._words(binding.id, binding.description), key_name(key), run
        for name, words in themes.WORDS.items():
            yield tr(words), "", partial(setattr, self.app, "theme", name)

    def _words(self, name: str, description: str) -> str:
        """A command's words; a one-key result is named by the catalogue."""
        named = getattr(self.screen, "result_words", None)
        return (named(name) if named else "") or tr(description)

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for words, key, run in self._offers():
            yield DiscoveryHit(row(words, (f"  {key}", "$text-primary")), run, text=words)

    async def search(self, query: str) -> Hits:
        """What matches the typed text."""
        matcher = self.matcher(query)
        for words, key, run in self._offers():
            score = matcher.match(words)
            if score > 0:
                yield Hit(
                    score, row(matcher.highlight(words), (f"  {key}", "$text-primary")), run, text=words
                )
