"""Results and recipes as files: numbers are numbers, texts stay texts, no formula gets out."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from rules.tools.crossing import BadRecipe, Cross, Key
from rules.tools.pivoting import Pivot
from storage.crossing import recipes
from storage.crossing.joining import cross
from storage.crossing.writing import table, write

AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def crossed(sheet):
    left = sheet([("k", "nota", "m"), ("007", "=1+1", "1,234.50"), ("008", "@x", "2.00")])
    right = sheet([("k", "canal"), ("007", "spei")], "right.csv")
    return cross(left, right, Cross(keys=(Key(left="k", right="k"),)))


def test_a_workbook_with_its_counts(crossed, tmp_path) -> None:
    path = tmp_path / "out.xlsx"
    with path.open("wb") as out:
        write(crossed, "xlsx", out, AT)
    book = CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_name("Cross").to_python()
    assert rows[:2] == [["in", "k", "nota", "m", "canal"], ["both", "007", "=1+1", 1234.5, "spei"]]
    notes = dict(row[:2] for row in book.get_sheet_by_name("Counts").to_python() if row[1])
    assert notes["rows of the result"] == "2"


def test_no_formula_in_a_csv(crossed, tmp_path) -> None:
    path = tmp_path / "out.csv"
    with path.open("wb") as out:
        write(crossed, "csv", out, AT)
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [["both", "007", "'=1+1", "1234.50", "spei"], ["left only", "008", "'@x", "2.00", ""]]


def test_a_screen_gets_the_first_rows(crossed) -> None:
    shown = table(crossed, AT, 1)
    assert (len(shown.rows), shown.more) == (1, True)
    assert not table(crossed, AT).more


def test_recipes_are_kept_by_name(tmp_path) -> None:
    pivoted = Pivot(rows=("canal",))
    name = recipes.save(tmp_path / "recipes", "Cierre de mes", pivoted)
    assert (name, recipes.listed(tmp_path / "recipes")) == ("cierre-de-mes", ("cierre-de-mes",))
    assert recipes.saved(tmp_path / "recipes", "Cierre de mes") == pivoted
    assert (tmp_path / "recipes" / "cierre-de-mes.toml").stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadRecipe, match="no recipe nada; there are: cierre-de-mes"):
        recipes.saved(tmp_path / "recipes", "nada")
    with pytest.raises(BadRecipe, match="a name"):
        recipes.save(tmp_path, "  ", pivoted)
