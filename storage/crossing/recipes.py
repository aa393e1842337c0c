"""Recipes that a user keeps: a file each in a folder of the user's own, found by name."""

from __future__ import annotations

from pathlib import Path

from rules.tools import recipes
from rules.tools.crossing import BadRecipe
from rules.tools.recipes import Recipe
from rules.words import tr
from storage.tables.files import file_name, whole

SUFFIX = ".toml"


def listed(folder: Path) -> tuple[str, ...]:
    """The names of those that there are."""
    return tuple(sorted(path.stem for path in folder.glob(f"*{SUFFIX}"))) if folder.is_dir() else ()


def saved(folder: Path, name: str) -> Recipe:
    """A recipe by its name.

    Raises:
        BadRecipe: there is none of that name, or its file can't be read as one.
    """
    path = folder / f"{file_name(name)}{SUFFIX}"
    if not path.is_file():
        known = ", ".join(listed(folder)) or "–"
        raise BadRecipe(tr("there is no recipe {name}; there are: {known}", name=name, known=known))
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadRecipe(f"{path}: {error}") from error
    return recipes.read(text, str(path))


def save(folder: Path, name: str, recipe: Recipe) -> str:
    """Keep a recipe, in the place of an earlier one of that name; the name under which it is found.

    Raises:
        BadRecipe: the name is empty.
    """
    if not name.strip():
        raise BadRecipe(tr("give the recipe a name"))
    path = folder / f"{file_name(name)}{SUFFIX}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with whole(path) as out:
        out.write(recipes.toml(recipe).encode())
    return path.stem
