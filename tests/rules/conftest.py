"""The catalogue of results, an instant, and the parameters of both countries."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

import pytest

from rules.catalogue import Catalogue, load
from rules.contact import ContactParameters, parameters
from tests.rules.examples import FRIDAY_10_IN_MEXICO


@pytest.fixture
def now() -> datetime:
    return FRIDAY_10_IN_MEXICO


@pytest.fixture
def mx() -> ContactParameters:
    return parameters("MX")


@pytest.fixture
def us() -> ContactParameters:
    return parameters("US")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load(files("rules").joinpath("data/results.toml").read_text(encoding="utf-8"))
