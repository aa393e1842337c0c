"""Cross two tables: files, keys and how by a digit each; what became of every row; the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.content import Content

from rules.tools.crossing import CLEANINGS, DUPLICATES, HOWS, Compared, Cross, Side, Source
from rules.tools.matching_columns import propose_pairs
from rules.tools.recipes import compared_words, keys_words, read_compared, read_keys, words
from rules.tools.table_jobs import CrossDone, CrossFiles, CrossToFile, Looked
from rules.words import mark, tr
from screens.board.service import BoardService
from screens.receipts.file_lines import nothing, setting
from screens.receipts.table_tool import TableTool
from widgets.panel import LABEL
from widgets.shown import row, shown

LEVELS = (
    ("trim",),
    ("trim", "case", "accents"),
    ("spaces", "case", "accents", "zeros"),
    ("spaces", "case", "accents", "zeros", "punctuation"),
)
"""What makes no difference in a key, from little to much."""

LEFT, RIGHT, KEYS, AMOUNTS = "left", "right", "keys", "amounts"


class CrossScreen(TableTool):
    """Works it out again with each change; the first rows are shown, all of them go to Excel."""

    KIND = "cross"
    FILES = (LEFT, RIGHT)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", f"set('{LEFT}')", mark("Left file"), id="cross.left", show=False),
        Binding("2", f"set('{RIGHT}')", mark("Right file"), id="cross.right", show=False),
        Binding("3", f"set('{KEYS}')", mark("Keys"), id="cross.keys", show=False),
        Binding("4", "how", mark("How"), id="cross.how", show=False),
        Binding("5", "clean", mark("What makes no difference"), id="cross.clean", show=False),
        Binding("6", "duplicates", mark("Repeated keys"), id="cross.duplicates", show=False),
        Binding("7", f"set('{AMOUNTS}')", mark("Compare amounts"), id="cross.amounts", show=False),
    ]

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._set = Cross(keys=())
        self._clean: tuple[str, ...] = LEVELS[0]
        self._done: CrossDone | None = None

    def title_words(self) -> str:
        """The page's name."""
        return tr("Cross tables")

    # What is set

    def source(self, what: str) -> Source:
        """The left or the right file."""
        return self._set.left if what == LEFT else self._set.right

    def take_file(self, what: str, looked: Looked) -> None:
        """Another file: keys are proposed where those that were set are not in it."""
        source = Source(path=looked.path, sheet=looked.sheet)
        self._change(left=source) if what == LEFT else self._change(right=source)
        left, right = self.looked.get(LEFT), self.looked.get(RIGHT)
        if left is None or right is None:
            return
        if not all(key.left in left.columns and key.right in right.columns for key in self._set.keys):
            self._change(keys=())
        compared = self._set.compared
        if compared and not (compared.left in left.columns and compared.right in right.columns):
            self._change(compared=None)
        if not self._set.keys:
            pairs = propose_pairs(left.columns, left.first, right.columns, right.first)
            typed = [f"{one}={two}" for one, two in pairs]
            self._change(keys=read_keys(typed, left.columns, right.columns, self._clean))

    def recipe(self) -> Cross | None:
        """What is set, once both files and a key are."""
        found = self._set
        return found if found.left.path and found.right.path and found.keys else None

    def take_recipe(self, recipe: Cross) -> None:
        """As it was saved."""
        self._set, self._done = recipe, None
        self._clean = recipe.keys[0].clean

    def _change(self, **values: Any) -> None:
        self._set = msgspec.structs.replace(self._set, **values)

    def columns_of(self, place: int) -> Sequence[str]:
        """Of the left file, or behind an = of the right one."""
        looked = self.looked.get(RIGHT if place else LEFT)
        return looked.columns if looked is not None else ()

    def open_setting(self, what: str) -> None:
        """Keys or amounts, as they are typed."""
        if what == KEYS:
            hint = tr("left=right, again for each further pair · Tab completes · ⏎ takes it")
            self.open_line(KEYS, keys_words(self._set.keys), hint)
        else:
            text = compared_words(self._set.compared) if self._set.compared else ""
            hint = tr("left=right and a tolerance: importe=amount 1.00 · empty compares nothing")
            self.open_line(AMOUNTS, text, hint)

    def read_setting(self, what: str, text: str) -> None:
        """Keys or amounts."""
        left, right = (tuple(self.columns_of(place)) for place in (0, 1))
        if what == KEYS:
            self._change(keys=read_keys(words(text), left, right, self._clean))
        else:
            compared: Compared | None = read_compared(text, left, right) if text else None
            self._change(compared=compared)

    def action_how(self) -> None:
        """The next way to cross."""
        self._change(how=_next(tuple(HOWS), self._set.how))
        self._changed()

    def action_clean(self) -> None:
        """The next of what makes no difference."""
        self._clean = _next(LEVELS, self._clean)
        keys = tuple(msgspec.structs.replace(key, clean=self._clean) for key in self._set.keys)
        self._change(keys=keys)
        self._changed()

    def action_duplicates(self) -> None:
        """The next of what happens with repeated keys."""
        self._change(duplicates=_next(tuple(DUPLICATES), self._set.duplicates))
        self._changed()

    def _changed(self) -> None:
        self.draw_settings()
        self.work_out()

    # The result

    def work_out(self) -> None:
        """Cross, once both files and a key are set."""
        recipe = self.recipe()
        if recipe is not None:
            self.work(CrossFiles(recipe=recipe), lambda done: self._show(recipe, done))

    def _show(self, recipe: Cross, done: CrossDone) -> None:
        """Show what came, unless something else is set by now."""
        if recipe != self._set:
            return
        self._done = done
        self.list.show_table(done.table, self.service.now())
        self.draw_settings()
        if done.table.more:
            count = f"{len(done.table.rows):,}"
            self.say(tr("The first {count} rows; e writes all of them.", count=count))
        self.said_of(done.bad)

    def action_export(self, form: str) -> None:
        """All rows of the result, and the counts."""
        recipe = self.recipe()
        if recipe is None:
            self.say(tr("There is no result yet."), "$text-warning")
            return
        self.say(tr("Writing…"))
        self.service.run(CrossToFile(recipe=recipe, form=form), self.written)

    # Drawing

    def settings(self, width: int) -> list[Content]:
        """Each with its digit, then both files' rows as sums."""
        found = self._set
        keys = keys_words(found.keys)
        amounts = compared_words(found.compared) if found.compared else nothing()
        clean = ", ".join(tr(CLEANINGS[name]) for name in self._clean)
        lines = [
            self.file_line("1", tr("Left"), LEFT),
            self.file_line("2", tr("Right"), RIGHT),
            setting("3", tr("Keys"), keys or nothing()),
            setting("4", tr("How"), tr(HOWS[found.how])),
            setting("5", tr("Makes no difference"), clean),
            row(setting("6", tr("Repeated"), tr(DUPLICATES[found.duplicates])), "   ",
                setting("7", tr("Amounts"), amounts)),
        ]  # fmt: skip
        if self._done is not None:
            counts = self._done.counts
            lines += [_side(tr("Left"), counts.left), _side(tr("Right"), counts.right)]
            if counts.amounts is not None:
                lines.append(self._amounts())
        return lines

    def _amounts(self) -> Content:
        found = self._done.counts.amounts if self._done is not None else None
        if found is None:
            return Content("")
        return shown(
            tr(
                "amounts: {equal} equal, {within} within tolerance, {different} different, {unread} not read",
                equal=f"{found.equal:,}", within=f"{found.within:,}", different=f"{found.different:,}",
                unread=f"{found.unread:,}",
            ),
            LABEL,
        )  # fmt: skip


def _side(name: str, side: Side) -> Content:
    """A file's rows as a sum of what became of them."""
    parts = (
        (side.matched, tr("matched")),
        (side.alone, tr("only here")),
        (side.repeated, tr("repeated")),
        (side.blank, tr("no key")),
    )
    words = " + ".join(f"{number:,} {what}" for number, what in parts)
    return row((f"{name} ", LABEL), (f"{side.rows:,}", "bold"), (f" = {words}", LABEL))


def _next(known: Sequence[Any], now: Any) -> Any:
    return known[(known.index(now) + 1) % len(known)] if now in known else known[0]
