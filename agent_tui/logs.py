"""The log file: structured lines (JSON), no personal data, a few megabytes at most.

The words of an error are left out, since any library may quote in them what it was working on;
its kind, its code and where it happened say enough.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import extract_tb
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
            _plain_faults,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    return structlog.get_logger("agent_tui")


def _plain_faults(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write an error, and what it came from, without its words."""
    error, faults = entry.pop("exc_info", None), []
    while isinstance(error, BaseException):
        frames = [
            f"{frame.name} {frame.filename}:{frame.lineno}" for frame in extract_tb(error.__traceback__)
        ]
        code = error.errno if isinstance(error, OSError) else getattr(error, "code", None)
        faults.append({"kind": type(error).__name__, "code": code, "where": frames})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {**entry, "faults": faults} if faults else entry


def log_fault(what: str) -> Callable[[Exception], None]:
    """A function that writes an unexpected error to the log; `what` says which part had it."""
    return lambda error: logger().error(what, kind=type(error).__name__, exc_info=error)
