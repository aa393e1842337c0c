"""What a lead's board asks about strategies, and what comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec

from rules.configuration import Fault
from rules.questions import Question
from rules.ready import ready
from rules.tables import Table

Text = Annotated[str, msgspec.Meta(max_length=100_000)]
Name = Annotated[str, msgspec.Meta(max_length=200)]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a portfolio's strategy: who loaded it, when and why. rules: how many, 0 = none holds."""

    version: int
    name: str
    rules: int
    loaded_by: str
    loaded_at: datetime
    why: str = ""


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """A portfolio and the versions of its strategy, the newest first."""

    portfolio: str
    versions: tuple[Version, ...]


class Strategies(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/strategies. model: a strategy to begin one with, as TOML."""

    portfolios: tuple[Worked, ...]
    model: str


class StrategiesQuery(Question[Strategies], frozen=True, kw_only=True):
    """GET /v1/strategies."""

    PATH: ClassVar[str] = "/v1/strategies"
    ANSWER: ClassVar[Any] = Strategies


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/strategies/version: the text as it was loaded, and its rules as a table."""

    text: str
    rules: Table


class VersionQuery(Question[Loaded], frozen=True, kw_only=True):
    """GET /v1/strategies/version."""

    PATH: ClassVar[str] = "/v1/strategies/version"
    ANSWER: ClassVar[Any] = Loaded

    portfolio: str
    version: int


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A strategy that is tried in a portfolio; text "" = the one in force."""

    portfolio: Name
    text: Text = ""


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of POST /v1/strategies/simulate: its faults, or what each rule takes."""

    faults: tuple[Fault, ...] = ()
    table: Table | None = None


class Simulate(Question[Simulated], frozen=True, kw_only=True):
    """POST /v1/strategies/simulate."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/strategies/simulate"
    ANSWER: ClassVar[Any] = Simulated

    body: Draft


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom a rule and arm of a strategy take; text "" = of the one in force."""

    portfolio: Name
    rule: Name
    arm: Name = ""
    text: Text = ""


class TakenQuery(Question[Table], frozen=True, kw_only=True):
    """POST /v1/strategies/clients: the clients of a rule, masked."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/strategies/clients"
    ANSWER: ClassVar[Any] = Table

    body: Taken


class Load(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A strategy that shall hold in a portfolio from now on, and why."""

    portfolio: Name
    text: Text
    why: Annotated[str, msgspec.Meta(max_length=1000)]


class LoadAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of POST /v1/strategies: its faults, or the version that it is now."""

    faults: tuple[Fault, ...] = ()
    version: int = 0


class LoadOrder(Question[LoadAnswer], frozen=True, kw_only=True):
    """POST /v1/strategies."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/strategies"
    ANSWER: ClassVar[Any] = LoadAnswer

    body: Load


ready(Strategies, Loaded, Draft, Simulated, Taken, Load, LoadAnswer)
