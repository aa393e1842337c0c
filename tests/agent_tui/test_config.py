from argparse import ArgumentParser

import pytest

from agent_tui.commands.work import add_sign_in, signing_in
from agent_tui.config import ConfigError, Settings, load_settings
from storage.sync.trust import Trust


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("AGENT_TUI_LANG", "AGENT_TUI_HUB", "AGENT_TUI_USER"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_file_the_defaults_hold(tmp_path) -> None:
    assert load_settings(tmp_path / "config.toml") == Settings()


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text('language = "en"\nhub = "https://hub.example"\n[keys]\n"result.no_answer" = "f9"\n')
    monkeypatch.setenv("AGENT_TUI_LANG", "es")
    settings = load_settings(path)
    assert (settings.language, settings.hub) == ("es", "https://hub.example")
    assert settings.keys == {"result.no_answer": "f9"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('pins = "sha256/abc"', "pins"),
        ('lenguage = "es"', "did you mean 'language'"),
        ('mouse = "no"', "mouse"),
        ('language = "fr"', "'es' or 'en'"),
        ("keys = [", "config.toml"),
    ],
)
def test_a_wrong_file_is_named_with_its_key_and_mend(tmp_path, text, says) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"config\.toml") as refused:
        load_settings(path)
    assert says in str(refused.value)


def test_the_command_line_wins_over_the_settings_on_whom_to_trust(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text(
        'hub = "https://hub.example"\nuser = "ana"\nca = "/etc/ca.pem"\npins = ["sha256/a", "sha256/b"]\n'
    )
    parser = ArgumentParser()
    add_sign_in(parser)
    assert signing_in(parser.parse_args([])).trust == Trust("/etc/ca.pem", ("sha256/a", "sha256/b"))
    other = parser.parse_args(["--ca", "other.pem", "--pin", "sha256/c", "--pin", "sha256/d"])
    assert signing_in(other).trust == Trust("other.pem", ("sha256/c", "sha256/d"))
