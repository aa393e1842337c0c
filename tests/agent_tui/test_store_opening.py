"""``agent-tui store opening``: what it prints, once and a second time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent_tui.test_store_commands import home, portfolio, run, url  # noqa: F401 - fixtures


def test_a_month_is_opened_once(
    url: str,  # noqa: F811 - the fixture
    home: Path,  # noqa: F811 - the fixture
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("import", str(portfolio(home)), "--store", url, "--portfolio", "Loans")
    capsys.readouterr()
    assert run("store", "opening", "--store", url) == 0
    assert capsys.readouterr().out == "Loans: 2026-11 begins with 2 accounts\n"
    assert run("store", "opening", "--store", url, "--month", "2026-11") == 0
    assert "Loans: 2026-11 was opened before, with 2 accounts; it stays" in capsys.readouterr().out


def test_a_month_that_is_none_or_has_not_begun_is_refused(
    url: str,  # noqa: F811 - the fixture
    home: Path,  # noqa: F811 - the fixture
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("import", str(portfolio(home)), "--store", url, "--portfolio", "Loans")
    assert run("store", "opening", "--store", url, "--month", "november") == 2
    assert run("store", "opening", "--store", url, "--month", "2026-12") == 1
    assert "2026-12 has not begun yet in Loans" in capsys.readouterr().err
