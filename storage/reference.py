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
    from rules.commission import Terms
    from rules.configuration import Data, Kind
    from rules.negotiation import Negotiation
    from rules.quality import Form
    from rules.strategies.plans import Strategy
    from rules.targets import Targets
    from rules.telephony import Telephony

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


@lru_cache(MOST)
def quality(overlay: str = "") -> Form:
    """The form that calls are heard with."""
    from rules import quality as qualities

    return qualities.read(_merged("quality", overlay))


@lru_cache(MOST)
def targets(overlay: str = "") -> Targets:
    """What a portfolio is to reach."""
    from rules import targets as aims

    return aims.read(_merged("targets", overlay))


@lru_cache(MOST)
def commission(overlay: str = "") -> Terms:
    """What is paid for a month's work."""
    from rules import commission as commissions

    return commissions.read(_merged("commission", overlay))


@lru_cache(2 * MOST)
def strategy(text: str, version: int) -> Strategy | None:
    """A version of a portfolio's strategy; None where it has no rules. The house has none in force."""
    import tomllib

    import msgspec

    from rules.strategies import plans

    found = plans.read(tomllib.loads(text)) if text else None
    return msgspec.structs.replace(found, version=version) if found else None


def strategy_model() -> str:
    """The house's example of a strategy, to begin one with: in force nowhere until it is loaded."""
    return _data("strategies.toml")


@cache
def telephony() -> Telephony:
    """What telephone systems call things."""
    from rules import telephony as telephone_names

    return telephone_names.load(_data("telephony.toml"))


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

    from rules import commission as commissions
    from rules import negotiation as negotiations
    from rules import quality as qualities
    from rules import targets as aims
    from rules.configuration import CONTACT, Kind
    from rules.contact_parameters import read_overrides
    from rules.strategies import plans

    readers = {
        "results": catalogues.read,
        "scripts": call_scripts.read,
        "negotiation": negotiations.read,
        "quality": qualities.read,
        "targets": aims.read,
        "commission": commissions.read,
    }
    found = {
        name: Kind(frozenset(house), house, read)
        for name, read in readers.items()
        for house in [tomllib.loads(_data(f"{name}.toml"))]
    }
    strategies = Kind(
        frozenset({"strategy", "rules"}), {"strategy": {}, "rules": {}}, plans.read, plans.faults
    )
    contact = Kind(frozenset({"parameters"}), {"parameters": {}}, read_overrides)
    return found | {plans.KIND: strategies, CONTACT: contact}


def _data(name: str) -> str:
    # pkgutil reads from wherever the package is, as importlib.resources does, 20 ms sooner.
    raw = pkgutil.get_data("rules", f"data/{name}")
    if raw is None:
        raise FileNotFoundError(f"rules/data/{name} is not where the package is installed: install it anew")
    return raw.decode()


compliance.hand_in(partial(_data, "contact.toml"))
