"""The argument parser of every command."""

from __future__ import annotations

import argparse
from typing import NoReturn

from agent_tui import splash


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a call where it stays readable: not under a full-screen frame."""

    def error(self, message: str) -> NoReturn:
        """Print usage and message, exit with 2."""
        splash.take_away()
        super().error(message)
