"""The log file: structured lines (JSON), no personal data, a few megabytes at most."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from agent_tui.home import home

MAX_BYTES = 2_000_000
KEPT_FILES = 3


def log_path() -> Path:
    """Where this process logs."""
    return home() / "log" / "agent-tui.jsonl"


@cache
def logger() -> Any:
    """The structured logger; made at first use, since most runs never log."""
    import structlog

    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    path.chmod(0o600)
    sink = logging.getLogger("agent_tui")
    sink.addHandler(handler)
    sink.setLevel(logging.INFO)
    sink.propagate = False
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    return structlog.get_logger("agent_tui")


def log_fault(what: str) -> Callable[[Exception], None]:
    """A function that writes an unexpected error to the log; `what` says which part had it."""
    return lambda error: logger().error(what, kind=type(error).__name__, exc_info=error)
