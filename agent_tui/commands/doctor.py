"""``agent-tui doctor``: what is wrong, and how to mend it."""

from __future__ import annotations

import argparse
import json
import os

import msgspec

from rules.words import tr

SIGNS = {"ok": "✓", "warn": "!", "bad": "✗"}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("look at terminal, language, folders, store and hub: what is wrong and how to mend it")
    parser = subparsers.add_parser("doctor", help=words, description=words)
    parser.add_argument(
        "--store", default=os.environ.get("AGENT_TUI_STORE"), help=tr("a central store to look at")
    )
    parser.add_argument("--hub", default=os.environ.get("AGENT_TUI_HUB"), help=tr("a hub to ask"))
    parser.add_argument("--json", action="store_true", help=tr("machine-readable output"))
    parser.add_argument("--lang", choices=("es", "en"), help=tr("language of the screens"))
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Print every finding; 1 when something must be mended."""
    from agent_tui.doctor import examine

    findings = []
    for finding in examine(options.store, options.hub):
        findings.append(finding)
        if not options.json:
            print(f"{SIGNS[finding.level]} {finding.what}")
            if finding.mend:
                print(f"  → {finding.mend}")
    if options.json:
        print(
            json.dumps([msgspec.to_builtins(finding) for finding in findings], ensure_ascii=False, indent=2)
        )
    return 1 if any(finding.level == "bad" for finding in findings) else 0
