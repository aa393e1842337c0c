"""``agent-tui rules``: the parameters of contact, each with its default, action, source and date."""

from __future__ import annotations

import argparse
import json
from typing import Any

from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("show the parameters of contact and of what is said, agreed and kept")
    parser = subparsers.add_parser("rules", help=words, description=words)
    actions = parser.add_subparsers(dest="action", metavar=tr("action"), required=True)
    words = tr("list the parameters with default, action, source and date")
    listing = actions.add_parser("list", help=words, description=words)
    listing.add_argument("--country", choices=("MX", "US"), help=tr("those in force in one country alone"))
    listing.add_argument("--json", action="store_true", help=tr("print JSON instead of text"))
    listing.set_defaults(func=run_list)


def run_list(options: argparse.Namespace) -> int:
    """Print the parameters."""
    rows = parameters(options.country)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        default = json.dumps(row["default"], ensure_ascii=False)
        print(f"{row['name']:<38} {default:<28} {row['action']:<14} {row['status']:<10} ", end="")
        print(f"{row['source']}, {row['date']}")
    print(
        tr("Version {version}, in force since {since}.", version=rows[0]["version"], since=rows[0]["since"])
    )
    return 0


def parameters(country: str | None = None) -> list[dict[str, Any]]:
    """All parameters as plain values, in the order of the data; of one country, or of both."""
    import storage  # noqa: F401 - it hands the parameters in
    from rules import compliance

    rules = compliance.in_force()
    shown = compliance.defaults(country) if country else rules.rules
    return [
        {
            "name": name,
            "default": rule.default,
            "scope": rule.scope,
            "action": ", ".join(rule.action),
            "source": rules.sources[rule.source].title,
            "date": rules.sources[rule.source].date.isoformat(),
            "status": rule.status,
            "used_by": rule.used_by,
            "note": rule.note,
            "version": rules.version,
            "since": rules.since.isoformat(),
        }
        for name, rule in rules.rules.items()
        if name in shown
    ]
