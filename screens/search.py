"""How the search for a client without a usable number ended: one digit says it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rules.searching import OUTCOMES, REST_DAYS
from rules.words import mark, tr, trn
from screens.choice import ChoiceScreen, digit_bindings
from widgets.point_lines import SEARCH_OUTCOMES
from widgets.wording import word


class SearchScreen(ChoiceScreen):
    """Asks for one of `OUTCOMES`; None when the search goes on."""

    DEFAULT_CSS = """
    SearchScreen > Static { width: 62; }
    """

    CHOICES = OUTCOMES
    BINDINGS: ClassVar[list[BindingType]] = digit_bindings(
        "search", len(OUTCOMES), mark("Outcome with this number"), mark("Go on searching")
    )

    def question(self) -> str:
        """What is asked."""
        return tr("How did the search end?")

    def words(self, choice: str) -> str:
        """The words of one outcome, and after how long the next search begins."""
        days = REST_DAYS.get(choice)
        again = "" if days is None else f" · {trn('again in {number} day', 'again in {number} days', days)}"
        return f"{word(SEARCH_OUTCOMES, choice)}{again}"

    def stay(self) -> str:
        """What Escape does."""
        return tr("Esc goes on searching")
