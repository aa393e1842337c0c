"""Where each lane's best client was last seen, so that the search need not begin at the top.

While somebody holds a snapshot open (a report, a dump), PostgreSQL can't clear away what was
taken since: the best end of a lane fills with dead rows, and whoever begins there walks over
all of them. A process therefore remembers the best row that it saw in a lane and begins with
that one. It is right as long as nothing better enters:

- what this process puts into a lane lifts its mark, once it is committed; a search that
  began before that doesn't lower it again;
- what other processes put there is seen when the mark is `KEPT` old, since it is forgotten
  then, or at once where the queue would otherwise give too little.

So strict order holds within one process, and between processes within `KEPT`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

KEPT = timedelta(seconds=1)

HIGHEST, LOWEST = 2**63 - 1, -(2**63)
Place = tuple[int, int]
"""Where in a lane: prio and client id."""

TOP: Place = (HIGHEST, HIGHEST)
BOTTOM: Place = (LOWEST, LOWEST)
"""The mark of a lane in which nobody was seen."""


class View(msgspec.Struct, frozen=True):
    """Where a search begins in each lane, and as of which state of the marks it knows."""

    places: dict[int, Place]
    as_of: dict[int, int]

    @property
    def from_top(self) -> bool:
        """Whether nothing is left out."""
        return all(place == TOP for place in self.places.values())


class _Mark(msgspec.Struct):
    """entered: how often something was put into the lane by this process."""

    place: Place = TOP
    since: datetime | None = None
    entered: int = 0


class Watermarks:
    """The marks of one process; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: dict[int, _Mark] = {}

    def view(self, lanes: Iterable[int], now: datetime, *, from_top: bool = False) -> View:
        """Where to begin in these lanes; from_top = leave out nothing."""
        places, as_of = {}, {}
        with self._lock:
            for lane in lanes:
                mark = self._marks.setdefault(lane, _Mark())
                fresh = mark.since is not None and timedelta(0) <= now - mark.since < KEPT
                if not fresh or from_top:
                    mark.place, mark.since = TOP, None
                places[lane], as_of[lane] = mark.place, mark.entered
        return View(places, as_of)

    def seen(self, view: View, best: Mapping[int, Place], now: datetime) -> None:
        """Keep the best that a search saw in each lane of its view."""
        with self._lock:
            for lane, entered in view.as_of.items():
                mark = self._marks[lane]
                if mark.entered != entered:
                    continue
                if mark.since is None:
                    mark.since = now
                mark.place = min(mark.place, best.get(lane, BOTTOM))

    def entered(self, best: Mapping[int, Place]) -> None:
        """Somebody was put into these lanes, the best of them there, and it is committed."""
        with self._lock:
            for lane, place in best.items():
                mark = self._marks.setdefault(lane, _Mark())
                mark.place, mark.entered = max(mark.place, place), mark.entered + 1
