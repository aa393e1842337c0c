"""A list of saved recipes; Enter takes the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.tools.crossing import Cross
from rules.tools.pivoting import written
from rules.tools.recipes import keys_words, quoted
from rules.tools.table_jobs import Saved
from rules.words import mark, tr
from widgets.columns import Column
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import shown


class RecipeList(ModalScreen[Saved | None]):
    """Closes with a recipe, or with None.

    Args:
        found: what there is.
        now: the present instant.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", mark("Back"), id="recipes.leave", show=False),
    ]

    DEFAULT_CSS = """
    RecipeList { align: center middle; }
    RecipeList > Vertical {
        width: 92; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 1; background: $panel; border-left: thick $primary;
    }
    RecipeList RowList { height: 14; max-height: 80%; }
    """

    def __init__(self, found: Sequence[Saved], now: datetime) -> None:
        super().__init__()
        self._found = found
        self._list: RowList[Saved] = RowList(_columns(), lambda one: one.name, now=now, id="recipes")

    def compose(self) -> ComposeResult:
        """The list and its keys."""
        with Vertical():
            yield self._list
            yield Static(shown(tr("⏎ runs it · / filters · Esc back"), LABEL))

    def on_mount(self) -> None:
        """Show them."""
        self._list.relabel(tr("Saved recipes"), _columns(), "")
        self._list.show(tuple(self._found), self._list.now)
        self.set_focus(self._list)

    @on(RowList.Chosen)
    def _choose(self, event: RowList.Chosen) -> None:
        self.dismiss(event.item)

    def action_leave(self) -> None:
        """Close without a recipe."""
        self.dismiss(None)


def _columns() -> tuple[Column[Saved], ...]:
    return (
        Column("name", tr("name"), 20, lambda one, _: one.name, lambda one: one.name),
        Column("what", tr("what"), 30, lambda one, _: _what(one), _what, grow=True),
    )


def _what(saved: Saved) -> str:
    """A recipe in a line; one that can't be read says why."""
    recipe = saved.recipe
    if recipe is None:
        return f"✗ {saved.why}"
    if isinstance(recipe, Cross):
        return f"{recipe.how}: {keys_words(recipe.keys)}"
    down, across = (" ".join(map(quoted, names)) for names in (recipe.rows, recipe.columns))
    return " · ".join(filter(None, (down, across, " ".join(map(written, recipe.values)))))
