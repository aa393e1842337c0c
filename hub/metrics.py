"""Counters and times in the text format that Prometheus scrapes."""

from __future__ import annotations

import threading
from collections import defaultdict

from litestar.di import NamedDependency
from litestar.params import SkipValidation

_BOUNDS = (0.005, 0.02, 0.1, 0.5, 2.0)
_HELP = {
    "agent_tui_requests_total": "Requests by method, route and status.",
    "agent_tui_events_total": "Facts by the answer they got.",
    "agent_tui_leases_total": "Clients handed out in answers of POST /v1/leases.",
    "agent_tui_sweeps_total": "Rounds of the sweep, which returns expired leases and due clients.",
    "agent_tui_swept_total": "Rows that the sweep moved.",
    "agent_tui_store_failures_total": "Rounds of background work that the store did not answer.",
    "agent_tui_stream_clients": "Open streams of live figures.",
    "agent_tui_request_seconds": "Seconds from request to answer, streams left out.",
}
_GAUGES = frozenset({"agent_tui_stream_clients"})
_Labels = tuple[tuple[str, str], ...]


class Metrics:
    """The figures of one hub process; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[tuple[str, _Labels], int] = defaultdict(int)
        self._buckets = [0] * len(_BOUNDS)
        self._times, self._seconds = 0, 0.0

    def count(self, name: str, by: int = 1, /, **labels: str) -> None:
        """Add to a counter, or move a gauge."""
        with self._lock:
            self._values[name, tuple(sorted(labels.items()))] += by

    def took(self, seconds: float) -> None:
        """Note how long a request took."""
        with self._lock:
            self._times += 1
            self._seconds += seconds
            for index, bound in enumerate(_BOUNDS):
                self._buckets[index] += seconds <= bound

    def text(self) -> str:
        """All figures in the text exposition format, version 0.0.4."""
        with self._lock:
            values = sorted(self._values.items())
            lines = []
            last = ""
            for (name, labels), value in values:
                if name != last:
                    kind = "gauge" if name in _GAUGES else "counter"
                    lines += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} {kind}"]
                    last = name
                lines.append(f"{name}{_braces(labels)} {value}")
            name = "agent_tui_request_seconds"
            lines += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} histogram"]
            lines += [
                f'{name}_bucket{{le="{bound:g}"}} {count}'
                for bound, count in zip(_BOUNDS, self._buckets, strict=True)
            ]
            lines.append(f'{name}_bucket{{le="+Inf"}} {self._times}')
            lines += [f"{name}_sum {self._seconds:.6f}", f"{name}_count {self._times}"]
        return "\n".join(lines) + "\n"


def _braces(labels: _Labels) -> str:
    """Labels as Prometheus writes them; ours are routes and codes, never free text."""
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}" if labels else ""


TheMetrics = NamedDependency[SkipValidation[Metrics]]
