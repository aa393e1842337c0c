"""Every worked example of the trade, each as a test of its own named by its id.

``AGENT_TUI_VECTORS=path`` runs the examples of that file (same form) instead of our own.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.rules.adapters import ADAPTERS

OURS = Path(__file__).with_name("vectors.json")
CASES: list[dict[str, Any]] = json.loads(
    Path(os.environ.get("AGENT_TUI_VECTORS", OURS)).read_text(encoding="utf-8")
)["vectors"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_vector(case: dict[str, Any]) -> None:
    adapter = ADAPTERS.get(case["topic"])
    assert adapter is not None, f"no rule answers topic {case['topic']!r} yet: add an adapter"
    assert adapter(case["inputs"]) == case["expected"]


def test_every_topic_has_an_example_of_ours() -> None:
    topics = {case["topic"] for case in json.loads(OURS.read_text(encoding="utf-8"))["vectors"]}
    assert topics == ADAPTERS.keys()
