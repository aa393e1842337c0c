"""What is wrong with this installation, and how to mend it: one check, one finding."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import msgspec

from agent_tui.home import home
from rules.explained import Explained
from rules.words import tr, trn

Level = Literal["ok", "warn", "bad"]
SMALLEST = (80, 24)
MOST_SKEW_SECONDS = 120
PINNED = {"textual": "8.2.8"}


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at: how it stands, and what to do about it if it does not."""

    level: Level
    what: str
    mend: str = ""


def examine(store: str | None, hub: str | None) -> Iterator[Finding]:
    """Every check in turn; `store` and `hub` are looked at when they are given."""
    checks: list[Callable[[], Finding]] = [
        _python,
        _packages,
        _terminal,
        _locale,
        _folder,
        _zones,
        _settings,
        _desks,
    ]
    if store:
        checks.append(lambda: _store(store))
    if hub:
        checks.append(lambda: _hub(hub))
    for check in checks:
        yield check()


def _python() -> Finding:
    running = ".".join(map(str, sys.version_info[:3]))
    return Finding("ok", tr("Python {version}", version=running))


def _packages() -> Finding:
    for name, wanted in PINNED.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            return Finding(
                "bad", tr("{name} is not installed", name=name), tr("Install again: make demo does it all.")
            )
        if found != wanted:
            mend = tr("This version was tested with {wanted}; install again.", wanted=wanted)
            return Finding("warn", f"{name} {found}", mend)
    return Finding("ok", ", ".join(f"{name} {wanted}" for name, wanted in PINNED.items()))


def _terminal() -> Finding:
    if not sys.stdout.isatty():
        return Finding("ok", tr("no terminal here (output is redirected)"))
    columns, rows = shutil.get_terminal_size()
    what = f"{os.environ.get('TERM', '?')} {columns}x{rows}"
    if os.environ.get("TERM", "dumb") == "dumb":
        return Finding("bad", what, tr("TERM says that this terminal can't draw; set TERM=xterm-256color."))
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return Finding("warn", what, tr("The workstation needs at least 80x24; enlarge the window."))
    return Finding("ok", what)


def _locale() -> Finding:
    encoding = (sys.stdout.encoding or "").lower()
    if encoding.replace("-", "") != "utf8":
        return Finding(
            "bad", encoding or "?", tr("The terminal must speak UTF-8; set LANG=C.UTF-8 or es_MX.UTF-8.")
        )
    return Finding("ok", encoding)


def _folder() -> Finding:
    folder = home()
    place = folder
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK):
        mend = tr("Nothing can be written there; set AGENT_TUI_HOME to a folder of yours.")
        return Finding("bad", str(folder), mend)
    if folder.exists() and folder.stat().st_mode & 0o077:
        return Finding(
            "warn", str(folder), tr("Others can read it; mend with: chmod 700 {path}", path=folder)
        )
    free = shutil.disk_usage(place).free // 2**20
    if free < 200:
        return Finding(
            "warn", tr("{path}: {free} MiB free", path=folder, free=free), tr("Make room on this disk.")
        )
    return Finding("ok", str(folder))


def _zones() -> Finding:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo("America/Mexico_City")
    except ZoneInfoNotFoundError:
        return Finding("bad", tr("time zones are missing"), tr("Install the package tzdata."))
    return Finding("ok", tr("time zones"))


def _settings() -> Finding:
    from agent_tui.config import ConfigError, load_settings, settings_path

    try:
        load_settings()
    except ConfigError as error:
        return Finding("bad", str(error), tr("Mend that line, or move the file away."))
    state = str(settings_path()) if settings_path().exists() else tr("no settings file; defaults are used")
    return Finding("ok", state)


def _desks() -> Finding:
    """Whether what the workstations of this installation keep opens by a password alone."""
    from storage.local.encrypting import is_clear
    from storage.local.wrapped import KeyFile

    stores = sorted((home() / "desk").glob("*/desk.db"))
    clear = [store for store in stores if is_clear(store)]
    if clear:
        what = tr("not encrypted: {paths}", paths=", ".join(map(str, clear)))
        return Finding("bad", what, tr("Sign in once with agent-tui work, which encrypts it."))
    lost = [store for store in stores if not KeyFile(store).exists()]
    if lost:
        what = tr("no key opens {paths}", paths=", ".join(map(str, lost)))
        return Finding("bad", what, tr("Nothing in it can be read any more; agent-tui wipe takes it away."))
    if not stores:
        return Finding("ok", tr("nobody has worked here yet"))
    return Finding(
        "ok",
        trn(
            "{number} local store, encrypted, its key under a password",
            "{number} local stores, encrypted, their keys under a password",
            len(stores),
        ),
    )


def _store(url: str) -> Finding:
    from storage.central.connection import Store
    from storage.central.upkeep.schema import check

    what = tr("store {url}", url=_without_password(url))
    try:
        store = Store(url)
        try:
            wrong = check(store)
        finally:
            store.close()
    except (Explained, OSError) as error:
        return Finding("bad", what, str(error))
    if wrong:
        return Finding("bad", what, "; ".join(wrong))
    return Finding("ok", what)


def _without_password(url: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)


def _hub(url: str) -> Finding:
    import httpx

    what = tr("hub {url}", url=url)
    asked = time.time()
    try:
        answer = httpx.get(f"{url.rstrip('/')}/readyz", timeout=5)
    except httpx.HTTPError as error:
        mend = tr("It does not answer ({error}); is it running, and is the address right?", error=error)
        return Finding("bad", what, mend)
    if answer.status_code != httpx.codes.OK:
        return Finding("bad", what, tr("It answers {status}; look at its log.", status=answer.status_code))
    told = answer.json().get("server_time")
    skew = datetime.fromisoformat(told).timestamp() - asked if told else 0.0
    if abs(skew) > MOST_SKEW_SECONDS:
        mend = tr(
            "This machine's clock differs from the hub's by {seconds} s; set it right.", seconds=round(skew)
        )
        return Finding("warn", what, mend)
    return Finding("ok", what)
