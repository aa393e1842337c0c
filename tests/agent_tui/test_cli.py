import json
import os
import re
import stat
import subprocess
import sys

import pytest

from agent_tui.cli import COMMANDS, main


def agent_tui(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent_tui", *args],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "COLUMNS": "100", **env},
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_both_languages(command: str) -> None:
    english = agent_tui(command, "--help", AGENT_TUI_LANG="en")
    spanish = agent_tui(command, "--help", AGENT_TUI_LANG="es")
    assert english.returncode == spanish.returncode == 0
    assert f"agent-tui {command}" in english.stdout
    assert english.stdout != spanish.stdout


def test_the_list_of_commands_names_them_all() -> None:
    listed = agent_tui("--help").stdout
    assert all(re.search(rf"^    {command}\s", listed, re.MULTILINE) for command in COMMANDS)


def test_bad_usage_ends_with_two() -> None:
    assert agent_tui("dance").returncode == 2
    assert agent_tui("demo", "--clients", "0").returncode == 2


def test_a_failure_is_one_line_without_a_traceback(tmp_path) -> None:
    failed = agent_tui("store", "check", "--store", "oracle://nowhere", AGENT_TUI_HOME=str(tmp_path))
    assert failed.returncode == 1
    assert failed.stderr.startswith("agent-tui: ")
    assert "Traceback" not in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_help_and_version_load_nothing_heavy() -> None:
    program = (
        "import sys\nfrom agent_tui.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'textual', 'rich', 'sqlmodel', 'sqlalchemy', 'pydantic', 'httpx', 'litestar', 'psycopg'}\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_doctor_finds_a_healthy_installation_and_a_missing_hub(tmp_path) -> None:
    tmp_path.chmod(0o700)
    healthy = agent_tui("doctor", "--json", AGENT_TUI_HOME=str(tmp_path), LANG="C.UTF-8")
    assert healthy.returncode == 0, healthy.stdout
    alone = agent_tui("doctor", "--json", "--hub", "http://127.0.0.1:9", AGENT_TUI_HOME=str(tmp_path))
    assert alone.returncode == 1
    findings = json.loads(alone.stdout)
    assert [finding["what"] for finding in findings if finding["level"] == "bad"] == [
        "hub http://127.0.0.1:9"
    ]
    assert "is it running" in findings[-1]["mend"]


def test_what_a_command_writes_is_its_users_alone(tmp_path) -> None:
    before = os.umask(0o022)
    try:
        with pytest.raises(SystemExit):
            main(["store", "upgrade", "--store", f"sqlite:///{tmp_path}/central.db"])
        assert stat.S_IMODE((tmp_path / "central.db").stat().st_mode) == 0o600
        assert os.umask(0o022) == 0o022  # and it is left as it was found
    finally:
        os.umask(before)
