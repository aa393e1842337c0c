"""What a command says when it fails: one line that helps; the whole story goes to the log."""

from __future__ import annotations

from rules.explained import Explained
from rules.text import clean
from rules.words import tr


class CommandError(Explained):
    """A command can't do what was asked."""


def say(error: Exception) -> str:
    """One line for the user; anything unexpected is logged with its traceback."""
    if isinstance(error, Explained):
        return clean(str(error))
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return clean(f"{where}{error.strerror}")
    from agent_tui.logs import log_path, logger

    logger().error("command failed", kind=type(error).__name__, exc_info=error)
    return tr(
        "something unexpected went wrong ({kind}); nothing captured is lost. Details: {path}",
        kind=type(error).__name__,
        path=log_path(),
    )
