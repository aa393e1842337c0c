"""The hub's log: JSON lines on standard error, with the request's id and no personal data."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import structlog


class _StandardError:
    """Writes a line to whatever standard error is at that moment."""

    def msg(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    info = warning = error = msg


log: Any = structlog.wrap_logger(
    _StandardError(),
    wrapper_class=structlog.make_filtering_bound_logger("info"),
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
)


def request_id() -> str:
    """The id of the request that is being answered, "" outside of one."""
    found: str = structlog.contextvars.get_contextvars().get("request_id", "")
    return found


def where(error: BaseException) -> dict[str, Any]:
    """What may be logged of an error: its kind and the way to it.

    The message stays out: those of databases quote the rows they stumbled on.
    """
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "kind": f"{type(error).__module__}.{type(error).__name__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    }
