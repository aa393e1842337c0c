"""The reference data in force: results, call scripts and negotiation; the house's, or a portfolio's.

Each is read once. A portfolio's own rules are a TOML text that holds only what differs from
the house's (see `rules.configuration`); "" = nothing differs.
"""

from __future__ import annotations

import pkgutil
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from rules import catalogue as catalogues
from rules import compliance
from rules import scripts as call_scripts
from rules.catalogue import Catalogue
from rules.scripts import Script

if TYPE_CHECKING:
    from rules.configuration import Data, Kind
    from rules.negotiation import Negotiation

MOST = 32
"""Portfolios whose own rules are kept ready."""


@lru_cache(MOST)
def catalogue(overlay: str = "") -> Catalogue:
    """The catalogue of results."""
    if overlay:
        return catalogues.read(_merged("results", overlay))
    return catalogues.load(_data("results.toml"))


@lru_cache(MOST)
def scripts(overlay: str = "") -> tuple[Script, ...]:
    """The call scripts."""
    if overlay:
        return call_scripts.read(_merged("scripts", overlay))
    return call_scripts.load(_data("scripts.toml"))


@lru_cache(MOST)
def negotiation(overlay: str = "") -> Negotiation:
    """Offers, their order and who may grant them."""
    from rules import negotiation as negotiations  # here: the first frame does without it

    if overlay:
        return negotiations.read(_merged("negotiation", overlay))
    return negotiations.load(_data("negotiation.toml"))


def _merged(kind: str, overlay: str) -> Data:
    """The house's data of a kind with what a portfolio's text says of that kind on top."""
    import tomllib

    from rules.configuration import merged

    known = kinds()[kind]
    own = {name: value for name, value in tomllib.loads(overlay).items() if name in known.tables}
    return merged(known.house, own)


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of rules that a portfolio can change, with the house's data."""
    import tomllib

    from rules import negotiation as negotiations
    from rules.configuration import CONTACT, Kind
    from rules.contact_parameters import read_overrides

    readers = {
        "results": catalogues.read,
        "scripts": call_scripts.read,
        "negotiation": negotiations.read,
    }
    found = {
        name: Kind(frozenset(house), house, read)
        for name, read in readers.items()
        for house in [tomllib.loads(_data(f"{name}.toml"))]
    }
    return found | {CONTACT: Kind(frozenset({"parameters"}), {"parameters": {}}, read_overrides)}


def _data(name: str) -> str:
    # pkgutil reads from wherever the package is, as importlib.resources does, 20 ms sooner.
    raw = pkgutil.get_data("rules", f"data/{name}")
    if raw is None:
        raise FileNotFoundError(f"rules/data/{name} is not where the package is installed: install it anew")
    return raw.decode()


compliance.hand_in(partial(_data, "contact.toml"))
