"""What Prometheus scrapes: this hub's own counters, and how the store is doing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.metadata import version

from litestar.di import NamedDependency
from litestar.params import SkipValidation
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from storage.central.connection import Store
from storage.central.upkeep.vitals import Vitals, vitals

LOOK_SECONDS = 5.0
"""How often the hub looks at the store; a scrape itself asks the store nothing."""

STALE_SECONDS = 30.0
"""What was seen longer ago is told no more."""

_BOUNDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_COUNTERS = {
    "agent_tui_requests_total": ("Requests by method, route and status.", ("method", "route", "status")),
    "agent_tui_events_total": ("Facts by the answer they got.", ("status",)),
    "agent_tui_leases_total": ("Clients handed out in answers of POST /v1/leases.", ()),
    "agent_tui_sign_ins_refused_total": ("Sign-ins and refreshes that were refused, by reason.", ("reason",)),
    "agent_tui_sweeps_total": ("Rounds of the sweep, which returns expired leases and due clients.", ()),
    "agent_tui_swept_total": ("Rows that the sweep moved.", ()),
    "agent_tui_store_failures_total": ("Rounds of background work that the store did not answer.", ()),
}
_POOL = {
    "pool_size": "Connections to the store that are open.",
    "pool_available": "Connections to the store that are free.",
    "pool_max": "Connections to the store at most.",
    "requests_waiting": "Requests that wait for a connection to the store.",
}

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library says no types; it would tell each counter twice


class Metrics:
    """The figures of one hub process; safe from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counters = {
            name: Counter(name, words, labels, registry=self.registry)
            for name, (words, labels) in _COUNTERS.items()
        }
        self._streams = Gauge(
            "agent_tui_stream_clients", "Open streams of live figures.", registry=self.registry
        )
        self._seconds = Histogram(
            "agent_tui_request_seconds",
            "Seconds from request to the beginning of its answer.",
            ("method", "route"),
            buckets=_BOUNDS,
            registry=self.registry,
        )
        build = Gauge("agent_tui_build_info", "The program's version.", ("version",), registry=self.registry)
        build.labels(version("agent-tui")).set(1)
        self._store = _StoreFigures()
        self.registry.register(self._store)

    def count(self, name: str, by: int = 1, /, **labels: str) -> None:
        """Add to a counter."""
        counter = self._counters[name]
        (counter.labels(**labels) if labels else counter).inc(by)

    def streams(self, by: int) -> None:
        """Streams were opened (+1) or closed (-1)."""
        self._streams.inc(by)

    def took(self, seconds: float, method: str, route: str) -> None:
        """Note how long a request took."""
        self._seconds.labels(method, route).observe(seconds)

    def look(self, store: Store) -> None:
        """Look at the store, unless that was done a moment ago.

        Raises:
            Exception: what the store's driver raises when it does not answer.
        """
        self._store.look(store)

    def text(self) -> bytes:
        """All figures in the text exposition format, version 0.0.4."""
        return generate_latest(self.registry)


class _StoreFigures(Collector):
    """The store's figures as they were when the hub looked last."""

    def __init__(self) -> None:
        self._seen: tuple[float, Vitals, dict[str, int]] | None = None

    def look(self, store: Store) -> None:
        if self._seen is None or time.monotonic() >= self._seen[0] + LOOK_SECONDS:
            self._seen = time.monotonic(), vitals(store), store.pool_stats()

    def collect(self) -> Iterator[Metric]:
        seen = self._seen
        up = seen is not None and time.monotonic() < seen[0] + STALE_SECONDS
        yield GaugeMetricFamily("agent_tui_store_up", "1 while the store answers this hub.", up)
        if seen is None or not up:
            return
        _, found, pool = seen
        depth = GaugeMetricFamily(
            "agent_tui_queue_clients",
            "Clients by portfolio and place in the queue.",
            labels=("portfolio", "kind"),
        )
        for labels, n in sorted(found.depths.items()):
            depth.add_metric(labels, n)
        yield depth
        overdue = GaugeMetricFamily(
            "agent_tui_queue_overdue_seconds",
            "Age of the first client who is due and still waits.",
            labels=("kind",),
        )
        for kind, seconds in found.overdue.items():
            overdue.add_metric((kind,), seconds)
        yield overdue
        yield GaugeMetricFamily("agent_tui_leases_held", "Clients on desks.", found.leases)
        yield GaugeMetricFamily(
            "agent_tui_leases_expired", "Leases over and not yet brought back.", found.expired
        )
        yield GaugeMetricFamily(
            "agent_tui_lease_oldest_seconds", "Age of the oldest lease.", found.oldest_lease
        )
        yield from _outboxes(found)
        yield GaugeMetricFamily(
            "agent_tui_feed_lag_seconds",
            "Age of the oldest write that holds up the change feed.",
            found.feed_lag,
        )
        yield GaugeMetricFamily(
            "agent_tui_audit_unsealed", "Entries of the audit log without a link.", found.unsealed
        )
        yield GaugeMetricFamily(
            "agent_tui_audit_seal_lag_seconds", "Age of the oldest of them.", found.seal_lag
        )
        for name, words in _POOL.items():
            if name in pool:
                yield GaugeMetricFamily(f"agent_tui_store_{name}", words, pool[name])


def _outboxes(found: Vitals) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "agent_tui_outbox_facts", "Facts that wait in a device, as it last said.", labels=("device",)
    )
    lag = GaugeMetricFamily(
        "agent_tui_outbox_lag_seconds", "Age of the oldest fact that waits in a device.", labels=("device",)
    )
    for one in found.outboxes:
        waiting.add_metric((one.device,), one.waiting)
        lag.add_metric((one.device,), one.seconds)
    yield waiting
    yield lag


TheMetrics = NamedDependency[SkipValidation[Metrics]]
"""What handlers that count ask for."""
