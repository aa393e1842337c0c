"""From a worked example to a call of the rule it is about: one adapter for each topic."""

from __future__ import annotations

from tests.rules.adapters import calls, credit, figures, people, premium

ADAPTERS = {
    adapter.__name__: adapter
    for module in (premium, credit, calls, people, figures)
    for adapter in module.ADAPTERS
}
