"""What the workstation and the hub must not load."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("storage.sync.run", ("httpx", "sqlalchemy", "sqlmodel", "pydantic", "litestar")),
        ("storage.sync.client", ("sqlalchemy", "sqlmodel", "pydantic", "litestar", "textual")),
        ("agent_tui.commands.hub", ("litestar", "sqlalchemy", "textual")),
        ("hub.serve", ("textual",)),
    ],
)
def test_heavy_libraries_stay_out(module: str, heavy: tuple[str, ...]) -> None:
    program = f"import sys, {module}; print(*sorted(set({heavy!r}) & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
