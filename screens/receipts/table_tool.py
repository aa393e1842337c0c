"""The tools for tables: a result of what is set, worked out again with each change, and saved recipes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from rules.tools.recipes import Recipe
from rules.tools.table_jobs import Look, Looked, Saved, SavedRecipes, SaveRecipe
from rules.words import mark, tr
from screens.board.service import BoardService
from screens.receipts.file_lines import FileLines
from screens.receipts.recipe_list import RecipeList
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row
from widgets.table_list import TableList

SAVE = "save"


class TableTool(FileLines):
    """A page that makes one table of files; KIND: of its recipes."""

    KIND: ClassVar[str]
    OWN = ("tool.recipes", "tool.save", "tool.xlsx")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "recipes", mark("Saved recipes"), id="tool.recipes"),
        Binding("w", "save", mark("Save as a recipe"), id="tool.save"),
        Binding("e", "export('xlsx')", mark("To Excel"), id="tool.xlsx"),
        Binding("E", "export('csv')", mark("To CSV"), id="tool.csv", show=False),
        Binding("f5", "again", mark("Work it out again"), id="tool.again", show=False),
    ]

    DEFAULT_CSS = """
    TableTool {
        #result { height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
        #behind { height: 1; padding: 0 1; }
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self.list = TableList(service.now(), id="result")
        self.resting = self.list

    # What a tool is

    @abstractmethod
    def recipe(self) -> Recipe | None:
        """What is set, None = something is missing."""

    @abstractmethod
    def take_recipe(self, recipe: Any) -> None:
        """A saved recipe is what is set from now on."""

    @abstractmethod
    def action_export(self, form: str) -> None:
        """Write the whole result to a new file."""

    # Drawing

    def body(self) -> Iterable[Widget]:
        """The settings, the result, the row under the cursor, the line."""
        return (Static(id="settings"), self.list, Static(id="behind"), self.line)

    def on_mount(self) -> None:
        """Show what is set."""
        super().on_mount()
        self.relabel()
        self.set_focus(self.list)

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self.list.relabel_table()
        if self.list.table is None:
            self.list.relabel(tr("Rows"), (), tr("name the files: their digits open the line"))

    @on(RowList.Pointed)
    def _show_behind(self) -> None:
        """The cell under the cursor, whole."""
        pairs = dict(zip((one.key for one in self.list.order.columns), self.list.row_words(), strict=False))
        marked = pairs.get(self.list.mark())
        text = row((f"{marked[0]} ", LABEL), marked[1]) if marked else ""
        self.query_one("#behind", Static).update(text, layout=False)

    def action_again(self) -> None:
        """Read the files and work it out anew."""
        self.work_out()

    def action_set(self, what: str) -> None:
        """Open the line for a setting; columns are named once there is a file that has them."""
        if what in self.FILES or self.looked:
            super().action_set(what)
        else:
            self.say(tr("Name the files first."), "$text-warning")

    # Recipes

    def entered(self, text: str) -> None:
        """Save the recipe, or take what was typed."""
        recipe = self.recipe()
        if self.typing == SAVE and recipe is not None:
            self.work(SaveRecipe(name=text, recipe=recipe), self._saved)
        else:
            super().entered(text)

    def action_save(self) -> None:
        """Open the line for a recipe's name."""
        if self.recipe() is None:
            self.say(tr("There is nothing to save yet."), "$text-warning")
        else:
            self.open_line(SAVE, "", tr("a name for the recipe · ⏎ saves it with its files"))

    def _saved(self, name: str) -> None:
        self.close_line()
        self.say(tr("✓ Saved as {name}: o lists the recipes.", name=name), "$text-success")

    def action_recipes(self) -> None:
        """Choose a saved recipe; it is run at once."""
        self.work(SavedRecipes(kind=self.KIND), self._choose)

    def _choose(self, found: tuple[Saved, ...]) -> None:
        if not found:
            self.say(tr("No recipe is saved yet: w saves what is set."))
            return
        self.app.push_screen(RecipeList(found, self.service.now()), self._chosen)

    def _chosen(self, saved: Saved | None) -> None:
        if saved is None:
            return
        if saved.recipe is None:
            self.say(f"✗ {saved.why}", "bold $text-error")
            return
        self.take_recipe(saved.recipe)
        self.looked.clear()
        self._look_again(list(self.FILES))

    def _look_again(self, left: list[str]) -> None:
        """Look at each file of a recipe, then work it out."""
        self.draw_settings()
        if not left:
            self.work_out()
            return

        def looked(found: Looked) -> None:
            self.looked[left[0]] = found
            self._look_again(left[1:])

        self.work(Look(source=self.source(left[0])), looked)
