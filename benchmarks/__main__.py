"""``make bench``: print every measure beside its floor.

Pass names of sections to run only those: ``python -m benchmarks desk import``.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from benchmarks.report import Row, show

SECTIONS = {
    "desk": "benchmarks.desk",
    "board": "benchmarks.board",
    "import": "benchmarks.import_rate",
    "queue": "benchmarks.queue",
    "hub": "benchmarks.hub",
    "figures": "benchmarks.live_figures",
    "local": "benchmarks.local",
    "rest": "benchmarks.rest",
    "crossing": "benchmarks.crossing",
}


def main() -> None:
    """Run the sections and print their tables as they come."""
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}. Read the ratios.\n")
    for name in sys.argv[1:] or SECTIONS:
        import_module(SECTIONS[name]).run(tell)


def tell(title: str, rows: list[Row]) -> None:
    """Print one table at once."""
    print(show(title, rows), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
