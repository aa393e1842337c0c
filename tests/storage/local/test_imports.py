from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("sqlalchemy", "sqlmodel", "httpx", "pydantic", "textual", "rich", "holidays", "asyncio", "ssl")
LATER = (*HEAVY, "cryptography", "argon2", "_hashlib")
"""What the first frame does not wait for."""


@pytest.mark.parametrize(
    "module", ["storage.local.desk", "storage.local.first_page", "storage.local.keys", "storage.sync.trust"]
)
def test_the_desk_comes_without_heavy_libraries(module: str) -> None:
    program = f"import sys, {module}; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == []
