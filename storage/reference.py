"""The reference data in force: catalogue of results and call scripts, read once."""

from __future__ import annotations

import pkgutil
from functools import cache

from rules import catalogue as catalogues
from rules import scripts as call_scripts
from rules.catalogue import Catalogue
from rules.scripts import Script


@cache
def catalogue() -> Catalogue:
    """The catalogue of results."""
    return catalogues.load(_data("results.toml"))


@cache
def scripts() -> tuple[Script, ...]:
    """The call scripts."""
    return call_scripts.load(_data("scripts.toml"))


def _data(name: str) -> str:
    # pkgutil reads from wherever the package is, as importlib.resources does, 20 ms sooner.
    raw = pkgutil.get_data("rules", f"data/{name}")
    if raw is None:
        raise FileNotFoundError(f"rules/data/{name} is not where the package is installed: install it anew")
    return raw.decode()
