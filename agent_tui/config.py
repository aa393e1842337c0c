"""The settings file: TOML in the data folder, read once, checked key by key.

Environment variables win over the file, the command line wins over both.
"""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import msgspec

from agent_tui.home import home
from rules.explained import Explained


class ConfigError(Explained):
    """The settings file can't be used; the message names file, key and mend."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may set.

    language: es or en, "" = from the environment. theme: a name of `agent_tui.themes`.
    hub, user: defaults of ``work`` and ``lead``. ca: a file of certificates to trust instead of the
    system's. pins: keys of which the hub has to have one (docs/security.md). mouse: False gives
    the terminal its own text selection back. lock_minutes: without a key for so long the desk is
    locked, 0 = never.
    keys: binding id to key, see docs/keys.md.
    """

    language: str = ""
    theme: str = ""
    hub: str = ""
    user: str = ""
    ca: str = ""
    pins: tuple[str, ...] = ()
    mouse: bool = True
    lock_minutes: Annotated[int, msgspec.Meta(ge=0)] = 15
    keys: dict[str, str] = {}


def settings_path() -> Path:
    """Where the settings are read from."""
    return home() / "config.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; without a file, the defaults.

    Raises:
        ConfigError: the file is not TOML, or a key is unknown or of the wrong kind.
    """
    path = path or settings_path()
    raw: dict[str, Any] = {}
    if path.exists():
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: {error}") from error
    known = Settings.__struct_fields__
    for key in raw:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known keys: {', '.join(known)}"
            raise ConfigError(f"{path}: unknown key {key!r}{hint}")
    for key, variable in (
        ("language", "AGENT_TUI_LANG"),
        ("hub", "AGENT_TUI_HUB"),
        ("user", "AGENT_TUI_USER"),
    ):
        if os.environ.get(variable):
            raw[key] = os.environ[variable]
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
    if settings.language not in ("", "es", "en"):
        raise ConfigError(f"{path}: language is {settings.language!r}; it can be 'es' or 'en'")
    return settings
