"""``agent-tui rules list``: what compliance reads."""

from __future__ import annotations

import json

import pytest

from agent_tui.cli import main
from rules import compliance


def listed(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["rules", "list", *args])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_every_parameter_is_printed_with_where_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    out = listed(capsys)
    lines = {line.split()[0]: line for line in out.splitlines()}
    for name, rule in compliance.in_force().rules.items():
        assert compliance.in_force().sources[rule.source].title in lines[name]
    assert '"07:00"' in lines["mx.window.start"]
    assert "2014-10-07" in lines["mx.window.start"]
    assert compliance.in_force().version in out.splitlines()[-1]


@pytest.mark.parametrize(("country", "other"), [("MX", "us."), ("US", "mx.")])
def test_json_of_one_country(capsys: pytest.CaptureFixture[str], country: str, other: str) -> None:
    rows = json.loads(listed(capsys, "--country", country, "--json"))
    names = [row["name"] for row in rows]
    assert not [name for name in names if name.startswith(other)]
    assert {"promise.max_days", f"{country.lower()}.window.start"} <= set(names)
    assert all(row["source"] and row["date"] and row["version"] and row["action"] for row in rows)
