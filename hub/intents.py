"""The hub's own worker for payments under way: it asks the gateways, and keeps what they say.

One thread a hub, only where gateways are configured. Several hubs share the work: an intent that one
of them asks about is left alone by the others until it is told or the hub's time is over.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from hub.log import log, where
from hub.metrics import Metrics
from rules.paying.gateways import Gateway, GatewayAway, Standing
from storage.central.connection import Store
from storage.central.intents import giving_back, settling

ROUND_SECONDS = 1.0
STOP_SECONDS = 5.0
AT_ONCE = 20
"""So many intents of one gateway are asked about in a round, so that none keeps the others waiting."""


class Intents:
    """Asks gateways about payments under way.

    Args:
        store: the central store.
        gateways: those that this hub speaks to.
        metrics: counts what the store did not answer.
        failures: what the store raises when it does not answer.
    """

    def __init__(
        self,
        store: Store,
        gateways: Sequence[Gateway],
        metrics: Metrics,
        failures: tuple[type[Exception], ...],
    ) -> None:
        self._store, self._gateways = store, tuple(gateways)
        self._metrics, self._failures = metrics, failures
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="hub-intents", daemon=True)

    def start(self) -> None:
        """Begin, if there is anybody to ask."""
        if self._gateways:
            self._thread.start()

    def stop(self) -> None:
        """Finish what is being asked, and end; what takes longer is asked again by the next hub."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)
        for gateway in self._gateways:
            gateway.close()

    def _work(self) -> None:
        while not self._ended.wait(ROUND_SECONDS):
            for gateway in self._gateways:
                try:
                    self.round(gateway)
                except self._failures as error:
                    self._metrics.count("agent_tui_store_failures_total")
                    log.error("intents_round_failed", **where(error))
                except Exception as error:  # one gateway's fault must not end the others' work
                    log.error("gateway_failed", gateway=gateway.name, **where(error))

    def round(self, gateway: Gateway) -> int:
        """Ask a gateway about what waits for it; the number of intents that were told.

        One that does not answer is left alone until the next round.
        """
        told = 0
        for _ in range(AT_ONCE):
            due = settling.claim(self._store, gateway.name, gateway.methods)
            if due is None or self._ended.is_set():
                break
            standing = self._asked(gateway, due)
            with self._store.begin() as tx:
                settling.settle(tx, due.wish.key, standing)
            told += 1
            if standing.status == "unknown":
                return told
        for _ in range(AT_ONCE):
            refund = giving_back.claim(self._store, gateway.name)
            if refund is None or self._ended.is_set():
                break
            giving_back.settle(self._store, refund, self._gave_back(gateway, refund))
            told += 1
        return told

    def _asked(self, gateway: Gateway, due: settling.Due) -> Standing:
        """How a payment stands, as far as the gateway says."""
        key = due.wish.key
        try:
            if due.ending and due.external:
                return gateway.withdraw(key, due.external)
            if due.external:
                return gateway.look(key, due.external)
            if due.over:  # nobody can pay by it any more; a payment made before comes as a notice
                return Standing(status="expired", reason="never_confirmed")
            return gateway.take(due.wish)
        except GatewayAway as error:
            log.warning("gateway_away", gateway=gateway.name, intent=key, why=str(error))
            return Standing(status="unknown")

    def _gave_back(self, gateway: Gateway, due: giving_back.DueRefund) -> Standing:
        """What the gateway has given back; it is looked at first, since an earlier hub may have asked."""
        try:
            found = gateway.look(due.intent_id, due.external)
            if found.refunded >= due.back:
                return found
            return gateway.refund(due.intent_id, due.external, due.amount, due.order_id)
        except GatewayAway as error:
            log.warning("gateway_away", gateway=gateway.name, intent=due.intent_id, why=str(error))
            return Standing(status="unknown", reason="refund_waits")
