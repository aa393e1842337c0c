import pytest

from agent_tui.config import ConfigError, Settings, load_settings


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
