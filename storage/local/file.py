"""The local file: one connection behind one lock, short transactions.

The desk works on it from the screen's thread and the sync loop from its own. Everything
that belongs together is one transaction, durable when the call returns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from rules.words import tr
from rules.zones import local_day, midnight
from storage.clock import Clock
from storage.local import agenda, documents, facts, inbox, intake, meta, quarantine, schema, undo, worktime
from storage.local.asking import Asking
from storage.local.connection import LocalStoreError, connect, failure
from storage.local.driver import Error
from storage.local.leases import Deadlines, since_boot
from storage.local.view import View


class StoreFile:
    """The file, opened and of the present form, with the leases' deadlines and the link's state.

    Args:
        path: the file; made, with its folder, if it is not there.
        key: what it is encrypted with; see `storage.local.keys`.
        clock: this machine's clock.
        settings: contact parameters that override the defaults.
        monotonic: seconds that only grow while the machine runs, for the leases' deadlines.
        boot: names the machine's present run, "" = ask the system.
        device: what a new store calls itself at the hub; "" = a name of its own.

    Raises:
        LocalStoreError: the file can't be used, is damaged or was made by a newer version.
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        clock: Clock | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        monotonic: Callable[[], float] = since_boot,
        boot: str = "",
        device: str = "",
    ) -> None:
        self.path = path
        self.clock = clock or Clock()
        self.settings = settings or {}
        self._deadlines = Deadlines(monotonic, boot)
        self._link = "connecting"
        self.asking = Asking()
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        self._connection = connect(path, key)
        try:
            self._prepare(device)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, device: str) -> None:
        try:
            if schema.version(self._connection) > schema.VERSION:
                message = tr(
                    "{path} was made by a newer version of agent-tui: install that one", path=self.path
                )
                raise LocalStoreError("store_newer", message, path=self.path)
            schema.migrate(self._connection)
        except Error as error:
            raise failure(error, self.path) from error
        with self.write() as view:
            if meta.read(view.connection, meta.DEVICE, str) is None:
                meta.write(view.connection, meta.DEVICE, device or str(uuid4()))
            if view.left_over():
                meta.write(view.connection, meta.SHOWN, None)
            meta.write(view.connection, meta.SEARCH, None)  # asked for in a run that is over
            self._forget_former_days(view)
            worktime.begin(view.connection, view.now)
            self._tidy(view)

    def _forget_former_days(self, view: View) -> None:
        zone = view.user.zone
        today = local_day(view.now, zone)
        facts.forget_before(view.connection, today.isoformat())
        agenda.forget_past(view.connection, view.now)
        worktime.forget_before(view.connection, today, zone)
        quarantine.forget_before(view.connection, midnight(today, zone))
        inbox.forget_old(view.connection, view.now)

    def _tidy(self, view: View) -> None:
        """Nothing of a client stays that is neither at hand nor may be shown again."""
        intake.drop_ended(view)
        undo.forget_old(view.connection)
        documents.forget_unused(view.connection)

    @contextmanager
    def read(self) -> Iterator[View]:
        """The store at one moment, locked meanwhile."""
        with self._lock:
            yield View(self._connection, self.clock, self._deadlines, self._link, self.settings)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[View]:
        """One transaction: durable at the end, undone whole by an exception.

        Args:
            durable: False for what is no fact (which account the cursor is on): the disk is
                then not waited for, and a power cut may forget it.

        Raises:
            LocalStoreError: the disk did not take it; nothing of it was kept.
        """
        with self._lock:
            try:
                if not durable:
                    self._connection.execute("PRAGMA synchronous=NORMAL")
                self._connection.execute("BEGIN IMMEDIATE")
                yield View(self._connection, self.clock, self._deadlines, self._link, self.settings)
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(error, Error):
                    raise failure(error, self.path) from error
                raise
            finally:
                if not durable:
                    self._connection.execute("PRAGMA synchronous=FULL")

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed`, from any thread, after each change that the sync loop brought."""
        self._listeners.append(changed)

    def _tell(self) -> None:
        for changed in self._listeners:
            changed()

    def close(self) -> None:
        """Close the file; everything is kept."""
        with self._lock:
            self._connection.close()

    def set_link(self, state: str) -> None:
        """Say how the connection stands: connecting, online, offline, refused or revoked."""
        if state != self._link:
            self._link = state
            self._tell()

    def link(self) -> str:
        """How the connection stands."""
        return self._link
