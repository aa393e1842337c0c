"""The keys of the receipts desk: each has a name of its own, and stands in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.binding import Binding

from screens.receipts.pages import PAGES, page_class
from screens.receipts.screen import ReceiptsScreen

DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "receipts.md").read_text(encoding="utf-8")
OWNERS = [ReceiptsScreen, *(page_class(name) for name in PAGES if name != "reports")]


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.__name__)
def test_every_key_has_a_name_and_stands_in_the_documentation(owner: type[ReceiptsScreen]) -> None:
    named = [one.id for one in owner.BINDINGS if isinstance(one, Binding)]

    assert all(named)
    assert len(named) == len(set(named))
    missing = [
        name for name in named if f"`{name}`" not in DOCUMENTATION and not str(name).startswith("table.")
    ]
    assert missing == []
